package sim

import (
	"maps"
	"slices"
)

// state is all that an account has at the platform, beside its settings. Guarded by the account's mutex.
type state struct {
	Fans  map[string]*fan `json:"fans"`
	Order []string        `json:"order"` // openids, oldest follower first

	Tokens    tokens               `json:"tokens"`
	Quota     quotas               `json:"quota"`
	Menu      menus                `json:"menu"`
	Tags      tagList              `json:"tags"`
	Templates []Template           `json:"templates"`
	Blocked   []blocked            `json:"blocked,omitempty"` // template messages
	Industry  industry             `json:"industry"`
	Media     map[string]*media    `json:"media"`
	QR        qrCodes              `json:"qr"`
	Short     map[string]shortKey  `json:"short"`
	Kf        kfDesk               `json:"kf"`
	Mass      massJobs             `json:"mass"`
	Drafts    []*article           `json:"drafts"`
	Published []*article           `json:"published"`
	Publish   map[string]*job      `json:"publish"`
	Comments  map[string][]*thread `json:"comments"` // by msg_data_id, one of each article
	OAuth     webTokens            `json:"oauth"`
	Stats     stats                `json:"stats"`

	calls     callLog
	followers int // of Fans
}

func newState() *state {
	s := &state{}
	s.complete()
	return s
}

// complete makes the maps that are missing, in a new state or one that was read from a file.
func (s *state) complete() {
	fill(&s.Fans)
	fill(&s.Media)
	fill(&s.QR.Codes)
	fill(&s.Short)
	fill(&s.Mass.Jobs)
	fill(&s.Mass.Client)
	fill(&s.Publish)
	fill(&s.Comments)
	fill(&s.OAuth.Codes)
	fill(&s.OAuth.Access)
	fill(&s.OAuth.Refresh)
	fill(&s.Stats.Days)
	s.Quota.part()
	maps.DeleteFunc(s.Fans, func(_ string, f *fan) bool { return f == nil })
	s.Order = slices.DeleteFunc(s.Order, func(id string) bool { return s.Fans[id] == nil })
	s.followers = 0
	for _, f := range s.Fans {
		if f.Subscribed {
			s.followers++
		}
		fill(&f.Consents)
		fill(&f.Sent)
		fill(&f.Masses)
	}
}

func fill[K comparable, V any](m *map[K]V) {
	if *m == nil {
		*m = map[K]V{}
	}
}
