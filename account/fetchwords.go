package account

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"moonwire/wechat"
)

// Bounds of fetch_word.
const (
	maxFetchWords    = 8
	longestFetchWord = 60 // characters
)

// defaultFetchWords are no numbers, which menus and questions of scripts use.
func defaultFetchWords() []string { return []string{"查看", "继续"} }

// wordList is a list of words in a file, or one word.
type wordList []string

// UnmarshalYAML reads a list or a single text.
func (w *wordList) UnmarshalYAML(read func(any) error) error {
	var one string
	if err := read(&one); err == nil {
		*w = nil
		if one != "" {
			*w = wordList{one}
		}
		return nil
	}
	list := []string{}
	if err := read(&list); err != nil {
		return err
	}
	*w = list
	return nil
}

// fetchWords settles what fetches an answer.
func (l *loader) fetchWords() *ConfigError {
	for _, word := range l.file.FetchWord {
		word = strings.TrimSpace(word)
		switch {
		case word == "":
			return l.about("fetch_word", "there is an empty word; want what a fan writes, as in [查看, 继续]")
		case utf8.RuneCountInString(word) > longestFetchWord:
			return l.about("fetch_word", "a word has more than %d characters; want what a fan writes quickly", longestFetchWord)
		case strings.ContainsFunc(word, unicode.IsControl):
			return l.about("fetch_word", "a word has a line break or another control character in it; want one line")
		case l.config.IsFetchWord(word):
			return l.about("fetch_word", "%q is there twice", word)
		case digitsOnly.MatchString(word):
			l.warn("fetch_word", "%s is a number, which menus and questions of scripts use as well; words such as 查看 and 继续 do not get in their way", word)
		}
		l.config.FetchWords = append(l.config.FetchWords, word)
	}
	switch n := len(l.config.FetchWords); {
	case n > maxFetchWords:
		return l.about("fetch_word", "%d words; want 1 to %d", n, maxFetchWords)
	case n == 0 && l.file.FetchWord != nil:
		return l.about("fetch_word", "the list is empty; want 1 to %d words, as in [查看, 继续]", maxFetchWords)
	case n == 0:
		l.config.FetchWords = defaultFetchWords()
	}
	return nil
}

// texts settles what the engine itself says to fans.
func (l *loader) texts() *ConfigError {
	c, f := l.config, &l.file
	c.FetchText = orElse(f.FetchText, fmt.Sprintf(defaultFetchText, c.FetchWords[0]))
	c.Apology, c.FetchGone = unlessNil(f.Apology, defaultApology), unlessNil(f.FetchGone, defaultFetchGone)
	c.BusyText = unlessNil(f.BusyText, defaultBusyText)
	for _, text := range []struct{ path, value string }{
		{"fetch_text", c.FetchText}, {"fetch_gone", c.FetchGone}, {"busy_text", c.BusyText}, {"apology", c.Apology},
	} {
		if len(text.value) > wechat.TextLimit {
			return l.about(text.path, "has %d bytes; WeChat takes %d", len(text.value), wechat.TextLimit)
		}
	}
	return nil
}

func unlessNil(s *string, otherwise string) string {
	if s == nil {
		return otherwise
	}
	return *s
}

// IsFetchWord reports whether a fan who writes this asks for an answer.
func (c *Config) IsFetchWord(said string) bool {
	said = strings.TrimSpace(said)
	return slices.ContainsFunc(c.FetchWords, func(word string) bool { return strings.EqualFold(word, said) })
}

// MoreWord is the fetch word that stands under a part of a text, to be tapped for the next.
func (c *Config) MoreWord() string { return c.FetchWords[len(c.FetchWords)-1] }
