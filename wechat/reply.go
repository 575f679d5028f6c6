package wechat

// Success is the answer that says "handled, nothing to show". It is never encrypted.
const Success = "success"

// TextLimit is the most bytes of UTF-8 a passive text reply may have. Field knowledge, not
// documented: a longer text makes WeChat show its failure notice.
const TextLimit = 2048

// Reply is a passive reply: the body of the answer to a push.
type Reply struct {
	// Type is text, image, voice, video, music, news, transfer or none.
	Type                                          string
	Content, MediaID, Title, Description          string
	MusicURL, HQMusicURL, ThumbMediaID, KfAccount string
	Articles                                      []Article
}

// Article is one entry of a news reply.
type Article struct{ Title, Description, PicURL, URL string }

func (r *Reply) Check(m *Message) error                             { return nil }
func (r *Reply) AppendXML(dst []byte, m *Message, now int64) []byte { return dst }
func SplitText(s string, limit int) []string                        { return nil }
