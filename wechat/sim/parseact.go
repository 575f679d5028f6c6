package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// kind is one word of ParseAct.
type kind struct {
	name, usage string
	least, most int
	make        func(args []string) (Act, error)
}

func simple(f func(string) Act) func([]string) (Act, error) {
	return func(args []string) (Act, error) { return f(at(args, 0)), nil }
}

func at(args []string, i int) string {
	if i < len(args) {
		return args[i]
	}
	return ""
}

func kinds() []kind {
	list := []kind{
		{"text", "CONTENT", 1, 1, simple(Text)},
		{"msgmenu", "ID CONTENT", 2, 2, func(a []string) (Act, error) { return MenuText(a[0], a[1]), nil }},
		{"image", "[MEDIA_ID]", 0, 1, simple(Image)},
		{"voice", "[MEDIA_ID [RECOGNITION]]", 0, 2, func(a []string) (Act, error) { return Voice(at(a, 0), at(a, 1)), nil }},
		{"video", "[MEDIA_ID]", 0, 1, simple(Video)},
		{"shortvideo", "[MEDIA_ID]", 0, 1, simple(ShortVideo)},
		{"location", "LATITUDE LONGITUDE [LABEL]", 2, 3, withPlace(Location)},
		{"link", "URL [TITLE [DESCRIPTION]]", 1, 3, func(a []string) (Act, error) { return Link(at(a, 1), at(a, 2), a[0]), nil }},
		{"file", "TITLE", 1, 1, simple(func(s string) Act { return File(s, 20480) })},
		{"subscribe", "[SCENE]", 0, 1, func(a []string) (Act, error) { return Subscribe(strings.TrimPrefix(at(a, 0), "scene=")), nil }},
		{"unsubscribe", "", 0, 0, func([]string) (Act, error) { return Unsubscribe(), nil }},
		{"scan", "SCENE", 1, 1, simple(Scan)},
		{"ticket", "TICKET", 1, 1, simple(ScanTicket)},
		{"tap", "NAME", 1, 1, simple(Tap)},
		{"click", "KEY", 1, 1, simple(Click)},
		{"view", "URL", 1, 1, simple(View)},
		{"view_miniprogram", "PATH", 1, 1, simple(ViewMiniProgram)},
		{"location_select", "KEY LATITUDE LONGITUDE [LABEL]", 3, 4, pickPlace},
		{"position", "LATITUDE LONGITUDE", 2, 2, withPlace(func(x, y float64, _ string) Act { return Position(x, y, 40) })},
		{"consent", "TEMPLATE_ID [accept|reject]", 1, 2, func(a []string) (Act, error) { return Consent(a[0], at(a, 1) != "reject"), nil }},
		{"again", "", 0, 0, func([]string) (Act, error) { return Again(), nil }},
		{"event", "NAME [FIELD=VALUE …]", 1, 100, namedEvent},
	}
	for _, event := range []string{"scancode_push", "scancode_waitmsg"} {
		list = append(list, kind{event, "KEY RESULT", 2, 2, func(a []string) (Act, error) {
			return ScanCode(event, a[0], "qrcode", a[1]), nil
		}})
	}
	for _, event := range []string{"pic_sysphoto", "pic_photo_or_album", "pic_weixin"} {
		list = append(list, kind{event, "KEY", 1, 1, func(a []string) (Act, error) { return Photos(event, a[0], 1), nil }})
	}
	return list
}

// Kinds lists the words that ParseAct knows with their arguments: "click KEY".
func Kinds() []string {
	var lines []string
	for _, k := range kinds() {
		lines = append(lines, strings.TrimSpace(k.name+" "+k.usage))
	}
	return lines
}

// ParseAct makes an act from words, as `moonwire send` and the control interface take them: "text" and the
// content, "click" and the key, "event" and any name with FIELD=VALUE pairs. The error says what is wanted.
func ParseAct(word string, args ...string) (Act, error) {
	list := kinds()
	i := slices.IndexFunc(list, func(k kind) bool { return strings.EqualFold(k.name, word) })
	if i < 0 {
		return Act{}, fmt.Errorf("%q is nothing a fan does; want one of: %s", word, strings.Join(Kinds(), ", "))
	}
	k := list[i]
	if len(args) < k.least || len(args) > k.most {
		return Act{}, fmt.Errorf("%s wants: %s", k.name, strings.TrimSpace(k.name+" "+k.usage))
	}
	act, err := k.make(args)
	if err != nil {
		return Act{}, fmt.Errorf("%s: %w", k.name, err)
	}
	return act, nil
}

func place(latitude, longitude string) (x, y float64, err error) {
	x, err1 := strconv.ParseFloat(latitude, 64)
	y, err2 := strconv.ParseFloat(longitude, 64)
	if err1 != nil || err2 != nil || x < -90 || x > 90 || y < -180 || y > 180 {
		return 0, 0, fmt.Errorf("want latitude (-90 to 90) and longitude (-180 to 180), got %q %q", latitude, longitude)
	}
	return x, y, nil
}

func withPlace(f func(x, y float64, label string) Act) func([]string) (Act, error) {
	return func(a []string) (Act, error) {
		x, y, err := place(a[0], a[1])
		if err != nil {
			return Act{}, err
		}
		return f(x, y, at(a, 2)), nil
	}
}

func pickPlace(a []string) (Act, error) {
	x, y, err := place(a[1], a[2])
	if err != nil {
		return Act{}, err
	}
	return PickLocation(a[0], x, y, at(a, 3)), nil
}

func namedEvent(a []string) (Act, error) {
	var fields []Field
	for _, pair := range a[1:] {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return Act{}, fmt.Errorf("want FIELD=VALUE, got %q", pair)
		}
		fields = append(fields, field(name, value))
	}
	return Event(a[0], fields...), nil
}
