package wechat_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

// oddBodies are what peers' parsers stumbled over, and what might make the two readers differ.
func oddBodies() []string {
	long := strings.Repeat("长", 1000)
	return []string{
		"", " ", "<", "<xml", "<xml>", "<xml></xml>", "<xml/>", "<xml> </xml> ", "\ufeff<xml></xml>",
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?><xml><A>1</A></xml>",
		"<xml>\n  <A>1</A>\r\n  <B><![CDATA[2]]></B>\n</xml>\n",
		"<xml><A>\n  <![CDATA[x]]>\n</A></xml>", "<xml><A> x </A></xml>", "<xml><A>   </A></xml>",
		"<xml><A><![CDATA[ x ]]></A></xml>", "<xml><A><![CDATA[ ]]></A></xml>", "<xml><A>a<![CDATA[b]]>c</A></xml>",
		"<xml><A></A><A><![CDATA[]]></A></xml>", "<xml><A/><B /></xml>", "<xml><A >1</A ></xml>",
		"<xml><A k=\"v\">1</A></xml>", "<xml><A k='>'>1</A></xml>", "<xml a=\"b\"><A>1</A></xml>",
		"<xml><A>a&amp;b&lt;c&#38;&#x26;</A></xml>", "<xml><A>&nbsp;</A></xml>", "<xml><A>a & b</A></xml>",
		"<xml><A>1 > 0</A></xml>", "<xml><A>]]></A></xml>", "<xml><A><![CDATA[a]]]]><![CDATA[>b]]></A></xml>",
		"<xml><A><![CDATA[a]]]></A></xml>", "<xml><A><![CDATA[a]]]]></A></xml>", "<xml><A><![CDATA[<B>1</B>]]></A></xml>",
		"<xml><A><![CDATA[<![CDATA[x]]></A></xml>", "<xml><A><![CDATA[x</A></xml>", "<xml><A><![CDATA[x]]</A></xml>",
		"<xml><!-- c --><A>1<!-- d -->2</A></xml>", "<xml><A>1</A></xml><!-- e -->", "<!-- f --><xml></xml>",
		"<xml><A>1</B></xml>", "<xml><A>1</xml></A>", "<xml><A>1</A>", "<xml></xml><xml></xml>", "<xml></xml>x", "x<xml></xml>",
		"<xml>text<A>1</A></xml>", "<xml><A>t<B>1</B>u</A></xml>", "<xml><A><B>1</B><B>2</B></A></xml>", "<root><A>1</A></root>",
		"<!DOCTYPE xml><xml></xml>", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><A>&e;</A></xml>",
		"<xml><1A>1</1A></xml>", "<xml><-A>1</-A></xml>", "<xml><A.b-c_1>1</A.b-c_1></xml>", "<xml><a:b>1</a:b></xml>", "<xml><名>1</名></xml>",
		"<xml><A><![CDATA[a\x01b\x00]]></A></xml>", "<xml><A>a\x02b</A></xml>", "<xml><A\x02>1</A\x02></xml>", "\x01<xml></xml>", "<xml>\x01<A>1</A></xml>",
		"<xml></xml>\x00", "<xml><A><![CDATA[]]\x01></A></xml>", "<xml><A>x]]\x01></A></xml>", "<xml><A><!\x01[CDATA[x]]></A></xml>",
		"<xml><A>&#2;&#x2;&#0;&#xFFFE;&#55296;&#9;&#13;</A></xml>", "<xml><A><![CDATA[&#2;]]></A><B>&#2;</B></xml>", "<xml><!-- &#2; <![CDATA[ --><A>&#2;</A></xml>",
		"<xml><A>&#1114112;</A></xml>", "<xml><A>&#99999999999;</A></xml>", "<xml><A>&#;</A></xml>", "<xml><A>&#xG;</A></xml>",
		"<xml><A><![CDATA[\xff\xfe\xe4\xbd]]></A></xml>", "<xml><A>\xe4\xbd</A></xml>", "<xml><A><![CDATA[\xff\x01\xff]]></A></xml>", "<xml><A\xff>1</A\xff></xml>",
		"<xml><A><![CDATA[\ufffe\uffff\ufdd0\ufffd]]></A></xml>", "<xml><A>\ufdd0</A></xml>", "<xml><A><![CDATA[\xed\xa0\x80]]></A></xml>",
		"<xml><A><![CDATA[a\r\nb\rc\r\r\nd]]></A></xml>", "<xml><A>a\r\x01\nb</A></xml>", "<xml>\r<A>1</A>\r</xml>",
		"<xml><A><![CDATA[😀👨‍👩‍👧‍👦🇨🇳☀️，！]]></A></xml>", "<xml><A>" + long + "</A></xml>", "<xml><A>\u00a0</A></xml>", "<xml>\u00a0<A>1</A></xml>",
		"<xml>" + strings.Repeat("<A>1</A>", wechat.MaxElements-1) + "</xml>", "<xml>" + strings.Repeat("<A>1</A>", wechat.MaxElements) + "</xml>",
		"<xml><" + strings.Repeat("n", wechat.MaxName) + ">1</" + strings.Repeat("n", wechat.MaxName) + "></xml>",
		"<xml><" + strings.Repeat("n", wechat.MaxName+1) + ">1</" + strings.Repeat("n", wechat.MaxName+1) + "></xml>",
		"<xml><A>" + strings.Repeat("v", wechat.MaxValue) + "</A></xml>", "<xml><A>" + strings.Repeat("v", wechat.MaxValue+1) + "</A></xml>",
	}
}

// requireAgreement: what the scanner reads, the tree reads too, and the same.
func requireAgreement(tb testing.TB, body []byte) {
	tb.Helper()
	scanned, ok := wechat.ScanXML(body)
	if !ok {
		return
	}
	read, err := wechat.ReadXML(body)
	require.NoError(tb, err, "%q", body)
	require.Equal(tb, len(read), len(scanned), "%q", body)
	for i := range read {
		require.Equal(tb, read[i].Name, scanned[i].Name, "%q", body)
		require.Equal(tb, read[i].Value, scanned[i].Value, "%q", body)
		require.Empty(tb, read[i].Fields, "%q", body)
	}
}

func TestScannerAndTreeAgree(t *testing.T) {
	for _, body := range append(samplePushes(t), oddBodies()...) {
		requireAgreement(t, []byte(body))
	}
}

func TestScannerReadsEveryFlatSample(t *testing.T) {
	flat := 0
	for _, body := range samplePushes(t) {
		nested := regexp.MustCompile(`<(ScanCodeInfo|SendPicsInfo|SendLocationInfo|PublishEventInfo|ArticleUrlResult|List)>`).MatchString(body)
		_, ok := wechat.ScanXML([]byte(body))
		require.Equal(t, !nested, ok, body)
		if ok {
			flat++
		}
	}
	require.Greater(t, flat, 20)
}

func FuzzScannerAndTreeAgree(f *testing.F) {
	for _, body := range append(samplePushes(f), oddBodies()...) {
		if len(body) < 4096 {
			f.Add([]byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) { requireAgreement(t, body) })
}

// TestWhatTheScannerReads keeps it from leaving to the walk what it is for.
func TestWhatTheScannerReads(t *testing.T) {
	name := strings.Repeat("n", wechat.MaxName)
	for _, tc := range []struct {
		name, body string
		want       bool
	}{
		{"no element", "<xml></xml>", true},
		{"names of one letter", "<xml><A>1</A><B><![CDATA[2]]></B></xml>", true},
		{"the longest name", "<xml><" + name + ">1</" + name + "></xml>", true},
		{"a name that is too long", "<xml><n" + name + ">1</n" + name + "></xml>", false},
		{"no name", "<xml><>1</></xml>", false},
		{"the longest value", "<xml><A>" + strings.Repeat("v", wechat.MaxValue) + "</A></xml>", true},
		{"a value that is too long", "<xml><A>" + strings.Repeat("v", wechat.MaxValue+1) + "</A></xml>", false},
		{"as many elements as a push may have", "<xml>" + strings.Repeat("<A>1</A>", wechat.MaxElements-1) + "</xml>", true},
		{"one more", "<xml>" + strings.Repeat("<A>1</A>", wechat.MaxElements) + "</xml>", false},
		{"blanks between", " <xml>\n<A>1</A>\r\n\t<B></B> </xml>\n", true},
		{"names with marks", "<xml><A.b-c_1>1</A.b-c_1><_a>2</_a></xml>", true},
		{"a name that begins with a digit", "<xml><1A>1</1A></xml>", false},
		{"an attribute", `<xml><A k="v">1</A></xml>`, false},
		{"an entity", "<xml><A>&amp;</A></xml>", false},
		{"elements inside", "<xml><A><B>1</B></A></xml>", false},
		{"CDATA without an end", "<xml><A><![CDATA[1</A></xml>", false},
		{"an end without a beginning", "<xml></A></xml>", false},
		{"cut after an element", "<xml><A>1</A>", false},
		{"cut in an end tag", "<xml><A>1</A", false},
		{"cut after a bracket", "<xml><", false},
		{"cut in a start tag", "<xml><A", false},
		{"something behind", "<xml></xml>x", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, ok := wechat.ScanXML([]byte(tc.body))
			require.Equal(t, tc.want, ok)
		})
	}
}
