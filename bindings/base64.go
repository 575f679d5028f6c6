package bindings

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func base64Family() Family {
	return Family{
		Name: "base64",
		Doc:  Text{"Bytes as text.", "用文本表示字节。"},
		Functions: []Function{
			{
				Name: "base64.encode", Forms: params(Param{Name: "bytes", Type: tString}), Returns: []Result{{"text", "string"}}, run: base64Encode,
				Doc:     Text{"The bytes in base64, padded.", "编码为 base64,带填充。"},
				Example: `log.info(base64.encode("茶"))`, Errors: []Text{{"Raises when the argument is not a string.", "参数不是字符串时报错。"}},
			},
			{
				Name: "base64.decode", Forms: params(Param{Name: "text", Type: tString}), Returns: []Result{{"bytes", "string"}}, run: base64Decode,
				Doc:     Text{"The bytes of a base64 text; both alphabets, padded or not.", "解码 base64;两种字母表均可，填充可有可无。"},
				Example: `log.info(base64.decode("6Iy2"))`, Errors: []Text{{"Raises when the text is not base64.", "文本不是 base64 时报错。"}},
			},
		},
	}
}

func base64Encode(c call) int {
	s := c.text(1)
	c.turn.Bytes(c.L, base64.StdEncoding.EncodedLen(len(s)))
	c.turn.Steps(c.L, len(s)/16)
	return c.push(lua.LString(base64.StdEncoding.EncodeToString([]byte(s))))
}

// base64Decode reads both alphabets, padded or not.
func base64Decode(c call) int {
	given := strings.TrimLeft(c.text(1), " \t\r\n")
	s := strings.TrimRight(strings.TrimRight(given, " \t\r\n"), "=")
	c.turn.Bytes(c.L, base64.RawStdEncoding.DecodedLen(len(s)))
	c.turn.Steps(c.L, len(s)/16)
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(s, "-_") {
		encoding = base64.RawURLEncoding
	}
	b, err := encoding.DecodeString(s)
	if err != nil {
		at := base64.CorruptInputError(0)
		_ = errors.As(err, &at)
		c.failArg(1, fmt.Sprintf("is not base64: byte %d", len(c.text(1))-len(given)+int(at)+1), "letters, digits, + and / (or - and _)")
	}
	return c.push(lua.LString(c.masked(string(b))))
}
