package words

// Code names a kind of finding. It never changes: people look it up and tools filter by it.
type Code string

// Entry is one kind of finding in the catalogue.
type Entry struct {
	Code  Code
	Title Text // what it is about, as a heading
	Cause Text // "" where Lua itself says what is wrong
	Cure  Text
	About Text // a paragraph for who wants to know more

	// Wrong and Right are an example: Lua, or the file that they name in their first line.
	Wrong, Right string
}

// Message is what somebody is told.
type Message struct {
	Code        Code
	Cause, Cure Text
}

// Say makes the message of a code; values alternate with the names of the places that they stand in: "name", "repy".
func Say(code Code, values ...string) Message {
	e, _ := Find(code)
	return Message{code, e.Cause.fill(values), e.Cure.fill(values)}
}

// Cured is the message with a better cure, if there is one.
func (m Message) Cured(cure Text) Message {
	if cure != (Text{}) {
		m.Cure = cure
	}
	return m
}

// Find looks a code up.
func Find(code Code) (Entry, bool) {
	for _, list := range [][]Entry{checks, beside, syntaxes, runs} {
		for _, e := range list {
			if e.Code == code {
				return e, true
			}
		}
	}
	return Entry{}, false
}

// Catalogue is every kind of finding, in the order of its page.
func Catalogue() (all []Entry) {
	for _, list := range [][]Entry{checks, beside, syntaxes, runs} {
		all = append(all, list...)
	}
	return all
}
