package folder_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/folder"
)

// TestFilesThatAreNotUTF8AreNamed shows each file that editors and Excel may save wrongly, with its line.
func TestFilesThatAreNotUTF8AreNamed(t *testing.T) {
	const gbk = "\xc4\xe3\xba\xc3" // 你好
	dir := t.TempDir()
	lay(t, dir, map[string]string{
		"demo/main.lua": "on.text('你好', 'x')\n", "demo/bom.lua": "\ufeffreturn 1",
		"demo/lib/x.lua": "-- a\nreturn '" + gbk + "'", "demo/account.yaml": "apology: " + gbk,
		"demo/data/faq.csv": "q,a\n1,2\n" + gbk + ",x", "demo/data/wide.json": "\xff\xfe{\x00}\x00",
		"demo/data/sheet.csv": "PK\x03\x04\x00", "demo/data/raw.bin": gbk, "demo/data/escaped.lua": `return "\255\254"`,
		"shared/y.lua": "\xff",
	})
	var got []string
	for _, e := range snapshot(t, dir).NotUTF8() {
		got = append(got, e.Error())
	}
	require.Equal(t, []string{
		"demo/account.yaml:1: is not UTF-8 (GBK?): save it as UTF-8",
		"demo/data/faq.csv:3: is not UTF-8 (GBK?): save it as UTF-8",
		"demo/data/sheet.csv: is a spreadsheet or another packed file, not text: in Excel, save it as CSV UTF-8",
		"demo/data/wide.json: is UTF-16 (Notepad calls it Unicode): save it as UTF-8",
		"demo/lib/x.lua:2: is not UTF-8 (GBK?): save it as UTF-8",
		"shared/y.lua:1: is not UTF-8 (GBK?): save it as UTF-8",
	}, got)
	_, why := folder.NotUTF8([]byte("\xd0\xcf\x11\xe0"))
	require.Contains(t, why, "CSV UTF-8")
}
