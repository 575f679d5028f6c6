package bindings

// timeFamily describes time.*.
// A table of data.
func timeFamily() Family {
	return Family{
		Name: "time",
		Doc:  Text{"The engine's clock. Times are Unix seconds.", "引擎的时钟。时间均为 Unix 秒。"},
		Functions: []Function{
			{
				Name: "time.now", Forms: params(), Returns: []Result{{"seconds", "integer"}}, run: timeNow, Reach: ReachReads,
				Doc:     Text{"Now, in Unix seconds.", "现在,Unix 秒。"},
				Example: `on.text("几点", function() return time.format(time.now(), "%H:%M") end)`,
				Errors:  []Text{{"Raises at the top level.", "在顶层调用时报错。"}},
			},
			{
				Name:    "time.format",
				Forms:   params(Param{Name: "seconds", Type: tNumber}, Param{Name: "format", Type: tString}, optional("zone", tString)),
				Returns: []Result{{"text", "string"}}, run: timeFormat,
				Doc: Text{
					"A time as text, in the account's time zone or the one named. Verbs: " + verbList() + ".",
					"把时间写成文本,按账号时区或指定时区。可用:" + verbList() + "。",
				},
				Example: `on.text("日期", function() return time.format(time.now(), "%Y-%m-%d %H:%M") end)`,
				Errors:  []Text{{"Raises when the format has another verb or the zone is not known.", "格式含其他动词或时区未知时报错。"}},
			},
			{
				Name: "time.sleep", Forms: params(Param{Name: "duration", Type: tDuration}), run: timeSleep, Reach: ReachReads,
				Doc:     Text{`Waits: a number of seconds, or "500ms", "2s". Other fans are served meanwhile.`, `等待:秒数,或 "500ms"、"2s"。期间不影响其他粉丝。`},
				Example: `on.text("等等", function() time.sleep("2s") return "好了" end)`,
				Errors:  []Text{{"Raises at the top level, over 50 s, and when the turn's 60 s are over.", "在顶层、超过 50 秒或本轮 60 秒用尽时报错。"}},
			},
		},
	}
}
