package kernel

import (
	"context"
	"os"
	"time"
)

// process is a started kernel and all it starts in turn, as the manager knows it.
type process struct {
	started
	output *capture
	log    string
	exited chan struct{} // closed when all is gone and cleared up
	cause  string        // how it ended; read after exited
}

// startProcess starts what o says, with what it writes going to the file at logPath.
func startProcess(h host, o order, logPath string, maxLog int64) (*process, error) {
	out, err := newCapture(logPath, maxLog)
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
	p := &process{started: s, output: out, log: logPath, exited: make(chan struct{})}
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

// kill ends everything.
func (p *process) kill() { _ = p.signal(killNotice) } // fails only when nobody is left

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
