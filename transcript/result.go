package transcript

// Result is what came of one test.
type Result struct {
	Account      string   `json:"account"`
	File         string   `json:"file"`           // demo/tests/order.chat
	Name         string   `json:"name,omitempty"` // of a test in Lua
	Milliseconds int64    `json:"ms"`
	Failure      *Failure `json:"failure,omitempty"` // nil: it is as it should be
}

// Title is how the test is called: its file, and its name in it.
func (r Result) Title() string {
	if r.Name == "" {
		return r.File
	}
	return r.File + " " + r.Name
}

// Kind tells one failure from the next.
type Kind string

// The kinds of failures.
const (
	Unreadable Kind = "unreadable" // the test itself is written wrong
	Broken     Kind = "broken"     // the account does not load, or a save does not
	Wrong      Kind = "wrong"      // the bot said something else
	Missing    Kind = "missing"    // the bot said nothing
	Unexpected Kind = "unexpected" // the bot said what nobody expected
	Crash      Kind = "crash"      // a script failed
	Undeclared Kind = "undeclared" // a script called a server that the test does not declare
	Endless    Kind = "endless"    // the test does not end
	Internal   Kind = "internal"   // a bug of ours
)

// Kinds lists them, with what is said of each.
func Kinds() []struct {
	Kind Kind
	Says string
} {
	return []struct {
		Kind Kind
		Says string
	}{
		{Unreadable, "the test cannot be read"},
		{Broken, "the scripts do not load"},
		{Wrong, "not what was expected"},
		{Missing, "the bot said nothing"},
		{Unexpected, "nobody expected this"},
		{Crash, "a script failed"},
		{Undeclared, "a call of another server that is not declared"},
		{Endless, "the test does not end"},
		{Internal, "a bug of Moonwire's"},
	}
}

// Failure is why a test is not as it should be.
type Failure struct {
	Kind    Kind   `json:"kind"`
	Line    int    `json:"line,omitempty"` // of the test; 0 = the whole
	Message string `json:"message"`
	Want    string `json:"want,omitempty"`
	Got     string `json:"got,omitempty"`
	Box     string `json:"box,omitempty"`  // the error of a script, as people read it
	Chat    []Said `json:"chat,omitempty"` // so far, the last with the fault
}

// Said is one line of a chat as it went.
type Said struct {
	Who  string `json:"who"`            // a fan's name, bot or WeChat
	To   string `json:"to,omitempty"`   // the fan, where there are several
	Text string `json:"text"`           // its further lines behind \n
	Push bool   `json:"push,omitempty"` // it was no reply
	Bad  bool   `json:"bad,omitempty"`  // this one is wrong
	Note string `json:"note,omitempty"` // why the fan did not see it
}
