package store

// What finds records is a key of 62 bits: a hash, or a trace with its digits turned around, so that all traces with one
// ending lie side by side. The first bits of a key say on which page of a run it stands (recordrun.go), so no page has
// to be looked for.
const keyBits = 62

// The kinds of keys. The numbers are in the database.
const (
	keyTrace   = iota
	keyMsg     // WeChat's id of a message, or of a template message that was sent
	keyFan     // once per block
	keyAccount // once per block
)

// What a hash is of, so that equal texts of different kinds do not meet. The letters are in the database by their hashes.
const (
	ofMsgID  = 'm'
	ofSendID = 's'
	ofOpenID = 'f'
	ofNumber = 'a'
)

// keyOf hashes what belongs to an account: FNV-1a, then a mixer, as the first bits must be even.
func keyOf(what byte, account int64, text string) uint64 {
	const prime = 1099511628211
	h := (uint64(14695981039346656037) ^ uint64(what)) * prime
	h = (h ^ uint64(account)) * prime
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * prime
	}
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return (h ^ h>>33) >> (64 - keyBits)
}

// traceKey is a trace with its digits turned around, the last one first; the first digit lacks a bit of five, and the
// key two of those of the second.
func traceKey(id int64) (key uint64) {
	for range traceLength - 1 {
		key = key<<5 | uint64(id&31)
		id >>= 5
	}
	return key<<2 | uint64(id&3)
}

// endingKeys is the range of keys that traces have whose last bits under mask are low.
func endingKeys(low int64, digits int) (first, last uint64) {
	free := max(0, keyBits-5*digits)
	first = traceKey(low) >> free << free
	return first, first | (1<<free - 1)
}
