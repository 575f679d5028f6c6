package bot

// Resolver finds what the references ${env:NAME} and ${file:PATH} of an account.yaml stand for. The zero
// Resolver resolves nothing.
type Resolver struct {
	// Env looks a variable up; nil knows none.
	Env func(name string) (string, bool)
	// ReadFile reads a secret; nil knows none.
	ReadFile func(path string) ([]byte, error)
	// EnvPrefix and Dir confine references when set; {account} stands for the account's name and
	// {ACCOUNT} for the same in capitals with _ for -.
	EnvPrefix, Dir string
}
