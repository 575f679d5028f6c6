package wechat

import "fmt"

// Mode is how pushes of an account travel, as set in WeChat's console.
type Mode uint8

// The three modes of WeChat's console: 明文, 兼容 and 安全.
const (
	// Plain pushes carry the fields in the clear. Their signature covers no body.
	Plain Mode = iota
	// Compatible pushes carry the fields both in the clear and encrypted: the mode for switching over.
	Compatible
	// Safe pushes carry the encrypted part alone and want encrypted replies.
	Safe
)

var modeNames = [...]string{Plain: "plain", Compatible: "compatible", Safe: "safe"}

// String is the word used in account.yaml.
func (m Mode) String() string {
	if int(m) < len(modeNames) {
		return modeNames[m]
	}
	return fmt.Sprintf("mode(%d)", uint8(m))
}

// ParseMode reads "plain", "compatible" or "safe".
func ParseMode(s string) (Mode, error) {
	for i, name := range modeNames {
		if s == name {
			return Mode(i), nil
		}
	}
	return Plain, fmt.Errorf("mode %q is unknown; want plain, compatible or safe", s)
}
