package bot

// traceBytes is the length of a trace id as people see it: the ending of the store's own, which is longer
// by what changes within days only. Any unique ending is accepted where people type one.
const traceBytes = 10

// shortTrace is the ending of a trace of the store.
func shortTrace(full string) string {
	return full[max(0, len(full)-traceBytes):]
}
