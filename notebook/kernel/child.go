package kernel

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
)

// child is a kernel's process as the one that forked it knows it.
type child struct {
	cmd     *exec.Cmd
	mark    string // in the environment of all it starts
	sandbox bool   // cmd is bubblewrap and the kernel is a descendant of it
	ooms    int64

	mu     sync.Mutex
	reaped bool   // its number may be another's by now
	over   string // the limit for which it was killed
}

// startChild starts cmd. mark is a setting of the kernel's environment that no
// other process has.
func startChild(s *spawner, cmd *exec.Cmd, mark string, sandbox bool) (*child, error) {
	c := &child{cmd: cmd, mark: mark, sandbox: sandbox, ooms: oomKills()}
	if err := s.start(cmd); err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return c, nil
}

// reap waits for the end, then ends what is left: the process group (first, as its
// number is free for others once its leader was reaped), and without a sandbox
// what has left the group but still bears the mark.
func (c *child) reap() {
	if awaitExit(c.cmd.Process.Pid) {
		c.signalGroup(syscall.SIGKILL)
		c.retire()
	}
	_ = c.cmd.Wait() // its outcome is in ProcessState
	c.retire()
	if !c.sandbox {
		killMarked(c.mark)
	}
}

// tell passes a notice on.
func (c *child) tell(n notice) error {
	switch {
	case n == killNotice:
		// In a sandbox the death of bubblewrap ends its pid namespace
		// (--die-with-parent).
		c.signalGroup(syscall.SIGKILL)
	case n == terminateNotice && !c.sandbox:
		c.signalGroup(syscall.SIGTERM)
	case n == terminateNotice:
		return c.signal(syscall.SIGTERM)
	case n == interruptNotice:
		return c.signal(syscall.SIGINT)
	default:
		return fmt.Errorf("%q is nothing that a kernel can be told", n)
	}
	return nil
}

// kernelPID is the kernel's own process. Signals for the kernel must not go to
// bubblewrap, which would die and take the kernel along.
func (c *child) kernelPID() int {
	pid := c.cmd.Process.Pid
	if !c.sandbox {
		return pid
	}
	for range 2 { // bubblewrap outside, its pid 1 inside, the kernel
		next, ok := firstChild(pid)
		if !ok {
			return 0
		}
		pid = next
	}
	return pid
}

// signal sends to the kernel's own process.
func (c *child) signal(sig syscall.Signal) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reaped {
		return os.ErrProcessDone
	}
	if pid := c.kernelPID(); pid > 0 {
		return syscall.Kill(pid, sig)
	}
	return os.ErrProcessDone
}

func (c *child) signalGroup(sig syscall.Signal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.reaped {
		_ = syscall.Kill(-c.cmd.Process.Pid, sig) // fails only when nobody is left
	}
}

// killFor kills it and keeps the reason.
func (c *child) killFor(reason string) {
	c.mu.Lock()
	if c.over == "" {
		c.over = reason
	}
	c.mu.Unlock()
	c.signalGroup(syscall.SIGKILL)
}

// retire ends the use of the process's number.
func (c *child) retire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reaped = true
}

// signalNames are those of which people have heard.
var signalNames = map[syscall.Signal]string{
	syscall.SIGABRT: "it aborted",
	syscall.SIGBUS:  "bus error",
	syscall.SIGFPE:  "arithmetic error",
	syscall.SIGILL:  "illegal instruction",
	syscall.SIGSEGV: "segmentation fault",
	syscall.SIGXCPU: "processor time limit",
}

// cause tells how the process ended. Call it after reap.
func (c *child) cause() string {
	c.mu.Lock()
	over := c.over
	c.mu.Unlock()
	if over != "" {
		return over
	}
	state, ok := c.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok {
		return c.cmd.ProcessState.String()
	}
	sig := syscall.Signal(0)
	switch {
	case state.Signaled():
		sig = state.Signal()
	case c.sandbox && state.ExitStatus() > 128: // how bubblewrap passes a signal on
		sig = syscall.Signal(state.ExitStatus() - 128)
	default:
		return fmt.Sprintf("ended by itself (exit code %d)", state.ExitStatus())
	}
	if sig == syscall.SIGKILL && oomKills() > c.ooms {
		return "killed (signal 9): the machine ran out of memory"
	}
	if name := signalNames[sig]; name != "" {
		return fmt.Sprintf("killed (signal %d): %s", sig, name)
	}
	return fmt.Sprintf("killed (signal %d)", sig)
}
