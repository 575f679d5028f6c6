package cli

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"moonwire/engine"
	"moonwire/wechat/api"
)

// Config is moonwire.yaml, the operator's file. Flags outrank the environment (MOONWIRE_ADDR for addr and
// so on), which outranks the file, which outranks the defaults.
type Config struct {
	Scripts     string              `yaml:"scripts"`     // folder of the accounts
	Addr        string              `yaml:"addr"`        // the callback's listener
	Listener    string              `yaml:"listener"`    // who reads WeChat's pushes: fast = a reader of our own; standard = net/http, as all else
	AdminAddr   string              `yaml:"admin_addr"`  // health, metrics and the HTTP interface; keep it on loopback
	AdminHosts  []string            `yaml:"admin_hosts"` // names by which a proxy or a scraper asks for admin_addr on loopback
	Data        string              `yaml:"data"`        // folder of the store
	APIBase     string              `yaml:"api_base"`    // WeChat's API, or a stand-in
	MPBase      string              `yaml:"mp_base"`     // pictures of QR codes; "" = WeChat's, or api_base where that is not WeChat's
	OpenBase    string              `yaml:"open_base"`   // web authorization; "" likewise
	MaxSkew     time.Duration       `yaml:"max_skew"`    // how old a push may be; 0 = any age
	Drain       time.Duration       `yaml:"drain"`       // how long turns may go on after SIGTERM
	Secrets     SecretsConfig       `yaml:"secrets"`
	PrivateHTTP map[string][]string `yaml:"private_http"` // hosts that scripts may call although they are not public, by account
	Ceilings    map[string]any      `yaml:"ceilings"`     // the most that an account.yaml may ask for under limits
	Retention   Retention           `yaml:"retention"`
	Reload      ReloadConfig        `yaml:"reload"`
	Log         LogConfig           `yaml:"log"`
	Lang        string              `yaml:"lang"` // of findings and hints: en | zh; "" = that of the environment

	// from is where settings stand that are no defaults, by key: "--addr", "MOONWIRE_ADDR", "moonwire.yaml:3: addr".
	from map[string]string
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

// ReloadConfig says what makes a build live.
type ReloadConfig struct {
	// Mode is folder: what the folders hold is live; or published: what `moonwire publish` has put into the store.
	Mode string `yaml:"mode"`
	// Poll is, with folder, how often every file is looked at, for file systems that send no events (NFS, SMB, some
	// container mounts); 0 = rely on events. With published it is how often the store is looked at; 0 = 2 s.
	Poll time.Duration `yaml:"poll"`
}

// The modes of reload.
const (
	reloadFolder    = "folder"
	reloadPublished = "published"
)

// The readers of pushes.
const (
	listenerFast     = "fast"
	listenerStandard = "standard"
)

// LogConfig shapes the log of serve.
type LogConfig struct {
	Level    string `yaml:"level"`  // debug | info | warn | error
	Format   string `yaml:"format"` // text | json
	Messages bool   `yaml:"log_messages"`
}

// defaultConfig is what serve does when nobody says otherwise.
func defaultConfig() Config {
	return Config{
		Scripts: "./scripts", Addr: ":8080", Listener: listenerFast, AdminAddr: "127.0.0.1:8420", Data: "./.moonwire",
		APIBase: "https://api.weixin.qq.com", MaxSkew: 10 * time.Minute, Drain: 15 * time.Second,
		Retention: Retention{Messages: 30 * 24 * time.Hour},
		Reload:    ReloadConfig{Mode: reloadFolder},
		Log:       LogConfig{Level: "info", Format: "text"},
		from:      map[string]string{},
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

// setting is one that may be given outside of the file too.
type setting struct {
	key  string
	text *string
	time *time.Duration // in place of text
}

func (c *Config) settings() []setting {
	return []setting{
		{key: "scripts", text: &c.Scripts},
		{key: "addr", text: &c.Addr},
		{key: "listener", text: &c.Listener},
		{key: "admin_addr", text: &c.AdminAddr},
		{key: "data", text: &c.Data},
		{key: "api_base", text: &c.APIBase},
		{key: "mp_base", text: &c.MPBase},
		{key: "open_base", text: &c.OpenBase},
		{key: "log.level", text: &c.Log.Level},
		{key: "log.format", text: &c.Log.Format},
		{key: "reload.mode", text: &c.Reload.Mode},
		{key: "lang", text: &c.Lang},
		{key: "drain", time: &c.Drain},
		{key: "max_skew", time: &c.MaxSkew},
		{key: "reload.poll", time: &c.Reload.Poll},
		{key: "retention.messages", time: &c.Retention.Messages},
	}
}

// variable is the setting's name in the environment: MOONWIRE_RELOAD_POLL for reload.poll.
func (s setting) variable() string {
	return "MOONWIRE_" + strings.ToUpper(strings.ReplaceAll(s.key, ".", "_"))
}

// flag is its name on the command line, where it has one.
func (s setting) flag() string { return strings.ReplaceAll(s.key, "_", "-") }

func (c *Config) fromEnvironment(getenv func(string) (string, bool)) error {
	for _, s := range c.settings() {
		v, ok := getenv(s.variable())
		if !ok || v == "" {
			continue
		}
		c.from[s.key] = s.variable()
		if s.time == nil {
			*s.text = v
			continue
		}
		d, err := time.ParseDuration(v)
		if err != nil {
			return fmt.Errorf("%s=%s: want a time such as 15s or 10m", s.variable(), v)
		}
		*s.time = d
	}
	return nil
}

// fromFlags puts the flags that were given over what file and environment say.
func (c *Config) fromFlags(flags Config, given func(string) bool) {
	values := flags.settings()
	for i, s := range c.settings() {
		if !given(s.flag()) {
			continue
		}
		c.from[s.key] = "--" + s.flag()
		if s.time == nil {
			*s.text = *values[i].text
		} else {
			*s.time = *values[i].time
		}
	}
}

// blame says where the setting stands that an error is about: in a flag, a variable or a line of the file.
func (c *Config) blame(key string, err error) error {
	from := c.from[key]
	if err == nil || from == "" {
		return err // a default
	}
	return fmt.Errorf("%s: %w", from, err)
}

// misspeltVariables are the variables of the environment that look as if they were meant for serve and are
// read by nobody, each with the name that was likely meant or "".
func misspeltVariables(environ []string) map[string]string {
	var c Config
	var known []string
	for _, s := range c.settings() {
		known = append(known, s.variable())
	}
	strange := map[string]string{}
	for _, v := range environ {
		name, _, _ := strings.Cut(v, "=")
		if strings.HasPrefix(name, "MOONWIRE_") && !slices.Contains(known, name) {
			strange[name] = engine.Nearest(name, known)
		}
	}
	return strange
}

// check refuses what makes no sense, wherever it came from.
func (c *Config) check() error {
	for _, check := range []func() error{c.checkTimes, c.checkBases, c.checkHosts, c.checkOpened, c.checkListener, c.checkReload, c.checkLog, c.checkLang} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) checkTimes() error {
	for _, r := range []struct {
		name       string
		value      time.Duration
		zero       string // what 0 means; "" where it is refused
		least, max time.Duration
	}{
		{"max_skew", c.MaxSkew, "any age", time.Second, 24 * time.Hour},
		{"drain", c.Drain, "do not wait", 0, time.Hour},
		{"retention.messages", c.Retention.Messages, "", time.Hour, 10 * 365 * 24 * time.Hour},
		{"reload.poll", c.Reload.Poll, "rely on events; with published, every 2s", 100 * time.Millisecond, time.Hour},
	} {
		if r.value == 0 && r.zero != "" || r.value >= r.least && r.value <= r.max && r.value > 0 {
			continue
		}
		also := ""
		if r.zero != "" {
			also = ", or 0: " + r.zero
		}
		return c.blame(r.name, fmt.Errorf("%s: want a time from %s to %s%s", r.value, plainTime(r.least), plainTime(r.max), also))
	}
	return nil
}

// unencrypted reports whether secrets leave this machine as they are.
func (c *Config) unencrypted() bool {
	base, err := url.Parse(c.APIBase)
	return err == nil && base.Scheme == "http" && !loopback(base.Hostname())
}

// apiFrom is where an api_base was set; "" = nowhere.
func (c *Config) apiFrom() string { return strings.TrimSuffix(c.from["api_base"], ": api_base") }

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (c *Config) checkBases() error {
	for _, b := range []struct{ key, base, such string }{
		{"api_base", c.APIBase, "https://api.weixin.qq.com"},
		{"mp_base", c.MPBase, "https://mp.weixin.qq.com"},
		{"open_base", c.OpenBase, "https://open.weixin.qq.com"},
	} {
		if api.CheckBase(b.base) != nil {
			return c.blame(b.key, fmt.Errorf("%q is no web address; want one such as %s", b.base, b.such))
		}
	}
	return nil
}

// hostName is a name without scheme, port and path.
var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`)

func (c *Config) checkHosts() error {
	for _, name := range c.AdminHosts {
		if !hostName.MatchString(name) {
			return c.blame("admin_hosts", fmt.Errorf("%q is no name of a host; want one such as metrics.example.com, without https:// and port", name))
		}
	}
	return nil
}

func (c *Config) checkOpened() error {
	_, err := c.opened()
	return err
}

// adminHosts are the names of the admin address: those given, and its own.
func (c *Config) adminHosts() []string {
	host, _, _ := net.SplitHostPort(c.AdminAddr)
	return append(slices.Clone(c.AdminHosts), host)
}

func (c *Config) checkListener() error {
	if c.Listener != listenerFast && c.Listener != listenerStandard {
		return c.blame("listener", fmt.Errorf("%q: want %s or %s", c.Listener, listenerFast, listenerStandard))
	}
	return nil
}

func (c *Config) checkReload() error {
	if c.Reload.Mode != reloadFolder && c.Reload.Mode != reloadPublished {
		return c.blame("reload.mode", fmt.Errorf("%q: want %s or %s", c.Reload.Mode, reloadFolder, reloadPublished))
	}
	return nil
}

func (c *Config) checkLog() error {
	if _, err := c.Log.level(); err != nil {
		return c.blame("log.level", err)
	}
	if c.Log.Format != "text" && c.Log.Format != "json" {
		return c.blame("log.format", fmt.Errorf("%q: want text or json", c.Log.Format))
	}
	return nil
}

// plainTime writes 24h0m0s as 24h.
func plainTime(d time.Duration) string {
	return strings.NewReplacer("h0m0s", "h", "m0s", "m").Replace(d.String())
}
