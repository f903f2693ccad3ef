package socket

import (
	"sync"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// Of feeds.
const (
	feedEvery = 100 * time.Millisecond // between two looks at a run's output
	feedRetry = time.Second            // after one that failed
	readWait  = 15 * time.Second       // for one look
)

// feed sends one socket the output of one run: it looks what is new when it is
// poked, and what it sends waits nowhere. Its goroutine lives as long as there is
// something to send.
type feed struct {
	sub       *subscription
	run       auth.ID
	paragraph string

	mu      sync.Mutex
	watched bool // the paragraph is looked at
	dirty   bool // there may be something new
	working bool

	// Of the goroutine alone:
	last     time.Time
	parts    map[int]progress
	complete bool // the client was told that the run has ended and it has everything
}

// resume starts sending, from where it was left.
func (f *feed) resume() {
	f.mu.Lock()
	begin := !f.watched
	f.watched = true
	f.mu.Unlock()
	if begin {
		f.sub.room.watch(f)
		f.poke()
	}
}

// pause stops sending.
func (f *feed) pause() {
	f.mu.Lock()
	end := f.watched
	f.watched = false
	f.mu.Unlock()
	if end {
		f.sub.room.unwatch(f)
	}
}

// poke says that there may be something new.
func (f *feed) poke() {
	f.mu.Lock()
	f.dirty = true
	begin := f.watched && !f.working
	f.working = f.working || begin
	f.mu.Unlock()
	if begin {
		f.sub.c.spawn(f.work)
	}
}

func (f *feed) work() {
	for f.begin() {
		if err := f.look(); err != nil && f.sub.ctx.Err() == nil {
			f.failed(err)
		}
	}
}

// failed has it tried again: at the next turn if a display was rewritten under our
// hands, else after a while.
func (f *feed) failed(err error) {
	if !fault.Is(err, fault.Stale) {
		f.sub.c.s.log.Warn("output not read", "run", f.run, "error", err)
		f.last = time.Now().Add(feedRetry - feedEvery)
	}
	f.mu.Lock()
	f.dirty = true
	f.mu.Unlock()
}

// begin waits for the time of the next look, and reports false when there is
// nothing to look for.
func (f *feed) begin() bool {
	wait := time.Until(f.last.Add(feedEvery))
	f.mu.Lock()
	idle := !f.dirty || !f.watched || f.sub.ctx.Err() != nil
	if idle {
		f.working = false
	}
	f.mu.Unlock()
	if idle || wait <= 0 {
		f.begun(!idle)
		return !idle
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-f.sub.ctx.Done():
	}
	f.begun(true)
	return true
}

func (f *feed) begun(looks bool) {
	if !looks {
		return
	}
	f.last = time.Now()
	f.mu.Lock()
	f.dirty = false
	f.mu.Unlock()
}
