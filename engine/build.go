package engine

// BuildOptions say for whom a build is compiled.
type BuildOptions struct {
	Account string
	Limits  Limits // of one turn; a zero field = the engine's default
	Host    any    // Turn.Host of the dry run

	// Seal runs in the dry run's turn, after the top level: the room above makes its index of what the
	// top level declared. Its result becomes Build.Index.
	Seal func(t *Turn) (index any, err error)
}

// Build is one immutable version of an account's folder. Safe for concurrent use.
type Build struct {
	ID       string // twelve hex digits of the content's hash
	Hash     string // the whole hash
	Account  string
	Index    any // what BuildOptions.Seal made
	Limits   Limits
	Warnings []*ScriptError

	snapshot *Snapshot
}

// Source returns the text of a source file, for error boxes; nil when there is none.
func (b *Build) Source(file string) []byte { data, _ := b.snapshot.File(file); return data }

// Data returns the raw bytes of data/name. The caller must not change them.
func (b *Build) Data(name string) ([]byte, bool) { return b.snapshot.File("data/" + name) }

// Once answers what fn made on the first call with this key, for as long as the build lives: for what is
// parsed once per build. fn runs once even when many ask at the same time; its error is kept too.
func (b *Build) Once(key string, fn func() (any, error)) (any, error) { panic("being written") }
