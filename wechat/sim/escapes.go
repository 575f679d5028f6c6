package sim

import (
	"bytes"
	"strconv"
	"unicode"
)

// hasEscapes looks for \uXXXX in a JSON text; an escaped backslash before u is none.
func hasEscapes(body []byte) bool {
	for i := 0; i < len(body)-1; i++ {
		if body[i] != '\\' {
			continue
		}
		if body[i+1] == 'u' {
			return true
		}
		i++
	}
	return false
}

// literally keeps the \uXXXX escapes of a JSON text that need not be there, those of < > & and of everything
// beyond ASCII, from being read: the fan sees them as they are written.
func literally(body []byte) []byte {
	var out bytes.Buffer
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' || i+1 == len(body) {
			out.WriteByte(body[i])
			continue
		}
		if needless(body[i+1:]) {
			out.WriteByte('\\')
		}
		out.Write(body[i : i+2])
		i++
	}
	return out.Bytes()
}

// needless says whether an escape, seen from behind its backslash, is of a character that JSON takes as it is.
func needless(escape []byte) bool {
	if len(escape) < 5 || escape[0] != 'u' {
		return false
	}
	char, err := strconv.ParseUint(string(escape[1:5]), 16, 16)
	return err == nil && (char > unicode.MaxASCII || char == '<' || char == '>' || char == '&')
}
