// Package cli is the command line: it reads flags, environment and moonwire.yaml, wires the rooms
// together and speaks to the person at the terminal. It is the only room that knows all others.
//
//	code := cli.Run(ctx, cli.Process{Args: []string{"dev"}, Stdout: os.Stdout, …})
//
// Rules of speech: results on standard output, everything else on standard error; errors say what was
// wrong, where, and what to do, in one line where that is possible; nothing is coloured when the output
// is not a terminal or NO_COLOR is set. Exit codes: see the Exit constants.
package cli
