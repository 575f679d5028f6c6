package api

import (
	"encoding/json"
	"strconv"
	"strings"
)

// exactInt is the largest integer that a Lua number holds exactly, 2^53.
const exactInt = 1 << 53

// Value turns the answer into plain data for a script: nil, bool, float64, string, []any and
// map[string]any. Ids, and integers above 2^53, become strings, because a Lua number would lose
// digits. It fails when the answer is not JSON.
func (a Answer) Value() (any, error) {
	tree, err := parseJSON(a.Body)
	if err != nil {
		return nil, err
	}
	return plainJSON("", tree), nil
}

// plainJSON replaces json.Number throughout; key is the name under which v was sent.
func plainJSON(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, item := range v {
			v[name] = plainJSON(name, item)
		}
	case []any:
		for i, item := range v {
			v[i] = plainJSON(key, item)
		}
	case json.Number:
		return plainNumber(key, v)
	}
	return v
}

func plainNumber(key string, n json.Number) any {
	f, err := n.Float64()
	if err != nil || LosesDigits(key, n.String()) {
		return n.String()
	}
	return f
}

// LosesDigits reports whether a number of JSON that was sent under a key must stay text for a script: an id, or a whole
// number above 2^53.
func LosesDigits(key, number string) bool {
	if IDKey(key) {
		return true
	}
	if strings.ContainsAny(number, ".eE") {
		return false
	}
	i, err := strconv.ParseInt(number, 10, 64)
	return err != nil || i > exactInt || i < -exactInt
}

// IDKey reports whether a JSON key holds an id that may exceed 2^53 and that the platform sends now
// as a number, now as a string (wechat-protocol §0).
func IDKey(key string) bool {
	switch key {
	case "msgid", "msg_id", "menuid", "publish_id", "msg_data_id", "client_msg_id":
		return true
	}
	return false
}
