package sim

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// fail is an error of the API: an errcode, and more of the answer.
type fail struct {
	code   int
	detail string
	extra  map[string]any
}

func (f *fail) Error() string { return fmt.Sprintf("%d %s", f.code, f.message()) }

func (f *fail) message() string {
	text := errorTexts[f.code]
	if text == "" {
		text = "error"
	}
	if f.detail != "" {
		text += " " + f.detail
	}
	return text
}

// refuse is an error with this errcode; detail is put behind the errmsg.
func refuse(code int, detail ...any) error {
	f := &fail{code: code}
	if len(detail) > 0 {
		f.detail = strings.TrimSuffix(fmt.Sprintln(detail...), "\n")
	}
	return f
}

// okay is the answer of calls that give nothing else back.
type okay struct {
	ErrCode int    `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
}

func done() okay { return okay{ErrMsg: "ok"} }

// blob is an answer that is a file.
type blob struct {
	contentType, filename string
	data                  []byte
}

// answer is what goes back over HTTP.
type answer struct {
	status      int
	contentType string
	filename    string
	body        []byte
	errcode     int
}

// answer turns the outcome of an API into bytes. Business errors come with status 200, like successes.
func (c *call) answer(v any, err error) *answer {
	out := &answer{status: http.StatusOK, contentType: "application/json; encoding=utf-8"}
	if c.route.plain {
		out.contentType = "text/plain"
	}
	if err != nil {
		out.body, out.errcode = c.failure(err)
		return out
	}
	if b, ok := v.(blob); ok {
		out.contentType, out.filename, out.body = b.contentType, b.filename, b.data
		return out
	}
	out.body = quoteJSON(v)
	return out
}

func (c *call) failure(err error) ([]byte, int) {
	var f *fail
	if !errors.As(err, &f) {
		c.p.o.Log.Error("an API of the stand-in failed", "path", c.route.path, "error", err)
		f = &fail{code: -1}
	}
	body := map[string]any{"errcode": f.code, "errmsg": f.message() + " rid: " + c.rid}
	for k, v := range f.extra {
		body[k] = v
	}
	return quoteJSON(body), f.code
}

func (c *call) write(w http.ResponseWriter, out *answer) {
	w.Header().Set("Content-Type", out.contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(out.body)))
	if out.filename != "" {
		w.Header().Set("Content-Disposition", `attachment; filename="`+out.filename+`"`)
	}
	w.WriteHeader(out.status)
	_, _ = w.Write(out.body)
}

// decode reads the JSON body: 44002 when there is none, 47001 when it cannot be read.
func (c *call) decode(v any) error {
	body := bytes.TrimSpace(c.body)
	if len(body) == 0 {
		return refuse(44002)
	}
	if c.route.literal {
		body = literally(body)
	}
	if err := exact(body, v); err != nil {
		return refuse(47001)
	}
	return nil
}
