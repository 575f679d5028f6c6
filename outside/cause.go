package outside

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"syscall"
)

var errPacked = errors.New("the packed answer is damaged")

// cause words why an exchange with a host failed. Nothing that the other side said is in it.
func cause(ctx context.Context, host string, err error) *Error {
	host = short(host)
	var known *Error
	var network *net.OpError
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &known):
		return known
	case ctx.Err() != nil:
		return fault(Timeout, "%s did not answer in time", host)
	case errors.Is(err, errPacked), errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return fault(Protocol, "the answer of %s is packed, and damaged", host)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.As(err, &network):
		return fault(Connect, "%s closed the connection before its answer was complete", host)
	}
	return fault(Protocol, "what %s answered cannot be read as HTTP, or its headers are longer than 64 KiB", host)
}

// tlsFault words why no encryption could be agreed on.
func tlsFault(host string, err error) *Error {
	host = short(host)
	var name x509.HostnameError
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &name):
		return fault(TLS, "the certificate that %s shows is for another name", host)
	case errors.As(err, &unknown):
		return fault(TLS, "the certificate that %s shows is signed by nobody that this machine trusts", host)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fault(TLS, "the certificate that %s shows is expired or not valid yet", host)
	case errors.As(err, &record):
		return fault(TLS, "%s answers without encryption", host)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault(TLS, "%s did not agree on encryption in time", host)
	}
	return fault(TLS, "no encryption could be agreed on with %s", host)
}
