package luaprogram

// Layout writes a text over odd lines, with blanks and comments between its tokens. No line breaks before a
// parenthesis, for there Lua 5.1 cannot tell a call from a new statement.
func Layout(text string, c Choices) string {
	tokens := Tokens(text)
	for i := range tokens {
		t := &tokens[i]
		odd := []string{"\n", " ", "\t", "\n\n", " --[[ c ]] ", " -- c\n", " --[==[ ]]\n ]==] ", "\r\n", " \n  "}
		if t.Text == "(" {
			odd = []string{" ", "\t", " --[[ c ]] "}
		}
		if c.IntN(4) == 1 {
			t.Before += odd[c.IntN(len(odd))]
		}
	}
	return Join(tokens)
}
