package gateway

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"quire/notebook/kernel"
)

const (
	firstPause = 100 * time.Millisecond
	lastPause  = 5 * time.Second
)

// serve keeps a link to the kernel until that is over.
func (r *remote) serve(l *link) {
	var deadline time.Time
	var pause time.Duration
	for {
		err := r.readAll(l)
		l.close()
		if r.life.Err() != nil {
			return
		}
		// A gateway that comes back only to go again is as good as away.
		if time.Since(l.since) > r.g.AwayLimit/3 || deadline.IsZero() {
			deadline, pause = time.Now().Add(r.g.AwayLimit), 0
		}
		r.unlink()
		r.log.Warn("connection to the gateway was cut", "err", err)
		r.hand(kernel.IOPub, received{err: &kernel.CutError{Reason: "the connection to the gateway “" + r.g.Name + "” was cut, and not everything may have come through"}})
		if l, pause = r.redial(deadline, pause); l == nil {
			return
		}
		r.log.Info("connection to the gateway is there again")
		r.relink(l)
	}
}

func (r *remote) unlink() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.link, r.linked = nil, make(chan struct{})
}

func (r *remote) relink(l *link) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.life.Err() != nil {
		l.close()
	}
	r.link = l
	close(r.linked)
}

// redial connects again until deadline, at first after a pause, and returns the next
// pause. Without success the kernel is over.
func (r *remote) redial(deadline time.Time, pause time.Duration) (*link, time.Duration) {
	ctx, cancel := context.WithDeadline(r.life, deadline)
	defer cancel()
	for {
		select {
		case <-time.After(pause/2 + rand.N(pause/2+1)): // not all kernels at once
		case <-ctx.Done():
			r.giveUp()
			return nil, 0
		}
		pause = min(max(2*pause, firstPause), lastPause)
		if r.look(ctx) {
			attempt, cancel := context.WithTimeout(ctx, requestTimeout)
			l, err := r.g.dial(attempt, r.id, r.session)
			cancel()
			if err == nil {
				return l, pause
			}
			r.log.Info("the gateway cannot be reached", "err", err)
		}
	}
}

// giveUp ends a kernel whose gateway stays away, and the one there when it is back.
func (r *remote) giveUp() {
	if r.life.Err() == nil {
		r.g.reap(r.id)
		r.over(fmt.Sprintf("the gateway “%s” did not come back within %s", r.g.Name, r.g.AwayLimit))
	}
}

// look asks the gateway whether it has the kernel, and reports whether it has. One
// that it does not have is over.
func (r *remote) look(ctx context.Context) bool {
	state, err := r.g.state(ctx, r.id)
	switch {
	case errors.Is(err, errGone):
		r.over(fmt.Sprintf("the gateway “%s” does not have it any more: it was idle too long for it, or was ended there, or the gateway was restarted", r.g.Name))
	case err != nil:
		r.log.Info("the gateway does not tell how the kernel is", "err", err)
	case state == "dead":
		r.status(state)
	default:
		return true
	}
	return false
}

// watch looks now and then whether the kernel is still there: an idle one is culled
// without a word.
func (r *remote) watch() {
	tick := time.NewTicker(r.g.rhythm.check)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			r.look(r.life)
		case <-r.life.Done():
			return
		}
	}
}
