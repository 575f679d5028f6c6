package outside

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
)

// MaxBody is the most that an answer may have, as it is sent and when it is unpacked, in bytes.
const MaxBody = 1 << 20

// exchange sends one request and reads its answer.
func (a *Account) exchange(ctx context.Context, req *http.Request) (*Answer, error) {
	resp, err := a.carrier.RoundTrip(req)
	if err != nil {
		return nil, cause(ctx, req.URL.Host, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode < http.StatusOK {
		return nil, fault(Protocol, "%s answered with the status %d, which is no answer", short(req.URL.Host), resp.StatusCode)
	}
	body, err := a.client.read(resp)
	if err != nil {
		return nil, cause(ctx, req.URL.Host, err)
	}
	return &Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// read reads a body, unpacked. What is packed is bounded too: much of it may unpack to nothing.
func (c *Client) read(resp *http.Response) (string, error) {
	if resp.ContentLength > MaxBody {
		return "", tooLarge()
	}
	packed := &bounded{r: resp.Body, left: MaxBody}
	switch coding := strings.ToLower(strings.TrimSpace(strings.Join(resp.Header["Content-Encoding"], ","))); coding {
	case "", "identity":
		return c.all(packed, resp.ContentLength)
	case "gzip", "x-gzip":
		if resp.ContentLength == 0 {
			return "", nil
		}
		resp.Header.Del("Content-Encoding")
		resp.Header.Del("Content-Length")
		plain, err := gzip.NewReader(packed)
		if err != nil {
			return "", unpacking(err)
		}
		return c.all(&bounded{r: plain, left: MaxBody}, -1)
	default:
		const longest = 20
		if len(coding) > longest { // of no name of a packing
			coding = "something"
		}
		return "", fault(Protocol, "the answer is packed as %s, which nobody asked for", coding)
	}
}

// unpacking keeps what is wrong with the transfer apart from what is wrong with the packing.
func unpacking(err error) error {
	if e, ok := err.(*Error); ok {
		return e
	}
	return errPacked
}

// all reads to the end. The buffer counts as held while it is read.
func (c *Client) all(r io.Reader, likely int64) (string, error) {
	size := 512
	if likely > 0 {
		size = int(likely) + 1
	}
	buf := make([]byte, 0, size)
	held := int64(cap(buf))
	c.held.Add(held)
	defer func() { c.held.Add(-held) }()
	for {
		if len(buf) == cap(buf) {
			buf = slices.Grow(buf, len(buf))
			c.held.Add(int64(cap(buf)) - held)
			held = int64(cap(buf))
		}
		if c.held.Load() > heldTogether {
			return "", fault(TooLarge, "all answers that this process is reading are too many bytes together; try again later")
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch err {
		case nil:
		case io.EOF:
			return string(buf), nil
		default:
			return "", err
		}
	}
}

// bounded fails beyond its limit, where io.LimitReader would end in silence.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, tooLarge()
	}
	return n, err
}

func tooLarge() error { return fault(TooLarge, "the answer has more than 1 MiB") }
