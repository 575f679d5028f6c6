package cli_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"moonwire/store"
	"moonwire/wechat"
)

// spoiltData is a data folder whose database has a zeroed page: the root of one table.
func spoiltData(t *testing.T, table string) string {
	t.Helper()
	const page = 4096
	dir := t.TempDir()
	path := filepath.Join(dir, "moonwire.db")
	s, err := store.Open(context.Background(), store.Options{Path: path})
	require.NoError(t, err)
	turn := s.Turn(store.TurnKey{Account: "shop", OpenID: "amy", Key: [16]byte{1}, At: time.Now()})
	for n := range 60 {
		require.NoError(t, turn.Set(context.Background(), fmt.Sprint("key", n), make([]byte, 500), 0))
	}
	require.NoError(t, turn.Finish(context.Background(), store.Result{}))
	require.NoError(t, s.Close())
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	var root int64
	require.NoError(t, db.QueryRow(`SELECT rootpage FROM sqlite_master WHERE name = ?`, table).Scan(&root))
	require.NoError(t, db.Close())
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	_, err = file.WriteAt(make([]byte, page), (root-1)*page)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	return dir
}

// TestDamagedDatabaseIsSaid lets the program run on a file with a zeroed page: what is not asked for does no harm and is
// told of; what is asked for makes the process unready, with the cure.
func TestDamagedDatabaseIsSaid(t *testing.T) {
	scripts := t.TempDir()
	write(t, scripts, map[string]string{
		"shop/account.yaml": "app_id: wx1a2b3c4d5e6f7081\nkind: service\nmode: plain\ntoken: ${env:TOKEN}\n",
		"shop/main.lua":     `on.text(function(msg) store.set("k", msg.content) return "kept" end)`,
	})
	p, callback := startServe(t, map[string]string{"TOKEN": "kestrel2026"}, scripts, spoiltData(t, "kv"), "--drain", "1s")
	line := p.lines.await(t, 0, "where it serves", func(l string) bool { return strings.Contains(l, `"msg":"serving"`) })
	var serving struct{ Admin string }
	require.NoError(t, json.Unmarshal([]byte(line), &serving))
	ready := func() (int, string) {
		res, err := http.Get("http://" + serving.Admin + "/readyz")
		require.NoError(t, err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return res.StatusCode, string(body)
	}
	require.Eventually(t, func() bool {
		_, body := ready()
		return strings.Contains(body, "damaged")
	}, patience, 10*time.Millisecond)
	status, body := ready()
	require.Equal(t, http.StatusOK, status, "no message has failed because of it")
	require.True(t, strings.HasPrefix(body, "ready\n"), body)

	p.lines.await(t, 0, "that shop is live", func(l string) bool { return strings.Contains(l, `"build"`) })
	at := strconv.FormatInt(time.Now().Unix(), 10)
	push := `<xml><ToUserName>gh_1</ToUserName><FromUserName>oAmy</FromUserName><CreateTime>` + at + `</CreateTime><MsgType>text</MsgType><Content>tea</Content><MsgId>7</MsgId></xml>`
	res, err := http.Post("http://"+callback+"/wx/shop?timestamp="+at+"&nonce=n&signature="+wechat.Sign("kestrel2026", at, "n"), "text/xml", strings.NewReader(push))
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	status, _ = ready()
	require.Equal(t, http.StatusServiceUnavailable, status)
	_, body = ready()
	require.Contains(t, body, ".dump")
	require.Contains(t, body, "backup")
	p.lines.await(t, 0, "what to do", func(l string) bool { return strings.Contains(l, "is damaged") && strings.Contains(l, ".dump") })
}
