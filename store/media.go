package store

import (
	"context"
	"time"
)

// MediaKey names a file that was uploaded to WeChat. What it was uploaded as has a media_id, or an address.
type MediaKey struct {
	AppID string
	Kind  string // image, voice, video, thumb, picture, mpvideo, material image, …
	Hash  [32]byte
}

const (
	loadMedia = `SELECT media_id FROM media WHERE app_id = ? AND kind = ? AND hash = ? AND expires > ?`
	saveMedia = `INSERT INTO media (app_id, kind, hash, media_id, expires) VALUES (?, ?, ?, ?, ?)
	ON CONFLICT (app_id, kind, hash) DO UPDATE SET media_id = excluded.media_id, expires = excluded.expires`
	dropMedia   = `DELETE FROM media WHERE app_id = ? AND media_id = ?`
	forgetMedia = `DELETE FROM media WHERE app_id = ? AND NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.app_id = media.app_id)`
)

// LoadMedia returns the media_id of a file that was uploaded and has not run out; "" when there is none.
func (s *Store) LoadMedia(ctx context.Context, k MediaKey) (mediaID string, err error) {
	_, err = s.committed(ctx).row(loadMedia, []any{k.AppID, k.Kind, k.Hash[:], s.now().UnixMilli()}, &mediaID)
	return mediaID, err
}

// SaveMedia keeps the media_id of a file until it runs out, in place of any other.
func (s *Store) SaveMedia(ctx context.Context, k MediaKey, mediaID string, expires time.Time) error {
	return s.writer.do(ctx, true, func(b *batch) error {
		return b.exec(saveMedia, k.AppID, k.Kind, k.Hash[:], mediaID, expires.UnixMilli())
	})
}

// DropMedia forgets a media_id that WeChat knows no more.
func (s *Store) DropMedia(ctx context.Context, appID, mediaID string) error {
	return s.writer.do(ctx, true, func(b *batch) error { return b.exec(dropMedia, appID, mediaID) })
}
