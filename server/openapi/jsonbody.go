package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"unicode/utf8"

	"moonwire/wechat"
)

// maxDepth is how many objects and lists a body may hold inside each other.
const maxDepth = 16

// bodyBounds hold before a body is parsed; jsonReader names the place where one is too deep.
var bodyBounds = wechat.JSONBounds{Depth: 1_000, Values: 50_000}

// maxBodyBytes is how large a body may be where a method says nothing else.
const maxBodyBytes = 1 << 20

// ErrCrowded is the error of reading a body that was given up because too much was arriving.
var ErrCrowded = errors.New("too many bodies are arriving at once, and this one took the longest")

// readBody reads the body of a request, at most so many bytes. None at all stands for {}.
func readBody(w http.ResponseWriter, r *http.Request, most int64) ([]byte, *Failure) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		f := BadField("body", fmt.Sprintf("is larger than %d MiB", most>>20))
		f.Status = http.StatusRequestEntityTooLarge
		return nil, f
	case errors.Is(err, ErrCrowded):
		return nil, &Failure{Kind: RateLimited, Status: http.StatusServiceUnavailable, Message: ErrCrowded.Error() + "; ask again"}
	case err != nil:
		return nil, BadField("body", "did not arrive whole")
	case len(bytes.TrimSpace(body)) == 0:
		return []byte("{}"), nil
	}
	return body, nil
}

// ReadJSON reads one JSON value: nil, bool, json.Number, string, []any and map[string]any. It refuses what
// decoders read in different ways: a name twice in one object, and bytes that are not UTF-8.
func ReadJSON(body []byte) (any, *Failure) {
	if !utf8.Valid(body) {
		return nil, BadField("body", "is not UTF-8")
	}
	if at, why := bodyBounds.Check(body); why != "" {
		return nil, BadField("body", fmt.Sprintf("%s, from byte %d on", why, at+1))
	}
	var raw json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, BadField("body", notJSON(err))
	}
	w := jsonReader{json.NewDecoder(bytes.NewReader(body))}
	w.d.UseNumber()
	return w.value("", 1)
}

func notJSON(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("is not JSON, from byte %d on", syntax.Offset)
	}
	return "is not JSON"
}

// jsonReader walks over JSON that is known to be well-formed.
type jsonReader struct{ d *json.Decoder }

func (w jsonReader) value(at string, depth int) (any, *Failure) {
	token, err := w.d.Token()
	if err != nil {
		return nil, BadField("body", notJSON(err))
	}
	delim, nested := token.(json.Delim)
	switch {
	case !nested:
		return token, nil
	case depth > maxDepth:
		return nil, BadField(orBody(at), fmt.Sprintf("is nested deeper than %d levels", maxDepth))
	case delim == '[':
		return w.list(at, depth)
	}
	return w.object(at, depth)
}

func (w jsonReader) list(at string, depth int) (any, *Failure) {
	list := []any{}
	for w.d.More() {
		item, f := w.value(fmt.Sprintf("%s[%d]", at, len(list)+1), depth+1)
		if f != nil {
			return nil, f
		}
		list = append(list, item)
	}
	return list, w.end()
}

func (w jsonReader) object(at string, depth int) (any, *Failure) {
	object := map[string]any{}
	for w.d.More() {
		token, err := w.d.Token()
		key, ok := token.(string)
		if err != nil || !ok {
			return nil, BadField("body", "is not JSON")
		}
		if _, twice := object[key]; twice {
			return nil, BadField(join(at, key), "stands twice in one object")
		}
		value, f := w.value(join(at, key), depth+1)
		if f != nil {
			return nil, f
		}
		object[key] = value
	}
	return object, w.end()
}

// end takes the closing bracket.
func (w jsonReader) end() *Failure {
	if _, err := w.d.Token(); err != nil {
		return BadField("body", notJSON(err))
	}
	return nil
}
