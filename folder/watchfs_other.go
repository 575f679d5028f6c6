//go:build !linux

package engine

// needsPolling cannot be told here; WatchOptions.Poll turns polling on.
func needsPolling(string) bool { return false }
