package kernel

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"quire/notebook"
)

const (
	// exitPatience is how long a kernel whose channel broke may take to end by itself.
	exitPatience = 500 * time.Millisecond
	// drainPatience is how long what a dead kernel still sent may take to be read.
	drainPatience = time.Second
)

// kernel is one process and the connection to it; it implements notebook.Kernel.
type kernel struct {
	id      string
	m       *Manager
	spec    spec
	log     *slog.Logger
	process *process
	client  *client
	late    func(parent string, out notebook.Output)

	turn     chan struct{} // held by who uses the shell channel
	handing  sync.Mutex    // held by who hands outputs on
	silent   chan struct{} // closed when the kernel has said its last word
	handed   chan struct{} // closed when that was handed on
	stopping atomic.Bool
	done     chan struct{}
	death    string // set before done is closed
}

var _ notebook.Kernel = (*kernel)(nil)

// ID implements notebook.Kernel.
func (k *kernel) ID() string { return k.id }

// Done implements notebook.Kernel.
func (k *kernel) Done() <-chan struct{} { return k.done }

// Death implements notebook.Kernel; it is "" while the kernel runs.
func (k *kernel) Death() string {
	select {
	case <-k.done:
		return k.death
	default:
		return ""
	}
}

// watch waits for the end of the process or of a channel, sees to the other, and
// clears up.
func (k *kernel) watch() {
	var broken error
	select {
	case <-k.process.exited:
	case broken = <-k.client.failed:
		if k.process.endsWithin(context.Background(), exitPatience) {
			broken = nil
		} else {
			k.process.kill()
		}
	}
	<-k.process.exited
	k.drain()
	close(k.silent)
	<-k.handed
	k.death = k.cause(broken)
	k.report()
	k.process.forget()
	k.m.forget(k)
	close(k.done)
	k.m.work.Done()
}

// drain lets the readers take what the kernel sent before its end.
func (k *kernel) drain() {
	timer := time.AfterFunc(drainPatience, k.client.close)
	k.client.readers.Wait()
	timer.Stop()
	k.client.close()
}

// cause puts the end into words.
func (k *kernel) cause(broken error) string {
	switch {
	case k.stopping.Load():
		return "stopped"
	case broken != nil:
		k.log.Warn("kernel killed as its connection broke", "err", broken)
		return "its connection broke"
	default:
		return k.process.cause
	}
}

// report logs the end, with the process's last words if it was not asked to end.
func (k *kernel) report() {
	if n := k.client.refused.Load(); n > 0 {
		k.log.Warn("kernel messages were refused", "refused", n)
	}
	if k.stopping.Load() {
		k.log.Info("kernel stopped")
		return
	}
	k.log.Warn("kernel ended", "death", k.death, "stderr", k.process.output.tail())
}

// handOnAll hands on what the kernel says until it has said all.
func (k *kernel) handOnAll() {
	defer close(k.handed)
	for {
		select {
		case <-k.client.outputs.ready:
			k.handOn()
		case <-k.silent:
			k.handOn()
			return
		}
	}
}

// handOn gives what waits to whom it belongs. When it returns, everything that had
// come before the call was handed on.
func (k *kernel) handOn() {
	k.handing.Lock()
	defer k.handing.Unlock()
	deliver(k.client.outputs.take(), func(q queued) func(notebook.Output) {
		if q.to != nil {
			return q.to.sink
		}
		return func(out notebook.Output) { k.late(q.parent, out) }
	})
}
