package wechat

// Success is the answer that says "handled, nothing to show". It is never encrypted.
const Success = "success"

// TextLimit is the most bytes of UTF-8 a passive text reply may have. Field knowledge, not
// documented: a longer text makes WeChat show its failure notice.
const TextLimit = 2048

// maxArticles is the most a news reply may hold, and the most WeChat shows after an event. After a
// message of the fan it has shown the first alone since October 2018.
const (
	maxArticles          = 8
	maxArticlesToMessage = 1
)

// Reply is a passive reply: the body of the answer to a push.
type Reply struct {
	// Type is text, image, voice, video, music, news, transfer (to human agents) or none.
	Type string
	// Content is the text. An empty one is an answer without anything to show.
	Content string
	// MediaID is of image, voice and video; temporary or permanent.
	MediaID string
	// Title and Description are of video and music, and optional.
	Title, Description string
	// MusicURL and HQMusicURL (played on Wi-Fi) are optional, ThumbMediaID is not.
	MusicURL, HQMusicURL, ThumbMediaID string
	// KfAccount names one human agent (anna@kestrel_tea) of a transfer; empty means any.
	KfAccount string
	// Articles are of news.
	Articles []Article
	// File is the file of the account's folder whose media_id stands in MediaID or ThumbMediaID: it is uploaded again
	// when that is gone. "" = the script gave a media_id.
	File string
}

// Article is one entry of a news reply.
type Article struct{ Title, Description, PicURL, URL string }

// silent reports whether there is nothing to show, so that "success" is the answer. WeChat shows its
// failure notice for an empty Content.
func (r *Reply) silent() bool {
	return r.Type == "none" || r.Type == "text" && Clean(r.Content) == ""
}

// Surplus is how many articles of r are left out of the answer to m, because WeChat shows one alone
// after a message of the fan.
func (r *Reply) Surplus(m *Message) int {
	if r.Type != "news" {
		return 0
	}
	return len(r.Articles) - len(r.shown(m))
}

func (r *Reply) shown(m *Message) []Article {
	most := maxArticles
	if m != nil && !m.IsEvent() {
		most = maxArticlesToMessage
	}
	return r.Articles[:min(len(r.Articles), most)]
}
