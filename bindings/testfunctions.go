package bindings

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

var (
	tTestBody = Type{Lua: "fun(t: Test)", Want: tFunction.Want, fits: tFunction.fits}
	tTestFan  = Type{Lua: "TestFan", Want: Text{"what t.fan(…) gave (call it as fan:say(…))", "t.fan(…) 的返回值（用 fan:say(…) 调用）"}, fits: isTestFan}
)

func isTestFan(v lua.LValue) bool {
	tb, is := v.(*lua.LTable)
	return is && tb.RawGetString("name").Type() == lua.LTString && tb.RawGetString("say").Type() == lua.LTFunction
}

// testEntry is the one function that a test file finds.
func testEntry() Function {
	return Function{
		Name: "test", run: declareTest, Forms: params(Param{Name: "name", Type: tString}, Param{Name: "fn", Type: tTestBody}),
		Doc:     Text{"Declares a test. Its function is given t, and runs in a world of its own.", "声明一个测试。它的函数得到 t，在自己的环境里运行。"},
		Example: "test(\"an order\", function(t)\n  t.fan(\"amy\"):say(\"下单\"):expect(\"喝点什么?\")\nend)",
		Errors:  []Text{{"Raises when a name is there twice.", "名字重复时报错。"}},
	}
}

// TestFunctions are the functions of test files, in the order of their page: those of a test (t.clock) and of a fan (fan:say).
func TestFunctions() []Function {
	return append(append([]Function{testEntry()}, testMembers()...), fanMethods()...)
}

func testMembers() []Function {
	line := func(name, before, after string, doc Text, example string) Function {
		return Function{
			Name: "t." + name, Forms: params(Param{Name: "text", Type: tString}), Doc: doc, Example: example, apart: true,
			run: func(c call) int { return c.testLine(before + c.text(1) + after) },
		}
	}
	return []Function{
		{
			Name: "t.fan", Forms: params(Param{Name: "name", Type: tString}), Returns: []Result{{"fan", "TestFan"}}, run: testFan, apart: true,
			Doc: Text{"A fan, by any name.", "一位粉丝，名字随意。"}, Example: `local amy = t.fan("amy")`,
		},
		line("clock", "clock ", "", Text{"Moves the clock.", "移动时钟。"}, `t.clock("+2h")`),
		line("http", "http ", "", Text{"Declares what another server answers.", "声明别的服务器怎么回答。"}, `t.http('POST https://api.example.com/orders -> 200 {"id": 7}')`),
		line("fail", "fail ", "", Text{"Lets WeChat's API fail.", "让微信接口出错。"}, `t.fail("message/template/send 40001 once")`),
		line("slow", "slow ", "", Text{"Makes the next script, or the next call of an API, slow.", "让下一次脚本或下一次接口调用变慢。"}, `t.slow("6s")`),
		line("api", "api: ", "", Text{"Wants a call of WeChat's API, or none.", "要求调用过某个微信接口，或没有调用。"}, `t.api("none")`),
		line("error", "error: ", "", Text{"Wants that a script failed.", "要求脚本出过错。"}, `t.error("~ attempt to call")`),
		{
			Name: "t.restart", Forms: []Form{{}}, apart: true, run: func(c call) int { return c.testLine("-- restart --") },
			Doc: Text{"Ends the program and starts it again.", "结束程序，再启动。"}, Example: `t.restart()`,
		},
		{
			Name: "t.node", Forms: params(Param{Name: "number", Type: tInteger}), apart: true,
			run: func(c call) int { return c.testLine("-- node " + lua.LNumber(c.number(1, 1)).String() + " --") },
			Doc: Text{"Lets what follows reach another program on the same data.", "之后的消息到达同一份数据上的另一个程序。"}, Example: `t.node(2)`,
		},
		{
			Name: "t.save", Forms: params(Param{Name: "file", Type: tString}, Param{Name: "text", Type: tString}, optional("broken", tBoolean)), run: testSave, apart: true,
			Doc: Text{"Saves a file of the account; true behind it: the save is broken.", "保存账号的一个文件；最后写 true 表示这次保存是坏的。"}, Example: `t.save("lib/prices.lua", "return { tea = 28 }")`,
		},
	}
}

func fanMethods() []Function {
	self := Param{Name: "self", Type: tTestFan}
	method := func(name string, doc Text, example string, do func(h TestHost, fan, text string) error) Function {
		return Function{
			Name: "fan:" + name, Forms: []Form{{self, {Name: "text", Type: tString}}}, Returns: []Result{{"fan", "TestFan"}}, Doc: doc, Example: example, apart: true,
			run: func(c call) int { return c.onFan(func(h TestHost, fan string) error { return do(h, fan, c.text(2)) }) },
		}
	}
	return []Function{
		method("say", Text{"The fan says something.", "粉丝说话。"}, `amy:say("下单")`, TestHost.Says),
		method("act", Text{"The fan does what stands in brackets in a .chat file.", "粉丝做 .chat 文件方括号里写的动作。"}, `amy:act("click TODAY")`, TestHost.Does),
		method("expect", Text{"The fan sees this: exactly, with {…} for anything, ~ in front of a part, or /an expression/.", "粉丝看到这段内容：完全一致；{…} 代表任意内容，~ 后面是其中一段，或 /正则表达式/。"}, `amy:expect("~ 几杯")`,
			func(h TestHost, fan, text string) error { return h.Sees(fan, text, false) }),
		method("expect_push", Text{"The fan sees this as a message of its own, and not as a reply.", "粉丝看到这段内容，是单独的消息而不是回复。"}, `amy:expect_push("~ 送达")`,
			func(h TestHost, fan, text string) error { return h.Sees(fan, text, true) }),
		{
			Name: "fan:silence", Forms: []Form{{self}}, Returns: []Result{{"fan", "TestFan"}}, apart: true,
			Doc: Text{"The fan sees nothing.", "粉丝什么也没看到。"}, Example: `amy:silence()`,
			run: func(c call) int { return c.onFan(TestHost.Silence) },
		},
		{
			Name: "fan:read", Forms: []Form{{self}}, Returns: []Result{{"text", "string?"}, {"push", "boolean?"}}, run: fanRead, apart: true,
			Doc: Text{"Takes the first of what the fan has seen and no expect has taken: its text, and whether it was a message of its own; nil: there is nothing.", "取出粉丝看到而还没有 expect 取走的第一条：它的文字，以及是否单独的消息；没有就是 nil。"}, Example: `local text = amy:read()`,
		},
	}
}

// declareTest is test(name, fn).
func declareTest(c call) int {
	run := c.state.test
	name := c.text(1)
	switch {
	case c.state.testing:
		c.fail("a test is declared at the top level, and not in another one")
	case strings.TrimSpace(name) == "" || len(name) > maxTestName:
		c.failArg(1, "is empty, or longer than 200 bytes", "a name")
	case len(run.names) >= maxTests:
		c.fail("a file has at most %d tests", maxTests)
	}
	for _, other := range run.names {
		if other == name {
			c.fail("there is a test %q already", name)
		}
	}
	run.names, run.fns = append(run.names, name), append(run.fns, c.arg(2))
	return 0
}

// testFace makes the t of a test.
func testFace(L *lua.LState) lua.LValue {
	members := testMembers()
	t := L.CreateTable(0, len(members))
	for i := range members {
		t.RawSetString(strings.TrimPrefix(members[i].Name, "t."), methodOf(&members[i]))
	}
	return t
}

// testFan makes a fan of a test.
func testFan(c call) int {
	methods := fanMethods()
	fan := c.L.CreateTable(0, len(methods)+1)
	fan.RawSetString("name", c.arg(1))
	for i := range methods {
		fan.RawSetString(strings.TrimPrefix(methods[i].Name, "fan:"), methodOf(&methods[i]))
	}
	return c.push(fan)
}

// told raises what the host says is wrong.
func (c call) told(err error) {
	if err != nil {
		c.fail("%s", err)
	}
}

func (c call) testLine(line string) int {
	c.told(c.state.test.host.Line(line))
	return 0
}

// onFan does something for a fan, and gives the fan back.
func (c call) onFan(do func(h TestHost, fan string) error) int {
	c.told(do(c.state.test.host, c.fanName()))
	return c.push(c.arg(1))
}

func (c call) fanName() string { return c.table(1).RawGetString("name").String() }

func fanRead(c call) int {
	text, push, found, err := c.state.test.host.Read(c.fanName())
	c.told(err)
	if !found {
		return c.push(lua.LNil)
	}
	c.pushText(text)
	c.L.Push(lua.LBool(push))
	return 2
}

func testSave(c call) int {
	c.told(c.state.test.host.Save(c.text(1), c.text(2), c.arg(3) == lua.LTrue))
	return 0
}
