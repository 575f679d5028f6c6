package sim

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
)

// readBody reads the whole body of a request, most bytes at most. The error says, in words for the caller, what
// kept it from arriving; status goes with it.
func readBody(w http.ResponseWriter, r *http.Request, most int64) (body []byte, status int, err error) {
	body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err == nil {
		return body, http.StatusOK, nil
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, http.StatusRequestEntityTooLarge, fmt.Errorf("the body is larger than %d MiB", most>>20)
	}
	if slow, ok := errors.AsType[net.Error](err); ok && slow.Timeout() {
		return nil, http.StatusRequestTimeout, errors.New("the body did not arrive in time")
	}
	return nil, http.StatusBadRequest, errors.New("the body did not arrive: the connection broke")
}
