package auth

import (
	"context"
	"slices"

	"quire/auth/fault"
)

// errHidden answers alike for what does not exist and what may not be seen.
var errHidden = fault.New(fault.NotFound, "There is no such note or folder, or you may not see it.")

// Hidden is the one answer for a node that does not exist or may not be seen.
func Hidden() error { return errHidden }

// Needs words the refusal of an operation to somebody who may see the object.
func Needs(op Operation) error {
	word := map[Action]string{
		Manage: "owners", Write: "writers and owners", Run: "runners, writers and owners",
		Administer: "administrators", Lead: "the group's leaders and administrators",
	}[op.Action()]
	if word == "" {
		return fault.New(fault.Forbidden, "You may not do this (%s).", op.Name())
	}
	return fault.New(fault.Forbidden, "Only %s may do this (%s).", word, op.Name())
}

// CheckNode refuses unless whoever acts may do op on the node, and returns who
// acts and all they may do there. NotFound hides nodes one may not read.
func (g *Gate) CheckNode(ctx context.Context, op Operation, node ID) (Actor, Actions, error) {
	a, err := g.person(ctx, op, OnNode)
	if err != nil {
		return a, 0, err
	}
	d, _, err := g.decide(ctx, a, node)
	if d.Actions.Has(op.Action()) {
		err = g.checkGuest(ctx, a, op)
	}
	if fault.Is(err, fault.NotFound) {
		err = errHidden
	}
	if err != nil {
		return a, 0, err
	}
	return a, d.Actions, g.Verdict(ctx, a, op, node, d.Actions)
}

// Verdict turns a set of allowed actions into nil or the refusal of op, and tells
// the audit log of refusals.
func (g *Gate) Verdict(ctx context.Context, a Actor, op Operation, node ID, allowed Actions) error {
	if op.Kind() == OnNode && allowed.Has(op.Action()) {
		return nil
	}
	g.refused(ctx, a, op, node.String())
	if !allowed.Has(Read) {
		return errHidden
	}
	return Needs(op)
}

// CheckServer refuses unless whoever acts may do op on the server as a whole. The
// operator may; a person needs the scope, and for Administer to be an
// administrator.
func (g *Gate) CheckServer(ctx context.Context, op Operation) (Actor, error) {
	a, err := ActorFrom(ctx)
	if err != nil || op.Kind() != OnServer {
		return a, orMisused(err, op)
	}
	if a.Kind == Operator {
		return a, nil
	}
	who, err := g.Identity(ctx, a)
	if err != nil {
		return a, err
	}
	if who.Guest {
		return a, g.checkGuest(ctx, a, op)
	}
	if !who.Scope.Has(op.Action()) || op.Action() == Administer && !who.Admin {
		g.refused(ctx, a, op, "")
		return a, Needs(op)
	}
	return a, nil
}

// CheckGroup refuses unless whoever acts may do op on the group: members see it,
// its leaders and administrators change it.
func (g *Gate) CheckGroup(ctx context.Context, op Operation, group PrincipalID) (Actor, error) {
	a, err := ActorFrom(ctx)
	if err != nil || op.Kind() != OnGroup {
		return a, orMisused(err, op)
	}
	if a.Kind == Operator {
		return a, nil
	}
	who, err := g.Identity(ctx, a)
	if err != nil {
		return a, err
	}
	_, leads := slices.BinarySearch(who.Leads, group)
	may := who.Admin || leads || op.Action() == See && who.Is(group)
	if may && who.Scope.Has(op.Action()) {
		return a, nil
	}
	g.refused(ctx, a, op, "")
	return a, fault.New(fault.NotFound, "There is no such group, or you may not see it.")
}

// CheckSelf refuses unless whoever acts is a person whose sign-in is live and may
// change its own account.
func (g *Gate) CheckSelf(ctx context.Context, op Operation) (Actor, error) {
	a, err := g.person(ctx, op, OnSelf)
	if err != nil {
		return a, err
	}
	who, err := g.Identity(ctx, a)
	if err != nil {
		return a, err
	}
	if who.Guest {
		return a, g.checkGuest(ctx, a, op)
	}
	if !who.Scope.Has(Own) {
		g.refused(ctx, a, op, "")
		return a, Needs(op)
	}
	return a, nil
}

func (g *Gate) person(ctx context.Context, op Operation, kind ObjectKind) (Actor, error) {
	a, err := ActorFrom(ctx)
	if err != nil || op.Kind() != kind {
		return a, orMisused(err, op)
	}
	if a.Kind != Person {
		return a, fault.New(fault.Forbidden, "Say as whom: only people have notes.")
	}
	return a, nil
}

// orMisused returns err, or the refusal of an operation that was checked as
// another kind than it was declared, which nobody may do.
func orMisused(err error, op Operation) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Forbidden, "This cannot be done here (%s).", op.Name())
}

func (g *Gate) refused(ctx context.Context, a Actor, op Operation, object string) {
	if g.Refused != nil {
		g.Refused(ctx, a, op, object)
	}
}
