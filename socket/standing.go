package socket

import (
	"context"
	"sync/atomic"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// lookupWait bounds one look at who may do what; then frames are held back and it
// is tried again.
const lookupWait = 2 * time.Second

// herd lets one of many that ask the same go first. After a change of authority
// every socket asks at once; what the first has the gate read serves the others.
type herd struct {
	first chan struct{}
	// asked is the gate's Moved of when somebody last had an answer.
	asked atomic.Value
}

func newHerd() *herd { return &herd{first: make(chan struct{}, 1)} }

func (h *herd) ask(ctx context.Context, g *auth.Gate, look func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, lookupWait)
	defer cancel()
	moved := g.Moved()
	if h.asked.Load() == moved {
		return look(ctx)
	}
	select {
	case h.first <- struct{}{}:
		defer func() { <-h.first }()
	case <-ctx.Done():
		return fault.Wrap(ctx.Err(), fault.Unavailable, "Permissions cannot be looked up at the moment.")
	}
	err := look(ctx)
	if err == nil {
		h.asked.Store(moved)
	}
	return err
}

// identity is what the actor counts as; Unauthenticated also when the sign-in has
// come to its end by itself.
func (s *Server) identity(ctx context.Context, a auth.Actor) (who auth.Identity, err error) {
	err = s.signIns.ask(ctx, s.gate, func(ctx context.Context) (err error) {
		who, err = s.gate.Identity(ctx, a)
		return err
	})
	if err == nil && !who.Until.IsZero() && !time.Now().Before(who.Until) {
		err = fault.New(fault.Unauthenticated, "Your sign-in has ended. Sign in again.")
	}
	return who, err
}

// standing is how it stands with a subscription's right to read.
type standing int

const (
	mayRead   standing = iota
	mayNot             // not any more, or there is no such note any more
	signedOut          // the sign-in is over
	unknown            // nobody can tell at the moment: hold everything back
)

// standingOf asks what may be done on the note now. It allocates nothing as long
// as nothing has changed.
func (c *conn) standingOf(sub *subscription) (auth.Actions, standing) {
	if actions, ok := sub.pass.Held(); ok && actions.Has(auth.Read) {
		return actions, mayRead
	}
	var actions auth.Actions
	_, err := c.s.identity(c.ctx, c.actor)
	if err == nil {
		err = sub.room.rights.ask(c.ctx, c.s.gate, func(ctx context.Context) (err error) {
			actions, err = sub.pass.Actions(ctx)
			return err
		})
	}
	switch {
	case fault.Is(err, fault.Unauthenticated):
		return 0, signedOut
	case fault.Is(err, fault.NotFound), err == nil && !actions.Has(auth.Read):
		return 0, mayNot
	case err != nil:
		return 0, unknown
	}
	return actions, mayRead
}

// mayStill reports whether a frame about the note, or one for its writers alone,
// may be sent on.
func (c *conn) mayStill(sub *subscription, forWriters bool) bool {
	actions, s := c.standingOf(sub)
	return s == mayRead && (!forWriters || actions.Has(auth.Write))
}
