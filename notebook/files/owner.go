package files

import (
	"io/fs"
	"os"
	"syscall"
)

// owner is whose the note's folder is. What the server writes there must be the
// kernels' to read, change and delete.
type owner struct {
	uid, gid int
	how      sharing
}

// sharing is how the server lets the folder's owner at what it writes.
type sharing int

const (
	same  sharing = iota // the kernels run as the server does
	given                // the server may give files away: it is root
	open                 // the folder is the kernels' and only the server's group may enter it besides
)

func ownerOf(folder fs.FileInfo) owner {
	st, ok := folder.Sys().(*syscall.Stat_t)
	o := owner{how: same}
	if !ok {
		return o
	}
	o.uid, o.gid = int(st.Uid), int(st.Gid)
	switch euid := os.Geteuid(); {
	case euid == o.uid:
	case euid == 0:
		o.how = given
	default:
		o.how = open
	}
	return o
}

// give makes a file or folder that the server has just made, and holds open, the
// note's. A folder that others pass only through their own keeps everybody else
// out, so that open modes inside reach nobody but the kernels' user.
func (o owner) give(f *os.File, isDir bool) error {
	mode := fs.FileMode(0o660)
	if isDir {
		mode = 0o770 | fs.ModeSetgid
	}
	switch o.how {
	case given:
		if err := f.Chown(o.uid, o.gid); err != nil {
			return err
		}
	case open:
		mode |= mode.Perm() >> 3 & 0o007
	}
	return f.Chmod(mode)
}
