package embedded

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// maxSocketPath is the longest address of a unix socket, without its final NUL,
// on the strictest system we run on.
const maxSocketPath = 103

// socketDir is the directory that Postgres puts its socket in. Its permissions
// are the first gate, before the password.
type socketDir struct {
	path   string
	shared bool // the client is another user than the caller
	spare  bool // it took the place of the wanted one, and is removed at the end
}

// makeSocketDir creates the wanted directory, or a short one where the wanted
// path is too long for a socket.
func makeSocketDir(cfg Config, runAs account) (socketDir, error) {
	gid, shared := clientGroup(cfg.ClientGID, runAs)
	wanted := cfg.RunDir
	if wanted == "" {
		wanted = filepath.Join(cfg.Dir, "run")
	}
	if fits(wanted) {
		err := claimDir(wanted, runAs, gid, shared)
		return socketDir{path: wanted, shared: shared}, err
	}
	var failures error
	for _, dir := range spareDirs(cfg.Dir, runAs) {
		err := claimDir(dir, runAs, gid, shared)
		if err == nil {
			return socketDir{path: dir, shared: shared, spare: true}, nil
		}
		failures = errors.Join(failures, err)
	}
	return socketDir{}, fmt.Errorf("the socket's path under %s is too long (at most %d bytes), and no other place was found: %w",
		wanted, maxSocketPath, failures)
}

func fits(dir string) bool {
	return len(filepath.Join(dir, ".s.PGSQL."+port)) <= maxSocketPath
}

// clientGroup is the group that may pass through the socket directory.
func clientGroup(client int, runAs account) (gid int, shared bool) {
	if client == 0 {
		return runAs.gid, false
	}
	return client, true
}

// spareDirs are short places for the socket. The state directory is part of
// their names, so that two servers never meet there.
func spareDirs(stateDir string, runAs account) []string {
	sum := sha256.Sum256([]byte(stateDir))
	name := "quire-" + strconv.Itoa(runAs.uid) + "-" + hex.EncodeToString(sum[:6])
	var dirs []string
	if runtimeDir := os.Getenv("XDG_RUNTIME_DIR"); runtimeDir != "" && !runAs.switched {
		dirs = append(dirs, filepath.Join(runtimeDir, name))
	}
	dirs = append(dirs, filepath.Join("/run", name), filepath.Join("/tmp", name))
	return dirs
}

// claimDir makes dir ours and closed to others. What somebody else put in its
// place, where everyone may write, is refused.
func claimDir(dir string, runAs account, gid int, shared bool) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	owner := int(info.Sys().(*syscall.Stat_t).Uid)
	if !info.IsDir() || (owner != runAs.uid && owner != os.Geteuid()) {
		return fmt.Errorf("%s is not a directory of the user %s", dir, runAs.name)
	}
	if err := checkReachable(dir, runAs); err != nil {
		return err
	}
	if runAs.switched || shared {
		if err := os.Lchown(dir, runAs.uid, gid); err != nil {
			return err
		}
	}
	mode := fs.FileMode(0o700)
	if shared {
		mode = 0o710
	}
	return os.Chmod(dir, mode)
}

// socketMode is for the socket itself: where the group passes the directory it
// must also be able to write to the socket, which bears Postgres's own group.
func (s socketDir) socketMode() string {
	if s.shared {
		return "0777"
	}
	return "0700"
}

func (s socketDir) remove() {
	if s.spare {
		_ = os.Remove(s.path)
	}
}
