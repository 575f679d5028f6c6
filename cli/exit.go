package cli

import "errors"

// Exit codes of the program.
const (
	ExitOK          = 0
	ExitFailed      = 1 // check or test found something
	ExitUsage       = 2 // the command line is wrong
	ExitConfig      = 3 // configuration, scripts folder or store cannot be used
	ExitUnreachable = 4 // no server answers where one was asked for
	ExitRefused     = 5 // WeChat, or the bot, refused
)

// exit is an error with the code that the process ends with.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string { return e.err.Error() }
func (e *exit) Unwrap() error { return e.err }

func exitWith(code int, err error) error {
	if err == nil {
		return nil
	}
	return &exit{code: code, err: err}
}

// exitCode of an error that a command returned; what carries no code came from the command line's parser.
func exitCode(err error) int {
	var e *exit
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &e):
		return e.code
	default:
		return ExitUsage
	}
}

// errSilent ends a command whose output has said everything already.
var errSilent = errors.New("")
