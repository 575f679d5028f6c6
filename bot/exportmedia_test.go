package bot

import (
	"io/fs"

	"moonwire/folder"
	"moonwire/store"
)

// MediaFolder is the folder media/ of an account, as scripts open its files.
func MediaFolder(scripts, account string) fs.StatFS { return mediaFolder{scripts, account} }

// StoredMedia is that of a kept build.
func StoredMedia(s *store.Store, account, id string, media []folder.Media) fs.StatFS {
	return newStoredMedia(s, account, id, media)
}
