package kernel

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// process is a started kernel and all it starts in turn.
type process struct {
	cmd     *exec.Cmd
	output  *capture
	mark    string // in the environment of all it starts
	sandbox bool   // cmd is bubblewrap and the kernel is a descendant of it
	ooms    int64
	exited  chan struct{} // closed when the process was reaped and all is cleared up

	mu     sync.Mutex
	reaped bool // its number may be another's by now
}

// startProcess starts cmd, with what it writes going to the file at logPath. mark is
// a setting of cmd's environment that no other process has.
func startProcess(s *spawner, cmd *exec.Cmd, mark string, sandbox bool, logPath string, maxLog int64) (*process, error) {
	out, err := newCapture(logPath, maxLog)
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = out.in, out.in
	p := &process{cmd: cmd, output: out, mark: mark, sandbox: sandbox, ooms: oomKills(), exited: make(chan struct{})}
	err = s.start(cmd)
	out.in.Close()
	if err != nil {
		out.close()
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	go p.reap()
	return p, nil
}

// reap waits for the end, then ends what is left: the process group (first, as its
// number is free for others once its leader was reaped), and without a sandbox
// what has left the group but still bears the mark.
func (p *process) reap() {
	if awaitExit(p.cmd.Process.Pid) {
		p.signalGroup(syscall.SIGKILL)
		p.retire()
	}
	_ = p.cmd.Wait() // its outcome is in ProcessState
	p.retire()
	if !p.sandbox {
		killMarked(p.mark)
	}
	p.output.close()
	close(p.exited)
}

// pid is the kernel's own process. Signals for the kernel must not go to
// bubblewrap, which would die and take the kernel along.
func (p *process) pid() int {
	pid := p.cmd.Process.Pid
	if !p.sandbox {
		return pid
	}
	for range 2 { // bubblewrap outside, its pid 1 inside, the kernel
		child, ok := firstChild(pid)
		if !ok {
			return 0
		}
		pid = child
	}
	return pid
}

// signal sends to the kernel's own process.
func (p *process) signal(sig syscall.Signal) error {
	select {
	case <-p.exited:
		return os.ErrProcessDone
	default:
	}
	if !p.sandbox {
		return p.cmd.Process.Signal(sig)
	}
	if pid := p.pid(); pid > 0 {
		return syscall.Kill(pid, sig)
	}
	return os.ErrProcessDone
}

func (p *process) signalGroup(sig syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.reaped {
		_ = syscall.Kill(-p.cmd.Process.Pid, sig) // fails only when nobody is left
	}
}

// retire ends the use of the process's number.
func (p *process) retire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reaped = true
}

// terminate asks the kernel and what it started to end.
func (p *process) terminate() {
	if p.sandbox {
		_ = p.signal(syscall.SIGTERM)
		return
	}
	p.signalGroup(syscall.SIGTERM)
}

// kill ends everything. In a sandbox the death of bubblewrap ends its pid
// namespace (--die-with-parent).
func (p *process) kill() { p.signalGroup(syscall.SIGKILL) }

func (p *process) endsWithin(ctx context.Context, d time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	select {
	case <-p.exited:
		return true
	case <-ctx.Done():
		return false
	}
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

// cause tells how the process ended. Call it after exited is closed.
func (p *process) cause() string {
	state, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok {
		return p.cmd.ProcessState.String()
	}
	sig := syscall.Signal(0)
	switch {
	case state.Signaled():
		sig = state.Signal()
	case p.sandbox && state.ExitStatus() > 128: // how bubblewrap passes a signal on
		sig = syscall.Signal(state.ExitStatus() - 128)
	default:
		return fmt.Sprintf("ended by itself (exit code %d)", state.ExitStatus())
	}
	if sig == syscall.SIGKILL && oomKills() > p.ooms {
		return "killed (signal 9): the machine ran out of memory"
	}
	if name := signalNames[sig]; name != "" {
		return fmt.Sprintf("killed (signal %d): %s", sig, name)
	}
	return fmt.Sprintf("killed (signal %d)", sig)
}
