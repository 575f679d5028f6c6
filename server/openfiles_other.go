//go:build !unix

package server

import "math"

// OpenFiles is how many files the process may have open: here no limit is known.
func OpenFiles() int { return math.MaxInt32 }
