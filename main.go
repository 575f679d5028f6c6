// Moonwire is a bot engine for WeChat Official Accounts: it hands each fan's message to Lua scripts
// that are reloaded on save.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"moonwire/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, cli.Process{
		Name: os.Args[0], Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.LookupEnv,
		Environ: os.Environ(),
	})
	stop()
	os.Exit(code)
}
