package kernel

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"quire/auth"
	"quire/auth/fault"
)

// The files in a kernel's run folder.
const (
	connectionFile = "connection.json"
	passwdFile     = "passwd"
	groupFile      = "group"
)

// place is where one kernel has its connection file and sockets: a fresh folder
// for every start, as killed kernels leave their sockets behind.
type place struct {
	dir string // 0700, the kernel's user's
	log string // 0600, the server's
}

// openRunDir makes the folder of all places. A path too long for sockets is
// replaced by a temporary one; temporary tells to remove it at the end.
func openRunDir(dir string) (path string, temporary bool, err error) {
	longest := filepath.Join(dir, auth.NewID().String(), socketPrefix) + "-5"
	if dir == "" || len(longest) > maxSocketPath {
		temporary = true
		dir, err = os.MkdirTemp("", "quire-kernels-")
	} else {
		err = os.MkdirAll(dir, 0o711)
	}
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err == nil {
		err = os.Chmod(dir, 0o711)
	}
	if err != nil {
		return "", false, fmt.Errorf("kernel: run folder: %w", err)
	}
	return dir, temporary, removeOld(dir)
}

// removeOld removes what a server that was killed left; its kernels died with it.
func removeOld(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("kernel: run folder: %w", err)
	}
	for _, e := range entries {
		name := e.Name()
		id := name[:len(name)-len(filepath.Ext(name))]
		if _, err := auth.ParseID(id); err != nil {
			continue // not ours
		}
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("kernel: run folder: %w", err)
		}
	}
	return nil
}

// newPlace makes the folder of the kernel id with its files, and gives it to o last
// of all, so that nobody else writes there while the server does.
func newPlace(runDir, id string, o owner, group int, home string, conn *connection) (place, error) {
	p := place{dir: filepath.Join(runDir, id), log: filepath.Join(runDir, id+".log")}
	if err := os.Mkdir(p.dir, 0o700); err != nil {
		return p, fmt.Errorf("run folder: %w", err)
	}
	err := conn.write(filepath.Join(p.dir, connectionFile))
	if err == nil {
		err = writeAccounts(p.dir, o, home)
	}
	if err == nil && o.own {
		err = give(p.dir, o, group)
	}
	if err != nil {
		p.remove()
		return p, err
	}
	return p, nil
}

func (p place) remove() {
	os.RemoveAll(p.dir)
	os.Remove(p.log)
}

// userName is what a kernel's user is called where it has no account.
const userName = "note"

// writeAccounts writes the passwd and group that the sandbox shows.
func writeAccounts(dir string, o owner, home string) error {
	passwd := fmt.Sprintf("root:x:0:0:root:/nonexistent:/bin/false\n%s:x:%d:%d:Quire:%s:/bin/sh\n", userName, o.uid, o.gid, home)
	group := fmt.Sprintf("root:x:0:\n%s:x:%d:\n", userName, o.gid)
	for name, text := range map[string]string{passwdFile: passwd, groupFile: group} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return fmt.Errorf("run folder: %w", err)
		}
	}
	return nil
}

// give makes o the owner of a run folder and its files. With a group of the
// server's, that may enter too and connect to the sockets.
func give(dir string, o owner, group int) error {
	for _, name := range []string{connectionFile, passwdFile, groupFile} {
		if err := os.Lchown(filepath.Join(dir, name), o.uid, o.gid); err != nil {
			return fmt.Errorf("run folder: %w", err)
		}
	}
	mode := fs.FileMode(0o700)
	gid := o.gid
	if group > 0 {
		mode, gid = 0o770|fs.ModeSetgid, group
	}
	if err := os.Lchown(dir, o.uid, gid); err != nil {
		return fmt.Errorf("run folder: %w", err)
	}
	if err := os.Chmod(dir, mode); err != nil {
		return fmt.Errorf("run folder: %w", err)
	}
	return nil
}

// openNoteDir makes sure that a note's folder is there and, with a user per note,
// belongs to that user (mode 2770, so that the server's group keeps its access).
// It returns the path without links.
func openNoteDir(dir string, o owner, group int) (string, error) {
	if !filepath.IsAbs(dir) {
		return "", fmt.Errorf("note folder: %q is not absolute", dir)
	}
	if err := os.Mkdir(dir, 0o770); err != nil && !os.IsExist(err) {
		return "", fmt.Errorf("note folder: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", fmt.Errorf("note folder: %w", err)
	}
	if !info.IsDir() {
		return "", fault.New(fault.Conflict, "The folder of this note's files is not a folder.")
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	if !o.own {
		return dir, nil
	}
	if group <= 0 {
		group = o.gid
	}
	if st := info.Sys().(*syscall.Stat_t); int(st.Uid) != o.uid || int(st.Gid) != group {
		if err := chownTree(dir, o.uid, group); err != nil {
			return "", fmt.Errorf("note folder: %w", err)
		}
	}
	if err := os.Chmod(dir, 0o770|fs.ModeSetgid); err != nil {
		return "", fmt.Errorf("note folder: %w", err)
	}
	return dir, nil
}

// makeUserSite makes the folder into which pip will install, before Python starts:
// it looks there later only if it was there at the start. The folder is the note's,
// so nothing in it may lead the server elsewhere.
func makeUserSite(home, site string, o owner) error {
	if site == "" || !filepath.IsLocal(site) {
		return nil
	}
	root, err := os.OpenRoot(home)
	if err != nil {
		return fmt.Errorf("note folder: %w", err)
	}
	defer root.Close()
	for i := range len(site) + 1 {
		if i < len(site) && site[i] != '/' {
			continue
		}
		err := root.Mkdir(site[:i], 0o770)
		if err == nil && o.own {
			err = root.Lchown(site[:i], o.uid, -1)
		}
		if err != nil && !os.IsExist(err) {
			return fmt.Errorf("note folder: %w", err)
		}
	}
	return nil
}

// chownTree gives a folder to another user, and at last itself, so that a walk
// that was cut short is done again. Links are not followed; files with a second
// name elsewhere stay what they are, as that name might be the server's.
func chownTree(dir string, uid, gid int) error {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if st := info.Sys().(*syscall.Stat_t); !d.IsDir() && st.Nlink > 1 {
			return nil
		}
		return os.Lchown(path, uid, gid)
	})
	if err != nil {
		return err
	}
	return os.Lchown(dir, uid, gid)
}
