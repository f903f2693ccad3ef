package kernel

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// systemDirs make up the system that the sandbox shows; what is a link on the host
// (/bin to usr/bin) is one inside.
var systemDirs = []string{"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store"}

// systemFiles are what programs need of /etc. No accounts, no secrets.
var systemFiles = []string{
	"/etc/alternatives", "/etc/ca-certificates", "/etc/crypto-policies", "/etc/fonts", "/etc/hosts",
	"/etc/host.conf", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime",
	"/etc/mime.types", "/etc/nsswitch.conf", "/etc/pip.conf", "/etc/pki/tls", "/etc/pki/ca-trust",
	"/etc/resolv.conf", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/timezone",
	"/etc/matplotlibrc", "/etc/ipython", "/etc/jupyter", "/etc/R", "/etc/java-*",
}

// view is what one kernel sees besides the system.
type view struct {
	dir      string // the note's files, its working directory
	runDir   string // its connection file and sockets
	readOnly []string
	env      []string // of the kernel; bubblewrap itself gets none of it
}

// sandboxArgs are bubblewrap's arguments up to the program. The order counts: a
// later mount lies over an earlier one.
func sandboxArgs(cfg Config, v view) []string {
	args := []string{
		"--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
		"--die-with-parent", "--new-session", "--cap-drop", "ALL",
	}
	if cfg.NoNetwork {
		args = append(args, "--unshare-net")
	}
	args = append(args, systemArgs()...)
	args = append(args,
		"--proc", "/proc", "--dev", "/dev")
	// What is not bounded here could fill half of the machine's memory.
	args = append(args, tmpfs("/dev/shm", cfg.MaxTmp)...)
	args = append(args, "--remount-ro", "/dev")
	args = append(args, tmpfs("/tmp", cfg.MaxTmp)...)
	args = append(args, tmpfs("/run", smallTmp)...)
	args = append(args, "--symlink", "/tmp", "/var/tmp")
	args = append(args, readOnlyArgs(cfg.Hidden, slices.Concat(cfg.ReadOnly, v.readOnly))...)
	args = append(args, ownArgs(v)...)
	return append(args, "--remount-ro", "/")
}

// smallTmp bounds the file systems in memory that nobody is meant to fill, in bytes.
const smallTmp = 16 << 20

func tmpfs(dir string, size int64) []string {
	return []string{"--size", strconv.FormatInt(size, 10), "--tmpfs", dir}
}

// hiddenArgs is a file with bubblewrap's arguments, each ended by a zero byte:
// everybody may read a command line.
func hiddenArgs(args []string) (*os.File, error) {
	f, err := anonymousFile()
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	for _, a := range args {
		if _, err = f.WriteString(a + "\x00"); err != nil {
			break
		}
	}
	if err == nil {
		_, err = f.Seek(0, 0)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	return f, nil
}

// readOnlyArgs binds folders, lays an empty one over what must stay hidden, and
// binds anew what is wanted from within that (an environment in the data folder).
func readOnlyArgs(hidden, dirs []string) []string {
	var args []string
	notHidden := outside(dirs, hidden...)
	outer := outside(notHidden, systemDirs...)
	for _, d := range outer {
		args = append(args, "--ro-bind-try", d, d)
	}
	shown := slices.Concat(systemDirs, outer)
	for _, h := range hidden {
		if len(outside([]string{h}, shown...)) == 0 {
			args = append(args, tmpfs(h, smallTmp)...)
		}
	}
	for _, d := range dirs {
		if !slices.Contains(notHidden, d) {
			args = append(args, "--ro-bind-try", d, d)
		}
	}
	return args
}

func systemArgs() []string {
	var args []string
	for _, d := range systemDirs {
		info, err := os.Lstat(d)
		switch {
		case err != nil:
		case info.Mode()&os.ModeSymlink != 0:
			if target, err := os.Readlink(d); err == nil {
				args = append(args, "--symlink", target, d)
			}
		default:
			args = append(args, "--ro-bind", d, d)
		}
	}
	for _, pattern := range systemFiles {
		found, _ := filepath.Glob(pattern)
		for _, f := range found {
			// /etc/resolv.conf is often a link to a place that is not shown.
			if real, err := filepath.EvalSymlinks(f); err == nil {
				args = append(args, "--ro-bind-try", real, f)
			}
		}
	}
	return args
}

func ownArgs(v view) []string {
	if v.dir == "" {
		return nil // a probe
	}
	args := []string{"--clearenv"}
	for _, kv := range v.env {
		name, value, _ := strings.Cut(kv, "=")
		args = append(args, "--setenv", name, value)
	}
	return append(args,
		"--ro-bind", filepath.Join(v.runDir, passwdFile), "/etc/passwd",
		"--ro-bind", filepath.Join(v.runDir, groupFile), "/etc/group",
		"--bind", v.dir, v.dir,
		"--bind", v.runDir, v.runDir,
		"--chdir", v.dir,
	)
}
