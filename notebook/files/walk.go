package files

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"time"

	"golang.org/x/sys/unix"

	"quire/auth/fault"
)

const (
	// MaxFiles is how many files and folders of a note are counted, copied or packed.
	MaxFiles = 300_000
	batch    = 512
)

// Kind is what stands under a name.
type Kind string

// The kinds of entries.
const (
	FileKind   Kind = "file"
	FolderKind Kind = "folder"
	LinkKind   Kind = "link"
	OtherKind  Kind = "other" // pipes, sockets and devices
)

// found is something in a folder, as the system tells without following links.
type found struct {
	name      string
	kind      Kind
	size      int64 // of a file
	changedAt time.Time
}

// look asks about a name in an open folder. Links are not followed; what has gone
// meanwhile is not there.
func look(dir *os.File, name string) (found, bool) {
	var st unix.Stat_t
	raw, err := dir.SyscallConn()
	if err != nil {
		return found{}, false
	}
	var failure error
	err = raw.Control(func(fd uintptr) { failure = unix.Fstatat(int(fd), name, &st, unix.AT_SYMLINK_NOFOLLOW) })
	if err != nil || failure != nil {
		return found{}, false
	}
	e := found{name: name, kind: kindOf(uint32(st.Mode)), changedAt: time.Unix(st.Mtim.Unix())}
	if e.kind == FileKind {
		e.size = st.Size
	}
	return e, true
}

func kindOf(mode uint32) Kind {
	switch mode & unix.S_IFMT {
	case unix.S_IFREG:
		return FileKind
	case unix.S_IFDIR:
		return FolderKind
	case unix.S_IFLNK:
		return LinkKind
	}
	return OtherKind
}

// names goes through the names in an open folder in no order, a few at a time, and
// ends when f returns false. It says itself what is a temporary file of ours only
// at the top; elsewhere that is just a name.
func names(ctx context.Context, dir *os.File, f func(name string) bool) error {
	for {
		list, err := dir.Readdirnames(batch)
		for _, name := range list {
			if !f(name) {
				return nil
			}
		}
		switch {
		case ctx.Err() != nil:
			return fault.Wrap(ctx.Err(), fault.Unavailable, "Looking through the note's files took too long.")
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// openDir opens a folder by a path that follows links inside the note's folder.
func (f *folder) openDir(p, shown string) (*os.File, error) {
	dir, err := f.OpenFile(p, os.O_RDONLY|unix.O_NONBLOCK|unix.O_DIRECTORY, 0)
	return dir, failed(shown, err)
}

// below opens a folder within an open one; a link is none.
func below(dir *os.File, name string) (*os.File, error) { return openAt(dir, name, unix.O_DIRECTORY) }

// openAt opens what stands under a name in an open folder, without following a link
// and without waiting for anybody.
func openAt(dir *os.File, name string, flags ...int) (*os.File, error) {
	raw, err := dir.SyscallConn()
	if err != nil {
		return nil, err
	}
	how := unix.O_RDONLY | unix.O_NOFOLLOW | unix.O_NONBLOCK | unix.O_NOCTTY | unix.O_CLOEXEC
	for _, flag := range flags {
		how |= flag
	}
	fd, failure := -1, error(nil)
	err = raw.Control(func(at uintptr) { fd, failure = unix.Openat(int(at), name, how, 0) })
	if err = errors.Join(err, failure); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), name), nil
}

// errEnough ends a walk.
var errEnough = errors.New("enough seen")

// walker goes through a tree of folders without following links.
type walker struct {
	ctx  context.Context
	left int // how many more may be seen
	// visit is called for everything; p is its path from where the walk began, dir the
	// open folder it is in. fs.SkipDir leaves a folder out.
	visit func(dir *os.File, p string, e found) error
}

// walk visits everything below an open folder. It fails as errEnough when there is
// more than may be seen.
func (w *walker) walk(dir *os.File, at string, depth int) error {
	var failure error
	err := names(w.ctx, dir, func(name string) bool {
		if at == "" && isTemporary(name) {
			return true
		}
		failure = w.one(dir, at, name, depth)
		return failure == nil
	})
	return errors.Join(failure, err)
}

func (w *walker) one(dir *os.File, at, name string, depth int) error {
	if w.left--; w.left < 0 {
		return errEnough
	}
	e, ok := look(dir, name)
	if !ok {
		return nil
	}
	p := path.Join(at, name)
	if err := w.visit(dir, p, e); err != nil || e.kind != FolderKind {
		if errors.Is(err, fs.SkipDir) {
			return nil
		}
		return err
	}
	if depth >= MaxDepth {
		return errEnough
	}
	sub, err := below(dir, name)
	if err != nil {
		return nil // gone, swapped for a link, or shut away
	}
	defer sub.Close()
	return w.walk(sub, p, depth+1)
}
