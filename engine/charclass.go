package engine

// Character classes of Lua 5.1 patterns in the C locale: bytes from 0x80 on are in none of them.
const (
	classAlpha uint16 = 1 << iota
	classControl
	classDigit
	classLower
	classPunct
	classSpace
	classUpper
	classHex
	classZero
)

// classOf says for every byte in which classes it is.
var classOf = func() (of [256]uint16) {
	set := func(from, to byte, class uint16) {
		for c := int(from); c <= int(to); c++ {
			of[c] |= class
		}
	}
	set('a', 'z', classAlpha|classLower)
	set('A', 'Z', classAlpha|classUpper)
	set('0', '9', classDigit|classHex)
	set('a', 'f', classHex)
	set('A', 'F', classHex)
	set(0, 31, classControl)
	set(127, 127, classControl)
	set('\t', '\r', classSpace)
	set(' ', ' ', classSpace)
	set('!', '/', classPunct)
	set(':', '@', classPunct)
	set('[', '`', classPunct)
	set('{', '~', classPunct)
	set(0, 0, classZero)
	return of
}()

// classNamed says which classes a letter after % stands for, 0 for a byte that stands for itself.
var classNamed = func() (named [256]uint16) {
	for letter, class := range map[byte]uint16{
		'a': classAlpha, 'c': classControl, 'd': classDigit, 'l': classLower, 'p': classPunct,
		's': classSpace, 'u': classUpper, 'w': classAlpha | classDigit, 'x': classHex, 'z': classZero,
	} {
		named[letter], named[letter-'a'+'A'] = class, class
	}
	return named
}()

// inClass reports whether c is in what %letter stands for; a capital letter stands for the rest.
func inClass(c, letter byte) bool {
	class := classNamed[letter]
	if class == 0 {
		return c == letter
	}
	return (classOf[c]&class != 0) == (letter >= 'a')
}
