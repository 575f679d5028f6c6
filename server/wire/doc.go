// Package wire reads one kind of request by itself, past net/http: a plain POST to one path below a prefix. All other
// requests are net/http's, with the bytes as they came, on the same connection. It knows nothing of WeChat.
//
//	posts := wire.New(&http.Server{Handler: everything}, "/wx/", func(p *wire.Post) {
//		body, _ := io.ReadAll(p)
//		_ = p.Answer("text/plain", body, false)
//	})
//	err := posts.Serve(socket)
//
// A request is plain when its head fits 4 KiB and is, line by line, what RFC 9112 asks of a sender: POST, a path of one
// segment below the prefix without escapes, HTTP/1.1, lines that end in CR LF, one Host, one Content-Length of digits,
// no Transfer-Encoding, Expect, Upgrade or Trailer, no Connection but keep-alive or close. Whatever is not surely that is
// somebody else's: this package refuses nothing and mends nothing, so that it can never see another request than
// net/http would. The times and the ConnState hook of the http.Server hold for both.
//
// Where to change what: which requests are plain in head.go; reading, waiting and the way to net/http and back in
// conn.go; one request's body, answer and end in post.go; the bytes of an answer in answer.go; who has hung up in
// gone.go and peek_unix.go; accepting and the end in server.go.
//
// A Server is safe for concurrent use. A Post's body belongs to the goroutine that serves it; the rest of a Post may be
// used from any.
package wire
