package kernel

import (
	"cmp"
	"errors"
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

// newPlace makes the folder of a kernel with its files, and gives it to the kernel's
// user last of all, so that nobody else writes there while this does.
func newPlace(runDir string, o order, owner owner, group int) (place, error) {
	p := place{dir: filepath.Join(runDir, o.ID)}
	if err := os.Mkdir(p.dir, 0o700); err != nil {
		return p, fmt.Errorf("run folder: %w", err)
	}
	err := os.WriteFile(filepath.Join(p.dir, connectionFile), o.Connection, 0o600)
	if err == nil {
		err = writeAccounts(p.dir, owner, o.Dir)
	}
	if err == nil && owner.own {
		err = give(p.dir, owner, group)
	}
	if err != nil {
		p.remove()
		return p, fmt.Errorf("run folder: %w", err)
	}
	return p, nil
}

func (p place) remove() { os.RemoveAll(p.dir) }

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

// openNoteDir makes sure that a note's folder, with a user per note, belongs to that
// user (mode 2770, so that the server's group keeps its access).
// It returns the path without links. Others write where it works: it never follows
// a link, and looks at the very thing that it then changes.
func openNoteDir(dir string, o owner, cfg Config) (string, error) {
	if !filepath.IsAbs(dir) {
		return "", fmt.Errorf("note folder: %q is not absolute", dir)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", fmt.Errorf("note folder: %w", err)
	}
	if !info.IsDir() {
		return "", fault.New(fault.Conflict, "The folder of this note's files is not a folder.")
	}
	if o.own {
		err = giveFolder(dir, o.uid, cfg.groupOf(o), cfg.givable)
	}
	if err != nil {
		return "", fmt.Errorf("note folder: %w", err)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", fmt.Errorf("note folder: %w", err)
	}
	return real, nil
}

// groupOf is the group that a note's folder gets.
func (cfg Config) groupOf(o owner) int {
	if cfg.GID > 0 {
		return cfg.GID
	}
	return o.gid
}

// givable tells whether what uid owns in a note's folder may be given to the note's
// user: what the server made there, and what another note's user left.
func (cfg Config) givable(uid int) bool {
	return uid == cmp.Or(cfg.ServerUID, os.Geteuid()) || uid >= cfg.UIDBase && uid < cfg.UIDBase+cfg.UIDCount
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
			err = giveNew(root, site[:i], o)
		}
		if err != nil && !os.IsExist(err) {
			return fmt.Errorf("note folder: %w", err)
		}
	}
	return nil
}

// giveNew gives a folder that was just made to o, through the folder itself: the name
// may stand for something else by now.
func giveNew(root *os.Root, name string, o owner) error {
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if st := info.Sys().(*syscall.Stat_t); int(st.Uid) != os.Geteuid() {
		return fmt.Errorf("%s was replaced", name)
	}
	return errors.Join(f.Chown(o.uid, -1), f.Chmod(0o770|fs.ModeSetgid))
}
