//go:build !linux

package kernel

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// giveFolder gives a folder and what is in it to a user and group. Links are not
// followed; files with a second name elsewhere stay what they are. Without Linux's
// O_PATH this is for folders that nobody changes meanwhile.
func giveFolder(dir string, uid, gid int, from func(int) bool) error {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if st := info.Sys().(*syscall.Stat_t); !from(int(st.Uid)) || !d.IsDir() && st.Nlink > 1 {
			return nil
		}
		return os.Lchown(path, uid, gid)
	})
	if err != nil {
		return err
	}
	return os.Chmod(dir, 0o770|fs.ModeSetgid)
}

func takeFolder(string, int, int, func(int) bool) error { return errors.ErrUnsupported }

// GiveFolder is for a server with a root parent, which only Linux has.
func GiveFolder(string, int, int, uint32) error { return errors.ErrUnsupported }

// ShareNotes is for a server with a root parent, which only Linux has.
func (cfg Config) ShareNotes(string, int, int) error { return errors.ErrUnsupported }
