package sim

import (
	"time"
)

// storeMedia registers the files of a fan's message and returns the elements that name them. A media id
// that exists already is used as it is.
func (p *Platform) storeMedia(a *account, act Act, now time.Time) []Field {
	var fields []Field
	for _, file := range act.Media {
		m := a.state.Media[file.ID]
		if m == nil || file.ID == "" {
			name, data := sample(file.Kind)
			if file.Data != nil {
				data = file.Data
			}
			m = p.addMedia(a, &media{ID: file.ID, Kind: file.Kind, Name: name, Data: data, At: now})
		}
		if act.special == picture {
			fields = append(fields, field("PicUrl", p.pictureURL(a, m)))
		}
		fields = append(fields, field(file.Field, m.ID))
	}
	return fields
}

// pictureURL is where anybody can fetch a fan's picture: at this platform when it knows its own address.
func (p *Platform) pictureURL(a *account, m *media) string {
	if p.o.PublicURL == "" {
		return "http://mmbiz.qpic.cn/mmbiz_jpg/" + m.ID + "/0"
	}
	return p.o.PublicURL + filePath(a.name, m.ID)
}
