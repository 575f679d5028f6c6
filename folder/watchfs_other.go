//go:build !linux

package folder

// needsPolling cannot be told here; WatchOptions.Poll turns polling on.
func needsPolling(string) bool { return false }
