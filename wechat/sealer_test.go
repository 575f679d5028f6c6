package wechat_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

// encryptRaw encrypts any plaintext, also such as no Sealer would make.
func encryptRaw(tb testing.TB, plain []byte) string {
	tb.Helper()
	key, err := base64.StdEncoding.DecodeString(aesKey + "=")
	require.NoError(tb, err)
	block, err := aes.NewCipher(key)
	require.NoError(tb, err)
	out := make([]byte, len(plain))
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(out, plain)
	return base64.StdEncoding.EncodeToString(out)
}

func TestDecryptWhatNoSealerMakes(t *testing.T) {
	pad := func(n, b int) []byte { return bytes.Repeat([]byte{byte(b)}, n) }
	random := bytes.Repeat([]byte("r"), 16)
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	tests := []struct {
		name, detail string
		plain        []byte
	}{
		{"nothing but padding", "what was decrypted is too short", pad(32, 32)},
		{"no length field", "what was decrypted is too short", join(random, pad(16, 16))},
		{"half a length field", "what was decrypted is too short", join(random, []byte{0, 0}, pad(14, 14))},
		{"more padding than data", "what was decrypted has no padding", pad(16, 17)},
		{"padding that is not all alike", "what was decrypted has no padding", join(random, []byte{0, 0, 0, 0}, []byte("ab"), pad(9, 9), []byte{10})},
		{"length of everything", "what was decrypted is shorter than its length field says", join(random, []byte{255, 255, 255, 255}, pad(12, 12))},
		{"length one too long", "what was decrypted is shorter than its length field says", join(random, []byte{0, 0, 0, 3}, []byte("ab"), pad(10, 10))},
	}
	s, err := wechat.NewSealer(aesKey, appID)
	require.NoError(t, err)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := s.Decrypt(encryptRaw(t, tt.plain))
			requireCause(t, err, wechat.CauseAESKey)
			require.Equal(t, tt.detail, err.(*wechat.Refusal).Detail)
		})
	}
}

func TestDecryptTellsTheAppIDOnlyIfItIsOne(t *testing.T) {
	s, err := wechat.NewSealer(aesKey, appID)
	require.NoError(t, err)
	for inner, shown := range map[string]string{"wx00": "wx00", "wx\x00\x01": "(not an app id)", "<xml>": "(not an app id)"} {
		other, err := wechat.NewSealer(aesKey, inner)
		require.NoError(t, err)
		_, err = s.Decrypt(other.Encrypt([16]byte{}, []byte("hello")))
		requireCause(t, err, wechat.CauseAppID)
		require.Contains(t, err.Error(), "meant for app id "+shown+",")
		require.NotContains(t, err.Error(), "hello")
	}
}

func TestEncryptPadsWithAWholeBlock(t *testing.T) {
	s, err := wechat.NewSealer(aesKey, appID)
	require.NoError(t, err)
	for n := range 70 {
		text := s.Encrypt([16]byte{}, bytes.Repeat([]byte("m"), n))
		raw, err := base64.StdEncoding.DecodeString(text)
		require.NoError(t, err)
		require.Zero(t, len(raw)%32)
		require.Greater(t, len(raw), 20+n+len(appID))
		require.LessOrEqual(t, len(raw), 20+n+len(appID)+32)
		back, err := s.Decrypt(text)
		require.NoError(t, err)
		require.Len(t, back, n)
	}
}
