// Package account holds the operations on people: setting up, signing in and out,
// users, groups, tokens, links that work once, settings, and reading the audit
// log. Each is checked by the gate before anything else, and writes its audit row
// in its own transaction.
package account

import (
	"context"
	"log/slog"

	"quire/auth"
)

// Config is what the service needs to know besides its store.
type Config struct {
	// NotebookPublic fixes who sees new notes, from the environment. Nil leaves it to
	// the setting that administrators change.
	NotebookPublic *bool
	// OwnerRole names the user or group that counts as owner of every folder and note,
	// as Zeppelin's zeppelin.notebook.default.owner.username; empty: nobody does.
	OwnerRole string
	// Hashing are the parameters of password hashes; the zero value is DefaultHashing.
	Hashing Hashing
	// Log is told what nobody waits for an answer about.
	Log *slog.Logger
}

// Service does everything about people. It is safe for use by many goroutines.
type Service struct {
	store    Store
	gate     *auth.Gate
	config   Config
	hasher   *hasher
	limits   *limits
	refusals *refusals
	// ownerRole is who counts as owner of everything, by name; set by Start.
	ownerRole string
	tickets   tickets
}

// New returns the service. Its Refused belongs into the gate's Refused, and its Run
// must run for refusals to reach the audit log.
func New(store Store, gate *auth.Gate, c Config) (*Service, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Hashing == (Hashing{}) {
		c.Hashing = DefaultHashing
	}
	hasher, err := newHasher(c.Hashing)
	if err != nil {
		return nil, err
	}
	return &Service{
		store: store, gate: gate, config: c, hasher: hasher, limits: newLimits(), refusals: newRefusals(),
		tickets: newTickets(),
	}, nil
}

// deed is what an operation did, for the audit log. Secrets never stand in one.
type deed struct {
	object string
	detail map[string]any
	// by is who did it where nobody was signed in before.
	by *auth.Actor
}

// change runs do in one transaction with the audit row of what it did.
func (s *Service) change(ctx context.Context, a auth.Actor, op auth.Operation, do func(Tx) (deed, error)) error {
	return s.store.Change(ctx, audited(ctx, a, op, do))
}

// changeAuthority is change for what can change who may do what: decisions made
// before it no longer hold when it returns.
func (s *Service) changeAuthority(ctx context.Context, a auth.Actor, op auth.Operation, do func(Tx) (deed, error)) error {
	epoch, err := s.store.ChangeAuthority(ctx, audited(ctx, a, op, do))
	if err != nil {
		return err
	}
	s.gate.Move(epoch)
	return nil
}

func audited(ctx context.Context, a auth.Actor, op auth.Operation, do func(Tx) (deed, error)) func(Tx) error {
	return func(tx Tx) error {
		d, err := do(tx)
		if err != nil {
			return err
		}
		if d.by != nil {
			request := a.Request
			a = *d.by
			a.Request = request
		}
		return tx.Audit(ctx, AuditEntry{
			ActorID: a.User, Actor: a.Name, SignIn: a.SignIn, Request: a.Request,
			Operation: op.Name(), Object: d.object, Outcome: Done, Detail: d.detail, Count: 1,
		})
	}
}

// nobody is the actor of operations that need no sign-in, until they know better.
func nobody(from Client) auth.Actor {
	return auth.Actor{Name: "anonymous", Request: from.Request}
}
