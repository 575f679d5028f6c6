package bindings

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"maps"
	"slices"
	"strings"
)

func hashFamily() Family {
	strict := []Text{{"Raises when the argument is not a string.", "参数不是字符串时报错。"}}
	one := func(name string) Function {
		return Function{
			Name: "hash." + name, Forms: params(Param{Name: "text", Type: tString}), Returns: []Result{{"hex", "string"}},
			Doc:     Text{"The " + strings.ToUpper(name) + " of a text in hexadecimal digits.", "文本的 " + strings.ToUpper(name) + ",十六进制小写。"},
			Example: `log.info(hash.` + name + `("茶"))`, Errors: strict, run: hashOf(name),
		}
	}
	return Family{
		Name: "hash",
		Doc:  Text{"Hashes, for signatures of other services.", "散列，用于其他服务的签名。"},
		Functions: []Function{one("md5"), one("sha1"), one("sha256"), {
			Name:    "hash.hmac",
			Forms:   params(Param{Name: "algorithm", Type: tString}, Param{Name: "key", Type: tString}, Param{Name: "text", Type: tString}),
			Returns: []Result{{"hex", "string"}}, run: hashHMAC,
			Doc:     Text{"The HMAC of a text with md5, sha1 or sha256, in hexadecimal digits.", "用 md5、sha1 或 sha256 计算 HMAC,十六进制小写。"},
			Example: `log.info(hash.hmac("sha256", settings.key or "", "text"))`,
			Errors:  []Text{{"Raises when the algorithm is none of md5, sha1, sha256.", "算法不是 md5、sha1、sha256 时报错。"}},
		}},
	}
}

// digests are the hash functions a script may name.
var digests = map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New}

func hashOf(name string) func(call) int {
	return func(c call) int {
		return c.digest(digests[name](), c.text(1))
	}
}

func hashHMAC(c call) int {
	make, ok := digests[c.text(1)]
	if !ok {
		c.failArg(1, "is "+quote(c.text(1)), strings.Join(slices.Sorted(maps.Keys(digests)), ", "))
	}
	c.turn.Steps(c.L, len(c.text(2))/8)
	return c.digest(hmac.New(make, []byte(c.text(2))), c.text(3))
}

// digest gives the hash of s in hexadecimal digits.
func (c call) digest(h hash.Hash, s string) int {
	c.turn.Steps(c.L, len(s)/8)
	_, _ = h.Write([]byte(s))
	return c.pushText(hex.EncodeToString(h.Sum(nil)))
}
