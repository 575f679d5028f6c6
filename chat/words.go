package chat

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"moonwire/wechat"
	"moonwire/wechat/sim"
)

// Kind is one thing that a fan can do, as it is written on a command line.
type Kind struct {
	Name  string
	Args  string // what follows, for help
	About string
	act   func(args []string) (sim.Act, error)
	min   int
}

// Kinds lists what a fan can do.
func Kinds() []Kind {
	return []Kind{
		{"text", "WORDS…", "a text message", words(sim.Text), 1},
		{"image", "[MEDIA_ID]", "a picture", one(sim.Image), 0},
		{"voice", "[MEDIA_ID [TRANSCRIPT]]", "a voice message", two(sim.Voice), 0},
		{"video", "[MEDIA_ID]", "a video", one(sim.Video), 0},
		{"shortvideo", "[MEDIA_ID]", "a video recorded in the chat", one(sim.ShortVideo), 0},
		{"location", "LATITUDE LONGITUDE [LABEL]", "a place", location, 2},
		{"link", "TITLE DESCRIPTION URL", "a shared page", link, 3},
		{"file", "NAME [BYTES]", "a file", file, 1},
		{"subscribe", "[SCENE]", "follow the account, by a QR code with a scene", one(sim.Subscribe), 0},
		{"unsubscribe", "", "leave", none(sim.Unsubscribe), 0},
		{"scan", "SCENE", "scan a QR code", one(sim.Scan), 1},
		{"click", "KEY", "tap a menu button", one(sim.Click), 1},
		{"view", "URL", "open a page from the menu", one(sim.View), 1},
		{"tap", "NAME", "tap the entry of the current menu with this name", one(sim.Tap), 1},
		{"position", "LATITUDE LONGITUDE [PRECISION]", "the report of a position", position, 2},
		{"event", "NAME [Field=value…]", "any event", anyEvent, 1},
		{"message", "MSGTYPE [Field=value…]", "a message of any kind", anyMessage, 1},
		{"again", "", "the last push once more, as WeChat repeats it", none(sim.Again), 0},
	}
}

// Parse turns words into an act. The error says what is allowed.
func Parse(kind string, args []string) (sim.Act, error) {
	for _, k := range Kinds() {
		if k.Name != kind {
			continue
		}
		if len(args) < k.min {
			return sim.Act{}, fmt.Errorf("%s %s: something is missing", k.Name, k.Args)
		}
		act, err := k.act(args)
		if err != nil {
			return act, fmt.Errorf("%s %s: %w", k.Name, k.Args, err)
		}
		return act, nil
	}
	return sim.Act{}, fmt.Errorf("no kind %q: there are %s", kind, strings.Join(kindNames(), ", "))
}

func kindNames() []string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, k.Name)
	}
	slices.Sort(names)
	return names
}

func words(f func(string) sim.Act) func([]string) (sim.Act, error) {
	return func(args []string) (sim.Act, error) { return f(strings.Join(args, " ")), nil }
}

func none(f func() sim.Act) func([]string) (sim.Act, error) {
	return func(args []string) (sim.Act, error) { return f(), atMost(args, 0) }
}

func one(f func(string) sim.Act) func([]string) (sim.Act, error) {
	return func(args []string) (sim.Act, error) { return f(arg(args, 0)), atMost(args, 1) }
}

func two(f func(a, b string) sim.Act) func([]string) (sim.Act, error) {
	return func(args []string) (sim.Act, error) { return f(arg(args, 0), arg(args, 1)), atMost(args, 2) }
}

func arg(args []string, i int) string {
	if i < len(args) {
		return args[i]
	}
	return ""
}

func atMost(args []string, n int) error {
	if len(args) > n {
		return fmt.Errorf("%q is too much", args[n])
	}
	return nil
}

func location(args []string) (sim.Act, error) {
	lat, long, err := degrees(args)
	return sim.Location(lat, long, strings.Join(args[2:], " ")), err
}

func position(args []string) (sim.Act, error) {
	lat, long, err := degrees(args)
	precision := 40.0
	if err == nil && len(args) > 2 {
		precision, err = strconv.ParseFloat(args[2], 64)
	}
	return sim.Position(lat, long, precision), err
}

func degrees(args []string) (lat, long float64, err error) {
	if lat, err = strconv.ParseFloat(args[0], 64); err != nil || lat < -90 || lat > 90 {
		return 0, 0, fmt.Errorf("%q is no latitude", args[0])
	}
	if long, err = strconv.ParseFloat(args[1], 64); err != nil || long < -180 || long > 180 {
		return 0, 0, fmt.Errorf("%q is no longitude", args[1])
	}
	return lat, long, nil
}

func link(args []string) (sim.Act, error) {
	return sim.Link(args[0], args[1], args[2]), atMost(args, 3)
}

func file(args []string) (sim.Act, error) {
	if len(args) == 1 {
		return sim.File(args[0], 1024), nil
	}
	size, err := strconv.Atoi(args[1])
	if err != nil || size < 0 {
		return sim.Act{}, fmt.Errorf("%q is no size in bytes", args[1])
	}
	return sim.File(args[0], size), atMost(args, 2)
}

func anyEvent(args []string) (sim.Act, error) {
	fields, err := fieldsOf(args[1:])
	return sim.Event(args[0], fields...), err
}

func anyMessage(args []string) (sim.Act, error) {
	fields, err := fieldsOf(args[1:])
	return sim.Message(args[0], fields...), err
}

func fieldsOf(args []string) ([]wechat.Field, error) {
	var fields []wechat.Field
	for _, a := range args {
		name, value, ok := strings.Cut(a, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("%q: want Field=value", a)
		}
		fields = append(fields, wechat.Field{Name: name, Value: value})
	}
	return fields, nil
}
