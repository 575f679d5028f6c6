package account

import (
	"errors"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
)

// Resolver finds what the references ${env:NAME} and ${file:PATH} of an account.yaml stand for. The zero
// Resolver resolves nothing.
type Resolver struct {
	// Env looks a variable up; nil knows none.
	Env func(name string) (string, bool)
	// ReadFile reads a secret; nil knows none. What it gives must be bounded, as with a FileReader.
	ReadFile func(path string) ([]byte, error)
	// EnvPrefix and Dir confine references when set; {account} stands for the account's name and
	// {ACCOUNT} for the same in capitals with _ for -.
	EnvPrefix, Dir string
	// Known are the accounts whose VariableName is the given one, so that no account names what is another's; nil knows none.
	Known func(variableName string) []string
}

// errUnset says that a reference names a variable or file that is not there or is empty.
var errUnset = errors.New("is not set or empty")

// reference is the inside of ${kind:name}.
type reference struct{ kind, name string }

// parseReference reads a whole value as a reference. ok is false for a literal; an error says that the value
// tries to be a reference and is none.
func parseReference(value string) (ref reference, ok bool, err error) {
	if !strings.Contains(value, "${") {
		return ref, false, nil
	}
	inside, opened := strings.CutPrefix(strings.TrimSpace(value), "${")
	inside, closed := strings.CutSuffix(inside, "}")
	kind, name, cut := strings.Cut(inside, ":")
	if !opened || !closed || !cut || name == "" || strings.ContainsAny(name, "${}") || kind != "env" && kind != "file" {
		return ref, false, errors.New("a reference is the whole value and reads ${env:NAME} or ${file:/path}")
	}
	return reference{kind, name}, true, nil
}

// resolve finds the value of a reference of an account. Errors name the reference, never a value.
func (r Resolver) resolve(account string, ref reference) (string, error) {
	if ref.kind == "env" {
		return r.resolveEnv(account, ref.name)
	}
	return r.resolveFile(account, ref.name)
}

func (r Resolver) resolveEnv(account, name string) (string, error) {
	if prefix := place(r.EnvPrefix, account); !strings.HasPrefix(name, prefix) {
		return "", errors.New("${env:" + name + "}: this account may only name variables that begin with " + prefix)
	}
	if err := r.ownVariable(account, name); err != nil {
		return "", errors.New("${env:" + name + "}: " + err.Error())
	}
	if r.Env != nil {
		if v, ok := r.Env(name); ok && v != "" {
			return v, nil
		}
	}
	if !settable.MatchString(name) {
		return "", errors.New("${env:" + name + "}: no shell can set a variable of that name; want letters, digits and _, the first no digit")
	}
	return "", &unresolved{"${env:" + name + "}"}
}

// settable are the names of variables that every shell can set.
var settable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (r Resolver) resolveFile(account, name string) (string, error) {
	dir := place(r.Dir, account)
	path := filepath.Clean(name)
	if dir != "" {
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		if rel, err := filepath.Rel(dir, path); err != nil || !filepath.IsLocal(rel) {
			return "", errors.New("${file:" + name + "}: this account may only name files in " + dir)
		}
		if err := r.ownDir(account); err != nil {
			return "", errors.New("${file:" + name + "}: " + err.Error())
		}
	} else if !filepath.IsAbs(path) {
		return "", errors.New("${file:" + name + "}: want a path that begins at the root")
	}
	if r.ReadFile != nil {
		body, err := r.ReadFile(path)
		var unfit *FileError
		switch {
		case errors.Is(err, fs.ErrPermission):
			return "", &unreadable{"${file:" + name + "}: permission denied; the account that runs Moonwire needs the right to read it"}
		case errors.As(err, &unfit):
			return "", &unreadable{"${file:" + name + "}: " + unfit.Why}
		}
		if v := strings.TrimSpace(string(body)); err == nil && v != "" {
			return v, nil
		}
	}
	return "", &unresolved{"${file:" + name + "}"}
}

type unresolved struct{ ref string }

func (u *unresolved) Error() string { return u.ref + " " + errUnset.Error() }
func (u *unresolved) Unwrap() error { return errUnset }

// unreadable is what is wrong with a file that is there. It may be mended without a change of account.yaml.
type unreadable struct{ why string }

func (u *unreadable) Error() string { return u.why }

// place puts an account's name into a confinement rule.
func place(rule, account string) string {
	return strings.NewReplacer("{account}", account, "{ACCOUNT}", VariableName(account)).Replace(rule)
}

// VariableName is an account's name as the beginning of the names of variables: in capitals, with _ for -, and with _
// in front of a digit, since no shell can set a variable that begins with one.
func VariableName(account string) string {
	upper := strings.ToUpper(strings.ReplaceAll(account, "-", "_"))
	if upper != "" && upper[0] >= '0' && upper[0] <= '9' {
		upper = "_" + upper
	}
	return upper
}
