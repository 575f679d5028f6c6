package words

import "strings"

// Language is one of the languages that Moonwire speaks.
type Language string

// The languages.
const (
	English Language = "en"
	Chinese Language = "zh"
)

// Languages are all of them, as flags and files spell them.
func Languages() []string { return []string{string(English), string(Chinese)} }

// ParseLanguage reads a language as people write it: zh, zh-CN, zh_CN.UTF-8, en, C. "" is none.
func ParseLanguage(text string) (Language, bool) {
	name, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(text)), ".")
	name, _, _ = strings.Cut(strings.ReplaceAll(name, "-", "_"), "_")
	switch name {
	case "zh":
		return Chinese, true
	case "en", "c", "posix":
		return English, true
	}
	return "", false
}

// OfEnvironment is the language of who started the program, as the environment tells it: the first that is set of
// LC_ALL, LC_MESSAGES and LANG decides, and what is no language that Moonwire speaks is English.
func OfEnvironment(getenv func(string) (string, bool)) Language {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v, set := getenv(name); set && v != "" {
			if l, ok := ParseLanguage(v); ok {
				return l
			}
			return English
		}
	}
	return English
}
