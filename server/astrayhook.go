package server

import (
	"net/http"
	"strings"

	"moonwire/wechat"
)

// hookSlip is what is wrong with a path that was meant for a hook: both names as far as one can tell, and the cure.
type hookSlip struct{ account, hook, cure string }

// hookSlipOf finds the slip in a path that is, or looks like, one of a hook; false for any other.
func hookSlipOf(path string) (hookSlip, bool) {
	at := strings.LastIndex(strings.ToLower(path)+"/", hookPrefix)
	if at < 0 {
		return hookSlip{}, false
	}
	path += "/"
	before, word, names := path[:at], path[at:at+len(hookPrefix)], path[at+len(hookPrefix):]
	names = strings.TrimSuffix(names, "/")
	account, hook, _ := strings.Cut(strings.Trim(names, "/"), "/")
	name, behind, _ := strings.Cut(strings.Trim(hook, "/"), "/")
	var cures []string
	for _, c := range []struct {
		is   bool
		cure string
	}{
		{strings.Trim(before, "/") != "", proxyCure},
		{before != "" && strings.Trim(before, "/") == "", "one slash begins the path"},
		{word != hookPrefix, hookPrefix + " is written in small letters"},
		{account == "" || name == "", "hooks are at " + hookPrefix + "ACCOUNT/NAME"},
		{account != "" && (names[0] == '/' || strings.HasPrefix(hook, "/")), "one slash stands before each name"},
		{behind != "", "nothing stands behind the hook's name"},
		{name != "" && behind == "" && strings.HasSuffix(names, "/"), "the path ends in a slash"},
	} {
		if c.is {
			cures = append(cures, c.cure)
		}
	}
	return hookSlip{account, name, strings.Join(cures, "; ")}, true
}

// strayedHook notes a call that was meant for a hook and found none; false when it was not meant for any. elsewhere says that
// the listener itself is the wrong one.
func (s *Server) strayedHook(r asked, elsewhere bool) bool {
	what, is := hookSlipOf(r.path)
	if !is {
		return false
	}
	more, ok := s.astray.allow()
	if !ok {
		return true
	}
	cures := []string{what.cure}
	nearest, cure := s.fleet.Astray(what.account)
	switch cures = append(cures, cure); {
	case nearest != "" && what.hook == "":
		nearest = hookPrefix + nearest
	case nearest != "":
		hook, cure := s.fleet.AstrayHook(nearest, what.hook)
		nearest = hookPrefix + nearest + "/" + hook
		cures = append(cures, cure)
	case what.account == "":
		cures = cures[:1]
	}
	switch {
	case looksSigned(wechat.ParseQuery(r.query)):
		cures = append(cures, "WeChat's callbacks are at "+callbackPrefix+"ACCOUNT")
	case r.method != http.MethodPost:
		cures = append(cures, "hooks are called with POST")
	}
	if elsewhere {
		cures = []string{"calls of hooks do not arrive on admin_addr: let the proxy send them to addr"}
	}
	s.o.Log.Info("a call of a hook was refused", "path", clipPath(r.path), "remote", r.remote, "nearest", nearest, "error", joinCures(cures), "more", more)
	return true
}

func joinCures(cures []string) string {
	said := cures[:0]
	for _, c := range cures {
		if c != "" {
			said = append(said, c)
		}
	}
	return strings.Join(said, "; ")
}
