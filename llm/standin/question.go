package standin

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"time"
)

type (
	question struct {
		Model    string         `json:"model"`
		Messages []message      `json:"messages"`
		Stream   bool           `json:"stream"`
		Options  *streamOptions `json:"stream_options"`
		Tools    []tool         `json:"tools"`
	}
	streamOptions struct {
		IncludeUsage bool `json:"include_usage"`
	}
	message struct {
		Role    string `json:"role"`
		Content string `json:"content"`
		CallID  string `json:"tool_call_id,omitempty"`
	}
	tool struct {
		Function struct {
			Name       string `json:"name"`
			Parameters struct {
				Properties map[string]struct {
					Type string `json:"type"`
				} `json:"properties"`
				Required []string `json:"required"`
			} `json:"parameters"`
		} `json:"function"`
	}
)

// last is the last message, and the last one of the fan.
func (q *question) last() (last, fan message) {
	for _, m := range q.Messages {
		if last = m; m.Role == "user" {
			fan = m
		}
	}
	return last, fan
}

// words are what the stand-in was asked to do.
type words map[string]string

var wordShape = regexp.MustCompile(`#([a-z]+)(?:=(\S+))?`)

func (w words) read(text string) {
	for _, m := range wordShape.FindAllStringSubmatch(text, -1) {
		w[m[1]] = m[2]
	}
}

// words of a question: those of the system, then the fan's, then those set for it.
func (q *question) words(set string) words {
	w := words{}
	for _, m := range q.Messages {
		if m.Role == "system" {
			w.read(m.Content)
		}
	}
	_, fan := q.last()
	w.read(fan.Content)
	w.read(set)
	return w
}

func (w words) has(name string) bool { _, is := w[name]; return is }

func (w words) number(name string, most int) int {
	n, err := strconv.Atoi(w[name])
	if err != nil || n < 0 {
		return 0
	}
	return min(n, most)
}

// longest is how long the stand-in may be made to wait.
const longest = 5 * time.Minute

func (w words) duration(name string) time.Duration {
	d, err := time.ParseDuration(w[name])
	if err != nil || d < 0 {
		return 0
	}
	return min(d, longest)
}

// arguments makes arguments up that fit a function.
func (t *tool) arguments() string {
	args := map[string]any{}
	for _, name := range slices.Sorted(slices.Values(t.Function.Parameters.Required)) {
		switch t.Function.Parameters.Properties[name].Type {
		case "number", "integer":
			args[name] = 1
		case "boolean":
			args[name] = true
		default:
			args[name] = "北京"
		}
	}
	b, _ := json.Marshal(args)
	return string(b)
}
