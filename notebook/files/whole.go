package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"quire/auth"
	"quire/auth/fault"
)

// Taking a note's files along as a whole: into a copy of the note, an export, or
// out of an import. Links, pipes, sockets and devices stay behind, and so do caches.

// cacheFolder is where programs keep what they can get again.
const cacheFolder = ".cache"

// Copy fills the empty folder of a note that is being made with the files of
// another. It asks for the right to read them; the caller answers for the new note.
// TooLarge when they are more than a note may have. It returns how many things were
// left behind because they are no files.
func (s *Service) Copy(ctx context.Context, from, to auth.ID) (left int, err error) {
	source, err := s.openToRead(ctx, from)
	if err != nil || source == nil {
		return 0, err
	}
	defer source.close()
	target, err := s.openFolder(to, true)
	if err != nil {
		return 0, err
	}
	defer target.close()
	c := &copying{s: s, to: target, room: s.config.Quota}
	err = s.eachFile(ctx, source, func(dir *os.File, p string, e found) error {
		if err := s.check(ctx, auth.FileRead, from); err != nil {
			return err
		}
		return c.visit(dir, p, e)
	})
	return c.left, failed("", err)
}

func (s *Service) openToRead(ctx context.Context, note auth.ID) (*folder, error) {
	if err := s.check(ctx, auth.FileRead, note); err != nil {
		return nil, err
	}
	return s.openExisting(note)
}

// eachFile visits what is to be taken along.
func (s *Service) eachFile(ctx context.Context, f *folder, visit func(*os.File, string, found) error) error {
	top, err := f.openDir(".", "")
	if err != nil {
		return err
	}
	defer top.Close()
	w := walker{ctx: ctx, left: MaxFiles, visit: func(dir *os.File, p string, e found) error {
		if p == cacheFolder && e.kind == FolderKind {
			return fs.SkipDir
		}
		return visit(dir, p, e)
	}}
	err = w.walk(top, "", 1)
	if errors.Is(err, errEnough) {
		err = fault.New(fault.TooLarge, "The note has more than %d files, or folders too deep inside each other, which is too much to take along.", MaxFiles)
	}
	return err
}

// copying fills a folder.
type copying struct {
	s    *Service
	to   *folder
	room int64
	left int
}

func (c *copying) visit(dir *os.File, p string, e found) error {
	switch e.kind {
	case FolderKind:
		return c.to.mkdir(p)
	case FileKind:
		return c.file(dir, p, e.name)
	}
	c.left++
	return nil
}

func (c *copying) file(dir *os.File, p, name string) error {
	from, err := openIn(dir, name)
	if err != nil {
		c.left++
		return nil // gone, swapped or shut away
	}
	defer from.Close()
	return c.put(p, from)
}

// put writes a file of the new folder. What there is no room for fails before the
// disk is full of it.
func (c *copying) put(p string, from io.Reader) error {
	to, err := c.to.OpenFile(p, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer to.Close()
	if err := c.to.owner.give(to, false); err != nil {
		return err
	}
	n, err := io.Copy(to, io.LimitReader(from, c.room+1))
	if c.room -= n; c.room < 0 {
		return fault.New(fault.TooLarge, "The files are more than the %d bytes that a note may have.", c.s.config.Quota)
	}
	return err
}

// openIn opens a regular file in an open folder, which need not be one any more.
func openIn(dir *os.File, name string) (*os.File, error) {
	file, err := openAt(dir, name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no file any more", name)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// Each calls f for every file of a note that an export takes along, with its path
// as Show writes it. Folders at the top whose names begin with a dot are left out:
// they hold what was installed and what programs remember. left counts what else
// stayed behind.
func (s *Service) Each(ctx context.Context, note auth.ID, f func(p string, file *File) error) (left int, err error) {
	source, err := s.openToRead(ctx, note)
	if err != nil || source == nil {
		return 0, err
	}
	defer source.close()
	may := func() error { return s.check(ctx, auth.FileRead, note) }
	room := s.config.Quota
	err = s.eachFile(ctx, source, func(dir *os.File, p string, e found) error {
		if e.kind == FolderKind {
			if strings.HasPrefix(p, ".") && !strings.Contains(p, "/") {
				return fs.SkipDir
			}
			return nil
		}
		if e.kind != FileKind || e.size > room {
			left++
			return nil
		}
		room -= e.size
		file, err := openIn(dir, e.name)
		if err != nil {
			left++
			return nil
		}
		defer file.Close()
		return f(Show(p), &File{Name: Show(e.name), Size: e.size, ChangedAt: e.changedAt, file: file, may: may})
	})
	return left, failed("", err)
}

// Filling is the folder of a note that is being made from a file.
type Filling struct{ c *copying }

// Fill opens the empty folder of a note that is being made. Close ends it. It asks
// nobody: the caller answers for the note.
func (s *Service) Fill(note auth.ID) (*Filling, error) {
	f, err := s.openFolder(note, true)
	if err != nil {
		return nil, err
	}
	return &Filling{&copying{s: s, to: f, room: s.config.Quota}}, nil
}

// Add writes a file, and the folders above it. Names are held to what new files may
// be called; Conflict when it is there already.
func (f *Filling) Add(shown string, from io.Reader) error {
	parts := strings.Split(shown, "/")
	for i := range parts {
		p, err := parseNew(strings.Join(parts[:i+1], "/"))
		if err != nil {
			return err
		}
		if i == len(parts)-1 {
			return failed(shown, f.c.put(p, from))
		}
		if err := f.c.to.mkdir(p); err != nil && !errors.Is(err, fs.ErrExist) {
			return failed(path.Dir(shown), err)
		}
	}
	return nil
}

// Close ends the filling.
func (f *Filling) Close() { f.c.to.close() }

// Spool keeps what arrives in a file that nobody else can find and that is gone
// when it is closed, or the server ends. It holds as many bytes as a note's files
// may have.
func (s *Service) Spool(from io.Reader) (spool *os.File, size int64, err error) {
	spool, err = os.CreateTemp(s.config.Dir, ".spool-")
	if err != nil {
		return nil, 0, failed("", err)
	}
	if err = os.Remove(spool.Name()); err == nil {
		size, err = io.Copy(spool, io.LimitReader(from, s.config.Quota+1))
	}
	if err == nil && size > s.config.Quota {
		err = fault.New(fault.TooLarge, "The file has more than the %d bytes that a note's files may have.", s.config.Quota)
	}
	if err != nil {
		spool.Close()
		return nil, 0, failed("", err)
	}
	return spool, size, nil
}
