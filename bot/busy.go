package bot

// Busy reports whether something of a fan is still to come: a turn runs, waits for its turn, or sends what follows its
// answer. A fan's turns follow one another, so what was sent until then belongs to what the fan did until then.
func (f *Fleet) Busy(account, openid string) bool {
	who := fan{account, openid}
	s := f.pushes.shard(who, [16]byte{})
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.queues[who] != nil {
		return true
	}
	for _, d := range s.untaken {
		if d.fan == who {
			return true // it is pushed, or given to WeChat's next attempt
		}
	}
	return false
}
