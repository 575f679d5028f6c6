package main

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/metrics"
	"strconv"
	"time"

	"github.com/gorilla/mux"

	"moonwire/wechat"
)

// The two servers that Moonwire is compared with. Both speak net/http: floor answers a fixed body and so
// shows what the transport alone costs; native does by hand what a careful Go program would do today.
func runServer(ctx context.Context, kind, addr string) error {
	var handler http.Handler
	switch kind {
	case "floor":
		handler = http.HandlerFunc(floor)
	case "native":
		handler = native()
	default:
		return fmt.Errorf("no server %q", kind)
	}
	socket, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Println(socket.Addr())
	srv := &http.Server{Handler: counted(handler), ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = srv.Close() })
	if err := srv.Serve(socket); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// counted answers, beside what is measured, how many objects and bytes the process has allocated so far.
func counted(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			handler.ServeHTTP(w, r)
			return
		}
		samples := []metrics.Sample{{Name: "/gc/heap/allocs:objects"}, {Name: "/gc/heap/tiny/allocs:objects"}, {Name: "/gc/heap/allocs:bytes"}}
		metrics.Read(samples)
		fmt.Fprintln(w, "objects", samples[0].Value.Uint64()+samples[1].Value.Uint64())
		fmt.Fprintln(w, "bytes", samples[2].Value.Uint64())
	})
}

const fixedBody = "<xml><ToUserName><![CDATA[oTESTfan0000000000000000001]]></ToUserName><FromUserName><![CDATA[gh_0a1b2c3d4e5f]]></FromUserName>" +
	"<CreateTime>1760000001</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hello]]></Content></xml>"

func floor(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	_, _ = io.WriteString(w, fixedBody)
}

type nativePush struct {
	ToUserName, FromUserName, MsgType, Content, Encrypt string
	CreateTime, MsgID                                   int64
}

type cdata struct {
	Text string `xml:",cdata"`
}

type nativeReply struct {
	XMLName                                    xml.Name `xml:"xml"`
	ToUserName, FromUserName, MsgType, Content cdata
	CreateTime                                 int64
}

type nativeEnvelope struct {
	XMLName               xml.Name `xml:"xml"`
	Encrypt, MsgSignature cdata
	TimeStamp             string
	Nonce                 cdata
}

func native() http.Handler {
	sealer, err := wechat.NewSealer(aesKey, appID)
	if err != nil {
		panic(err)
	}
	router := mux.NewRouter()
	router.HandleFunc("/wx/{account}", func(w http.ResponseWriter, r *http.Request) {
		answer, err := nativeAnswer(sealer, r)
		if err != nil {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "application/xml; charset=utf-8")
		_, _ = w.Write(answer)
	}).Methods(http.MethodPost)
	return router
}

func nativeAnswer(sealer *wechat.Sealer, r *http.Request) ([]byte, error) {
	q := r.URL.Query()
	if wechat.Sign(token, q.Get("timestamp"), q.Get("nonce")) != q.Get("signature") {
		return nil, errors.New("signature")
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	var push nativePush
	if err := xml.Unmarshal(body, &push); err != nil {
		return nil, err
	}
	sealed := q.Get("encrypt_type") == "aes"
	if sealed {
		if wechat.Sign(token, q.Get("timestamp"), q.Get("nonce"), push.Encrypt) != q.Get("msg_signature") {
			return nil, errors.New("msg_signature")
		}
		if body, err = sealer.Decrypt(push.Encrypt); err != nil {
			return nil, err
		}
		if err := xml.Unmarshal(body, &push); err != nil {
			return nil, err
		}
	}
	reply, err := xml.Marshal(nativeReply{
		ToUserName: cdata{push.FromUserName}, FromUserName: cdata{push.ToUserName}, CreateTime: time.Now().Unix(),
		MsgType: cdata{"text"}, Content: cdata{push.Content},
	})
	if err != nil || !sealed {
		return reply, err
	}
	stamp, nonce := strconv.FormatInt(time.Now().Unix(), 10), q.Get("nonce")
	encrypted := sealer.Encrypt([16]byte([]byte("0123456789abcdef")), reply)
	return xml.Marshal(nativeEnvelope{
		Encrypt: cdata{encrypted}, MsgSignature: cdata{wechat.Sign(token, stamp, nonce, encrypted)},
		TimeStamp: stamp, Nonce: cdata{nonce},
	})
}
