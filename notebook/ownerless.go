package notebook

import (
	"context"

	"quire/auth"
	"quire/auth/fault"
)

// MaxOwnerless is how many nodes without an owner are listed at once.
const MaxOwnerless = 500

// Ownerless is a node that nobody can manage: its owners are disabled, or groups
// without anybody. Path is all that is above it, topmost first.
type Ownerless struct {
	ID      ID
	Name    string
	Kind    NodeKind
	Trashed bool
	Path    []Place
	Owners  []Principal
}

// Ownerless lists the first of what has no live owner, by name, and how much there
// is. It is for administrators, whose one power over notes is to pass those on.
func (t *Tree) Ownerless(ctx context.Context) ([]Ownerless, int, error) {
	if _, err := t.gate.CheckServer(ctx, auth.OwnerlessList); err != nil {
		return nil, 0, err
	}
	return t.store.Ownerless(ctx, MaxOwnerless)
}

// PassOn makes a user or a group an owner of a node that has no live one: Conflict
// when it has, NotFound when there is no such node. Who is to own it must be there
// (Invalid).
func (t *Tree) PassOn(ctx context.Context, id ID, to GrantWish) error {
	return t.change(ctx, treeChange{
		check: func() error {
			_, err := t.gate.CheckServer(ctx, auth.OwnerlessPass)
			return err
		},
		do: func(tx TreeTx) (changed, error) {
			p, err := heir(ctx, tx, to)
			if err != nil {
				return changed{}, err
			}
			return changed{nodes: []ID{id}}, t.passOn(ctx, tx, id, p)
		},
	})
}

func (t *Tree) passOn(ctx context.Context, tx TreeTx, id ID, to *Principal) error {
	if _, err := tx.Place(ctx, id); err != nil {
		return err
	}
	owned, err := tx.HasOwner(ctx, id)
	if err == nil && owned {
		err = fault.New(fault.Conflict, "It has an owner who can act. Ask them.")
	}
	if err != nil {
		return err
	}
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return err
	}
	if err := give(ctx, tx, id, to.ID, a.User); err != nil {
		return err
	}
	if owned, err = tx.HasOwner(ctx, id); err == nil && !owned {
		err = fault.New(fault.Invalid, "“%s” cannot own it: the account is disabled, or nobody who can act is in the group.", to.Name)
	}
	if err != nil {
		return err
	}
	return tx.Audit(ctx, auth.OwnerlessPass, id, map[string]any{"to": to.Name, "id": to.ID})
}

// give makes somebody an owner, unless a grant says so already.
func give(ctx context.Context, tx TreeTx, id ID, to, by auth.PrincipalID) error {
	have, err := tx.OwnGrants(ctx, id)
	if err != nil {
		return err
	}
	for _, g := range have {
		if g.Principal == to && g.Role == auth.Owner && !g.Dated() {
			return nil
		}
	}
	if err := tx.Give(ctx, id, []GrantRow{{Principal: to, Role: auth.Owner}}, by); err != nil {
		return err
	}
	return tx.RaiseVersion(ctx, id)
}

// heir finds the user or group that something is passed on to.
func heir(ctx context.Context, tx TreeTx, to GrantWish) (*Principal, error) {
	found, err := tx.Principals(ctx, []GrantWish{to})
	if err != nil {
		return nil, err
	}
	if p := found[0]; p != nil && (p.Kind == "user" || p.Kind == "group") {
		return p, nil
	}
	return nil, fault.New(fault.Invalid, "There is no such user or group.")
}
