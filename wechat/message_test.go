package wechat_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

// node is the reference: the standard library's own reading of any XML.
type node struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
	Nodes   []node `xml:",any"`
}

func (n node) fields() []wechat.Field {
	var out []wechat.Field
	for _, c := range n.Nodes {
		f := wechat.Field{Name: c.XMLName.Local, Fields: c.fields()}
		if f.Fields == nil {
			f.Value = c.Text
		}
		out = append(out, f)
	}
	return out
}

func TestEverySampleIsReadWhole(t *testing.T) {
	for _, body := range samplePushes(t) {
		var want node
		require.NoError(t, xml.Unmarshal([]byte(body), &want))
		m, err := wechat.ParseMessage([]byte(body))
		require.NoError(t, err, body)
		require.Equal(t, want.fields(), m.Tree(), body)
		require.Equal(t, originalID, m.ToUserName)
		require.NotEmpty(t, m.FromUserName)
		require.Greater(t, m.CreateTime, int64(1760000000-1))
		require.Equal(t, m.IsEvent(), m.Event != "")
		require.Equal(t, !m.IsEvent(), m.MsgID != "", body)
	}
}

func TestEnvelope(t *testing.T) {
	m, err := wechat.ParseMessage([]byte(push("text",
		"<Content><![CDATA[ 你好😀\n/::) ]]></Content><MsgId>25373744922163388</MsgId><bizmsgmenuid>101</bizmsgmenuid><URL><![CDATA[http://debug.test/]]></URL>")))
	require.NoError(t, err)
	require.Equal(t, amy, m.FromUserName)
	require.Equal(t, int64(1760003600), m.CreateTime)
	require.Equal(t, " 你好😀\n/::) ", m.Content, "blanks and emoji are the fan's")
	require.Equal(t, "25373744922163388", m.MsgID)
	require.Equal(t, "101", m.Value("bizmsgmenuid"))
	require.Equal(t, "http://debug.test/", m.Value("URL"), "elements nobody knows are kept")
	require.Empty(t, m.Value("Content", "deeper"))
	require.Empty(t, m.Value("Missing"))
	require.Empty(t, m.Value())
}

func TestValueFollowsAPath(t *testing.T) {
	m, err := wechat.ParseMessage([]byte(event("pic_weixin", `<EventKey>cam3</EventKey><SendPicsInfo><Count>2</Count><PicList>`+
		`<item><PicMd5Sum>01</PicMd5Sum></item><item><PicMd5Sum>02</PicMd5Sum></item></PicList></SendPicsInfo>`)))
	require.NoError(t, err)
	require.Equal(t, "2", m.Value("SendPicsInfo", "Count"))
	require.Equal(t, "01", m.Value("SendPicsInfo", "PicList", "item", "PicMd5Sum"), "the first of many")
	require.Empty(t, m.Value("SendPicsInfo"))
	require.Equal(t, "cam3", m.EventKey)
}

func TestOddValues(t *testing.T) {
	tests := []struct {
		name, in, want string
	}{
		{"control characters in CDATA", "<Content><![CDATA[a\x00b\x02\x1fc\td\n]]></Content>", "abc\td\n"},
		{"control characters in text", "<Content>a\x02b</Content>", "ab"},
		{"references to control characters", "<Content>a&#2;b&#x1F;c&#x26;d</Content>", "abc&d"},
		{"the same inside CDATA are text", "<Content><![CDATA[a&#2;b]]></Content>", "a&#2;b"},
		{"invalid UTF-8", "<Content><![CDATA[a\xff\xfeb\xe4\xbd]]></Content>", "a\ufffdb\ufffd"},
		{"noncharacters", "<Content><![CDATA[a\ufffe\uffff\ufdd0b]]></Content>", "ab"},
		{"a control character does not end CDATA", "<Content><![CDATA[a]]\x01><Event>forged</Event>]]></Content>", "a]]><Event>forged</Event>"},
		{"the same inside CDATA beside an entity", "<Content><![CDATA[a&#2;b]]>&amp;</Content>", "a&#2;b&"},
		{"a reference behind an empty CDATA", "<Content><![CDATA[]]>a&#2;b</Content>", "ab"},
		{"split CDATA", "<Content><![CDATA[a]]]]><![CDATA[>b]]></Content>", "a]]>b"},
		{"markup in CDATA is text", "<Content><![CDATA[<FromUserName>x</FromUserName>]]></Content>", "<FromUserName>x</FromUserName>"},
		{"blanks around CDATA", "<Content>\n  <![CDATA[ x ]]>\n</Content>", " x "},
		{"entities", "<Content>a&lt;b&gt;&amp;&quot;&apos;</Content>", "a<b>&\"'"},
		{"line ends", "<Content><![CDATA[a\r\nb\rc]]></Content>", "a\nb\nc"},
		{"comments", "<!-- x --><Content>a<!-- y -->b</Content>", "ab"},
		{"the first of two counts", "<Content>1</Content><Content>2</Content>", "1"},
		{"empty", "<Content/>", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := wechat.ParseMessage([]byte(push("text", tt.in)))
			require.NoError(t, err)
			require.Equal(t, tt.want, m.Content)
			require.Equal(t, amy, m.FromUserName)
			require.Empty(t, m.Event)
		})
	}
}

func TestPrettyPrintedPush(t *testing.T) {
	body := "\ufeff<?xml version=\"1.0\"?>\r\n<xml>\n  <ToUserName>\n<![CDATA[gh_1]]>\n</ToUserName>\n  <FromUserName> o1 </FromUserName>\n" +
		"  <CreateTime> 1760000000 </CreateTime>\n  <MsgType> event </MsgType>\n <Event> CLICK </Event>\n  <EventKey>\n    <![CDATA[K]]>\n  </EventKey>\n</xml>\n"
	m, err := wechat.ParseMessage([]byte(body))
	require.NoError(t, err)
	require.Equal(t, "gh_1", m.ToUserName)
	require.Equal(t, "o1", m.FromUserName)
	require.Equal(t, int64(1760000000), m.CreateTime)
	require.Equal(t, "CLICK", m.Event)
	require.Equal(t, "K", m.EventKey)
}

func TestMalformedPushes(t *testing.T) {
	deep := strings.Repeat("<A>", wechat.MaxDepth) + strings.Repeat("</A>", wechat.MaxDepth)
	tests := []struct {
		name, body, detail string
	}{
		{"nothing", "", "XML ends before </xml>"},
		{"not XML", "hello", "text outside of <xml>"},
		{"HTML", "<html></html>", "the root element is not <xml>"},
		{"DTD", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml></xml>", "document type declarations are not accepted"},
		{"entity nobody declared", push("text", "<Content>&e;</Content>"), "not well-formed XML: invalid character entity &e;"},
		{"cut off", "<xml><ToUserName>", "XML ends before </xml>"},
		{"cut off in CDATA", "<xml><ToUserName><![CDATA[gh", "not well-formed XML: unexpected EOF in CDATA section"},
		{"crossed tags", "<xml><A></xml></A>", "an end tag does not match its start tag"},
		{"two roots", "<xml></xml><xml></xml>", "more than one root element"},
		{"text after the root", push("text", "") + "x", "text outside of <xml>"},
		{"CDATA after the root", push("text", "") + "<![CDATA[ ]]>", "text outside of <xml>"},
		{"too deep", push("text", deep), "nested deeper than 16 levels"},
		{"too many elements", push("text", strings.Repeat("<A>1</A>", wechat.MaxElements)), "more than 1000 elements"},
		{"long name", push("text", "<"+strings.Repeat("n", 129)+"/>"), "a name has more than 128 bytes"},
		{"long value", push("text", "<A>"+strings.Repeat("v", wechat.MaxValue+1)+"</A>"), "a value has more than 262144 bytes"},
		{"no sender", "<xml><ToUserName>a</ToUserName><MsgType>text</MsgType></xml>", "no FromUserName"},
		{"no receiver", "<xml><FromUserName>a</FromUserName><MsgType>text</MsgType></xml>", "no ToUserName"},
		{"no kind", "<xml><ToUserName>a</ToUserName><FromUserName>a</FromUserName></xml>", "no MsgType"},
		{"an event without a name", push("event", ""), "an event without Event"},
		{"JSON cut off", `{"ToUserName":"a"`, "JSON ends too early"},
		{"broken JSON", `{"ToUserName":a}`, "not well-formed JSON"},
		{"text after JSON", `{"ToUserName":"a","FromUserName":"b","MsgType":"text"}{}`, "text after the JSON object"},
		{"JSON too deep", `{"A":` + strings.Repeat(`{"A":`, 16) + "1" + strings.Repeat("}", 17), "nested deeper than 16 levels"},
		{"JSON lists too deep", `{"A":` + strings.Repeat("[", 999) + strings.Repeat("]", 999) + "}", "nested deeper than 16 levels"},
		{"JSON too many", `{"A":[` + strings.Repeat("1,", 1000) + "1]}", "more than 1000 elements"},
		{"JSON long name", `{"` + strings.Repeat("n", 129) + `":1}`, "a name has more than 128 bytes"},
		{"JSON long value", `{"A":"` + strings.Repeat("v", wechat.MaxValue+1) + `"}`, "a value has more than 262144 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := wechat.ParseMessage([]byte(tt.body))
			requireCause(t, err, wechat.CauseMalformed)
			require.Equal(t, tt.detail, err.(*wechat.Refusal).Detail)
		})
	}
}

func TestDepthAndCountThatAreAllowed(t *testing.T) {
	deep := strings.Repeat("<A>", wechat.MaxDepth-1) + strings.Repeat("</A>", wechat.MaxDepth-1)
	_, err := wechat.ParseMessage([]byte(push("text", deep)))
	require.NoError(t, err)
	_, err = wechat.ParseMessage([]byte(push("text", strings.Repeat("<A>1</A>", wechat.MaxElements-1-4))))
	require.NoError(t, err)
	_, err = wechat.ParseMessage([]byte(`{"ToUserName":"a","FromUserName":"b","MsgType":"x","A":` + strings.Repeat(`{"A":`, 14) + "1" + strings.Repeat("}", 15)))
	require.NoError(t, err)
}

func TestBodyTooLarge(t *testing.T) {
	_, err := wechat.ParseMessage(make([]byte, wechat.MaxBody+1))
	requireCause(t, err, wechat.CauseTooLarge)
	_, err = wechat.ParseTree(make([]byte, wechat.MaxBody+1))
	requireCause(t, err, wechat.CauseTooLarge)
}

func TestMessageOutlivesTheBody(t *testing.T) {
	body := []byte(push("text", "<Content><![CDATA[hello]]></Content><MsgId>1</MsgId>"))
	m, err := wechat.ParseMessage(body)
	require.NoError(t, err)
	for i := range body {
		body[i] = 'x'
	}
	require.Equal(t, "hello", m.Content)
	require.Equal(t, "hello", m.Value("Content"))
}

func FuzzParseMessage(f *testing.F) {
	for _, body := range append(samplePushes(f), oddBodies()...) {
		if len(body) < 4096 {
			f.Add([]byte(body))
		}
	}
	f.Add([]byte(`{"ToUserName":"gh_1","FromUserName":"o1","CreateTime":1760000000,"MsgType":"event","Event":"subscribe_msg_popup_event","List":[{"TemplateId":"T"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := wechat.ParseMessage(body)
		if err != nil {
			require.NotEmpty(t, err.(*wechat.Refusal).Error())
			return
		}
		requireClean(t, m.Tree(), 2)
		require.NotEmpty(t, m.FromUserName)
		m.OpenID()
		m.Scene()
		m.Opens()
		require.Equal(t, m.Key("a"), m.Key("a"))
		reply := wechat.Reply{Type: "text", Content: m.Content + "."}
		tree, err := wechat.ParseTree(reply.AppendXML(nil, m, m.CreateTime))
		require.NoError(t, err, "a reply can be read again")
		require.Equal(t, "Content", tree[4].Name)
	})
}

// requireClean: no value holds what XML cannot carry, so that it can go into a reply.
func requireClean(t *testing.T, fields []wechat.Field, depth int) {
	require.LessOrEqual(t, depth, wechat.MaxDepth+1)
	for _, f := range fields {
		require.Equal(t, f.Value, wechat.Clean(f.Value))
		wechat.SnakeCase(f.Name)
		requireClean(t, f.Fields, depth+1)
	}
}

// TestAPushInALog is its kind; what the fan wrote is not.
func TestAPushInALog(t *testing.T) {
	for _, tc := range []struct{ name, body, want string }{
		{"a message", push("text", "<Content>my secret</Content>"), "text message"},
		{"an event", event("CLICK", "<EventKey>my secret</EventKey>"), "event CLICK"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m, err := wechat.ParseMessage([]byte(tc.body))
			require.NoError(t, err)
			require.Equal(t, tc.want, fmt.Sprint(m))
			require.Equal(t, tc.want, fmt.Sprintf("%v", m))
		})
	}
}

// TestNamesWithAPrefix stay as they were sent.
func TestNamesWithAPrefix(t *testing.T) {
	m, err := wechat.ParseMessage([]byte(push("text", "<a:B>1</a:B><B>2</B>")))
	require.NoError(t, err)
	require.Equal(t, "1", m.Value("a:B"))
	require.Equal(t, "2", m.Value("B"))
	_, err = wechat.ParseMessage([]byte(push("text", "<a:B>1</c:B>")))
	require.ErrorContains(t, err, "an end tag does not match its start tag")
}
