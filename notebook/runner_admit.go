package notebook

import (
	"context"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// KernelLimits bound how many kernels there are. Zero fields have the defaults
// that are named with them.
type KernelLimits struct {
	// Server is how many may run at once: 100.
	Server int
	// PerPerson is how many of them one person may have started: 10. An interpreter may
	// have a lower limit of its own.
	PerPerson int
	// Starting is how many start at once: 4. Who waits comes in turn with others.
	Starting int
}

// How long a kernel must have been idle to be ended for another when the server has
// no room: somebody's own for one of theirs, and any for anybody's.
const (
	ownIdleEnough = time.Minute
	anyIdleEnough = 10 * time.Minute
)

// place is the room that a kernel takes from before it starts until it is gone.
type place struct {
	person      auth.PrincipalID // who caused it to start
	interpreter string
	kernel      Kernel // nil while it starts
}

func (p *place) free() bool {
	if p.kernel == nil {
		return false
	}
	select {
	case <-p.kernel.Done():
		return true
	default:
		return false
	}
}

// starter is a queue that wants to start a kernel.
type starter struct{ turn chan struct{} }

// admit waits until it is the queue's turn to start a kernel for somebody, and
// takes a place for it. When the server has no room, a kernel that is idle for long
// ends first. Who got a place calls begun when the kernel has started, or has not.
func (r *Runner) admit(ctx context.Context, q *queue, who auth.PrincipalID) (*place, error) {
	t := &starter{turn: make(chan struct{})}
	r.mu.Lock()
	r.starters.add(who, t)
	r.nextStart()
	r.mu.Unlock()
	select {
	case <-t.turn:
	case <-ctx.Done():
		r.giveUpTurn(who, t)
		return nil, ctx.Err()
	}
	for {
		p, ending, err := r.takePlace(q, who)
		if ending == nil && err == nil {
			return p, nil
		}
		if err == nil {
			err = awaitEnd(ctx, ending)
		}
		if err != nil {
			r.begun(nil, nil)
			return nil, err
		}
	}
}

func awaitEnd(ctx context.Context, k Kernel) error {
	select {
	case <-k.Done():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// nextStart gives turns to who waits for them. The caller holds mu.
func (r *Runner) nextStart() {
	for r.starting < r.cfg.Limits.Starting {
		t, ok := r.starters.next()
		if !ok {
			return
		}
		r.starting++
		close(t.turn)
	}
}

func (r *Runner) giveUpTurn(who auth.PrincipalID, t *starter) {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-t.turn:
		r.starting--
		r.nextStart()
	default:
		r.starters.remove(who, t)
	}
}

// begun ends a turn: with the kernel that started, or nil if none did.
func (r *Runner) begun(p *place, k Kernel) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k != nil {
		p.kernel = k
	} else {
		delete(r.places, p)
	}
	r.starting--
	r.nextStart()
}

// takePlace takes a place for a kernel, or returns one that is ended for it. It
// fails as TooMany when there is no room.
func (r *Runner) takePlace(q *queue, who auth.PrincipalID) (p *place, ending Kernel, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.checkLimits(q.interpreter, who); err != nil {
		return nil, nil, err
	}
	if len(r.places) < r.cfg.Limits.Server {
		p = &place{person: who, interpreter: q.interpreter.Name}
		r.places[p] = struct{}{}
		return p, nil, nil
	}
	victim := r.longestIdle(who)
	if victim == nil {
		return nil, nil, fault.New(fault.TooMany,
			"All %d kernels that this server allows are in use. One becomes free when somebody stops theirs, or has not used it for %s.",
			r.cfg.Limits.Server, inWords(anyIdleEnough))
	}
	ending = victim.session.kernel
	victim.retireFor("the server needed its place for another kernel while it was idle")
	return nil, ending, nil
}

// checkLimits refuses more kernels than one person may have, and forgets places that
// have become free. The caller holds mu.
func (r *Runner) checkLimits(i Interpreter, who auth.PrincipalID) error {
	all, ofThis := 0, 0
	for p := range r.places {
		switch {
		case p.free():
			delete(r.places, p)
		case p.person == who:
			all++
			if p.interpreter == i.Name {
				ofThis++
			}
		}
	}
	switch limit := r.cfg.Limits.PerPerson; {
	case all >= limit:
		return fault.New(fault.TooMany, "You have %s running, as many as one person may have here. Stop one first, in the menu of its note.", plural(all, "kernel"))
	case i.KernelsPerPerson > 0 && ofThis >= i.KernelsPerPerson:
		return fault.New(fault.TooMany, "You have %s of %%%s running, as many as one person may have of it. Stop one first, in the menu of its note.", plural(ofThis, "kernel"), i.Name)
	}
	return nil
}

// longestIdle chooses the kernel to end for another of somebody's: of their own
// ones the longest idle, else of all; nil when none has been idle for long enough.
// The caller holds mu.
func (r *Runner) longestIdle(who auth.PrincipalID) *queue {
	now := r.cfg.Now()
	var mine, any *queue
	earlier := func(q, than *queue) bool { return than == nil || q.idleSince().Before(than.idleSince()) }
	for _, q := range r.queues {
		if !q.idles() {
			continue
		}
		idle := now.Sub(q.idleSince())
		if q.key.person == who && idle >= ownIdleEnough && earlier(q, mine) {
			mine = q
		}
		if idle >= anyIdleEnough && earlier(q, any) {
			any = q
		}
	}
	if mine != nil {
		return mine
	}
	return any
}

// idleSince is when the kernel was last used, also by a widget. The caller holds mu.
func (q *queue) idleSince() time.Time {
	if q.touched.After(q.state.Since) {
		return q.touched
	}
	return q.state.Since
}

// idles tells whether the queue has a kernel that has nothing to do. The caller
// holds mu.
func (q *queue) idles() bool {
	return q.session != nil && q.session.ended == nil && q.state.State == KernelIdle &&
		q.current == nil && q.waiting.empty() && !q.restart
}
