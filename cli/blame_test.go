package cli_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// TestARefusedSettingIsBlamedOnWhereItStands gives each setting that can be refused in the file, a variable and a flag,
// as far as it has one.
func TestARefusedSettingIsBlamedOnWhereItStands(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	busy := taken.Addr().String()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, tt := range []struct {
		key, value string
		flag       bool
		want       string
	}{
		{"addr", "nonsense", true, "nonsense: want an address and a port"},
		{"addr", "127.0.0.1:99999", true, "127.0.0.1:99999: a port is a number"},
		{"addr", busy, true, "cannot listen on " + busy + ": the port is taken (is another moonwire running?); choose another"},
		{"admin_addr", "nonsense", true, "nonsense: want an address and a port"},
		{"admin_addr", busy, true, "cannot listen on " + busy},
		{"api_base", "api.weixin.qq.com", true, `"api.weixin.qq.com" is no web address; want one such as https://api.weixin.qq.com`},
		{"mp_base", "ftp://x", false, `"ftp://x" is no web address; want one such as https://mp.weixin.qq.com`},
		{"open_base", "x", false, `"x" is no web address; want one such as https://open.weixin.qq.com`},
		{"scripts", file, true, "no folder " + file},
		{"data", file, true, "the data folder cannot be made"},
		{"max_skew", "100h", false, "100h0m0s: want a time from 1s to 24h, or 0: any age"},
		{"drain", "-1s", true, "-1s: want a time from"},
		{"retention.messages", "1s", false, "1s: want a time from 1h"},
		{"reload.poll", "1ms", false, "1ms: want a time from 100ms"},
		{"listener", "quick", false, `"quick": want fast or standard`},
		{"log.level", "loud", false, `"loud": want debug, info, warn or error`},
		{"log.format", "xml", false, `"xml": want text or json`},
	} {
		last := tt.key[strings.LastIndex(tt.key, ".")+1:]
		yaml := fmt.Sprintf("# the operator's file\nmax_skew: 5m\n%s: %s", tt.key, tt.value)
		if above, _, below := strings.Cut(tt.key, "."); below {
			yaml = fmt.Sprintf("# the operator's file\n%s:\n  %s: %s", above, last, tt.value)
		}
		if tt.key == "max_skew" {
			yaml = "\n\n" + "max_skew: " + tt.value
		}
		variable := "MOONWIRE_" + strings.ToUpper(strings.ReplaceAll(tt.key, ".", "_"))
		flag := "--" + strings.ReplaceAll(tt.key, "_", "-")
		t.Run(tt.key+" in the file", func(t *testing.T) {
			refused(t, yaml, nil, nil, "moonwire.yaml:3: "+tt.key+": "+tt.want)
		})
		t.Run(tt.key+" in a variable", func(t *testing.T) {
			refused(t, "drain: 5s", map[string]string{variable: tt.value}, nil, "moonwire: "+variable+": "+tt.want)
		})
		if tt.flag {
			t.Run(tt.key+" in a flag", func(t *testing.T) {
				refused(t, yaml, map[string]string{variable: tt.value}, []string{flag + "=" + tt.value}, "moonwire: "+flag+": "+tt.want)
			})
		}
	}
	t.Run("names of the admin address", func(t *testing.T) {
		refused(t, "drain: 5s\n\nadmin_hosts: [metrics.test, 'https://x.test']", nil, nil, `moonwire.yaml:3: admin_hosts: "https://x.test" is no name of a host`)
	})
	for name, tt := range map[string]struct{ yaml, want string }{
		"an account that is none": {"  Shop: [ \"127.0.0.1:80\" ]", `moonwire.yaml:2: private_http: "Shop" is no account; want the name of a folder, or "*" for every account`},
		"a host without a port":   {"  shop: [ 127.0.0.1 ]", `moonwire.yaml:3: private_http.shop: "127.0.0.1": want a host and a port, such as 127.0.0.1:11434`},
		"metadata":                {"  \"*\": [ \"169.254.169.254:80\" ]", `"169.254.169.254:80": is a link-local address, where clouds give away the rights of their machines, which nobody can open to scripts`},
		"a text for a list":       {"  shop: 127.0.0.1:80", "moonwire.yaml:"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, "drain: 5s\nprivate_http:\n"+tt.yaml, nil, nil, tt.want) })
	}
	t.Run("a ceiling", func(t *testing.T) {
		refused(t, "drain: 5s\nceilings:\n  memory: much", nil, nil, "moonwire.yaml:3: ceilings: memory: much: want a number of bytes")
	})
	t.Run("an unknown ceiling", func(t *testing.T) {
		refused(t, "drain: 5s\nceilings:\n  memry: 64MiB", nil, nil, "moonwire.yaml:3: ceilings: memry is not a limit, did you mean memory?")
	})
}

// refused runs serve where only what is tested can be wrong.
func refused(t *testing.T, yaml string, env map[string]string, args []string, want string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "moonwire.yaml")
	for key, value := range map[string]string{"scripts": dir, "data": filepath.Join(dir, "data"), "addr": "127.0.0.1:0", "admin_addr": "127.0.0.1:0"} {
		flag := "--" + strings.ReplaceAll(key, "_", "-")
		_, given := env["MOONWIRE_"+strings.ToUpper(key)]
		if !given && !strings.Contains("\n"+yaml, "\n"+key+": ") && !strings.Contains(strings.Join(args, " "), flag) {
			args = append(args, flag, value)
		}
	}
	require.NoError(t, os.WriteFile(file, []byte(yaml), 0o600))
	p := start(t, env, append([]string{"serve", "--config", file}, args...)...)
	code := <-p.done
	p.done <- code
	require.Equal(t, cli.ExitConfig, code)
	require.Contains(t, p.lines.text(), want)
	require.NotContains(t, p.lines.text(), "account.yaml")
}
