package kernel

import (
	"errors"
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

// kernel is something that runs and the connection to it; it implements
// notebook.Kernel.
type kernel struct {
	Attachment
	client *client

	turn     chan struct{}  // held by who uses the shell channel
	handing  sync.Mutex     // held by who hands outputs on
	checks   sync.WaitGroup // what looks after the kernel when it was cut off
	silent   chan struct{}  // closed when the kernel has said its last word
	handed   chan struct{}  // closed when that was handed on
	stopping atomic.Bool
	done     chan struct{}
	death    string // set before done is closed
}

var _ notebook.Kernel = (*kernel)(nil)

// ID implements notebook.Kernel.
func (k *kernel) ID() string { return k.Attachment.ID }

// Where implements notebook.Elsewhere.
func (k *kernel) Where() string { return k.Attachment.Where }

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

// watch waits for the end of the backing or of a channel, sees to the other, and
// clears up.
func (k *kernel) watch() {
	var broken error
	select {
	case <-k.Backing.Ended():
	case broken = <-k.client.failed:
		if k.endsWithin(exitPatience) {
			broken = nil
		} else {
			k.Backing.Kill()
		}
	}
	<-k.Backing.Ended()
	k.drain()
	k.checks.Wait()
	close(k.silent)
	<-k.handed
	k.death = k.cause(broken)
	k.report()
	k.Ended(k)
	close(k.done)
}

func (k *kernel) endsWithin(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-k.Backing.Ended():
		return true
	case <-timer.C:
		return false
	}
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
	case errors.Is(broken, errReplaced):
		return broken.Error()
	case broken != nil:
		k.Log.Warn("kernel killed as its connection broke", "err", broken)
		return "its connection broke"
	default:
		return k.Backing.Cause()
	}
}

// report logs the end, with the process's last words if it was not asked to end.
func (k *kernel) report() {
	if n := k.client.refused.Load(); n > 0 {
		k.Log.Warn("kernel messages were refused", "refused", n)
	}
	if k.stopping.Load() {
		k.Log.Info("kernel stopped")
		return
	}
	k.Log.Warn("kernel ended", "death", k.death, "stderr", k.Backing.LastWords())
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
		return func(out notebook.Output) { k.Late(q.parent, out) }
	})
}
