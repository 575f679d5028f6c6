package outside_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/outside"
)

func TestAllowedHosts(t *testing.T) {
	for _, tc := range []struct {
		name, entry, address string
		want                 bool
	}{
		{"the host", "api.example.com", "https://api.example.com/x", true},
		{"in other letters", "API.example.com", "https://api.EXAMPLE.com./x", true},
		{"its port", "api.example.com", "https://api.example.com:443/x", true},
		{"another port", "api.example.com", "https://api.example.com:8443/x", false},
		{"without encryption", "api.example.com", "http://api.example.com/x", false},
		{"below", "api.example.com", "https://x.api.example.com/", false},
		{"beside", "api.example.com", "https://api.example.com.evil.net/", false},
		{"with the same end", "example.com", "https://badexample.com/", false},
		{"a port", "api.example.com:8443", "https://api.example.com:8443/x", true},
		{"a port, another", "api.example.com:8443", "https://api.example.com/x", false},
		{"plain", "http://api.example.com", "http://api.example.com/x", true},
		{"plain, encrypted", "http://api.example.com", "https://api.example.com/x", false},
		{"plain with a port", "http://api.example.com:81", "http://api.example.com:81", true},
		{"any below", "*.example.com", "https://a.b.example.com/", true},
		{"any below, itself", "*.example.com", "https://example.com/", false},
		{"any below, beside", "*.example.com", "https://xexample.com/", false},
		{"an address", "203.0.113.7", "https://203.0.113.7/", true},
		{"an address of IPv6", "[2001:DB8::1]:8443", "https://[2001:db8:0::1]:8443/", true},
		{"an address in IPv6's clothes", "203.0.113.7", "https://[::ffff:203.0.113.7]/", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a, err := outside.ParseAllowed(tc.entry)
			require.NoError(t, err)
			p := outside.Policy{Allow: []outside.Allowed{a}}
			_, err = p.Locate(tc.address)
			if tc.want {
				require.NoError(t, err)
				return
			}
			require.Equal(t, outside.NotAllowed, kind(t, err))
		})
	}
}

func TestEntriesThatAreNoHosts(t *testing.T) {
	for _, entry := range []string{
		"", "https://x", "ftp://x", "x/", "x:0", "x:99999", "x:08", "x:", "*", "*.", "**.x", "a b", "x@y", "2130706433", "0x7f.1", "127.1", "0177.0.0.1",
		"*.1.2.3.4", "[::1", "::1", "[fe80::1%25eth0]", "-.", "例子.cn", "a..b", strings.Repeat("a.", 200) + "b", "x?y", "x#y", `x\y`,
	} {
		_, err := outside.ParseAllowed(entry)
		require.Error(t, err, entry)
	}
	for _, entry := range []string{"127.0.0.1", "x", "169.254.169.254:80", "[fe80::1]:80", "0.0.0.0:80", "100.100.100.200:80", "[::]:80", "x:y", "[fd00:ec2::254]:80"} {
		_, err := outside.ParseOpened(entry)
		require.Error(t, err, entry)
	}
}

// TestMistakes are what no account.yaml can allow. Each says what is wrong.
func TestMistakes(t *testing.T) {
	service, err := outside.NewService(outside.ServiceConfig{Base: "https://api.example.com/v1/"})
	require.NoError(t, err)
	p := outside.Policy{Services: map[string]*outside.Service{"orders": service}}
	for _, tc := range []struct{ name, address, want string }{
		{"nothing", "", "is empty"},
		{"no address", "api.example.com/x", "is no web address"},
		{"another scheme", "ftp://api.example.com/", "only https:// and http:// can be called"},
		{"a file", "file:///etc/passwd", "only https:// and http:// can be called"},
		{"gopher", "gopher://127.0.0.1:70/_x", "only https:// and http:// can be called"},
		{"a password", "https://amy:pw@api.example.com/", "name or password before @"},
		{"a host behind a password", "https://api.example.com@127.0.0.1/", "name or password before @"},
		{"an escaped password", `https://api.example.com\@127.0.0.1/`, `has a \ in it`},
		{"no host", "https:///x", `the host "" is empty`},
		{"a port that is none", "https://api.example.com:http/", "the port is no number"},
		{"a port too high", "https://api.example.com:65536/", "the port is no number"},
		{"a line break", "https://api.example.com/\r\nHost: x", "has a line break"},
		{"a zero", "https://api.example.com/\x00", "control character"},
		{"odd percent signs", "https://api.example.com/%zz", "two hex digits"},
		{"a host in Chinese", "https://例子.cn/", "begins with xn--"},
		{"a blank in the host", "https://api.example com/", "is no name of a host"},
		{"decimal", "http://2130706433/", "odd way to write an address"},
		{"octal", "http://0177.0.0.1/", "odd way to write an address"},
		{"hex", "http://0x7f000001/", "odd way to write an address"},
		{"hex in parts", "http://0x7f.0x0.0x0.0x1/", "odd way to write an address"},
		{"short", "http://127.1/", "odd way to write an address"},
		{"one part", "http://127/", "odd way to write an address"},
		{"five parts", "http://127.0.0.0.1/", "odd way to write an address"},
		{"a zone", "http://[fe80::1%25eth0]/", "is no address of IPv6"},
		{"too long", "https://api.example.com/" + strings.Repeat("x", 5000), "want at most 4096"},
		{"a service without a slash", "orders:items", "begins with /"},
		{"a service and a host", "orders://evil.net/x", `has "//" in its path`},
		{"up", "orders:/../admin", `has ".." in its path`},
		{"up at the end", "orders:/items/..", `has ".." in its path`},
		{"up in percent signs", "orders:/%2e%2E/admin", `has ".." in its path`},
		{"up in percent signs twice", "orders:/%252e%252e/admin", `has ".." in its path`},
		{"up behind an encoded slash", "orders:/x%2f..%2fadmin", `has ".." in its path`},
		{"up behind an encoded backslash", "orders:/x%5c..%5cadmin", `has ".." in its path`},
		{"up with a parameter", "orders:/..;x/admin", `has ".." in its path`},
		{"nowhere", "orders:/./x", `has "." in its path`},
		{"two slashes", "orders:/items//7", `has "//" in its path`},
		{"at", "orders:/@evil.net", `has "@" in its path`},
		{"a backslash", `orders:/\evil.net`, `has a \ in it`},
		{"a line break in a service", "orders:/x\r\nX: y", "has a line break"},
		{"endless percent signs", "orders:/%" + strings.Repeat("25", 20) + "2e", "encoded many times over"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := p.Locate(tc.address)
			var m *outside.Mistake
			require.ErrorAs(t, err, &m)
			require.Equal(t, "url", m.Field)
			require.Contains(t, m.Reason, tc.want)
		})
	}
}

// TestWhatIsCalled is how an address reads once it is taken apart.
func TestWhatIsCalled(t *testing.T) {
	service, err := outside.NewService(outside.ServiceConfig{Base: "https://api.example.com/v1/"})
	require.NoError(t, err)
	any, err := outside.ParseAllowed("*.example.com")
	require.NoError(t, err)
	p := outside.Policy{Services: map[string]*outside.Service{"orders": service}, Allow: []outside.Allowed{any}}
	for _, tc := range []struct{ name, address, want string }{
		{"a path", "https://a.example.com/x/7?secret=1#part", "https://a.example.com/x/7"},
		{"no path", "https://a.example.com", "https://a.example.com/"},
		{"a question at once", "https://a.example.com?q=1", "https://a.example.com/"},
		{"Chinese and blanks", "https://a.example.com/天气 预报", "https://a.example.com/%E5%A4%A9%E6%B0%94%20%E9%A2%84%E6%8A%A5"},
		{"large letters", "HTTPS://A.Example.COM:443/X", "https://a.example.com/X"},
		{"a service", "orders:/items/7?q=茶", "orders:/items/7"},
		{"a service's root", "orders:/", "orders:/"},
		{"an encoded slash", "orders:/items/a%2Fb", "orders:/items/a%2Fb"},
		{"dots in a name", "orders:/items/a..b", "orders:/items/a..b"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			target, err := p.Locate(tc.address)
			require.NoError(t, err)
			require.Equal(t, tc.want, target.Text())
		})
	}
}

func TestServicesThatAreNotThere(t *testing.T) {
	_, err := (&outside.Policy{}).Locate("ordrs:/x")
	require.Equal(t, outside.NotAllowed, kind(t, err))
	require.ErrorContains(t, err, "no service ordrs")
	_, err = (&outside.Policy{}).Locate("https:/x")
	require.ErrorContains(t, err, "is no web address")
}

func FuzzLocate(f *testing.F) {
	for _, s := range []string{"https://a.example.com/x", "orders:/a", "http://[::1]:80", "https://a@b", "orders:/%2e%2e", "http://127.1"} {
		f.Add(s)
	}
	service, err := outside.NewService(outside.ServiceConfig{Base: "https://api.example.com/v1"})
	require.NoError(f, err)
	any, err := outside.ParseAllowed("*.example.com")
	require.NoError(f, err)
	p := outside.Policy{Services: map[string]*outside.Service{"orders": service}, Allow: []outside.Allowed{any}}
	f.Fuzz(func(t *testing.T, address string) {
		target, err := p.Locate(address)
		if err != nil {
			return
		}
		text := target.Text()
		require.NotContains(t, text, "..//")
		require.False(t, strings.ContainsAny(text, "\r\n\\ "), text)
		if !strings.HasPrefix(text, "orders:/") {
			host, _, _ := strings.Cut(strings.TrimPrefix(text, "https://"), "/")
			require.True(t, strings.HasSuffix(host, ".example.com"), text)
		}
	})
}
