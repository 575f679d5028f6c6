package cli

import (
	"log/slog"
	"net"
	"time"

	"github.com/spf13/cobra"

	"moonwire/account"
	"moonwire/server"
)

func serveCommand(p Process) *cobra.Command {
	var file string
	flags := defaultConfig()
	cmd := &cobra.Command{
		Use: "serve", Short: "Answer WeChat for real accounts", Args: cobra.NoArgs,
		Long: "serve answers WeChat's callbacks at /wx/ACCOUNT on --addr. Put a TLS proxy in front of it.\n" +
			"Settings come from flags, then MOONWIRE_* variables, then moonwire.yaml, then defaults.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(file, cmd.Flags().Changed("config"), p.Getenv)
			if err != nil {
				return exitWith(ExitConfig, err)
			}
			c.fromFlags(flags, cmd.Flags().Changed)
			if err := c.check(); err != nil {
				return exitWith(ExitConfig, err)
			}
			return serve(cmd, p, c)
		},
	}
	f := cmd.Flags()
	f.StringVar(&file, "config", configName, "the operator's file")
	f.StringVar(&flags.Scripts, "scripts", flags.Scripts, "folder of the accounts")
	f.StringVar(&flags.Addr, "addr", flags.Addr, "where WeChat's callbacks arrive")
	f.StringVar(&flags.AdminAddr, "admin-addr", flags.AdminAddr, "health, metrics and the HTTP interface; keep it on loopback")
	f.StringVar(&flags.Data, "data", flags.Data, "folder of the store")
	f.StringVar(&flags.APIBase, "api-base", flags.APIBase, "WeChat's API, or a stand-in")
	f.StringVar(&flags.Lang, "lang", "", langWords)
	f.Var((*timeFlag)(&flags.Drain), "drain", "how long running turns may go on after SIGTERM")
	return cmd
}

func serve(cmd *cobra.Command, p Process, c Config) error {
	log, err := openLog(c.Log, p)
	if err != nil {
		return exitWith(ExitConfig, err)
	}
	defer log.close()
	log.lang = c.language(p.Getenv)
	for name, meant := range misspeltVariables(p.Environ) {
		if meant != "" {
			log.Warn("a variable of the environment is read by nobody; is its name misspelt?", "variable", name, "meant", meant)
		}
	}
	if c.unencrypted() {
		log.Warn("api_base begins with http:// and leads to another machine: app_secret and access tokens cross the network unencrypted, and whoever reads "+
			"them can act for every account; write https://", "api_base", c.APIBase, "set_in", c.apiFrom())
	}
	ceilings, err := operatorCeilings(c)
	if err != nil {
		return exitWith(ExitConfig, err)
	}
	h, err := build(cmd.Context(), plan{
		config: c, ceilings: ceilings,
		resolver: account.Resolver{Env: p.Getenv, ReadFile: secretReader(), EnvPrefix: c.Secrets.EnvPrefix, Dir: c.Secrets.Dir},
		events:   log.events(), findings: log.findings, lang: log.lang,
	}, log.Logger)
	if err != nil {
		return exitWith(ExitConfig, err)
	}
	h.metrics.Gauge("moonwire_log_lines_lost", "Lines of the log lost since the start: what it is written to was slow, full or closed.",
		func() float64 { return float64(log.lines.lost.Load()) })
	return exitWith(ExitConfig, serveOn(cmd, h, c, log.Logger))
}

func serveOn(cmd *cobra.Command, h *program, c Config, log *slog.Logger) error {
	public, err := c.listen("addr", c.Addr)
	if err != nil {
		return err
	}
	admin, err := c.listen("admin_addr", c.AdminAddr)
	if err != nil {
		_ = public.Close()
		return err
	}
	if ip, ok := admin.Addr().(*net.TCPAddr); ok && !ip.IP.IsLoopback() {
		log.Warn("the admin address can be reached from other machines: health and metrics, which name every account, ask for no key there, and API keys and "+
			"the admin token cross the network unencrypted; choose 127.0.0.1:8420, or let a firewall keep others out", "admin", admin.Addr().String())
	}
	file := newAdminFile(c.Data, admin, h.adminToken, log)
	err = file.during(func() error {
		log.Info("serving", "version", Version, "callback", public.Addr().String(), "listener", c.Listener, "admin", admin.Addr().String(),
			"scripts", c.Scripts, "data", c.Data, "api", c.APIBase, "max_skew", c.MaxSkew)
		return h.run(cmd.Context(),
			h.public(public, c, log),
			server.Listener{Socket: admin, Handler: h.server.Admin(admin, c.adminHosts()...), Log: log, Drain: time.Second})
	})
	log.Info("stopped")
	return err
}

// public is the listener that WeChat calls.
func (h *program) public(socket net.Listener, c Config, log *slog.Logger) server.Listener {
	l := server.Listener{Socket: socket, Handler: h.server.Public(), Log: log, Drain: c.Drain}
	if c.Listener == listenerFast {
		l.Posts = h.server.Posts
	}
	return l
}
