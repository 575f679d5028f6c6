package sim

import (
	"html"
	"net/url"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Limits of articles (protocol 6.12), in characters where not said otherwise.
const (
	articleTitle   = 32
	articleAuthor  = 16
	articleDigest  = 128
	articleChars   = 20_000
	articleBytes   = 1 << 20
	articleSource  = 1 << 10 // bytes
	articlePicture = 20      // pictures of a newspic
)

var (
	script = regexp.MustCompile(`(?is)<script\b.*?(</script>|$)`)
	imgTag = regexp.MustCompile(`(?is)<img\b("[^"]*"|'[^']*'|[^'">])*`)
	imgSrc = regexp.MustCompile(`(?is)\bsrc\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)`)
)

// checkArticle refuses what the limits do not allow, and takes out of the content scripts and the addresses
// of pictures from elsewhere.
func (c *call) checkArticle(n *newsItem) error {
	if n.Type == "" {
		n.Type = "news"
	}
	switch {
	case n.Type != "news" && n.Type != "newspic":
		return refuse(40035, "article_type")
	case n.Title == "":
		return refuse(40062)
	case utf8.RuneCountInString(n.Title) > articleTitle:
		return refuse(45003)
	case utf8.RuneCountInString(n.Author) > articleAuthor:
		return refuse(40035, "author")
	case utf8.RuneCountInString(n.Digest) > articleDigest:
		return refuse(45004)
	case n.Content == "":
		return refuse(44004)
	case utf8.RuneCountInString(n.Content) >= articleChars || len(n.Content) >= articleBytes:
		return refuse(45002)
	case len(n.Source) > articleSource:
		return refuse(45005)
	case !isSwitch(n.OpenComment):
		return refuse(40035, "need_open_comment")
	case !isSwitch(n.OnlyFans):
		return refuse(40035, "only_fans_can_comment")
	case n.OpenComment == 1 && c.a.set.NoComments:
		return refuse(88000)
	}
	n.Content = imgTag.ReplaceAllStringFunc(script.ReplaceAllString(n.Content, ""), c.ownPicture)
	return c.checkPictures(n)
}

func isSwitch(n whole) bool { return n == 0 || n == 1 }

// ownPicture empties the address of an <img> that is none of media/uploadimg.
func (c *call) ownPicture(img string) string {
	return imgSrc.ReplaceAllStringFunc(img, func(src string) string {
		_, value, _ := strings.Cut(src, "=")
		u, err := url.Parse(html.UnescapeString(strings.Trim(strings.TrimSpace(value), `"'`)))
		if err == nil {
			id := path.Base(u.Path)
			if m := c.a.state.Media[id]; m != nil && m.ForMass && m.Kind == "image" && u.Path == filePath(c.a.name, id) {
				return src
			}
		}
		return `src=""`
	})
}

func (c *call) checkPictures(n *newsItem) error {
	if n.Type == "news" {
		return c.lastingPicture(n.Thumb)
	}
	if n.Images == nil || len(n.Images.List) < 1 || len(n.Images.List) > articlePicture {
		return refuse(40215)
	}
	for _, i := range n.Images.List {
		if err := c.lastingPicture(i.ID); err != nil {
			return err
		}
	}
	return nil
}

func (c *call) lastingPicture(id string) error {
	m := c.a.state.Media[id]
	if m == nil || !m.Lasting || !m.servesAs("thumb") {
		return refuse(40007)
	}
	return nil
}
