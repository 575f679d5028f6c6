// Command silenceper is the server of `make bench` that is written with github.com/silenceper/wechat: one text is echoed,
// in plain and in safe mode, as its own guide shows. It is a module of its own, so that the library is no dependency of
// moonwire.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"runtime/metrics"
	"time"

	"github.com/silenceper/wechat/v2"
	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/officialaccount"
	"github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/message"
	"github.com/sirupsen/logrus"
)

func main() {
	var c config.Config
	flag.StringVar(&c.AppID, "app-id", "", "the account's app_id")
	flag.StringVar(&c.Token, "token", "", "the account's token")
	flag.StringVar(&c.EncodingAESKey, "aes-key", "", "the account's encoding_aes_key")
	flag.Parse()
	logrus.SetLevel(logrus.InfoLevel) // the library starts with debug lines for each message, which would be most of its work
	c.Cache = cache.NewMemory()
	account := wechat.NewWechat().GetOfficialAccount(&c)
	http.HandleFunc("POST /wx/{account}", func(w http.ResponseWriter, r *http.Request) { answer(account, w, r) })
	http.HandleFunc("GET /allocations", allocations)
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(socket.Addr())
	srv := &http.Server{ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(srv.Serve(socket))
}

func answer(account *officialaccount.OfficialAccount, w http.ResponseWriter, r *http.Request) {
	exchange := account.GetServer(r, w)
	exchange.SetMessageHandler(func(m *message.MixMessage) *message.Reply {
		return &message.Reply{MsgType: message.MsgTypeText, MsgData: message.NewText(m.Content)}
	})
	if err := exchange.Serve(); err != nil {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	if err := exchange.Send(); err != nil {
		log.Println(err)
	}
}

// allocations says how many objects and bytes the process has allocated so far.
func allocations(w http.ResponseWriter, _ *http.Request) {
	samples := []metrics.Sample{{Name: "/gc/heap/allocs:objects"}, {Name: "/gc/heap/tiny/allocs:objects"}, {Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(samples)
	fmt.Fprintln(w, "objects", samples[0].Value.Uint64()+samples[1].Value.Uint64())
	fmt.Fprintln(w, "bytes", samples[2].Value.Uint64())
}
