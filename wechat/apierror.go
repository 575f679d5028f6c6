package wechat

// APIError is the platform's "no": an errcode that is not 0.
type APIError struct {
	// Op is the API's path without /cgi-bin/: "message/custom/send".
	Op   string
	Code int
	// Msg is the platform's errmsg without its tail, secrets removed.
	Msg string
	// Rid finds the call in WeChat's rid/get for 7 days; may be "".
	Rid string
	// Hint is the plain cause and cure in English, HintZH in Chinese.
	Hint, HintZH string
	Class        Class
}

func (e *APIError) Error() string { return e.Op }
