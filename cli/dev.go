package cli

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/lmittmann/tint"
	"github.com/spf13/cobra"

	"moonwire/bot"
	"moonwire/chat"
	"moonwire/server"
	"moonwire/wechat/sim"
)

// devOptions are the flags of dev.
type devOptions struct {
	scripts, addr, platformAddr, data, config string

	fresh bool
	asked bool // for config
}

func devCommand(p Process) *cobra.Command {
	var o devOptions
	cmd := &cobra.Command{
		Use: "dev", Short: "Everything on this machine: callback, stand-in WeChat, watcher", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.asked = cmd.Flags().Changed("config")
			return exitWith(ExitConfig, dev(cmd, p, o))
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.scripts, "scripts", "./scripts", "folder of the accounts")
	f.StringVar(&o.addr, "addr", defaultDevAddr, "where everything listens")
	f.StringVar(&o.platformAddr, "platform-addr", "127.0.0.1:8421", "where the stand-in WeChat listens")
	f.StringVar(&o.data, "data", "./.moonwire", "folder of the store")
	f.StringVar(&o.config, "config", configName, "the operator's file, for its ceilings")
	f.BoolVar(&o.fresh, "fresh", false, "empty the data folder first")
	return cmd
}

func dev(cmd *cobra.Command, p Process, o devOptions) error {
	for _, addr := range []string{o.addr, o.platformAddr} {
		if err := loopbackOnly(addr); err != nil {
			return err
		}
	}
	ceilings, err := authorCeilings(o.config, o.asked)
	if err != nil {
		return err
	}
	if o.fresh {
		if err := emptyData(o.data); err != nil {
			return err
		}
	}
	socket, err := listen(o.addr)
	if err != nil {
		return err
	}
	defer socket.Close()
	apiSocket, err := listen(o.platformAddr)
	if err != nil {
		return err
	}
	defer apiSocket.Close()

	colour := coloured(cmd.OutOrStdout(), p.Getenv)
	log := slog.New(tint.NewTextHandler(p.Stderr, &tint.Options{Level: slog.LevelWarn, NoColor: !coloured(p.Stderr, p.Getenv)}))
	platform := sim.New(sim.Options{Log: log})
	defer platform.Close()
	keep := &keeper{platform: platform, path: filepath.Join(o.data, platformFile), log: log}
	if err := keep.load(); err != nil {
		return err
	}
	term := &terminal{out: cmd.OutOrStdout(), colour: colour, now: time.Now, fan: platform.FanName}
	stage := &stage{platform: platform, term: term, base: "http://" + socket.Addr().String()}
	events := term.events()
	events.Account = stage.account

	config := defaultConfig()
	config.Scripts, config.Data, config.APIBase, config.MaxSkew = o.scripts, o.data, "http://"+apiSocket.Addr().String(), 0
	config.Drain = 3 * time.Second
	h, err := build(cmd.Context(), plan{
		config: config, dev: true, ceilings: ceilings, events: events,
		resolver: bot.Resolver{Env: p.Getenv, ReadFile: os.ReadFile},
		options:  server.Options{Dev: chat.Desk{Platform: platform}},
	}, log)
	if err != nil {
		return err
	}
	term.print(fmt.Sprintf("Moonwire %s  ·  %s  ·  data in %s (kept; --fresh empties it)", Version, stage.base, o.data),
		fmt.Sprintf("stand-in WeChat on %s  ·  Ctrl-C stops  ·  talk to a bot in another terminal: moonwire chat ACCOUNT", config.APIBase))
	if _, err := writeTypes(o.scripts); err != nil {
		log.Warn("editor types not written", "error", err)
	}
	return keep.during(func() error {
		return h.run(cmd.Context(),
			server.Listener{Socket: socket, Handler: h.server.Dev(), Log: log, Drain: config.Drain},
			server.Listener{Socket: apiSocket, Handler: platform.Handler(), Log: log, Drain: time.Second})
	})
}

// loopbackOnly refuses addresses that other machines could reach: dev asks for no password.
func loopbackOnly(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("address %q: want host:port, such as 127.0.0.1:8420", addr)
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("dev listens on this machine only (127.0.0.1), not on %q; for real accounts there is `moonwire serve`", addr)
}

// emptyData removes what dev keeps, and nothing else that may lie in the folder.
func emptyData(dir string) error {
	var files []string
	for _, pattern := range []string{"moonwire.db*", platformFile + "*"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return err
		}
		files = append(files, found...)
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			return err
		}
	}
	return nil
}

// stage gives the stand-in platform the accounts that the fleet has.
type stage struct {
	platform *sim.Platform
	term     *terminal
	base     string
}

func (s *stage) account(r bot.AccountReport) {
	if r.Gone {
		s.platform.RemoveAccount(r.Name)
		s.term.print(s.term.paint(grey, s.term.now().Format("15:04:05")) + "  " + r.Name + "  the folder is gone, so is the account")
		return
	}
	callback := s.base + "/wx/" + r.Name
	if err := s.platform.SetAccount(chat.Stranger(r.Config, callback)); err != nil {
		s.term.print(s.term.paint(red, "✗ ") + err.Error())
		return
	}
	line := fmt.Sprintf("%s  %s  %s  %s, %s", s.term.paint(grey, s.term.now().Format("15:04:05")), r.Name, callback, r.Config.Kind, r.Config.Mode)
	if len(r.Config.Derived) > 0 {
		line += s.term.paint(grey, fmt.Sprintf("  (made up for dev: %s)", join(r.Config.Derived)))
	}
	s.term.print(line)
	if slices.Contains(r.Config.Derived, "api_keys") {
		s.term.print(s.term.paint(grey, "          HTTP interface of "+r.Name+": Authorization: Bearer "+r.Config.APIKeys[0]))
	}
}
