package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"moonwire/words"
)

const langWords = "language of findings and hints: en or zh; without it that of LANG"

func langFlag(f *pflag.FlagSet, lang *string) { f.StringVar(lang, "lang", "", langWords) }

// language is the one in which a command of an author speaks: that of its flag, of MOONWIRE_LANG, of moonwire.yaml, or of
// the environment.
func (p Process) language(flag string, c Config) (words.Language, error) {
	said := Config{Lang: c.Lang, from: map[string]string{"lang": c.from["lang"]}}
	if v, _ := p.Getenv("MOONWIRE_LANG"); v != "" {
		said.Lang, said.from["lang"] = v, "MOONWIRE_LANG"
	}
	if flag != "" {
		said.Lang, said.from["lang"] = flag, "--lang"
	}
	if err := said.checkLang(); err != nil {
		return "", err
	}
	return said.language(p.Getenv), nil
}

// language is the one of the setting, else of the environment.
func (c *Config) language(getenv func(string) (string, bool)) words.Language {
	if l, ok := words.ParseLanguage(c.Lang); ok {
		return l
	}
	return words.OfEnvironment(getenv)
}

func (c *Config) checkLang() error {
	if _, ok := words.ParseLanguage(c.Lang); !ok && c.Lang != "" {
		return c.blame("lang", fmt.Errorf("%q: want %s", c.Lang, strings.Join(words.Languages(), " or ")))
	}
	return nil
}
