package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// File is one file of a build. Names are seen from the account's folder, with /: main.lua, data/faq.csv; those of shared
// files begin with shared/.
type File struct {
	Name  string
	Bytes []byte
}

// configFile is no part of a build: a rollback must not bring back a key that was replaced.
const configFile = "account.yaml"

// testFolder is kept with a build, as it was when the build was saved first, and is no part of what makes it another one.
const testFolder = "tests/"

// pieceBytes is how much of a file one row holds, so that no transaction has to write more at once.
const pieceBytes = 256 << 10

// content is what a build is made of.
type content struct {
	hash   [sha256.Size]byte
	tree   []byte
	files  int
	bytes  int64
	pieces []piece // each once
}

type piece struct {
	hash  [sha256.Size]byte
	bytes []byte
}

// newContent looks whether the files can be a build. It keeps their bytes, which must not change any more.
func newContent(files []File) (*content, error) {
	if len(files) == 0 || len(files) > MaxBuildFiles {
		return nil, fmt.Errorf("%w: a build has 1 to %d files, this one %d", ErrTooLarge, MaxBuildFiles, len(files))
	}
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	c := &content{files: len(files)}
	for i, f := range files {
		switch {
		case len(f.Name) > maxFileName || !fs.ValidPath(f.Name) || f.Name == ".":
			return nil, fmt.Errorf("store: a build cannot have a file named %q", cutText(f.Name, maxFileName))
		case f.Name == configFile:
			return nil, fmt.Errorf("store: %s is no part of a build", configFile)
		case i > 0 && files[i-1].Name == f.Name:
			return nil, fmt.Errorf("store: a build cannot have two files named %q", f.Name)
		}
		if c.bytes += int64(len(f.Bytes)); c.bytes > MaxBuild {
			return nil, fmt.Errorf("%w: the files of a build may have %d MiB together", ErrTooLarge, MaxBuild>>20)
		}
	}
	c.cut(files)
	return c, nil
}

// cut divides the files into pieces, and makes the tree and the hash.
func (c *content) cut(files []File) {
	h := sha256.New()
	var size [8]byte
	add := func(part []byte) {
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write(part)
	}
	known := map[[sha256.Size]byte]bool{}
	for _, f := range files {
		if !strings.HasPrefix(f.Name, testFolder) {
			sum := sha256.Sum256(f.Bytes)
			add([]byte(f.Name))
			add(sum[:])
		}
		entry := treeFile{name: f.Name, size: int64(len(f.Bytes))}
		for part := range slices.Chunk(f.Bytes, pieceBytes) {
			p := piece{sha256.Sum256(part), part}
			entry.pieces = append(entry.pieces, p.hash[:])
			if !known[p.hash] {
				known[p.hash] = true
				c.pieces = append(c.pieces, p)
			}
		}
		c.tree = putBytes(c.tree, treeEntry, appendTreeFile(nil, entry))
	}
	h.Sum(c.hash[:0])
}

// treeFile is one file in a build's tree.
type treeFile struct {
	name   string
	size   int64
	pieces [][]byte // hashes, in order
}

// The fields of a tree, and of a file in it. The numbers are in the database.
const (
	treeEntry = 1

	treeName  = 1
	treeSize  = 2
	treePiece = 3 // once per piece
)

func appendTreeFile(dst []byte, f treeFile) []byte {
	dst = putBytes(dst, treeName, f.name)
	dst = putNumber(dst, treeSize, f.size)
	for _, hash := range f.pieces {
		dst = putBytes(dst, treePiece, hash)
	}
	return dst
}

// eachTreeFile calls fn for the files of a tree, by name. What fn returns ends the reading.
func eachTreeFile(tree []byte, fn func(treeFile) error) (err error) {
	whole := eachField(tree, func(field int, _ int64, entry string) {
		if field != treeEntry || err != nil {
			return
		}
		var f treeFile
		eachField([]byte(entry), func(field int, n int64, text string) {
			switch field {
			case treeName:
				f.name = text
			case treeSize:
				f.size = min(max(n, 0), MaxBuild)
			case treePiece:
				f.pieces = append(f.pieces, []byte(text))
			}
		})
		err = fn(f)
	})
	if err == nil && !whole {
		err = errors.New("store: the list of files is broken")
	}
	return err
}

// name is the hash as text; rawHash is the inverse.
func (c *content) name() string { return hex.EncodeToString(c.hash[:]) }

func rawHash(name string) []byte {
	raw, _ := hex.DecodeString(name) // the store has made it
	return raw
}
