package api

import (
	"context"
	"errors"
	"strings"
)

// blame is what is said of a base that is not WeChat's where it may be why a call failed; zero where it is WeChat's, or
// nobody has set it.
type blame struct{ en, zh string }

// blameOf words where a base was set: "moonwire.yaml:3: api_base".
func (w *wire) blameOf(from string) blame {
	base := w.base
	if from == "" || base.Scheme == "https" && base.Path == "" && strings.HasSuffix("."+base.Hostname(), ".weixin.qq.com") {
		return blame{}
	}
	return blame{
		"api_base is " + base.String() + " (set in " + from + "): is that right?",
		"api_base 是 " + base.String() + "(设置于 " + from + "),对吗?",
	}
}

// noSuchPath is what WeChat says of a path that it does not have, as below a base with a path of its own.
const noSuchPath = 40066

// add gives an error that the base may have caused its name. Errors are shared between calls, so it is a copy that has
// it.
func (b blame) add(err error) error {
	var refused *Error
	var transport *TransportError
	switch {
	case b.en == "" || errors.Is(err, context.Canceled):
	case errors.As(err, &refused) && refused.Code == noSuchPath && !strings.Contains(refused.Hint, b.en):
		own := *refused
		own.Hint += "; " + b.en
		own.HintZH += ";" + b.zh
		return &own
	case errors.As(err, &transport) && transport.baseMayBe() && transport.base != b:
		own := *transport
		own.base = b
		return &own
	}
	return err
}

// baseMayBe reports whether a wrong base makes such trouble.
func (e *TransportError) baseMayBe() bool { return e.trouble != notMade && e.trouble != overLimit }
