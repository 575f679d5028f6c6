package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

func TestUserInfo(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Subscribe("42"))
	info := "/cgi-bin/user/info?openid=" + w.openID("amy")
	got := w.get(info)
	require.Equal(t, "1", fmtNumber(got["subscribe"]))
	require.Equal(t, "1772413200", fmtNumber(got["subscribe_time"]))
	require.Equal(t, "42", fmtNumber(got["qr_scene"]))
	require.Equal(t, "ADD_SCENE_QR_CODE", got["subscribe_scene"])
	require.Equal(t, []any{}, got["tagid_list"])
	require.NotContains(t, got, "nickname", "not told since 2021-12-27")
	require.NotContains(t, got, "unionid")
	require.NotContains(t, got, "errcode")
	union := "union-1"
	_, err := w.p.ChangeFan("shop", "amy", sim.FanChange{UnionID: &union})
	require.NoError(t, err)
	require.Equal(t, union, w.get(info)["unionid"])
	w.push("amy", sim.Unsubscribe())
	require.Equal(t, answer{"subscribe": w.get(info)["subscribe"], "openid": w.openID("amy"), "unionid": union}, w.get(info))
	require.Equal(t, "0", fmtNumber(w.get(info)["subscribe"]))
	require.Equal(t, 40003, w.get("/cgi-bin/user/info?openid=x").code())
	require.Equal(t, 41009, w.get("/cgi-bin/user/info").code())
	list := w.must("/cgi-bin/user/info/batchget", m{"user_list": []any{m{"openid": w.openID("amy"), "lang": "zh_CN"}}})
	require.Len(t, list["user_info_list"], 1)
	require.Equal(t, 40032, w.post("/cgi-bin/user/info/batchget", m{"user_list": []any{}}).code())
}

func TestTheLastPageOfFollowersHasNoData(t *testing.T) {
	w := newWorld(t, func(o *sim.Options, _ *sim.Account) { o.UserPage = 2 })
	for i := range 4 {
		w.push(fmt.Sprint("fan", i), sim.Text("hi"))
	}
	w.push("fan1", sim.Unsubscribe())
	w.push("fan1", sim.Subscribe(""))
	var all []any
	next, pages := "", 0
	for {
		got := w.get("/cgi-bin/user/get?next_openid=" + next)
		require.Equal(t, "4", fmtNumber(got["total"]))
		pages++
		if fmtNumber(got["count"]) == "0" {
			require.NotContains(t, got, "data")
			require.Equal(t, "", got["next_openid"])
			break
		}
		all = append(all, got["data"].(m)["openid"].([]any)...)
		next = got["next_openid"].(string)
		require.NotEmpty(t, next)
	}
	require.Equal(t, 3, pages)
	require.Equal(t, []any{w.openID("fan0"), w.openID("fan2"), w.openID("fan3"), w.openID("fan1")}, all, "oldest follower first")
	require.Equal(t, 40003, w.get("/cgi-bin/user/get?next_openid=x").code())
}

func TestRemarks(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	remark := func(text string) int {
		return w.post("/cgi-bin/user/info/updateremark", m{"openid": w.openID("amy"), "remark": text}).code()
	}
	require.Zero(t, remark(strings.Repeat("月", 29)))
	require.Equal(t, 40035, remark(strings.Repeat("月", 30)))
	require.Equal(t, strings.Repeat("月", 29), w.get("/cgi-bin/user/info?openid=" + w.openID("amy"))["remark"])
	require.Equal(t, 40003, w.post("/cgi-bin/user/info/updateremark", m{"openid": "x", "remark": "a"}).code())
}

func TestTags(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	create := func(name string) answer { return w.post("/cgi-bin/tags/create", m{"tag": m{"name": name}}) }
	tag := create("vip")["tag"].(m)
	require.Equal(t, "100", fmtNumber(tag["id"]))
	require.Equal(t, 45157, create("vip").code())
	require.Equal(t, 45157, create("").code())
	require.Equal(t, 45158, create(strings.Repeat("a", 31)).code())

	amy := []string{w.openID("amy")}
	body := func(ids []string, tag any) m { return m{"openid_list": ids, "tagid": tag} }
	const tagging = "/cgi-bin/tags/members/batchtagging"
	w.must(tagging, body(amy, "100"))
	require.Equal(t, 45159, w.post(tagging, body(amy, 999)).code())
	require.Equal(t, 40032, w.post(tagging, body(nil, 100)).code())
	require.Equal(t, 40032, w.post(tagging, body(make([]string, 51), 100)).code())
	require.Equal(t, 40003, w.post(tagging, body([]string{"x"}, 100)).code())
	require.Equal(t, 49003, w.post(tagging, body([]string{sim.FanOpenID("wx2", "amy")}, 100)).code())
	require.Len(t, w.must("/cgi-bin/tags/getidlist", m{"openid": amy[0]})["tagid_list"], 1)
	require.Equal(t, []any{amy[0]}, w.must("/cgi-bin/user/tag/get", m{"tagid": 100, "next_openid": ""})["data"].(m)["openid"])
	list := w.get("/cgi-bin/tags/get")["tags"].([]any)
	require.Equal(t, "1", fmtNumber(list[1].(m)["count"]))

	for i := range 19 {
		create(fmt.Sprint("t", i))
		w.must(tagging, body(amy, 101+i))
	}
	create("one too many")
	require.Equal(t, 45059, w.post(tagging, body(amy, 120)).code())
	w.must("/cgi-bin/tags/members/batchuntagging", body(amy, 119))
	w.must(tagging, body(amy, 120))

	w.must("/cgi-bin/tags/update", m{"tag": m{"id": 100, "name": "gold"}})
	require.Equal(t, 45157, w.post("/cgi-bin/tags/update", m{"tag": m{"id": 100, "name": "t1"}}).code())
	require.Equal(t, 45058, w.post("/cgi-bin/tags/update", m{"tag": m{"id": 2, "name": "x"}}).code())
	require.Equal(t, 45058, w.post("/cgi-bin/tags/delete", m{"tag": m{"id": 0}}).code())
	w.must("/cgi-bin/tags/delete", m{"tag": m{"id": 100}})
	require.Len(t, w.must("/cgi-bin/tags/getidlist", m{"openid": amy[0]})["tagid_list"], 19)
	for i := range 80 {
		create(fmt.Sprint("more", i))
	}
	require.Equal(t, 45056, create("101st").code())
}

func TestBlacklist(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	amy := m{"openid_list": []string{w.openID("amy")}}
	list := func() answer { return w.must("/cgi-bin/tags/members/getblacklist", m{"begin_openid": ""}) }
	require.NotContains(t, list(), "data")
	w.must("/cgi-bin/tags/members/batchblacklist", amy)
	require.Equal(t, []any{w.openID("amy")}, list()["data"].(m)["openid"])
	require.NotEmpty(t, w.push("amy", sim.Text("hi")).Withheld)
	w.must("/cgi-bin/tags/members/batchunblacklist", amy)
	require.Equal(t, "0", fmtNumber(list()["total"]))
	require.Empty(t, w.push("amy", sim.Text("hi")).Withheld)
	require.Equal(t, 40032, w.post("/cgi-bin/tags/members/batchblacklist", m{"openid_list": make([]string, 21)}).code())
}

func TestChangedOpenIDs(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	old := sim.FanOpenID("wx-old", "amy")
	got := w.must("/cgi-bin/changeopenid", m{"from_appid": "wx-old", "openid_list": []string{old, "x"}})
	require.Equal(t, []any{
		m{"ori_openid": old, "new_openid": w.openID("amy"), "err_msg": "ok"},
		m{"ori_openid": "x", "new_openid": "", "err_msg": "ori_openid error"},
	}, got["result_list"])
}

func TestDatacube(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Subscribe(""))
	w.push("amy", sim.Text("hi"))
	w.push("bob", sim.Text("hi"))
	w.push("bob", sim.Text("hi"))
	w.push("bob", sim.Unsubscribe())
	ask := func(name, begin, end string) answer {
		return w.post("/datacube/"+name, m{"begin_date": begin, "end_date": end})
	}
	require.Equal(t, 61501, ask("getupstreammsg", "2026-03-02", "2026-03-02").code(), "today is not over")
	w.p.MoveClock(24 * time.Hour)
	w.token = ""
	row := ask("getupstreammsg", "2026-03-02", "2026-03-02")["list"].([]any)[0].(m)
	require.Equal(t, "2 3", fmtNumber(row["msg_user"])+" "+fmtNumber(row["msg_count"]))
	row = ask("getusersummary", "2026-03-01", "2026-03-02")["list"].([]any)[0].(m)
	require.Equal(t, "1 1", fmtNumber(row["new_user"])+" "+fmtNumber(row["cancel_user"]))
	row = ask("getinterfacesummary", "2026-03-02", "2026-03-02")["list"].([]any)[0].(m)
	require.Equal(t, "5 0", fmtNumber(row["callback_count"])+" "+fmtNumber(row["fail_count"]))
	require.Equal(t, 61500, ask("getusersummary", "20260302", "2026-03-02").code())
	require.Equal(t, 61501, ask("getusersummary", "2026-02-01", "2026-03-01").code(), "seven days at most")
}
