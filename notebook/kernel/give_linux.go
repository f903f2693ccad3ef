package kernel

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// deepestFolder bounds how deep a note's folder is gone into: each step holds a file
// open.
const deepestFolder = 200

// giving changes the owner of what is in a folder. Whoever may write there can swap
// what a name stands for at any moment, so each thing is opened without following
// links, looked at, and changed through what was opened.
type giving struct {
	uid, gid int
	from     func(uid int) bool // whose things may be given away
	add      uint32             // rights that every folder in it gets
}

// shared lets the group into a folder, and makes what is new there the group's.
const shared = 0o2070

// giveFolder gives a note's folder and what is in it to a user and group, unless that
// is done already.
func giveFolder(dir string, uid, gid int, from func(int) bool) error {
	return giving{uid, gid, from, shared}.folder(dir, 0o2770)
}

// takeFolder is giveFolder for a server that is to delete the folder, whatever was
// shut away in it.
func takeFolder(dir string, uid, gid int, from func(int) bool) error {
	return giving{uid, gid, from, shared | 0o700}.folder(dir, 0o2770)
}

// GiveFolder gives a folder of the server's and what is in it, as far as it belongs to
// root, to a user and group, unless that is done already, and sets the folder's mode.
func GiveFolder(dir string, uid, gid int, mode uint32) error {
	return giving{uid, gid, func(uid int) bool { return uid == 0 }, 0}.folder(dir, mode)
}

// ShareNotes gives what root left in the folders of notes to a server that runs as
// uid, and all of it to the server's group. A folder that bears the group already was
// seen to before.
func (cfg Config) ShareNotes(files string, uid, gid int) error {
	cfg.setDefaults()
	entries, err := os.ReadDir(files)
	if err != nil {
		return fmt.Errorf("notes' files: %w", err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !e.IsDir() || int(info.Sys().(*syscall.Stat_t).Gid) == gid {
			continue
		}
		dir := filepath.Join(files, e.Name())
		owner := int(info.Sys().(*syscall.Stat_t).Uid)
		if owner == 0 {
			owner = uid
		}
		notes := func(u int) bool { return u == 0 || u >= cfg.UIDBase && u < cfg.UIDBase+cfg.UIDCount }
		if err := (giving{owner, gid, notes, shared}).folder(dir, 0o2770); err != nil {
			return fmt.Errorf("the files in %s: %w", dir, err)
		}
	}
	return nil
}

// folder gives a folder and its contents. The folder itself changes last, so that a
// walk that was cut short is done again. Links stay, and so do files with a second
// name elsewhere, as that one might be somebody else's, and what belongs to others.
func (g giving) folder(dir string, mode uint32) error {
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return fmt.Errorf("look: %w", err)
	}
	if int(st.Uid) != g.uid || int(st.Gid) != g.gid {
		if int(st.Uid) != g.uid && !g.from(int(st.Uid)) {
			return fmt.Errorf("%s belongs to the user %d, who is neither the server nor a note", dir, st.Uid)
		}
		if err := g.contents(fd, 0); err != nil {
			return err
		}
		if err := unix.Fchown(fd, g.uid, g.gid); err != nil {
			return fmt.Errorf("change its owner: %w", err)
		}
	}
	if err := unix.Fchmod(fd, mode); err != nil {
		return fmt.Errorf("change its mode: %w", err)
	}
	return nil
}

// contents gives what is in the open folder.
func (g giving) contents(fd, depth int) error {
	if depth > deepestFolder {
		return fmt.Errorf("its folders are more than %d deep", deepestFolder)
	}
	names, err := namesIn(fd)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := g.entry(fd, name, depth); err != nil && !errors.Is(err, unix.ENOENT) {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// namesIn lists an open folder through a descriptor of its own.
func namesIn(fd int) ([]string, error) {
	own, err := unix.Openat(fd, ".", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	dir := os.NewFile(uintptr(own), "folder")
	defer dir.Close()
	return dir.Readdirnames(-1)
}

func (g giving) entry(parent int, name string, depth int) error {
	fd, err := unix.Openat(parent, name, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return err
	}
	isFolder := st.Mode&unix.S_IFMT == unix.S_IFDIR
	if int(st.Uid) != g.uid && !g.from(int(st.Uid)) || !isFolder && st.Nlink > 1 {
		return nil
	}
	if isFolder {
		if err := g.subfolder(fd, st.Mode, depth); err != nil {
			return err
		}
	}
	return unix.Fchownat(fd, "", g.uid, g.gid, unix.AT_EMPTY_PATH)
}

func (g giving) subfolder(fd int, mode uint32, depth int) error {
	inside, err := unix.Openat(fd, ".", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(inside)
	if err := g.contents(inside, depth+1); err != nil || g.add == 0 {
		return err
	}
	return unix.Fchmod(inside, mode&0o7777|g.add)
}
