package transcript

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"moonwire/outside"
)

// http reads a declared answer: "POST https://… -> slow 2s 200 {…} once".
func (r *reader) http(rest string) (step, error) {
	asked, answer, ok := strings.Cut(rest, "->")
	method, address := cutWord(strings.TrimSpace(asked))
	if !ok || method == "" || address == "" {
		return nil, errors.New(`want the call and its answer: http POST https://api.example.com/orders -> 200 {"id": 7}`)
	}
	s := &declares{route: route{method: strings.ToUpper(method), address: address, left: -1}}
	if !slices.Contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}, s.route.method) {
		return nil, fmt.Errorf("%q is no method of a script's calls; want GET, POST, PUT, PATCH or DELETE", shortened(method))
	}
	u, err := url.Parse(strings.TrimSuffix(address, "*"))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.ContainsAny(address, " \t") {
		return nil, fmt.Errorf("%q is no address; want one such as https://api.example.com/orders; for a service of account.yaml write its base and the path", shortened(address))
	}
	s.route.query = strings.Contains(address, "?")
	if err := s.route.answer(strings.TrimSpace(answer)); err != nil {
		return nil, err
	}
	if s.route.body == "<<" {
		if s.route.body, err = r.here(); err != nil {
			return nil, err
		}
	}
	s.at = r.span()
	return s, nil
}

// answer reads what stands behind the arrow.
func (t *route) answer(text string) error {
	wrong := fmt.Errorf("-> %s: want a status and a body, as in -> 200 {\"id\": 7}, or timeout, refused, dns; slow 2s may stand before it, and once, twice or 3 times behind it", shortened(text))
	first, rest := cutWord(text)
	if first == "slow" {
		by, more := cutWord(rest)
		d, err := readDuration(by)
		if err != nil || d <= 0 || d > time.Minute {
			return wrong
		}
		t.slow = d
		first, rest = cutWord(more)
	}
	rest = t.times(rest)
	switch first {
	case "timeout":
		t.fails = outside.Timeout
	case "refused":
		t.fails = outside.Connect
	case "dns":
		t.fails = outside.DNS
	default:
		n, err := strconv.Atoi(first)
		if err != nil || n < 200 || n > 599 {
			return wrong
		}
		t.status, t.body = n, rest
		return nil
	}
	if rest != "" {
		return wrong
	}
	return nil
}

// times takes once, twice or "3 times" off the end.
func (t *route) times(text string) string {
	words := strings.Fields(text)
	for _, n := range []int{2, 1} {
		if len(words) < n {
			continue
		}
		if times, ok := readTimes(words[len(words)-n:]); ok {
			t.left = times
			text = strings.TrimSpace(text)
			for range n {
				text = strings.TrimSpace(text[:max(0, strings.LastIndexAny(text, " \t"))])
			}
			return text
		}
	}
	return text
}
