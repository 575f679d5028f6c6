package luaprogram

import "strings"

// Mutate changes one to three tokens of a text at random: the result may or may not be Lua.
func Mutate(text string, c Choices) string {
	tokens := Tokens(text)
	for n := 1 + c.IntN(3); n > 0 && len(tokens) > 1; n-- {
		tokens = mutated(tokens, c)
	}
	return Join(tokens)
}

func mutated(tokens []Token, c Choices) []Token {
	i := c.IntN(len(tokens))
	t := &tokens[i]
	switch c.IntN(10) {
	case 0, 1:
		return append(tokens[:i:i], tokens[i+1:]...)
	case 2:
		return inserted(tokens, i, Token{" ", t.Text})
	case 3:
		j := min(i+1, len(tokens)-1)
		tokens[i].Text, tokens[j].Text = tokens[j].Text, tokens[i].Text
	case 4, 5:
		t.Before, t.Text = t.Before+" ", oddToken(c)
	case 6:
		return inserted(tokens, i, Token{" ", oddToken(c)})
	case 7:
		t.Before += "\n"
	case 8:
		return tokens[:i+1]
	default:
		t.Text = bent(t.Text, c)
	}
	return tokens
}

func inserted(tokens []Token, i int, t Token) []Token {
	return append(append(tokens[:i:i], t), tokens[i:]...)
}

func oddToken(c Choices) string {
	all := strings.Split("; ; ; ( ) { } [ ] , = == ~= < .. ... . : + - # not and or if then else elseif end do while repeat until for in function local return break nil true x y 1 0x 3x 1e 08 .5 'a' [[b]] [=[c]=] -- ~ ! @ $ & \\ ' \" [=", " ")
	return all[c.IntN(len(all))]
}

// bent cuts a token or puts a letter into it.
func bent(text string, c Choices) string {
	i := c.IntN(len(text) + 1)
	if c.IntN(2) == 0 {
		return text[:i]
	}
	letters := []string{"e", "x", "0", ".", "\\", "\n", "'", "\"", "]", "_", "\\9", "\\300", "é"}
	return text[:i] + letters[c.IntN(len(letters))] + text[i:]
}
