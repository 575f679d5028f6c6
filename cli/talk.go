package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"moonwire/account"
	"moonwire/chat"
	"moonwire/transcript"
	"moonwire/wechat/sim"
)

// defaultDevAddr is where dev listens and where chat and send look for it.
const defaultDevAddr = "127.0.0.1:8420"

// talkOptions are the flags that chat and send share.
type talkOptions struct {
	fan, addr string
	wait      timeFlag
}

// longestWait is how long chat and send may be told to wait for what a bot pushes.
const longestWait = 10 * time.Minute

func (o *talkOptions) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.fan, "as", "amy", "name of the fan")
	cmd.Flags().StringVar(&o.addr, "addr", defaultDevAddr, "where moonwire dev listens")
	o.wait = timeFlag(time.Minute + 10*time.Second) // a turn may take a minute
	cmd.Flags().Var(&o.wait, "wait", "how long to wait for what the bot pushes after its answer")
}

// checkWait refuses times that make no sense.
func (o *talkOptions) checkWait(least time.Duration) error {
	if wait := time.Duration(o.wait); wait < least || wait > longestWait {
		return fmt.Errorf("--wait %s: want a time from %s to %s", wait, least, plainTime(longestWait))
	}
	return nil
}

func (o *talkOptions) client() chat.Client { return chat.Client{Base: "http://" + o.addr} }

func chatCommand(p Process) *cobra.Command {
	var o talkOptions
	var save string
	cmd := &cobra.Command{
		Use: "chat ACCOUNT", Short: "Be a fan in the terminal; reads a pipe too", Args: exactly("chat", "ACCOUNT"),
		Example: "  moonwire chat demo\n  printf '你好\\n下单\\n' | moonwire chat demo\n  moonwire chat demo --save scripts/demo/tests/talk.chat",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.checkWait(time.Second); err != nil {
				return err
			}
			in, isFile := p.Stdin.(*os.File)
			talk := chat.Talk{
				Client: o.client(), Account: args[0], Fan: o.fan, In: cmd.InOrStdin(), Out: cmd.OutOrStdout(),
				Wait: time.Duration(o.wait), Interactive: isFile && term.IsTerminal(int(in.Fd())),
			}
			if talk.Interactive {
				fmt.Fprintf(talk.Out, "You are %s, talking to %s. /help lists what else a fan can do; Ctrl-D ends.\n", o.fan, args[0])
			}
			return saving(cmd, &talk, save, func() error { return talkError(talk.Run(cmd.Context())) })
		},
	}
	o.register(cmd)
	cmd.Flags().StringVar(&save, "save", "", "write the talk to this file, as a test for moonwire test")
	return cmd
}

// saving writes a talk down as a test, if that is wished.
func saving(cmd *cobra.Command, talk *chat.Talk, file string, run func() error) error {
	if file == "" {
		return run()
	}
	if err := transcript.CheckName(file); err != nil {
		return fmt.Errorf("--save %s: %w", file, err)
	}
	record := &transcript.Recording{}
	talk.Record = record
	err := run()
	saved, wrong := record.Save(file)
	switch {
	case wrong != nil:
		return errors.Join(err, fmt.Errorf("--save %s: %s", file, systemWords(wrong)))
	case saved:
		fmt.Fprintf(cmd.ErrOrStderr(), "the talk is written down in %s\n", file)
	}
	return err
}

func sendCommand(p Process) *cobra.Command {
	var o talkOptions
	var dir string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "send ACCOUNT KIND [ARG…]", Short: "Send one message or event as a fan and print the answer", Args: atLeast("send", "ACCOUNT", "KIND"),
		Long: "Kinds:\n" + kindHelp() + "\nWithout --scripts it asks a running `moonwire dev`. With --scripts it signs by itself, with the keys\n" +
			"of that folder's account.yaml, and posts to http://ADDR/wx/ACCOUNT;\n" +
			"what the bot pushes later goes to WeChat's API then, and is not shown.",
		Example: "  moonwire send demo click TODAY\n  moonwire send demo subscribe desk-7\n  moonwire send demo location 30.25 120.15 西湖",
		RunE: func(cmd *cobra.Command, args []string) error {
			ask := chat.Ask{Account: args[0], Fan: o.fan, Kind: args[1], Args: args[2:]}
			if _, err := chat.Parse(ask.Kind, ask.Args); err != nil {
				return err
			}
			if dir != "" {
				return sendDirect(cmd, p, dir, o.addr, ask, asJSON)
			}
			if err := o.checkWait(0); err != nil {
				return err
			}
			return sendAsked(cmd, o.client(), ask, time.Duration(o.wait), asJSON)
		},
	}
	o.register(cmd)
	cmd.Flags().StringVar(&dir, "scripts", "", "sign by itself, from the account.yaml in this folder of accounts")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print what happened as JSON")
	return cmd
}

func kindHelp() string { return "  " + strings.Join(sim.Kinds(), "\n  ") + "\n" }

func sendAsked(cmd *cobra.Command, c chat.Client, ask chat.Ask, wait time.Duration, asJSON bool) error {
	out := cmd.OutOrStdout()
	if asJSON {
		sent, err := chat.Send(cmd.Context(), c, ask, wait, nil)
		if err != nil {
			return talkError(err)
		}
		return printJSON(out, sent)
	}
	sent, err := chat.Send(cmd.Context(), c, ask, wait, out)
	if err != nil {
		return talkError(err)
	}
	if sent.Busy {
		return exitWith(ExitRefused, fmt.Errorf("the bot is still at work after %s: what it sends later is not shown here; --wait says how long to wait, at most %s", wait, plainTime(longestWait)))
	}
	return verdict(cmd, sent.Delivery, len(sent.Lines) > 1)
}

func sendDirect(cmd *cobra.Command, p Process, dir, addr string, ask chat.Ask, asJSON bool) error {
	config, err := configFor(p, dir, ask.Account)
	if err != nil {
		return err
	}
	act, err := chat.Parse(ask.Kind, ask.Args)
	if err != nil {
		return err
	}
	warnOfMadeUp(cmd, p, config.Unset)
	d, err := chat.Direct(cmd.Context(), config, "http://"+addr+"/wx/"+ask.Account, ask.Fan, act)
	if err != nil {
		return exitWith(ExitConfig, err)
	}
	if asJSON {
		return printJSON(cmd.OutOrStdout(), d)
	}
	if err := directTrouble(cmd, d, addr); err != nil {
		return err
	}
	if d.Reply != nil {
		fmt.Fprintln(cmd.OutOrStdout(), "bot:", d.Reply)
	}
	return verdict(cmd, d, d.Reply != nil)
}

// configFor reads the account.yaml of an account, for a command that signs by itself.
func configFor(p Process, dir, name string) (*account.Config, error) {
	file := filepath.Join(dir, name, account.FileName)
	files := account.FileReader{Limit: account.MaxYAMLFile}
	body, err := files.Read(file)
	if err != nil {
		return nil, exitWith(ExitConfig, fmt.Errorf("%s: %s", file, systemWords(err)))
	}
	config, _, err := account.Load(name, body, account.Resolver{Env: p.Getenv, ReadFile: secretReader()}, account.Options{Dev: true})
	if err != nil {
		return nil, exitWith(ExitConfig, err)
	}
	return config, nil
}

// directTrouble says what helps where a push did not get through to whoever should be at an address.
func directTrouble(cmd *cobra.Command, d *sim.Delivery, addr string) error {
	if err := cmd.Context().Err(); err != nil {
		return exitWith(ExitRefused, err)
	}
	if d.Answered() || len(d.Attempts) == 0 {
		return nil
	}
	switch last := d.Attempts[len(d.Attempts)-1]; {
	case last.Unreached:
		return exitWith(ExitUnreachable, fmt.Errorf("nothing listens at %s: start `moonwire serve`, or say with --addr where it is", addr))
	case last.Status == http.StatusForbidden:
		return exitWith(ExitRefused, fmt.Errorf("%s refuses the message (403); its log says why", addr))
	}
	return nil
}

// warnOfMadeUp says which references lead nowhere where a command signs.
func warnOfMadeUp(cmd *cobra.Command, p Process, unset []string) {
	if len(unset) > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), p.typed("moonwire: not set or empty here, so a made-up value signs, which only a `moonwire dev` without it takes: %s\n"), join(unset))
	}
}

// verdict ends send: silence is said, a failure is an exit code.
func verdict(cmd *cobra.Command, d *sim.Delivery, shown bool) error {
	switch last := len(d.Attempts) - 1; {
	case d.Withheld != "":
		return exitWith(ExitRefused, fmt.Errorf("not delivered: %s", d.Withheld))
	case !d.Answered() && last >= 0 && d.Attempts[last].Verdict == sim.Broken:
		return exitWith(ExitUnreachable, fmt.Errorf("the callback cannot be reached: %s", d.Attempts[last].Cause))
	case !d.Answered():
		return exitWith(ExitRefused, fmt.Errorf("no usable answer: %s", d.Cause))
	case !shown:
		fmt.Fprintln(cmd.OutOrStdout(), "(success: nothing to show)")
	}
	return nil
}

// talkError gives an error of the developer API its exit code.
func talkError(err error) error {
	if errors.Is(err, chat.ErrUnreachable) {
		return exitWith(ExitUnreachable, err)
	}
	return exitWith(ExitRefused, err)
}

func printJSON(out interface{ Write([]byte) (int, error) }, v any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func join(words []string) string { return strings.Join(words, ", ") }
