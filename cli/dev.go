package cli

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"time"

	"github.com/lmittmann/tint"
	"github.com/spf13/cobra"

	"moonwire/account"
	"moonwire/llm"
	"moonwire/llm/standin"
	"moonwire/server"
	"moonwire/wechat/sim"
)

// devOptions are the flags of dev.
type devOptions struct {
	scripts, addr, platformAddr, modelAddr, data, config, lang string

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
	f.StringVar(&o.modelAddr, "model-addr", "127.0.0.1:0", "where the stand-in language model listens")
	f.StringVar(&o.data, "data", "./.moonwire", "folder of the store")
	f.StringVar(&o.config, "config", configName, "the operator's file, for its ceilings and private_http")
	langFlag(f, &o.lang)
	f.BoolVar(&o.fresh, "fresh", false, "empty the data folder first")
	return cmd
}

func dev(cmd *cobra.Command, p Process, o devOptions) error {
	if err := o.loopbackOnly(); err != nil {
		return err
	}
	operator, ceilings, err := authorConfig(o.config, o.asked)
	if err = cmp.Or(err, scriptsFolder(o.scripts)); err != nil {
		return err
	}
	lang, err := p.language(o.lang, operator)
	if err != nil {
		return err
	}
	sockets, err := o.listen()
	if err != nil {
		return err
	}
	defer sockets.close()
	socket, apiSocket, modelSocket := sockets[0], sockets[1], sockets[2]

	colour := coloured(cmd.OutOrStdout(), p.Getenv)
	log := slog.New(tint.NewTextHandler(p.Stderr, &tint.Options{Level: slog.LevelWarn, NoColor: !coloured(p.Stderr, p.Getenv)}))
	platform := sim.New(sim.Options{Log: log})
	defer platform.Close()
	keep := &platformFile{platform: platform, path: filepath.Join(o.data, platformFileName), log: log}
	release, err := keep.claim(o.data, o.fresh)
	if err != nil {
		return err
	}
	defer release()
	term := &terminal{out: cmd.OutOrStdout(), colour: colour, lang: lang, now: time.Now, fan: platform.FanName}
	dev := &devPlatform{platform: platform, term: term, base: "http://" + socket.Addr().String(), refused: map[string]refusal{}}
	events := term.events()
	events.Account, events.Save = dev.account, dev.save

	config := o.settings(apiSocket)
	config.PrivateHTTP = operator.PrivateHTTP
	dev.opened, _ = operator.opened()
	h, err := build(cmd.Context(), plan{
		config: config, dev: true, ceilings: ceilings, events: events, findings: term.findings, lang: lang,
		resolver: account.Resolver{Env: p.Getenv, ReadFile: secretReader()}, standIn: standInModel(modelSocket),
		options: server.Options{Command: p.typedName(), Dev: dev.api(p)},
	}, log)
	if err != nil {
		return err
	}
	dev.accounts, dev.busy = h.fleet.Accounts, h.fleet.Busy
	return newAdminFile(o.data, socket, h.adminToken, log).during(func() error {
		term.print(fmt.Sprintf("Moonwire %s  ·  %s  ·  data in %s (kept; --fresh empties it)", Version, dev.base, o.data),
			fmt.Sprintf("stand-in WeChat on %s  ·  stand-in language model on %s  ·  Ctrl-C stops  ·  talk to a bot in another terminal: %s", config.APIBase, standInModel(modelSocket).Base, p.chatWith(o.scripts, socket.Addr().String())))
		o.greet(p, term, log)
		return keep.during(func() error {
			return h.run(cmd.Context(),
				server.Listener{Socket: socket, Handler: h.server.Dev(), Log: log, Drain: config.Drain},
				server.Listener{Socket: apiSocket, Handler: server.StandIn(platform.Handler(), apiSocket, &h.edge), Log: log, Drain: time.Second},
				server.Listener{Socket: modelSocket, Handler: server.StandIn(standin.New(standin.Options{}).Handler(), modelSocket, &h.edge), Log: log, Drain: time.Second})
		})
	})
}

// greet says what to do first, and gives editors their types.
func (o devOptions) greet(p Process, term *terminal, log *slog.Logger) {
	if accounts, strange := foldersIn(o.scripts); len(accounts)+len(strange) == 0 {
		term.print(p.typed("there is no account in " + o.scripts + " yet: `moonwire new shop" + scriptsFlag(o.scripts) + "` makes one"))
	}
	if _, err := writeTypes(o.scripts); err != nil {
		log.Warn("editor types not written", "error", err)
	}
}

// devSockets are the callback's, the stand-in platform's and the stand-in model's.
type devSockets []net.Listener

// listen opens all or none.
func (o devOptions) listen() (sockets devSockets, err error) {
	for _, one := range []struct{ flag, addr string }{{"--addr", o.addr}, {"--platform-addr", o.platformAddr}, {"--model-addr", o.modelAddr}} {
		socket, err := listen(one.flag, one.addr)
		if err != nil {
			sockets.close()
			return nil, err
		}
		sockets = append(sockets, socket)
	}
	return sockets, nil
}

func (s devSockets) close() {
	for _, socket := range s {
		socket.Close()
	}
}

// loopbackOnly refuses addresses that other machines could reach: dev asks for no password.
func (o devOptions) loopbackOnly() error {
	return errors.Join(loopbackOnly("addr", o.addr), loopbackOnly("platform-addr", o.platformAddr), loopbackOnly("model-addr", o.modelAddr))
}

// standInModel is the language model of accounts that have none.
func standInModel(socket net.Listener) llm.Endpoint {
	return llm.Endpoint{Base: "http://" + socket.Addr().String() + "/v1", Model: standin.ModelName}
}

// settings are those of serve that dev does not ask for.
func (o devOptions) settings(api net.Listener) Config {
	config := defaultConfig()
	config.Scripts, config.Data, config.APIBase, config.MaxSkew = o.scripts, o.data, "http://"+api.Addr().String(), 0
	config.Drain = 3 * time.Second
	return config
}

func loopbackOnly(flag, addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("--%s: %s: want an address and a port, such as 127.0.0.1:8420", flag, addr)
	}
	if loopback(host) {
		return nil
	}
	return fmt.Errorf("--%s: %s: dev listens on this machine only (127.0.0.1); for real accounts there is `moonwire serve`", flag, addr)
}
