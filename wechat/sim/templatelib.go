package sim

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A table of data. The templates that an account may take from the platform's library: a few of each
// kind, with invented titles.

// shelf is one template of the library.
type shelf struct {
	short, title string
	// words are the keywords: their Chinese names and the types of their keys.
	words []keyword
	// notice types: 2 one-time, 3 long-term. 0 = a template message.
	notice int
}

type keyword struct {
	name, kind, example string
}

func library() []shelf {
	return []shelf{
		{"TM00015", "订单支付成功", []keyword{{"支付金额", "orderMoneySum", "30.00元"}, {"商品信息", "orderProductName", "乌龙茶"}}, 0},
		{"OPENTM200444326", "预约提醒", []keyword{{"预约项目", "keyword1", "品茶"}, {"预约时间", "keyword2", "2026-01-02 10:00"}}, 0},
		{"43216", "下单成功通知", []keyword{
			{"商品名称", "thing", "乌龙茶"},
			{"下单时间", "time", "2026-01-02 10:00"},
			{"订单编号", "character_string", "A-7"},
			{"订单金额", "amount", "28.00元"},
			{"订单状态", "phrase", "已支付"},
		}, 0},
		{"47002", "预约成功通知", []keyword{
			{"预约项目", "thing", "品茶"}, {"预约时间", "time", "2026-01-02 10:00"}, {"联系电话", "phone_number", "0571-87654321"}, {"预约人", "name", "小月"},
		}, 0},
		{"1401", "取餐提醒", []keyword{{"取餐号", "character_string", "A7"}, {"门店", "thing", "湖滨店"}, {"时间", "time", "10:00"}}, 2},
		{"1402", "活动开始提醒", []keyword{{"活动名称", "thing", "新茶品鉴"}, {"开始时间", "time", "2026-01-02 10:00"}, {"备注", "thing", "请准时"}}, 2},
		{"1501", "到期提醒", []keyword{{"会员名", "name", "小月"}, {"到期日", "date", "2026-12-31"}}, 3},
	}
}

func fromLibrary(short string, notice bool) *shelf {
	for _, s := range library() {
		if s.short == short && (s.notice > 0) == notice {
			return &s
		}
	}
	return nil
}

// template makes an account's own template of this shelf with these keywords; no keywords = all.
func (s *shelf) template(id string, keywords []string) (Template, error) {
	t := Template{ID: id, Title: s.title, Notice: s.notice > 0, Type: s.notice}
	var content, example []string
	for i, w := range s.words {
		if len(keywords) > 0 && !slices.Contains(keywords, w.name) {
			continue
		}
		key := w.kind
		if typedKey.MatchString(w.kind + "1") {
			key = fmt.Sprintf("%s%d", w.kind, i+1)
		}
		content = append(content, w.name+"：{{"+key+".DATA}}")
		example = append(example, w.name+"："+w.example)
	}
	if len(keywords) > 0 && len(content) != len(keywords) {
		return t, refuse(40037, "keyword_name_list")
	}
	t.Content, t.Example = strings.Join(content, "\n"), strings.Join(example, "\n")
	return t, nil
}

// trades are some of the industries that api_set_industry knows by number.
func trades(id string) (first, second string, ok bool) {
	t, ok := map[string][2]string{
		"1": {"IT科技", "互联网|电子商务"}, "2": {"IT科技", "IT软件与服务"}, "4": {"IT科技", "电子技术"}, "8": {"餐饮", "餐饮"},
		"10": {"酒店旅游", "旅游"}, "16": {"教育", "培训"}, "39": {"商业服务", "会展"}, "41": {"其它", "其它"},
	}[id]
	return t[0], t[1], ok
}

const industryGap = 30 * 24 * time.Hour
