package wechat

// The two readers of XML and the bounds, for the tests that hold them against each other.
const (
	MaxBody     = maxBody
	MaxDepth    = maxDepth
	MaxElements = maxElements
	MaxName     = maxName
	MaxValue    = maxValue
)

func ScanXML(body []byte) ([]Field, bool) { return scanXML(body, nil) }

func ReadXML(body []byte) ([]Field, error) { return readXML(body) }
