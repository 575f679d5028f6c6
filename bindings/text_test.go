package bindings_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rivo/uniseg"
	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
)

// shows runs an expression and gives what it comes to: strings in quotes, lists in braces.
func shows(t *testing.T, expression string) string {
	t.Helper()
	return says(t, `local function show(v)
		if type(v) == "table" then local all = {} for i, one in ipairs(v) do all[i] = show(one) end return "{" .. table.concat(all, " ") .. "}" end
		return type(v) == "string" and "[" .. v .. "]" or tostring(v)
	end
	on.text(function() local all = {} for i, v in ipairs{`+expression+`} do all[i] = show(v) end return #all > 0 and table.concat(all, " ") or "nil" end)`, "x")
}

const family = "👨‍👩‍👧‍👦"

func TestTextsAreCountedInCharacters(t *testing.T) {
	for _, tt := range []struct{ name, expression, want string }{
		{"nothing", `text.len("")`, "0"},
		{"Chinese", `text.len("一杯红茶")`, "4"},
		{"an emoji family is one", `text.len("` + family + `!")`, "2"},
		{"flags", `text.len("🇨🇳🇯🇵")`, "2"},
		{"an accent of its own", `text.len("cafe\204\129")`, "4"},
		{"a key", `text.len("1️⃣2")`, "2"},
		{"lines", `text.len("a\r\nb")`, "3"},
		{"Korean of parts", `text.len("\225\132\128\225\133\161")`, "1"},
		{"accents piled up without end", `text.len("a" .. ("\204\129"):rep(2000))`, "4"},
		{"no UTF-8", `text.len("a\255\254")`, "3"},

		{"the first", `text.sub("一杯红茶", 1, 2)`, "[一杯]"},
		{"to the end", `text.sub("一杯红茶", 3)`, "[红茶]"},
		{"from the end", `text.sub("一杯红茶", -2)`, "[红茶]"},
		{"without the last", `text.sub("一杯红茶", 1, -2)`, "[一杯红]"},
		{"before the first", `text.sub("红茶", -9, 1)`, "[红]"},
		{"beyond the last", `text.sub("红茶", 2, 9)`, "[茶]"},
		{"nothing between", `text.sub("红茶", 2, 1)`, "[]"},
		{"from 0", `text.sub("红茶", 0)`, "[红茶]"},
		{"to 0", `text.sub("红茶", 1, 0)`, "[]"},
		{"far behind", `text.sub("红茶", 7)`, "[]"},
		{"far before", `text.sub("红茶", 1, -9)`, "[]"},
		{"not into a family", `text.sub("a` + family + `b", 2, 2)`, "[" + family + "]"},
		{"string.sub would tear", `text.sub("好评", 1, 1)`, "[好]"},

		{"found", `text.find("我要红茶两杯", "红茶")`, "3 4"},
		{"not found", `text.find("我要红茶", "绿茶")`, "nil"},
		{"the next one", `text.find("茶和茶", "茶", 2)`, "3 3"},
		{"from the end on", `text.find("茶和茶", "茶", -1)`, "3 3"},
		{"from behind the end", `text.find("茶", "茶", 3)`, "nil"},
		{"no pattern", `text.find("a.b", ".")`, "2 2"},
		{"nothing", `text.find("ab", "", 2)`, "2 1"},
		{"nobody of a family", `text.find("` + family + `", "👩")`, "nil"},
		{"a letter without its accent", `text.find("cafe\204\129 e", "e")`, "6 6"},
		{"flags in step", `text.find("🇨🇳🇯🇵", "🇳🇯")`, "nil"},
		{"flags that fall into step", `text.find("🇳🇨🇨🇨", "🇨🇨")`, "2 2"},
		{"a beginning that begins again", `text.find("aabaabaac", "aabaac")`, "4 9"},

		{"begins", `text.starts("订单123", "订单"), text.starts("订单", "订单1"), text.starts("x", "")`, "true false true"},
		{"no part of a family begins it", `text.starts("` + family + `", "👨")`, "false"},
		{"ends", `text.ends("好吗?", "吗?"), text.ends("吗", "好吗"), text.ends("x", "")`, "true false true"},
		{"an accent is no end", `text.ends("e\204\129", "\204\129")`, "false"},

		{"blanks at the ends", `text.trim("\t  红 茶 \226\128\139\239\187\191\n")`, "[红 茶]"},
		{"nothing but blanks", `text.trim("  ")`, "[]"},

		{"at blanks", `text.split("  红茶  2 大 杯 ")`, "{[红茶] [2] [大] [杯]}"},
		{"nothing at blanks", `text.split("  ")`, "{}"},
		{"at a comma", `text.split("a,b,,c", ",")`, "{[a] [b] [] [c]}"},
		{"at nothing there", `text.split("ab", ",")`, "{[ab]}"},
		{"an empty text", `text.split("", ",")`, "{[]}"},
		{"at several", `text.split("红茶,绿茶、乌龙", {",", "、"})`, "{[红茶] [绿茶] [乌龙]}"},
		{"the longer of two", `text.split("a--b-c", {"-", "--"})`, "{[a] [b] [c]}"},
		{"one after the other", `text.split("aaa", "aa")`, "{[] [a]}"},
		{"into characters", `text.split("茶` + family + `!", "")`, "{[茶] [" + family + "] [!]}"},

		{"folded", `text.fold("  ＶＩＰ会员Ａ ")`, "[vip会员a]"},
		{"full and half width", `text.fold("Ｈｅｌｌｏ　ß")`, "[hello ss]"},
		{"columns", `text.width("红茶 tea"), text.width("` + family + `"), text.width("")`, "8 2 0"},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, shows(t, tt.expression)) })
	}
}

// TestCharactersAreThoseOfTheStandard holds the quick way over Chinese and ASCII against the library alone.
func TestCharactersAreThoseOfTheStandard(t *testing.T) {
	pieces := []string{"a", " ", "1", "#", "茶", "あ", "。", "ア", "ﾞ", "\u0301", "\u3099", "\u302A", "\u303D", "\uFE0F", "\u20E3", "\u200D", "👩", "👧", "🇨", "🇳", "🏽", "한", "\u1100", "\u1161", "\r", "\n", "ก", "ำ", "क", "्", "　", "\u00AD"}
	p := program(t, `on.text(function(msg) local s = store.get("s") return text.len(s) .. " " .. text.width(s) .. "\n" .. table.concat(text.split(s, ""), "|") end)`)
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		s := ""
		for range 1 + random.IntN(12) {
			s += pieces[random.IntN(len(pieces))]
		}
		var parts []string
		n, width := 0, 0
		for g := uniseg.NewGraphemes(s); g.Next(); n++ {
			parts, width = append(parts, g.Str()), width+g.Width()
		}
		in := input(text(t, "x"))
		want := fmt.Sprintf("%d %d\n%s", n, width, strings.Join(parts, "|"))
		in.Memory.(*memory).values["s"] = jsonText(s)
		out, err := p.Answer(t.Context(), in)
		require.NoError(t, err, "%q", s)
		require.Equal(t, want, out.Reply.Content, "%q", s)
	}
}

func jsonText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		if r < 0x20 || r == '"' || r == '\\' {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String() + `"`
}

// TestWhatIsFoundIsThere: sub at what find gives is the part, for texts in which characters and bytes are at odds.
func TestWhatIsFoundIsThere(t *testing.T) {
	p := program(t, `on.text(function(msg)
		local s, part = msg.content:match("(.*)/(.*)")
		local from, to = text.find(s, part)
		if from and text.sub(s, from, to) ~= part then return "at odds" end
		if text.starts(s, part) ~= (text.sub(s, 1, text.len(part)) == part) then return "starts" end
		if part ~= "" and text.ends(s, part) ~= (text.sub(s, -text.len(part)) == part) then return "ends" end
		if part ~= "" and table.concat(text.split(s, part), part) ~= s then return "split" end
		return from and "found" or "not found"
	end)`)
	pieces := []string{"a", "a", "茶", "🇨", "🇳", "👩", "\u200D", "\u0301"}
	random := rand.New(rand.NewPCG(3, 4))
	found := map[string]int{}
	for range 500 {
		word := func(most int) (s string) {
			for range 1 + random.IntN(most) {
				s += pieces[random.IntN(len(pieces))]
			}
			return s
		}
		s := word(12) + "/" + word(3)
		out := answer(t, p, text(t, s))
		found[out.Reply.Content]++
		require.Contains(t, []string{"found", "not found"}, out.Reply.Content, "%q", s)
	}
	require.Greater(t, found["found"], 50)
	require.Greater(t, found["not found"], 50)
}

func TestMarkupIsTakenOff(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"none", "3 > 2", "3 > 2"},
		{"a link", `看<a href="https://example.com/">这里</a>吧`, "看这里吧"},
		{"a tap", `<a href="weixin://bizmsgmenu?msgmenucontent=转账&msgmenuid=1">小明</a>`, "小明"},
		{"capitals", `<A HREF='x'>a</A>`, "a"},
		{"a line", "甲<br>乙<BR />丙", "甲\n乙\n丙"},
		{"sums", "3 < 5, 6 > 4, a<1>b", "3 < 5, 6 > 4, a<1>b"},
		{"Chinese in brackets", "<红茶>", "<红茶>"},
		{"a heart", "I <3 you", "I <3 you"},
		{"what is left makes none", `<<a>a href="x">y</<b>a>`, "y"},
		{"twice", `<<<b>b>a href="x">y`, "y"},
		{"an end that comes later", `小明<a href="weixin://bizmsgmenu?msgmenucontent=转账"`, `小明a href="weixin://bizmsgmenu?msgmenucontent=转账"`},
		{"open twice", `<<a href=`, `a href=`},
		{"open at the end", `小明<`, "小明"},
		{"open and a blank", "小明< \u200B", "小明 \u200B"},
		{"what nobody sees stands before the name", "<\u200B\x01a href='x'>y</ a>", "y"},
		{"a < in a tag", `<a href="1<2">y</a>`, "y"},
		{"more of them than anybody means", strings.Repeat("<", 1001) + "5", strings.Repeat("<", 1000) + "5"},
		{"a comment", "<!-- x -->y", "y"},
		{"no UTF-8", "<a\xff>y\xff", "y\uFFFD"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			for i := range len(tt.text) {
				fmt.Fprintf(&b, `\%03d`, tt.text[i])
			}
			require.Equal(t, "["+tt.want+"]", shows(t, `text.plain("`+b.String()+`")`))
		})
	}
}

// TestNoMarkupComesBack puts pieces of tags together at random: no text that was plain has a tag, and none that
// begins with it.
func TestNoMarkupComesBack(t *testing.T) {
	p := program(t, `on.text(function(msg)
		local once = text.plain(msg.session.s .. msg.session.t)
		local put = text.plain(msg.session.s) .. msg.session.t
		return once .. "\n" .. put
	end)`)
	pieces := []string{"<", "<", ">", "a", "/", " ", "5", "茶", `"`, "\u200B", "br"}
	random := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		s := ""
		for range random.IntN(14) {
			s += pieces[random.IntN(len(pieces))]
		}
		in := input(text(t, "x"))
		in.Memory.(*memory).session = `{"s":` + jsonText(s) + `,"t":"a href='x'>y"}`
		out, err := p.Answer(t.Context(), in)
		require.NoError(t, err)
		require.NotRegexp(t, `<[\s\x{200B}]*(/|[a-z])[^>]*>`, out.Reply.Content, "%q", s)
	}
}

func TestTextsThatAreWrong(t *testing.T) {
	for _, tt := range []struct{ name, call, want string }{
		{"a number", `text.len(5)`, "main.lua:1: text.len: argument 1 (text) is a number; want a string"},
		{"no place", `text.sub("a", 1.5)`, "text.sub: argument 2 (from) is a number; want a whole number"},
		{"a long part", `text.find("a", ("x"):rep(65537))`, "text.find: argument 2 (part) is 65537 bytes long; want at most 65536"},
		{"a long separator", `text.split("a", ("x"):rep(65537))`, "text.split: argument 2 (separator) is 65537 bytes long; want at most 65536"},
		{"no separator", `text.split("a", {})`, "text.split: argument 2 (separator) has 0 separators; want 1 to 16 of them"},
		{"an empty one", `text.split("a", {""})`, `text.split: argument 2 (separator): item 1 is ""; want a separator: 1 to 65536 bytes`},
		{"too many parts", `text.split((","):rep(262143), ",")`, "text.split: more than 262143 parts; that is all that a list holds"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Contains(t, fails(t, `on.text(function() return tostring(`+tt.call+`) end)`), tt.want)
		})
	}
}

// TestTextsCostWhatTheyAreLong: whatever the text, a function charges some steps for each byte of it, and no more: what
// it does takes a time that grows with the text and not faster.
func TestTextsCostWhatTheyAreLong(t *testing.T) {
	eng, err := theEngine()
	require.NoError(t, err)
	run := func(t *testing.T, main string, instructions int64) error {
		limits := unhurried(engine.Limits{Instructions: instructions})
		p, err := bindings.Compile(t.Context(), eng, files{"main.lua": main}.snapshot(), limits, config())
		require.NoError(t, err)
		_, err = p.Answer(t.Context(), input(text(t, "x")))
		return err
	}
	const size = 1 << 20
	flag, letter := "\\240\\159\\135\\168", "a\\204\\129"
	for _, tt := range []struct {
		name, piece, call string
	}{
		{"len of Chinese", "茶", `text.len(s)`},
		{"len of flags", flag, `text.len(s)`},
		{"len of one letter's accents", "\\204\\129", `text.len(s)`},
		{"sub", letter, `text.sub(s, -2, -1)`},
		{"find of flags out of step", flag, `text.find(s, ("` + flag + `"):rep(10001))`},
		{"find of what nearly fits", "a", `text.find(s, ("a"):rep(60000) .. "b")`},
		{"starts", flag, `text.starts(s, s)`},
		{"ends", flag, `text.ends(s, "` + flag + `")`},
		{"trim", " ", `text.trim(s)`},
		{"split at what is not there", "a", `text.split(s, {("a"):rep(60000) .. "b", ("a"):rep(60000) .. "c"})`},
		{"fold", "Ａ", `text.fold(s)`},
		{"width", "👩\\226\\128\\141", `text.width(s)`},
		{"plain of what is open", "<", `text.plain(s)`},
		{"plain of tags in tags", "<<a>", `text.plain(s)`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			main := fmt.Sprintf(`on.text(function() local s = ("%s"):rep(%d) for i = 1, 4 do local _ = %s end end)`, tt.piece, size/len(tt.piece), tt.call)
			require.NoError(t, run(t, main, 4*16*size))
			require.ErrorContains(t, run(t, main, 4*size/64), "over the limit instructions")
		})
	}
}
