package syntax

// Texts counts the string constants of a source file. Of one that cannot be read it has those before the fault.
func Texts(source []byte) (count map[string]int) {
	count = map[string]int{}
	s := newScanner(source)
	defer func() {
		if r := recover(); r != nil {
			if _, ours := r.(*Error); !ours {
				panic(r)
			}
		}
	}()
	for {
		switch tok := s.scan(); tok.kind {
		case tokEOF:
			return count
		case tokString:
			count[tok.text]++
		}
	}
}
