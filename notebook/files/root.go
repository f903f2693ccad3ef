package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"quire/auth"
	"quire/auth/fault"
)

// folder is a note's folder, held open: nothing done through it reaches anything
// outside.
type folder struct {
	*os.Root
	owner owner
}

// openFolder opens a note's folder. Without create it may not be there: then the
// error is fs.ErrNotExist.
func (s *Service) openFolder(note auth.ID, create bool) (*folder, error) {
	dir := s.path(note)
	if create {
		if err := os.Mkdir(dir, 0o770); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, failed("", err)
		}
	}
	if info, err := os.Lstat(dir); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, fault.New(fault.Conflict, "The folder of this note's files is not a folder.")
	}
	r, err := os.OpenRoot(dir)
	if err != nil {
		return nil, failed("", err)
	}
	info, err := r.Stat(".")
	if err != nil {
		r.Close()
		return nil, failed("", err)
	}
	return &folder{r, ownerOf(info)}, nil
}

func (s *Service) path(note auth.ID) string { return filepath.Join(s.config.Dir, note.String()) }

// open opens a regular file for reading. A pipe does not block, and a device is not
// touched: what is there is asked before it is opened, and again of what was opened.
func (f *folder) open(p, shown string) (*os.File, fs.FileInfo, error) {
	info, err := f.Stat(p)
	if err == nil && !info.Mode().IsRegular() {
		err = errNoFile(shown, info.Mode())
	}
	if err != nil {
		return nil, nil, failed(shown, err)
	}
	file, err := f.OpenFile(p, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, failed(shown, err)
	}
	if info, err = file.Stat(); err == nil && !info.Mode().IsRegular() {
		err = errNoFile(shown, info.Mode())
	}
	if err != nil {
		file.Close()
		return nil, nil, failed(shown, err)
	}
	return file, info, nil
}

func errNoFile(shown string, mode fs.FileMode) error {
	if mode.IsDir() {
		return fault.New(fault.Invalid, "%q is a folder.", shown)
	}
	return fault.New(fault.Invalid, "%q is neither a file nor a folder and cannot be read.", shown)
}

// failed words what the system says about a path.
func failed(shown string, err error) error {
	var known *fault.Error
	var number syscall.Errno
	errors.As(err, &number)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case errors.Is(err, fs.ErrNotExist):
		return fault.Wrap(err, fault.NotFound, "There is no %q among the note's files.", shown)
	case errors.Is(err, fs.ErrExist), number == syscall.ENOTEMPTY:
		return fault.Wrap(err, fault.Conflict, "There is a %q already.", shown)
	case errors.Is(err, fs.ErrPermission):
		return fault.Wrap(err, fault.Conflict, "The note's own code has shut %q away; change its permissions from the note (os.chmod).", shown)
	case number == syscall.ENOTDIR, number == syscall.EISDIR:
		return fault.Wrap(err, fault.Conflict, "A file stands where %q needs a folder, or a folder where it needs a file.", shown)
	case number == syscall.ENAMETOOLONG:
		return fault.Wrap(err, fault.Invalid, "The name of %q is too long.", shown)
	case number == syscall.ELOOP, strings.Contains(err.Error(), "escapes from parent"), strings.Contains(err.Error(), "too many"):
		return fault.Wrap(err, fault.Invalid, "%q is a link that leads out of the note's files, or nowhere.", shown)
	case number == syscall.ENOSPC, number == syscall.EDQUOT:
		return fault.Wrap(err, fault.Unavailable, "The server's disk is full; tell an administrator. Nothing was changed.")
	}
	return err
}
