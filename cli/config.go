package cli

import (
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"moonwire/engine"
	"moonwire/wechat"
)

// Config is moonwire.yaml, the operator's file. Flags outrank the environment (MOONWIRE_ADDR for addr and
// so on), which outranks the file, which outranks the defaults.
type Config struct {
	Scripts   string         `yaml:"scripts"`    // folder of the accounts
	Addr      string         `yaml:"addr"`       // the callback's listener
	AdminAddr string         `yaml:"admin_addr"` // health, metrics and the HTTP interface; keep it on loopback
	Data      string         `yaml:"data"`       // folder of the store
	APIBase   string         `yaml:"api_base"`   // WeChat's API, or a stand-in
	MPBase    string         `yaml:"mp_base"`    // pictures of QR codes; "" = WeChat's, or api_base where that is not WeChat's
	OpenBase  string         `yaml:"open_base"`  // web authorization; "" likewise
	MaxSkew   time.Duration  `yaml:"max_skew"`   // how old a push may be; 0 = any age
	Drain     time.Duration  `yaml:"drain"`      // how long turns may go on after SIGTERM
	Secrets   SecretsConfig  `yaml:"secrets"`
	Ceilings  map[string]any `yaml:"ceilings"` // the most that an account.yaml may ask for under limits
	Retention Retention      `yaml:"retention"`
	Reload    ReloadConfig   `yaml:"reload"`
	Log       LogConfig      `yaml:"log"`

	apiFrom string // where api_base was set
}

// SecretsConfig confines the references that an account.yaml may make; {account} and {ACCOUNT} stand for
// the account's name.
type SecretsConfig struct {
	EnvPrefix string `yaml:"env_prefix"`
	Dir       string `yaml:"dir"`
}

// Retention says how long records are kept.
type Retention struct {
	Messages time.Duration `yaml:"messages"`
}

// ReloadConfig is for file systems that send no events (NFS, SMB, some container mounts).
type ReloadConfig struct {
	Poll time.Duration `yaml:"poll"` // look at every file this often; 0 = rely on events
}

// LogConfig shapes the log of serve.
type LogConfig struct {
	Level    string `yaml:"level"`  // debug | info | warn | error
	Format   string `yaml:"format"` // text | json
	Messages bool   `yaml:"log_messages"`
}

// defaultConfig is what serve does when nobody says otherwise.
func defaultConfig() Config {
	return Config{
		Scripts: "./scripts", Addr: ":8080", AdminAddr: "127.0.0.1:8420", Data: "./.moonwire",
		APIBase: "https://api.weixin.qq.com", MaxSkew: 10 * time.Minute, Drain: 15 * time.Second,
		Retention: Retention{Messages: 30 * 24 * time.Hour},
		Log:       LogConfig{Level: "info", Format: "text"},
	}
}

// loadConfig reads moonwire.yaml over the defaults, and the environment over both. A missing file is an error
// only if it was asked for.
func loadConfig(path string, asked bool, getenv func(string) (string, bool)) (Config, error) {
	c, err := readConfig(path, asked)
	if err != nil {
		return c, err
	}
	return c, c.fromEnvironment(getenv)
}

// variables are the MOONWIRE_* variables that are texts.
func (c *Config) variables() map[string]*string {
	return map[string]*string{
		"MOONWIRE_SCRIPTS": &c.Scripts, "MOONWIRE_ADDR": &c.Addr, "MOONWIRE_ADMIN_ADDR": &c.AdminAddr,
		"MOONWIRE_DATA": &c.Data, "MOONWIRE_API_BASE": &c.APIBase, "MOONWIRE_MP_BASE": &c.MPBase,
		"MOONWIRE_OPEN_BASE": &c.OpenBase, "MOONWIRE_LOG_LEVEL": &c.Log.Level,
		"MOONWIRE_LOG_FORMAT": &c.Log.Format,
	}
}

// timeVariables are those that are times.
func (c *Config) timeVariables() map[string]*time.Duration {
	return map[string]*time.Duration{
		"MOONWIRE_DRAIN": &c.Drain, "MOONWIRE_MAX_SKEW": &c.MaxSkew, "MOONWIRE_RELOAD_POLL": &c.Reload.Poll,
		"MOONWIRE_RETENTION_MESSAGES": &c.Retention.Messages,
	}
}

func (c *Config) fromEnvironment(getenv func(string) (string, bool)) error {
	for name, field := range c.variables() {
		if v, ok := getenv(name); ok && v != "" {
			*field = v
		}
	}
	for name, field := range c.timeVariables() {
		if v, ok := getenv(name); ok && v != "" {
			d, err := time.ParseDuration(v)
			if err != nil {
				return fmt.Errorf("%s=%s: want a time such as 15s or 10m", name, v)
			}
			*field = d
		}
	}
	return nil
}

// misspeltVariables are the variables of the environment that look as if they were meant for serve and are
// read by nobody, each with the name that was likely meant or "".
func misspeltVariables(environ []string) map[string]string {
	var c Config
	known := slices.Concat(slices.Collect(maps.Keys(c.variables())), slices.Collect(maps.Keys(c.timeVariables())))
	strange := map[string]string{}
	for _, v := range environ {
		name, _, _ := strings.Cut(v, "=")
		if strings.HasPrefix(name, "MOONWIRE_") && !slices.Contains(known, name) {
			strange[name] = engine.Nearest(name, known)
		}
	}
	return strange
}

// checkRanges refuses times that make no sense, wherever they came from.
func (c *Config) checkRanges() error {
	for _, r := range []struct {
		name       string
		value      time.Duration
		zero       string // what 0 means; "" where it is refused
		least, max time.Duration
	}{
		{"max_skew", c.MaxSkew, "any age", time.Second, 24 * time.Hour},
		{"drain", c.Drain, "do not wait", 0, time.Hour},
		{"retention.messages", c.Retention.Messages, "", time.Hour, 10 * 365 * 24 * time.Hour},
		{"reload.poll", c.Reload.Poll, "rely on events", 100 * time.Millisecond, time.Hour},
	} {
		if r.value == 0 && r.zero != "" || r.value >= r.least && r.value <= r.max && r.value > 0 {
			continue
		}
		also := ""
		if r.zero != "" {
			also = ", or 0: " + r.zero
		}
		return fmt.Errorf("%s: %s: want a time from %s to %s%s", r.name, r.value, plainTime(r.least), plainTime(r.max), also)
	}
	return nil
}

// checkBase refuses an api_base that is no web address.
func (c *Config) checkBase() error {
	if wechat.CheckBase(c.APIBase) == nil {
		return nil
	}
	return fmt.Errorf("%s: %q is no web address; want one such as https://api.weixin.qq.com", c.apiFrom, c.APIBase)
}

// unencrypted reports whether secrets leave this machine as they are.
func (c *Config) unencrypted() bool {
	base, err := url.Parse(c.APIBase)
	return err == nil && base.Scheme == "http" && !loopback(base.Hostname())
}

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// plainTime writes 24h0m0s as 24h.
func plainTime(d time.Duration) string {
	return strings.NewReplacer("h0m0s", "h", "m0s", "m").Replace(d.String())
}
