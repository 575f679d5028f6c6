package sim

// state is all that an account has at the platform, beside its settings. Guarded by the account's mutex.
type state struct {
	Fans  map[string]*fan `json:"fans"`
	Order []string        `json:"order"` // openids, oldest follower first

	Tokens    tokens              `json:"tokens"`
	Quota     quotas              `json:"quota"`
	Menu      menus               `json:"menu"`
	Tags      tagList             `json:"tags"`
	Templates []Template          `json:"templates"`
	Industry  industry            `json:"industry"`
	Media     map[string]*media   `json:"media"`
	QR        qrCodes             `json:"qr"`
	Short     map[string]shortKey `json:"short"`
	Kf        kfDesk              `json:"kf"`
	Mass      massJobs            `json:"mass"`
	Drafts    []*article          `json:"drafts"`
	Published []*article          `json:"published"`
	Publish   map[string]*job     `json:"publish"`
	OAuth     webTokens           `json:"oauth"`
	Stats     stats               `json:"stats"`

	calls callLog
}
