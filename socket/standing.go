package socket

import (
	"context"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// lookupWait bounds one look at who may do what; then frames are held back and it
// is tried again.
const lookupWait = 2 * time.Second

// lookup asks the gate something it may have to look up, one socket at a time.
func (s *Server) lookup(ctx context.Context, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, lookupWait)
	defer cancel()
	select {
	case s.lookups <- struct{}{}:
		defer func() { <-s.lookups }()
		return ask(ctx)
	case <-ctx.Done():
		return fault.Wrap(ctx.Err(), fault.Unavailable, "Permissions cannot be looked up at the moment.")
	}
}

// identity is what the actor counts as; Unauthenticated also when the sign-in has
// come to its end by itself.
func (s *Server) identity(ctx context.Context, a auth.Actor) (auth.Identity, error) {
	who, err := s.gate.Identity(ctx, a)
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
	err := c.s.lookup(c.ctx, func(ctx context.Context) (err error) {
		if actions, err = sub.pass.Actions(ctx); err == nil && !actions.Has(auth.Read) {
			_, err = c.s.identity(ctx, c.actor) // perhaps it is the sign-in that has ended
		}
		return err
	})
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

// mayStill reports whether a frame about the note may be sent on.
func (c *conn) mayStill(sub *subscription) bool {
	_, s := c.standingOf(sub)
	return s == mayRead
}

// signedIn fails unless the socket's sign-in is still good.
func (c *conn) signedIn(ctx context.Context) error {
	_, err := c.s.identity(ctx, c.actor)
	return err
}
