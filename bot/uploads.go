package bot

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"time"

	"golang.org/x/sync/singleflight"

	"moonwire/bindings"
	"moonwire/store"
	"moonwire/wechat/api"
)

const (
	// uploadTime bounds one upload, the client's own waits and repeats included.
	uploadTime = 2 * time.Minute
	// mediaMargin is how long before WeChat forgets a file it is uploaded anew: an answer may be on its way.
	mediaMargin = time.Hour
	// lastingUpload is how long what WeChat keeps is remembered: pictures of articles and permanent material.
	lastingUpload = 365 * 24 * time.Hour
)

// uploadLife is how long an upload of that kind is used.
func uploadLife(kind string) time.Duration {
	if api.LastsAtWeChat(kind) {
		return lastingUpload
	}
	return api.MediaLife - mediaMargin
}

// uploads keeps what was uploaded to WeChat in the store, for all accounts and processes. In this process one turn
// uploads a file at a time and the others wait for it; another process may upload the same at the same moment, which
// costs an upload and nothing else.
type uploads struct {
	store *store.Store
	now   func() time.Time
	log   *slog.Logger
	under singleflight.Group
}

// appUploads are those of one app_id.
type appUploads struct {
	*uploads
	appID string
}

func (u *uploads) of(appID string) bindings.Uploads { return appUploads{u, appID} }

// MediaID implements bindings.Uploads. Where the store fails the file is uploaded.
func (u appUploads) MediaID(ctx context.Context, kind string, hash [sha256.Size]byte, upload func(context.Context) (string, error)) (string, error) {
	key := store.MediaKey{AppID: u.appID, Kind: kind, Hash: hash}
	if id := u.load(ctx, key); id != "" {
		return id, nil
	}
	flight := u.under.DoChan(u.appID+"\x00"+kind+"\x00"+string(hash[:]), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), uploadTime) // others wait for it, too
		defer cancel()
		if id := u.load(ctx, key); id != "" {
			return id, nil
		}
		id, err := upload(ctx)
		if err != nil {
			return "", err
		}
		if err := u.store.SaveMedia(ctx, key, id, u.now().Add(uploadLife(kind))); err != nil {
			u.failed(err)
		}
		return id, nil
	})
	select {
	case got := <-flight:
		id, _ := got.Val.(string)
		return id, got.Err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// Drop implements bindings.Uploads.
func (u appUploads) Drop(ctx context.Context, mediaID string) error {
	return u.store.DropMedia(ctx, u.appID, mediaID)
}

func (u appUploads) load(ctx context.Context, key store.MediaKey) string {
	id, err := u.store.LoadMedia(ctx, key)
	if err != nil {
		u.failed(err)
	}
	return id
}

func (u appUploads) failed(err error) {
	u.log.Warn("what was uploaded to WeChat cannot be remembered; files are uploaded anew", "app_id", u.appID, "error", err)
}
