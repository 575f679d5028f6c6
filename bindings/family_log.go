package bindings

// logFamily describes log.*.
// A table of data.
func logFamily() Family {
	one := func(level, en, zh string) Function {
		return Function{
			Name: "log." + level, Forms: params(Param{Name: "values", Type: tAny, Rest: true}), run: logAs(level), Reach: ReachReads,
			Doc: Text{en, zh}, Example: `log.` + level + `("order", { tea = "龙井", n = 2 })`,
			Errors: []Text{{"Never raises. Lines over 4 KiB are cut; over the turn's 64 KiB lines are dropped and the trace says so.", "从不报错。单行超过 4 KiB 截断;本轮超过 64 KiB 后丢弃,追踪里会注明。"}},
		}
	}
	return Family{
		Name: "log",
		Doc:  Text{"Lines for the terminal, the log and the trace.", "写到终端、日志和追踪里的行。"},
		Functions: []Function{
			one("debug", "A line for whoever hunts a fault.", "排查问题用的行。"),
			one("info", "A line that says what happened; tables are written out.", "说明发生了什么;表会展开写出。"),
			one("warn", "A line that somebody should look at.", "需要有人看一眼的行。"),
			one("error", "A line about something that went wrong.", "出了问题的行。"),
		},
	}
}

// aloneFamily describes the functions that stand in no library.
// A table of data.
func aloneFamily() Family {
	return Family{
		Doc: Text{"Functions that stand alone.", "独立的函数。"},
		Functions: []Function{{
			Name: "print", Forms: params(Param{Name: "values", Type: tAny, Rest: true}), run: logAs("info"), Reach: ReachReads,
			Doc:     Text{"The same as log.info.", "等同于 log.info。"},
			Example: `print("hello", 1, true)`,
			Errors:  []Text{{"Never raises.", "从不报错。"}},
		}},
	}
}
