package cli_test

import (
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

const flowScript = `
on.text("付款", flow("pay", function(c)
  local paid = c:wait_signal("paid", {timeout = "1d"})
  store.incr("paid", paid.yuan)
  local n = c:ask("几杯?", {integer = true})
end))
on.text("下单", flow("order", function(c)
  local n = c:ask("几杯?", {integer = true})
  store.incr("orders")
  if n == 7 then error("nothing there") end
  return n .. " 杯"
end))
on.text("付了多少", function() return tostring(store.get("paid")) end)
on.text("几单", function() return tostring(store.get("orders")) end)
on.fallback("没听懂")`

// flowFolder is a folder of the account shop with flows.
func flowFolder(t *testing.T) string {
	t.Helper()
	scripts := t.TempDir()
	write(t, scripts, map[string]string{"shop/main.lua": flowScript, "shop/account.yaml": accountYAML("plain", "api_keys: [ \"${env:T_SECRET}\" ]\n")})
	return scripts
}

// signalPaid sends the signal paid to amy over the HTTP interface at addr and returns the answer.
func signalPaid(t *testing.T, addr, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+"/api/v1/shop/flows/signal", strings.NewReader(`{"openid":"amy","name":"paid",`+body+`}`))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+testEnv()["T_SECRET"])
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return strings.TrimSpace(string(read))
}

// shownFlow is what flows show --json says of a fan; nil: the fan is in no conversation.
func shownFlow(t *testing.T, data, openid string) map[string]any {
	t.Helper()
	code, out, errs := command(t, nil, "", "flows", "show", "shop", openid, "--json", "--data", data)
	if code == cli.ExitRefused {
		require.Contains(t, errs, "the fan is in no conversation")
		return nil
	}
	require.Zero(t, code, errs)
	var c map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &c))
	return c
}

func awaitFlow(t *testing.T, data, openid string, fits func(c map[string]any) bool) {
	t.Helper()
	require.Eventually(t, func() bool { return fits(shownFlow(t, data, openid)) }, patience, 10*time.Millisecond)
}

// TestFlowCommands: conversations are seen, ended and let go on, over a killed server too.
func TestFlowCommands(t *testing.T) {
	data, scripts := t.TempDir(), flowFolder(t)
	cmd, addr := serveProcess(t, scripts, data)
	amy := newPhone("http://"+addr+"/wx/shop", false)
	says := func(fan, said, want string) {
		t.Helper()
		got, err := amy.say(fan, said)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	tryCommands(t, data, []tried{{name: "nobody", line: "flows list shop", out: "OPENID  FLOW  STATE"}, {name: "nobody as JSON", line: "flows list shop --json", out: `"conversations": []`}})
	says("amy", "付款", "")
	says("bob", "下单", "几杯?")
	says("eve", "下单", "几杯?")
	says("eve", "7", "抱歉，出了点问题，我们已收到通知")
	require.JSONEq(t, `{"delivered":"now"}`, signalPaid(t, addr, `"id":"P-1","data":{"yuan":28}`))
	awaitFlow(t, data, "amy", func(c map[string]any) bool { return c["state"] == "waits" && c["kind"] == "integer" })

	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	code, _, errs := command(t, nil, "", "flows", "list", "shop", "--data", data)
	require.Equal(t, cli.ExitUnreachable, code, errs)
	_, addr = serveProcess(t, scripts, data)
	amy = newPhone("http://"+addr+"/wx/shop", false)
	says("zoe", "付了多少", "28")
	require.JSONEq(t, `{"delivered":"now"}`, signalPaid(t, addr, `"id":"P-1","data":{"yuan":28}`), "a repeat over the kill")
	says("zoe", "付了多少", "28")
	require.JSONEq(t, `{"delivered":"kept"}`, signalPaid(t, addr, `"id":"P-2","data":{"yuan":1}`))
	tryCommands(t, data, []tried{
		{name: "list", line: "flows list shop", out: "OPENID  FLOW   STATE   QUESTION"},
		{name: "who waits", line: "flows list shop", out: "\nbob     order  waits   几杯?"},
		{name: "who failed", line: "flows list shop", out: "\neve     order  failed"},
		{name: "one line", line: "flows list shop --limit 1", out: "amy"},
		{name: "as JSON", line: "flows list shop --json", out: `"question": "几杯?"`},
		{name: "a limit that makes no sense", line: "flows list shop --limit 0", code: cli.ExitUsage, errs: "--limit 0: want a number from 1 to 100000"},
		{name: "no such account", line: "flows list sh0p", code: cli.ExitRefused, errs: "did you mean shop?"},
		{name: "show", line: "flows show shop bob", out: "question   几杯?\n"},
		{name: "what it has done", line: "flows show shop eve", out: "   2  asked 「几杯?」 → 7\n   3  called store.incr 「orders」 → 1\n"},
		{name: "until when it waits", line: "flows show shop bob", out: "   2  waits for an answer to 「几杯?」 until 2"},
		{name: "what it has done, in Chinese too", line: "flows show shop bob --json", out: `"text_zh": "等待回答「几杯?」"`},
		{name: "why it failed", line: "flows show shop eve", out: "main.lua:10: nothing there"},
		{name: "show as JSON", line: "flows show shop bob --json", out: `"state": "waits"`},
		{name: "nobody of that name", line: "flows show shop nobody", code: cli.ExitRefused, errs: "the fan is in no conversation; `moonwire flows list ACCOUNT` lists who is in one"},
		{name: "no fan", line: "flows show shop", code: cli.ExitUsage, errs: "OPENID is missing: moonwire flows show ACCOUNT OPENID"},
		{name: "no such build", line: "flows resume shop eve --on 00000000", code: cli.ExitRefused, errs: "`moonwire builds ACCOUNT` lists those that are kept"},
		{name: "no such command", line: "flows shw", code: cli.ExitUsage, errs: "there is no command \"shw\" below flows; did you mean show?"},
		{name: "end", line: "flows end shop bob", out: "the conversation of bob is over\n"},
		{name: "end what is over", line: "flows end shop bob", code: cli.ExitRefused, errs: "the fan is in no conversation"},
		{name: "end as JSON", line: "flows end shop amy --json", out: "{}"},
		{name: "who did that", line: "audit shop", out: "flow.end"},
	})
	says("bob", "3", "没听懂")

	write(t, scripts, map[string]string{"shop/main.lua": strings.Replace(flowScript, `if n == 7 then error("nothing there") end`, "", 1)})
	build := shownFlow(t, data, "eve")["build"].(string)
	require.Eventually(t, func() bool {
		_, out, _ := command(t, nil, "", "builds", "shop", "--data", data)
		return strings.Count(out, "\n") == 3
	}, patience, 10*time.Millisecond, "the save is live")
	tryCommands(t, data, []tried{{name: "resume on the build that failed", line: "flows resume shop eve --on " + build[:6], out: "the conversation of eve goes on\n"}})
	awaitFlow(t, data, "eve", func(c map[string]any) bool { return c["state"] == "failed" && c["build"] == build })
	tryCommands(t, data, []tried{{name: "resume on the live one", line: "flows resume shop eve --json", out: "{}"}})
	awaitFlow(t, data, "eve", func(c map[string]any) bool { return c == nil })
	says("zoe", "几单", "1")
	tryCommands(t, data, []tried{
		{name: "which build", line: "audit shop", out: " " + build},
		{name: "audit as JSON", line: "audit shop --json", out: `"act": "flow.resume"`},
	})
	code, out, _ := command(t, nil, "", "audit", "shop", "--json", "--data", data)
	require.Zero(t, code)
	require.Equal(t, []int{2, 2}, []int{strings.Count(out, "flow.end"), strings.Count(out, "flow.resume")}, "what changed nothing has no row")
}

// TestFlowsWantTheToken: without it, or with another, nothing is told and nothing changed.
func TestFlowsWantTheToken(t *testing.T) {
	data, scripts := t.TempDir(), flowFolder(t)
	p, addr := startServe(t, testEnv(), scripts, data)
	p.lines.await(t, 0, "the account is live", func(l string) bool { return strings.Contains(l, `"account":"shop"`) && strings.Contains(l, "live") })
	_, err := newPhone("http://"+addr+"/wx/shop", false).say("bob", "下单")
	require.NoError(t, err)
	line := p.lines.await(t, 0, "where the door is", func(l string) bool { return strings.Contains(l, `"msg":"serving"`) })
	var serving struct{ Admin string }
	require.NoError(t, json.Unmarshal([]byte(line), &serving))
	for _, tt := range []struct {
		name, token string
		code        int
		want        string
	}{
		{"none", "", cli.ExitConfig, "--admin needs a token"},
		{"another", strings.Repeat("0", 32), cli.ExitConfig, "the token"},
	} {
		for _, line := range []string{"list shop", "show shop bob", "end shop bob", "resume shop bob"} {
			t.Run(tt.name+" "+line, func(t *testing.T) {
				code, out, errs := command(t, map[string]string{"MOONWIRE_ADMIN_TOKEN": tt.token}, "", append([]string{"flows"}, strings.Fields(line+" --admin "+serving.Admin)...)...)
				require.Equal(t, tt.code, code, errs)
				require.Contains(t, errs, tt.want)
				require.Empty(t, out)
			})
		}
	}
	require.Equal(t, "waits", shownFlow(t, data, "bob")["state"])
}

// TestCheckFlows asks what a folder would do to those who wait, before anybody saves it.
func TestCheckFlows(t *testing.T) {
	data, scripts := t.TempDir(), flowFolder(t)
	p, addr := startServe(t, testEnv(), scripts, data)
	p.lines.await(t, 0, "the account is live", func(l string) bool { return strings.Contains(l, `"account":"shop"`) && strings.Contains(l, "live") })
	_, err := newPhone("http://"+addr+"/wx/shop", false).say("bob", "下单")
	require.NoError(t, err)
	drafts := t.TempDir()
	write(t, drafts, map[string]string{
		"shop/main.lua": strings.ReplaceAll(flowScript, `c:ask("几杯?", {integer = true})`, `c:ask("谁?")`), "shop/account.yaml": accountYAML("plain", ""), "shop/media/a.jpg": "x",
		"other/main.lua": `on.text("hi", "ho")`, "other/account.yaml": accountYAML("plain", ""),
	})
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"the folder that serves", []string{scripts}, 0, "  shop  1 wait; of 1 tried 1 go on\n1 account(s), "},
		{"a draft", []string{filepath.Join(drafts, "shop")}, 0, "  shop  1 wait; of 1 tried 0 go on, 1 go on with the build that asked, for a day, at 「几杯?」: the script asks 「谁?」 where the fan was asked 「几杯?」\n"},
		{"all of a folder", []string{drafts}, 0, "  other  there is no account \"other\"\n  shop  1 wait; "},
		{"as JSON", []string{drafts, "--json"}, 0, `"question": "几杯?"`},
		{"no account of that name", []string{"shop2"}, cli.ExitConfig, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := command(t, nil, "", append([]string{"check", "--flows", "--data", data}, tt.args...)...)
			require.Equal(t, tt.code, code, errs)
			require.Contains(t, out, tt.want)
			if tt.code == cli.ExitConfig {
				require.Contains(t, errs, "scripts/shop2: ")
			}
		})
	}
	write(t, drafts, map[string]string{"shop/main.lua": "on.text("})
	code, out, _ := command(t, nil, "", "check", "--flows", "--data", data, drafts)
	require.Equal(t, cli.ExitFailed, code)
	require.Contains(t, out, "  shop  not asked: what is wrong above comes first\n")
	code, _, errs := command(t, nil, "", "check", "--flows", "--data", t.TempDir(), drafts)
	require.Equal(t, cli.ExitUnreachable, code, errs)
	require.Equal(t, "waits", shownFlow(t, data, "bob")["state"])
}
