package outside

import (
	"io"
	"net/http"
	"sync"
)

// Stream is an account's way out for answers that come piece by piece: a language model's. The address is looked at as for
// any call, the call counts among the account's and the process's until its answer is closed, and no redirect is followed.
// How much may come, and for how long, is the caller's to bound.
type Stream struct{ Account *Account }

// Do sends a request. An error that is not the network's is an *Error.
func (s Stream) Do(req *http.Request) (*http.Response, error) {
	leave, err := s.Account.enter(req.Context())
	if err != nil {
		return nil, err
	}
	resp, err := s.Account.carrier.RoundTrip(req)
	if err != nil {
		leave()
		return nil, cause(req.Context(), req.URL.Host, err)
	}
	resp.Body = &streamed{ReadCloser: resp.Body, leave: sync.OnceFunc(leave)}
	return resp, nil
}

// streamed is the body of an answer that comes piece by piece.
type streamed struct {
	io.ReadCloser
	leave func()
}

// Close ends the call.
func (s *streamed) Close() error {
	defer s.leave()
	return s.ReadCloser.Close()
}
