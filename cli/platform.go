package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"moonwire/server"
	"moonwire/wechat/sim"
)

func platformCommand(p Process) *cobra.Command {
	var addr, state string
	cmd := &cobra.Command{
		Use: "platform", Short: "Run the stand-in WeChat alone, for any SDK", Args: cobra.NoArgs,
		Long: "platform answers WeChat's server API on --addr and pushes messages to callback URLs.\n" +
			"Accounts, fans, faults and the clock are steered through /platform/ on the same address.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := newLog(LogConfig{Level: "info", Format: "text"}, p)
			if err != nil {
				return err
			}
			platform := sim.New(sim.Options{Log: log})
			defer platform.Close()
			keep := &platformFile{platform: platform, path: state, whole: true, log: log}
			socket, err := listen("--addr", addr)
			if err != nil {
				return exitWith(ExitConfig, err)
			}
			defer socket.Close()
			release, err := keep.begin()
			if err != nil {
				return exitWith(ExitConfig, err)
			}
			defer release()
			if _, err := fmt.Fprintf(cmd.OutOrStdout(), "stand-in WeChat on http://%s\n", socket.Addr()); err != nil {
				return err
			}
			return keep.during(func() error {
				return server.Listener{Socket: socket, Handler: server.StandIn(platform.Handler(), socket, nil), Log: log, Drain: time.Second}.Run(cmd.Context())
			})
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:8421", "where the stand-in listens")
	cmd.Flags().StringVar(&state, "state", "", "file that keeps accounts, secrets included, and all they have; without it, memory does")
	return cmd
}
