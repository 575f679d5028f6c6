package sim

// ReadReply judges an answer as a plain or safe account's platform does.
func ReadReply(s *Account, to string, answer []byte) (*Shown, error) {
	set, err := s.complete()
	if err != nil {
		return nil, err
	}
	opened, err := set.open(answer)
	if err != nil {
		return nil, err
	}
	r := &delivering{p: New(Options{}), a: newAccount(set, nil), set: set, out: &outgoing{to: set.OriginalID, from: to}}
	return r.read(opened)
}

// Literally makes escapes that need not be part of the text.
func Literally(body []byte) []byte { return literally(body) }

// ErrorTexts are the errmsg texts by errcode.
func ErrorTexts() map[int]string { return errorTexts }

// Library lists what the library of templates has, by the ids that take a template of it.
func Library() []string {
	var shorts []string
	for _, s := range library() {
		shorts = append(shorts, s.short)
	}
	return shorts
}

// Paths lists the addresses of the server API that are answered.
func Paths() []string {
	var paths []string
	for _, r := range routes() {
		paths = append(paths, r.path)
	}
	return paths
}
