package auth

import (
	"context"

	"quire/auth/fault"
)

// PrincipalID identifies a user, a group, a link or everyone. Ids are never
// reused.
type PrincipalID int64

// Everyone is the principal that all who are signed in count as.
const Everyone PrincipalID = 1

// Actor is who does something. Every surface puts one into the context after it
// has authenticated the request, once; without one nothing is done.
type Actor struct {
	Kind ActorKind
	// User is the person, 0 for the operator and the system.
	User PrincipalID
	// Name is the user's name as shown, "operator" or "system".
	Name string
	// SignIn is the session or token the request came with.
	SignIn ID
	// Request is the id that finds the request's log lines.
	Request string
}

// ActorKind tells people from the two actors that are none.
type ActorKind uint8

// The kinds of actors. The zero kind may do nothing.
const (
	NoActor  ActorKind = iota
	Person             // somebody signed in
	Operator           // whoever can open the server's 0600 socket; audited as "operator"
	System             // the server itself: recovery, keepers, the recorder
)

type actorKey struct{}

// WithActor returns a context in which a is acting.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorFrom returns who is acting. Without anybody it fails as Unauthenticated.
func ActorFrom(ctx context.Context) (Actor, error) {
	a, ok := ctx.Value(actorKey{}).(Actor)
	if !ok || a.Kind == NoActor {
		return Actor{}, fault.New(fault.Unauthenticated, "Sign in first.")
	}
	return a, nil
}

// AsSystem returns a context in which the server itself is acting, for work that
// nobody asked for in this moment. why is for the log and for whoever reads the
// call.
func AsSystem(ctx context.Context, why string) context.Context {
	return WithActor(ctx, Actor{Kind: System, Name: "system", Request: why})
}
