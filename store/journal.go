package store

import "context"

// Bounds of one piece of a journal. How many pieces there may be, and how large all of them, is their writer's to bound.
const MaxPiece = 5 << 20 // bytes

const (
	addPiece    = `INSERT INTO journals (account, owner, piece, body) VALUES (?, ?, ?, ?) ON CONFLICT (account, owner, piece) DO NOTHING`
	findPieces  = `SELECT body FROM journals WHERE account = ? AND owner = ? ORDER BY piece`
	dropJournal = `DELETE FROM journals WHERE account = ? AND owner = ?`
)

// addPiece adds a piece to a journal, in the transaction that does what it tells of. False: somebody else has written that
// piece, and the caller has been overtaken.
func (b *batch) addPiece(account, owner string, piece int, body []byte) (bool, error) {
	n, err := b.change(addPiece, account, owner, piece, present(body))
	return n == 1, err
}

// readJournal reads the pieces of a journal, in order.
func readJournal(v reader, account, owner string) (pieces [][]byte, err error) {
	err = v.rows(findPieces, []any{account, owner}, func(scan func(...any) error) error {
		var body []byte
		err := scan(&body)
		pieces = append(pieces, body)
		return err
	})
	return pieces, err
}

// dropJournal removes a journal.
func (b *batch) dropJournal(account, owner string) error { return b.exec(dropJournal, account, owner) }

// jobOwner is whose the journal of a job is. No conversation has such an id.
func jobOwner(id string) string { return "job " + id }

// JobJournal is what the run of a job has done that was cut short, in pieces.
func (s *Store) JobJournal(ctx context.Context, account, id string) ([][]byte, error) {
	return readJournal(s.committed(ctx), account, jobOwner(id))
}

// GoOn says how far the journal of the turn's job goes already.
func (t *Turn) GoOn(pieces int) { t.pieces = pieces }

// addToJob writes a piece of the journal of the turn's job.
func (t *Turn) addToJob(b *batch, entries []byte) error {
	ok, err := b.addPiece(t.key.Account, jobOwner(t.key.Job.ID), t.pieces+1, entries)
	if err != nil {
		return err
	}
	if !ok {
		return ErrClaimed
	}
	t.pieces++
	return nil
}
