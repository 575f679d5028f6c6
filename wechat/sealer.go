package wechat

func Sign(parts ...string) string { return "" }

type Sealer struct{}

func NewSealer(encodingAESKey, appID string) (*Sealer, error) { return &Sealer{}, nil }

func (s *Sealer) Encrypt(random [16]byte, msg []byte) string { return "" }

func (s *Sealer) Decrypt(b64 string) ([]byte, error) { return nil, nil }
