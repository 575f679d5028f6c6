// Package mask takes secrets out of what other systems say.
//
//	m := mask.New("sk-0123456789abcdef")
//	m.Text(`{"echo":"sk\u002d0123456789abcdef"}`) // {"echo":"[redacted]"}
//
// A secret is found however each of its letters is written (as itself, in percent signs, as an escape of JSON, of JavaScript
// or of HTML, in large letters or small, and escaped again), and in hex and base64, written likewise. That is against
// accidents: servers that echo what they got. Whoever holds a secret and wants to give it away finds a way to write it.
//
// To change what is found, read form.go; how escapes are read, layer.go; how text that comes in pieces is masked, stream.go.
//
// A Mask is safe for concurrent use, a Stream is not. The nil Mask masks nothing.
package mask
