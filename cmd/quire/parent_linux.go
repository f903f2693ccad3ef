package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// goodbye is how long a server that closed its connection may take to end.
	goodbye = 5 * time.Second
	// longestStop is how long a server may take to end when told.
	longestStop = 90 * time.Second
)

// canSplit tells whether this process can give its rights up for a child.
func canSplit() bool {
	if os.Geteuid() != 0 {
		return false
	}
	cmd := exec.Command("/usr/bin/env", "true")
	cmd.Dir, cmd.Env = "/", []string{}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: spareUID, Gid: spareUID}}
	return cmd.Run() == nil
}

// socketPair are two connected sockets that keep messages apart.
func socketPair() (ours, theirs *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	const room = 1 << 20 // for more than one of the largest messages; the system may give less
	for _, fd := range fds {
		if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, room); err != nil {
			unix.Close(fds[0])
			unix.Close(fds[1])
			return nil, nil, err
		}
	}
	return os.NewFile(uintptr(fds[0]), "server"), os.NewFile(uintptr(fds[1]), "parent"), nil
}

// child is the server's process as its parent knows it.
type child struct {
	cmd    *exec.Cmd
	exited chan struct{}
	result error // read after exited
}

// startChild starts this program as u: without further groups, without the terminal,
// unable to gain rights by setuid programs, and to die with its parent.
func startChild(u systemUser, files []*os.File) (*child, error) {
	cmd := exec.Command("/proc/self/exe", "serve")
	cmd.Args[0] = os.Args[0]
	cmd.Dir = "/"
	cmd.Env = childEnvironment(u)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.ExtraFiles = files
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Credential: &syscall.Credential{Uid: uint32(u.uid), Gid: uint32(u.gid), Groups: []uint32{}},
		Setsid:     true,
		Pdeathsig:  syscall.SIGKILL,
	}
	c := &child{cmd: cmd, exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // the death signal follows the thread; it ends with this
		_ = unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
		err := cmd.Start()
		started <- err
		if err == nil {
			c.result = cmd.Wait()
			close(c.exited)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start the server as the user %s: %w", u.name, err)
	}
	return c, nil
}

// childEnvironment is the parent's without what belongs to root's own account.
func childEnvironment(u systemUser) []string {
	var env []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if name != "HOME" && name != "USER" && name != "LOGNAME" && name != "MAIL" && !strings.HasPrefix(name, "XDG_") && !strings.HasPrefix(name, "SUDO_") {
			env = append(env, kv)
		}
	}
	return append(env, "HOME=/nonexistent", "USER="+u.name, "LOGNAME="+u.name, childMark+"=1")
}

func (c *child) endsWithin(d time.Duration) bool {
	select {
	case <-c.exited:
		return true
	case <-time.After(d):
		return false
	}
}

// end tells the server to stop, and kills it when it does not.
func (c *child) end() {
	_ = c.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	if !c.endsWithin(longestStop) {
		_ = c.cmd.Process.Kill()
		<-c.exited
	}
}

// err is nil for a server that ended well. One that failed has said why itself.
func (c *child) err() error {
	var exit *exec.ExitError
	switch {
	case c.result == nil:
		return nil
	case errors.As(c.result, &exit) && exit.Exited():
		return errSaid
	}
	return fmt.Errorf("the server's process ended: %w", c.result)
}
