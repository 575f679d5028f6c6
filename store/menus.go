package store

import (
	"context"
	"time"
)

// MenuLease is how long the claim to push a menu holds at most; a process that died in between blocks
// nobody for longer. A push must be given up before.
const MenuLease = time.Minute

const (
	loadMenu  = `SELECT hash, owner, until FROM menus WHERE app_id = ?`
	claimMenu = `INSERT INTO menus (app_id, hash, owner, until) VALUES (?, '', ?, ?)
	ON CONFLICT (app_id) DO UPDATE SET owner = excluded.owner, until = excluded.until`
	pushedMenu = `UPDATE menus SET hash = ?, owner = 0, until = 0 WHERE app_id = ? AND owner = ?`
	freeMenu   = `UPDATE menus SET owner = 0, until = 0 WHERE app_id = ? AND owner = ?`
)

// MenuClaim is the right to push one app_id's menu; it ends with FinishMenu or after MenuLease.
type MenuClaim struct {
	appID, hash string
	owner       int64
}

// ClaimMenu asks for the right to push the menu whose content has that hash. The claim is nil when that
// content was pushed last (until is zero then), or when another process pushes at the moment, which it
// may do until the given time. Of several processes one gets the claim. With again the menu is pushed
// whatever was pushed last.
func (s *Store) ClaimMenu(ctx context.Context, appID, hash string, again bool) (claim *MenuClaim, until time.Time, err error) {
	err = s.writer.do(ctx, true, func(b *batch) error {
		now := s.now()
		var last string
		var owner, ends int64
		if _, err := b.row(loadMenu, []any{appID}, &last, &owner, &ends); err != nil {
			return err
		}
		switch {
		case owner != 0 && now.UnixMilli() < ends:
			until = time.UnixMilli(ends)
			return nil
		case last == hash && !again:
			return nil
		}
		claim = &MenuClaim{appID: appID, hash: hash, owner: s.newID()}
		return b.exec(claimMenu, appID, claim.owner, now.Add(MenuLease).UnixMilli())
	})
	if err != nil {
		return nil, time.Time{}, err
	}
	return claim, until, nil
}

// FinishMenu ends a claim and, when the menu was pushed, remembers it as the one pushed last. A claim that
// another process has taken over since changes nothing.
func (s *Store) FinishMenu(ctx context.Context, c *MenuClaim, pushed bool) error {
	return s.writer.do(ctx, true, func(b *batch) error {
		if pushed {
			return b.exec(pushedMenu, c.hash, c.appID, c.owner)
		}
		return b.exec(freeMenu, c.appID, c.owner)
	})
}
