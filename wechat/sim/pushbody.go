package sim

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// fields is the whole push in WeChat's order: envelope, kind, the rest, and MsgId behind the content.
func (o *outgoing) fields() []Field {
	all := []Field{
		field("ToUserName", o.to), field("FromUserName", o.from),
		field("CreateTime", strconv.FormatInt(o.createTime, 10)), field("MsgType", o.act.MsgType),
	}
	if o.act.MsgType == "event" {
		return append(append(all, field("Event", o.act.Event)), o.act.Fields...)
	}
	return append(append(all, o.act.Fields...), field("MsgId", o.msgID))
}

// xml is the push as WeChat writes it: text in CDATA, numbers bare.
func (o *outgoing) xml() []byte {
	var b bytes.Buffer
	b.WriteString("<xml>")
	for _, f := range o.fields() {
		writeElement(&b, "", f)
	}
	b.WriteString("</xml>")
	return b.Bytes()
}

func writeElement(b *bytes.Buffer, parent string, f Field) {
	b.WriteString("<" + f.Name + ">")
	switch {
	case len(f.Fields) > 0:
		for _, kid := range f.Fields {
			writeElement(b, f.Name, kid)
		}
	case isBare(parent, f):
		b.WriteString(f.Value)
	default:
		b.WriteString(cdata(f.Value))
	}
	b.WriteString("</" + f.Name + ">")
}

// cdata quotes a text, splitting the end mark and leaving out what XML 1.0 cannot hold.
func cdata(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return "<![CDATA[" + strings.ReplaceAll(s, "]]>", "]]]]><![CDATA[>") + "]]>"
}

// bare names the elements whose text WeChat writes without CDATA when it is a number.
var bare = regexp.MustCompile(`^(CreateTime|MsgId|MsgID|MsgDataId|Idx|bizmsgmenuid|Scale|Location_[XY]|FileTotalLen|` +
	`Latitude|Longitude|Precision|MenuId|Count|\w+Count|ArticleIdx|CheckState|publish_id|publish_status|count|idx|` +
	`fail_idx|PopupScene|ErrorCode|ExpiredTime|FailTime|CreateOrderTime|PayFinishTime|IsGiveByFriend)$`)

var numeric = regexp.MustCompile(`^-?\d+(\.\d+)?$`)

func isBare(parent string, f Field) bool {
	return parent != "SendLocationInfo" && bare.MatchString(f.Name) && numeric.MatchString(f.Value)
}

// json is the push of an account that chose JSON: the same names, repeated elements as a list.
func (o *outgoing) json() []byte {
	var b bytes.Buffer
	writeObject(&b, "", o.fields())
	return b.Bytes()
}

func writeObject(b *bytes.Buffer, parent string, fields []Field) {
	b.WriteByte('{')
	done := map[string]bool{}
	for _, f := range fields {
		if done[f.Name] {
			continue
		}
		if len(done) > 0 {
			b.WriteByte(',')
		}
		done[f.Name] = true
		b.Write(quoteJSON(f.Name))
		b.WriteByte(':')
		writeValues(b, parent, sameName(fields, f.Name))
	}
	b.WriteByte('}')
}

func writeValues(b *bytes.Buffer, parent string, fields []Field) {
	if len(fields) == 1 {
		writeValue(b, parent, fields[0])
		return
	}
	b.WriteByte('[')
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(',')
		}
		writeValue(b, parent, f)
	}
	b.WriteByte(']')
}

func writeValue(b *bytes.Buffer, parent string, f Field) {
	switch {
	case len(f.Fields) > 0:
		writeObject(b, f.Name, f.Fields)
	case isBare(parent, f):
		b.WriteString(f.Value)
	default:
		b.Write(quoteJSON(f.Value))
	}
}

func sameName(fields []Field, name string) []Field {
	var same []Field
	for _, f := range fields {
		if f.Name == name {
			same = append(same, f)
		}
	}
	return same
}

// quoteJSON writes a value as WeChat does, without HTML escapes.
func quoteJSON(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return []byte(`null`)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
