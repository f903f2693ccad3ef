package kernel

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// setThreadUmask gives the calling thread, which must be locked, a umask of its own.
func setThreadUmask(umask int) {
	if unix.Unshare(unix.CLONE_FS) == nil {
		unix.Umask(umask)
	}
}

// forgoNewRights keeps what the calling thread, which must be locked, starts from
// more rights than it has: setuid programs have no effect (PR_SET_NO_NEW_PRIVS). It
// cannot be undone.
func forgoNewRights() { _ = unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) } // fails on no system that is still in use

// dieWithParent makes the process get SIGKILL when the thread that starts it ends,
// even if the server is killed.
func dieWithParent(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
}

// awaitExit waits for the end of a child without reaping it, so that its pid and
// group are still its own, and reports whether it could.
func awaitExit(pid int) bool {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return err == nil
		}
	}
}

// firstChild is the oldest living child of a process with one thread.
func firstChild(pid int) (int, bool) {
	p := strconv.Itoa(pid)
	b, err := os.ReadFile("/proc/" + p + "/task/" + p + "/children")
	if err != nil {
		return 0, false
	}
	first, _, _ := strings.Cut(string(b), " ")
	child, err := strconv.Atoi(first)
	return child, err == nil
}

// oomKills counts the processes that the system has ended for lack of memory.
func oomKills() int64 {
	b, err := os.ReadFile("/proc/vmstat")
	if err != nil {
		return 0
	}
	lines := bufio.NewScanner(bytes.NewReader(b))
	for lines.Scan() {
		if n, ok := strings.CutPrefix(lines.Text(), "oom_kill "); ok {
			v, _ := strconv.ParseInt(n, 10, 64)
			return v
		}
	}
	return 0
}

// killMarked ends the processes with the setting in their environment. New ones may
// come while it looks, so it looks until there are none, but not for ever.
func killMarked(setting string) {
	for range 5 {
		pids := marked(setting)
		if len(pids) == 0 {
			return
		}
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended by now
		}
	}
}

func marked(setting string) (pids []int) {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, f := range files {
		env, err := os.ReadFile(f)
		if err != nil || !bytes.Contains(append([]byte{0}, env...), []byte("\x00"+setting+"\x00")) {
			continue // another's, or gone
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(f))); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// hardLimit is the most this process may allow its children.
func hardLimit(resource int) uint64 {
	var r unix.Rlimit
	if unix.Getrlimit(resource, &r) != nil {
		return 0
	}
	return r.Max
}

// anonymousFile is a file in memory without a name.
func anonymousFile() (*os.File, error) {
	fd, err := unix.MemfdCreate("quire", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), "arguments"), nil
}

const (
	limitFileSize  = unix.RLIMIT_FSIZE
	limitFiles     = unix.RLIMIT_NOFILE
	limitProcesses = unix.RLIMIT_NPROC
	limitMemory    = unix.RLIMIT_AS
)
