package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"quire/notebook/kernel"
)

// rootsOwn are the folders in the data folder that the parent works in. The server
// must not be able to put others in their place: the data folder is root's and
// sticky, so that the server's group can add to it but move only what is its own.
var rootsOwn = []string{"postgres", "postgres-bin", "run"}

// takeData makes the data folder, and what an earlier server left there as root the
// server's.
func (p *parent) takeData() error {
	data := p.cmd.Data
	if err := os.MkdirAll(data, 0o711); err != nil {
		return fmt.Errorf("the data folder cannot be made: %w", err)
	}
	data, err := filepath.EvalSymlinks(data)
	if err != nil {
		return fmt.Errorf("the data folder: %w", err)
	}
	p.cmd.Data = data
	if err := passable(data); err != nil {
		return err
	}
	if err := errors.Join(os.Chown(data, 0, p.user.gid), os.Chmod(data, 0o771|fs.ModeSticky)); err != nil {
		return fmt.Errorf("the data folder: %w", err)
	}
	for _, name := range rootsOwn {
		if err := makeRootsOwn(filepath.Join(data, name)); err != nil {
			return err
		}
	}
	if err := p.takeKernels(filepath.Join(data, "run", "kernels")); err != nil {
		return err
	}
	for name, mode := range map[string]uint32{"files": 0o711, "python": 0o755, "run/logs": 0o700} {
		if err := p.give(filepath.Join(data, name), mode); err != nil {
			return err
		}
	}
	return p.giveRest(data)
}

// makeRootsOwn makes a folder that others may pass through. One that is somebody
// else's is refused: what root did in it could reach anywhere.
func makeRootsOwn(dir string) error {
	if err := os.Mkdir(dir, 0o711); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("the data folder: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("the data folder: %w", err)
	}
	if owner := info.Sys().(*syscall.Stat_t).Uid; !info.IsDir() || owner != 0 {
		return fmt.Errorf("%s belongs to the user %d: a server started as root needs a folder of root's there; "+
			"start it as that user, or with another --data, or hand it over with `chown root %s`", dir, owner, dir)
	}
	return os.Chmod(dir, 0o711)
}

// takeKernels makes the folder of kernels' sockets root's, or the server's where that
// starts them itself. It lies in one of root's, so nobody can put another in its place.
func (p *parent) takeKernels(dir string) error {
	owner := systemUser{}
	if p.cmd.separation() == kernel.SeparationNone {
		owner = p.user
	}
	if err := os.Mkdir(dir, 0o711); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("the data folder: %w", err)
	}
	if err := errors.Join(os.Lchown(dir, owner.uid, owner.gid), chmodFolder(dir, 0o711)); err != nil {
		return fmt.Errorf("the data folder: %w", err)
	}
	return nil
}

// give makes a folder the server's, with what root left in it.
func (p *parent) give(dir string, mode uint32) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("the data folder: %w", err)
	}
	if filepath.Base(dir) == "files" {
		// Only the folder: what is in it is the notes' (kernel.Config.ShareNotes).
		return errors.Join(os.Lchown(dir, p.user.uid, p.user.gid), chmodFolder(dir, mode))
	}
	if err := kernel.GiveFolder(dir, p.user.uid, p.user.gid, mode); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	return nil
}

// chmodFolder does not follow a link.
func chmodFolder(dir string, mode uint32) error {
	f, err := os.OpenFile(dir, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return fmt.Errorf("the data folder: %w", err)
	}
	defer f.Close()
	return f.Chmod(os.FileMode(mode))
}

// giveRest hands over what else a server that ran as root has left: folders and
// files; sockets are made anew.
func (p *parent) giveRest(data string) error {
	entries, err := os.ReadDir(data)
	if err != nil {
		return fmt.Errorf("the data folder: %w", err)
	}
	seen := map[string]bool{"files": true, "python": true, "lost+found": true}
	for _, name := range rootsOwn {
		seen[name] = true
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || seen[e.Name()] || info.Sys().(*syscall.Stat_t).Uid != 0 {
			continue
		}
		path := filepath.Join(data, e.Name())
		switch {
		case info.Mode().Type() == fs.ModeSocket:
			err = os.Remove(path)
		case info.IsDir():
			err = kernel.GiveFolder(path, p.user.uid, p.user.gid, uint32(info.Mode().Perm()))
		case info.Mode().IsRegular() && info.Sys().(*syscall.Stat_t).Nlink == 1:
			err = os.Lchown(path, p.user.uid, p.user.gid) // root's, in root's sticky folder: it is what it was
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// passable names the folder above the data that other users cannot pass.
func passable(data string) error {
	for dir := data; dir != filepath.Dir(dir); {
		dir = filepath.Dir(dir)
		info, err := os.Stat(dir)
		if err != nil {
			return fmt.Errorf("the data folder: %w", err)
		}
		if info.Mode().Perm()&0o001 == 0 {
			return fmt.Errorf("the server, Postgres and notes run as users of their own, who cannot reach %s because %s is closed to them: "+
				"let them pass with `chmod o+x %s`, or use a data folder such as /var/lib/quire", data, dir, dir)
		}
	}
	return nil
}
