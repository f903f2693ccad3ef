package auth

import (
	"context"
	"sync/atomic"
)

type passKey struct {
	signIn ID
	user   PrincipalID
	node   ID
}

// Pass is what one sign-in may do on one note, kept for as long as it holds.
// Sockets and keepers hold one per open note and ask it for every frame, in and
// out. Safe for use by many goroutines.
type Pass struct {
	gate  *Gate
	actor Actor
	node  ID
	users int // guarded by gate.mu
	state atomic.Pointer[passState]
}

type passState struct {
	epoch   uint64
	until   int64 // Unix nanoseconds, 0 for without end
	actions Actions
}

// Pass returns the pass of a person on a note. Release it when done.
func (g *Gate) Pass(a Actor, node ID) *Pass {
	key := passKey{a.SignIn, a.User, node}
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.passes[key]
	if p == nil {
		p = &Pass{gate: g, actor: a, node: node}
		g.passes[key] = p
	}
	p.users++
	return p
}

// Release gives the pass back. It must not be used afterwards.
func (p *Pass) Release() {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	if p.users--; p.users == 0 {
		delete(p.gate.passes, passKey{p.actor.SignIn, p.actor.User, p.node})
	}
}

// Held returns the actions without looking anything up: from the decision in hand
// if it still stands. ok is false when Actions must be asked.
func (p *Pass) Held() (actions Actions, ok bool) {
	s := p.state.Load()
	if s == nil || s.epoch != p.gate.epoch.Load() || !p.gate.Trusted() {
		return 0, false
	}
	if s.until != 0 && p.gate.clock.Load() >= s.until {
		return 0, false
	}
	return s.actions, true
}

// Actions returns what may be done now, looking it up when the decision in hand
// no longer stands. Nothing allowed is no error; a sign-in that is over is
// (Unauthenticated), as is a database out of reach (Unavailable).
func (p *Pass) Actions(ctx context.Context) (Actions, error) {
	if actions, ok := p.Held(); ok {
		return actions, nil
	}
	d, epoch, err := p.gate.decide(ctx, p.actor, p.node)
	if err != nil {
		return 0, err
	}
	if d.Actions == 0 {
		p.state.Store(nil) // denials are not remembered
		return 0, nil
	}
	s := &passState{epoch: epoch, actions: d.Actions}
	if !d.Until.IsZero() {
		s.until = d.Until.UnixNano()
	}
	p.state.Store(s)
	return d.Actions, nil
}
