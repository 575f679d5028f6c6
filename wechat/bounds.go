package wechat

import "fmt"

// Bounds of one push. WeChat states none; the largest real pushes (results of a mass send) stay
// far below.
const (
	maxBody     = 1 << 20   // bytes of a body, sealed or not
	maxDepth    = 16        // elements inside each other, root included
	maxElements = 1000      // elements, root included
	maxName     = 128       // bytes of a name
	maxValue    = 256 << 10 // bytes of one value
)

func tooLarge() error {
	return refuse(CauseTooLarge, fmt.Sprintf("the body has more than %d bytes", maxBody))
}

func tooDeep() error {
	return malformed(fmt.Sprintf("nested deeper than %d levels", maxDepth))
}

func tooMany() error {
	return malformed(fmt.Sprintf("more than %d elements", maxElements))
}

func longName() error {
	return malformed(fmt.Sprintf("a name has more than %d bytes", maxName))
}

func longValue() error {
	return malformed(fmt.Sprintf("a value has more than %d bytes", maxValue))
}
