package kernel

import (
	"context"
	"os"
	"path/filepath"
	"time"
)

// process is a started kernel and all it starts in turn, as the manager knows it; it
// is the Backing of a kernel of this machine.
type process struct {
	started
	output *capture
	log    string
	// patience is how long it may take to end when asked, and again when told to.
	patience time.Duration
	exited   chan struct{} // closed when all is gone and cleared up
	cause    string        // how it ended; read after exited
}

// startProcess starts what o says, with what it writes going to a file of its own.
func startProcess(h host, o order, cfg Config) (*process, error) {
	logPath := filepath.Join(cfg.LogDir, o.ID+".log")
	out, err := newCapture(logPath, cfg.MaxLog)
	if err != nil {
		return nil, err
	}
	s, err := h.start(o, out.in)
	out.in.Close()
	if err != nil {
		out.close()
		os.Remove(logPath)
		return nil, err
	}
	p := &process{started: s, output: out, log: logPath, patience: cfg.StopTimeout, exited: make(chan struct{})}
	go p.await()
	return p, nil
}

func (p *process) await() {
	p.cause = <-p.death
	p.output.close()
	close(p.exited)
}

// signal fails when the process has ended.
func (p *process) signal(n notice) error {
	select {
	case <-p.exited:
		return os.ErrProcessDone
	default:
		return p.tell(n)
	}
}

// Ready implements Backing.
func (p *process) Ready(context.Context) error { return nil }

// Interrupt implements Backing by SIGINT.
func (p *process) Interrupt(context.Context) error { return p.signal(interruptNotice) }

// Stop implements Backing: a shutdown_request, then SIGTERM, then SIGKILL, with some
// patience between them. When ctx ends it is SIGKILL at once.
func (p *process) Stop(ctx context.Context, ask func() error) {
	if ask() == nil && p.endsWithin(ctx, p.patience) {
		return
	}
	if ctx.Err() == nil {
		_ = p.signal(terminateNotice)
	}
	if !p.endsWithin(ctx, p.patience) {
		p.Kill()
	}
}

// Kill implements Backing; it ends everything.
func (p *process) Kill() { _ = p.signal(killNotice) } // fails only when nobody is left

// Ended implements Backing.
func (p *process) Ended() <-chan struct{} { return p.exited }

// Cause implements Backing.
func (p *process) Cause() string { return p.cause }

// LastWords implements Backing.
func (p *process) LastWords() string { return p.output.tail() }

// forget removes what is left of an ended process.
func (p *process) forget() { os.Remove(p.log) }

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
