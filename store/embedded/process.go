package embedded

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	fastTime = 20 * time.Second // for a fast shutdown (SIGINT)
	quitTime = 5 * time.Second  // for an immediate one (SIGQUIT)
)

// process is one run of one of Postgres's programs.
type process struct {
	cmd    *exec.Cmd
	tail   *tail
	exited chan struct{}
	err    error // how it ended; read after exited
}

// launch starts cmd as a child that gets SIGINT when we die. Its output goes to
// out, and the end of it is kept for errors.
func launch(cmd *exec.Cmd, out io.Writer) (*process, error) {
	p := &process{cmd: cmd, tail: &tail{}, exited: make(chan struct{})}
	cmd.Stdout = io.MultiWriter(out, p.tail)
	cmd.Stderr = cmd.Stdout
	cmd.WaitDelay = time.Second // orphaned backends may hold the pipe longer
	started := make(chan error)
	go func() {
		// The death signal is sent when the thread that forked ends, so that
		// thread must stay ours until the child is gone.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		close(p.exited)
	}()
	return p, <-started
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// stop asks for a fast shutdown, then for an immediate one, and returns when
// the process is gone.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGINT)
	if p.gone(fastTime) {
		return
	}
	p.quit()
	if p.gone(quitTime) {
		return
	}
	_ = p.cmd.Process.Kill()
	<-p.exited
}

func (p *process) quit() { _ = p.cmd.Process.Signal(syscall.SIGQUIT) }

func (p *process) gone(within time.Duration) bool {
	select {
	case <-p.exited:
		return true
	case <-time.After(within):
		return false
	}
}

// failure is the error for a process that ended when it should not have.
func (p *process) failure() error {
	return fmt.Errorf("%s ended (%v):\n%s", p.cmd.Path, p.err, p.tail)
}

// tail keeps the end of what is written to it.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

const tailSize = 2048

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, b...)
	if cut := len(t.buf) - tailSize; cut > 0 {
		t.buf = bytes.Clone(t.buf[cut:])
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.buf))
}
