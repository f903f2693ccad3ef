package auth

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"quire/auth/fault"
)

// Records are the facts that decisions rest on. Each answer comes with the
// authority epoch of the same moment.
type Records interface {
	// Identities returns those of the sign-ins that are live: not ended, not
	// expired, of an enabled account.
	Identities(ctx context.Context, signIns []ID) (map[ID]Identity, uint64, error)
	// UserIdentity returns the identity of an enabled account without a sign-in, for
	// the operator acting as somebody; fault.NotFound otherwise.
	UserIdentity(ctx context.Context, user PrincipalID) (Identity, uint64, error)
	// Chain returns the node and the nodes above it, nearest first; fault.NotFound
	// when there is no such node.
	Chain(ctx context.Context, node ID) ([]Object, uint64, error)
	// Epoch returns the authority epoch.
	Epoch(ctx context.Context) (uint64, error)
}

// How the gate keeps its view of the authority epoch current.
const (
	pollEvery    = time.Second     // without a notification the epoch is read this often
	trustFor     = 4 * time.Second // an epoch not confirmed for this long is trusted no more
	clockEvery   = 50 * time.Millisecond
	recordsLimit = 5 * time.Second // for one look into the records
)

// Gate decides, and remembers decisions for as long as the authority epoch and
// the dates they rest on stand. It is the only place that asks Decide.
type Gate struct {
	records Records
	log     *slog.Logger
	// Refused is told of every refusal of a person, for the audit log; nil is fine.
	Refused func(ctx context.Context, a Actor, op Operation, object string)

	epoch     atomic.Uint64
	confirmed atomic.Int64 // clock reading when the epoch was last known to be current
	clock     atomic.Int64 // Unix nanoseconds, at most clockEvery old

	mu     sync.Mutex
	view   view
	passes map[passKey]*Pass
	moved  chan struct{} // closed and replaced whenever decisions may have changed
}

// view is what was read at one epoch.
type view struct {
	epoch      uint64
	identities map[ID]Identity // by sign-in
	users      map[PrincipalID]Identity
	chains     map[ID][]Object
}

// NewGate returns a gate over the records. Run must be called for it to decide
// anything.
func NewGate(records Records, log *slog.Logger) *Gate {
	g := &Gate{records: records, log: log, passes: map[passKey]*Pass{}, moved: make(chan struct{})}
	g.view = newView(0)
	g.tick(time.Now())
	return g
}

func newView(epoch uint64) view {
	return view{epoch: epoch, identities: map[ID]Identity{}, users: map[PrincipalID]Identity{}, chains: map[ID][]Object{}}
}

// Run reads the epoch once a second, and at once when announced sends, until ctx
// ends. announced carries epochs heard from other processes.
func (g *Gate) Run(ctx context.Context, announced <-chan uint64) {
	clock := time.NewTicker(clockEvery)
	defer clock.Stop()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	polls := make(chan struct{}, 1)
	go func() {
		for range polls {
			g.Confirm(ctx)
		}
	}()
	defer close(polls)
	polls <- struct{}{}
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-clock.C:
			g.tick(now)
			g.expire()
		case e := <-announced:
			g.Move(e)
		case <-poll.C:
			select {
			case polls <- struct{}{}:
			default: // the last one is still on its way
			}
		}
	}
}

// Confirm reads the epoch from the records. Until it has succeeded within the
// last four seconds nothing is allowed.
func (g *Gate) Confirm(ctx context.Context) {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, recordsLimit)
	defer cancel()
	e, err := g.records.Epoch(ctx)
	if err != nil {
		if ctx.Err() == nil || time.Since(began) >= recordsLimit {
			g.log.Warn("authority epoch not confirmed", "error", err)
		}
		return
	}
	g.confirmed.Store(began.UnixNano())
	g.Move(e)
}

// Move tells the gate that the authority epoch is at least e. Whoever commits a
// change of authority calls it right after the commit, so that this process acts on
// it at once.
func (g *Gate) Move(e uint64) {
	for {
		old := g.epoch.Load()
		if e <= old {
			return
		}
		if g.epoch.CompareAndSwap(old, e) {
			g.announce()
			return
		}
	}
}

// Moved returns a channel that is closed when decisions may have changed.
func (g *Gate) Moved() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.moved
}

// Turn tells the gate that a date has come on which a grant begins or ends.
func (g *Gate) Turn() {
	g.tick(time.Now())
	g.announce()
}

func (g *Gate) announce() {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.moved)
	g.moved = make(chan struct{})
}

func (g *Gate) tick(now time.Time) { g.clock.Store(now.UnixNano()) }

// expire announces a change when a decision somebody holds has come to its end.
func (g *Gate) expire() {
	now := g.clock.Load()
	g.mu.Lock()
	ended := false
	for _, p := range g.passes {
		if s := p.state.Load(); s != nil && s.until != 0 && now >= s.until {
			p.state.Store(nil)
			ended = true
		}
	}
	g.mu.Unlock()
	if ended {
		g.announce()
	}
}

// Trusted reports whether the epoch was confirmed lately enough to decide by.
func (g *Gate) Trusted() bool {
	return g.clock.Load()-g.confirmed.Load() <= int64(trustFor)
}

var errUntrusted = fault.New(fault.Unavailable,
	"The database cannot be reached at the moment, so nothing is shown or changed. Try again shortly.")

// decide answers from records of the current epoch.
func (g *Gate) decide(ctx context.Context, a Actor, node ID) (Decision, uint64, error) {
	if !g.Trusted() {
		return Decision{}, 0, errUntrusted
	}
	who, e1, err := g.identity(ctx, a)
	if err != nil {
		return Decision{}, 0, err
	}
	chain, e2, err := g.chain(ctx, node)
	if err != nil {
		return Decision{}, 0, err
	}
	return Decide(chain, who, time.Now()), min(e1, e2), nil
}

// Identity returns what the actor counts as now. It fails as Unauthenticated when
// the sign-in is over.
func (g *Gate) Identity(ctx context.Context, a Actor) (Identity, error) {
	if !g.Trusted() {
		return Identity{}, errUntrusted
	}
	who, _, err := g.identity(ctx, a)
	return who, err
}

func (g *Gate) identity(ctx context.Context, a Actor) (Identity, uint64, error) {
	if a.Kind != Person {
		return Identity{}, 0, fmt.Errorf("%s has no identity on nodes", a.Name)
	}
	if a.SignIn.IsZero() {
		return g.userIdentity(ctx, a.User)
	}
	epoch := g.epoch.Load()
	g.mu.Lock()
	who, ok := g.view.identities[a.SignIn]
	// A sign-in that has come to its end may have been prolonged by being used.
	ok = ok && g.view.epoch == epoch && (who.Until.IsZero() || time.Now().Before(who.Until))
	missing := g.signInsHeld(a.SignIn)
	g.mu.Unlock()
	if ok {
		return who, epoch, nil
	}
	found, at, err := g.records.Identities(ctx, missing)
	if err != nil {
		return Identity{}, 0, fmt.Errorf("identities: %w", err)
	}
	g.remember(at, func(v *view) {
		for id, who := range found {
			v.identities[id] = who
		}
	})
	if who, ok = found[a.SignIn]; !ok {
		return Identity{}, 0, fault.New(fault.Unauthenticated, "Your sign-in has ended. Sign in again.")
	}
	return who, at, nil
}

// userIdentity is that of somebody without a sign-in: who pressed run a while ago.
func (g *Gate) userIdentity(ctx context.Context, user PrincipalID) (Identity, uint64, error) {
	epoch := g.epoch.Load()
	g.mu.Lock()
	who, ok := g.view.users[user]
	ok = ok && g.view.epoch == epoch
	g.mu.Unlock()
	if ok {
		return who, epoch, nil
	}
	who, at, err := g.records.UserIdentity(ctx, user)
	if err != nil {
		return Identity{}, 0, err
	}
	g.remember(at, func(v *view) { v.users[user] = who })
	return who, at, nil
}

// signInsHeld lists the sign-ins to read together: the one asked for, and those of
// all passes if nothing of this epoch is known yet. After a change one query then
// serves a thousand sockets.
func (g *Gate) signInsHeld(asked ID) []ID {
	if g.view.epoch == g.epoch.Load() {
		return []ID{asked}
	}
	seen := map[ID]bool{asked: true}
	list := []ID{asked}
	for k := range g.passes {
		if !seen[k.signIn] && !k.signIn.IsZero() {
			seen[k.signIn] = true
			list = append(list, k.signIn)
		}
	}
	return list
}

func (g *Gate) chain(ctx context.Context, node ID) ([]Object, uint64, error) {
	epoch := g.epoch.Load()
	g.mu.Lock()
	chain, ok := g.view.chains[node]
	ok = ok && g.view.epoch == epoch
	g.mu.Unlock()
	if ok {
		return chain, epoch, nil
	}
	chain, at, err := g.records.Chain(ctx, node)
	if err != nil {
		return nil, 0, err
	}
	g.remember(at, func(v *view) { v.chains[node] = chain })
	return chain, at, nil
}

// maxRemembered bounds the view between two changes of authority.
const maxRemembered = 20000

func (g *Gate) remember(at uint64, add func(*view)) {
	g.Move(at)
	g.mu.Lock()
	defer g.mu.Unlock()
	if at < g.view.epoch || at < g.epoch.Load() {
		return // older than what is known
	}
	if g.view.epoch != at || len(g.view.chains)+len(g.view.identities)+len(g.view.users) > maxRemembered {
		g.view = newView(at)
	}
	add(&g.view)
}
