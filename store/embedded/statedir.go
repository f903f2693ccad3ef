package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// makeStateDir creates the state directory. Where Postgres runs as another user
// that user may pass through it, and nothing more: the password stays closed.
func makeStateDir(dir string, runAs account) error {
	// Checked before anything is made, and again because the umask has a say in
	// what is made.
	if err := checkReachable(dir, runAs); err != nil {
		return err
	}
	mode := fs.FileMode(0o700)
	if runAs.switched {
		mode = 0o711
	}
	if err := os.MkdirAll(dir, mode); err != nil {
		return err
	}
	if err := os.Chmod(dir, mode); err != nil {
		return err
	}
	return checkReachable(dir, runAs)
}

// checkReachable says which directory on the way to path is closed to the
// account. What does not exist yet, and the state directory itself, is ours to
// open. It knows permission bits only; of what those do not tell, Postgres
// complains itself.
func checkReachable(path string, a account) error {
	if !a.switched {
		return nil
	}
	for dir := path; dir != filepath.Dir(dir); {
		dir = filepath.Dir(dir)
		open, err := mayPass(dir, a)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err == nil && !open {
			return closedError(path, dir, a)
		}
	}
	return nil
}

func mayPass(dir string, a account) (bool, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return false, err
	}
	stat := info.Sys().(*syscall.Stat_t)
	need := fs.FileMode(0o001)
	switch {
	case int(stat.Uid) == a.uid:
		need = 0o100
	case int(stat.Gid) == a.gid:
		need = 0o010
	}
	return info.Mode().Perm()&need != 0, nil
}

func closedError(path, closed string, a account) error {
	advice := fmt.Sprintf("let it pass with `chmod o+x %s`, or use a data directory such as /var/lib/quire", closed)
	if home, err := os.UserHomeDir(); err == nil && strings.HasPrefix(path+"/", home+"/") {
		advice = "a home directory is no place for it; use /var/lib/quire as the data directory"
	}
	return fmt.Errorf("Postgres runs as the user %s, who cannot reach %s because %s is closed to it: %s",
		a.name, path, closed, advice)
}

// lockDir takes the state directory for this process. The lock ends with the
// process, so it is never stale.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the database's directory: %w", err)
	}
	if err := flock(f); err != nil {
		defer f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock the database's directory: %w", err)
		}
		holder := make([]byte, 20)
		n, _ := f.ReadAt(holder, 0)
		return nil, fmt.Errorf("the database in %s is in use by another Quire server (pid %s): stop that one, or use another data directory",
			dir, strings.TrimSpace(string(holder[:n])))
	}
	if err := f.Truncate(0); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock the database's directory: %w", err)
	}
	_, err = fmt.Fprintln(f, os.Getpid())
	return f, err
}

// flock retries what a signal interrupted.
func flock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err != syscall.EINTR {
			return err
		}
	}
}
