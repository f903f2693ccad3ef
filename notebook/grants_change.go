package notebook

import (
	"context"
	"slices"

	"quire/auth"
	"quire/auth/fault"
)

// anyVersion lets a change replace grants of whatever version, as Zeppelin's
// clients expect, which know none.
const anyVersion = -1

func (t *Tree) setGrants(ctx context.Context, id ID, c GrantChange, merge merging) (Grants, error) {
	if len(c.Grants) > MaxGrants {
		return Grants{}, fault.New(fault.TooLarge, "%d grants are too many; %d are allowed.", len(c.Grants), MaxGrants)
	}
	v, err := t.viewing(ctx)
	if err != nil {
		return Grants{}, err
	}
	if err := checkDates(c.Grants, v.At); err != nil {
		return Grants{}, err
	}
	err = t.change(ctx, treeChange{check: t.checking(ctx, auth.GrantsChange, id), do: func(tx TreeTx) (changed, error) {
		return t.replaceGrants(ctx, tx, id, c, merge)
	}})
	if err != nil {
		return Grants{}, err
	}
	g, err := t.store.Grants(ctx, v, id)
	if err == nil {
		g.Own, g.Inherited = highest(g.Own), highest(g.Inherited)
		var allowed auth.Actions
		allowed, err = t.allowed(ctx, id)
		g.seenWith(allowed)
	}
	return g, err
}

func (t *Tree) replaceGrants(ctx context.Context, tx TreeTx, id ID, c GrantChange, merge merging) (changed, error) {
	at, err := tx.Place(ctx, id)
	if err != nil {
		return changed{}, err
	}
	if at.Scratch {
		return changed{}, errScratch
	}
	if c.Version != anyVersion && c.Version != at.Version {
		return changed{}, fault.New(fault.Stale, "Somebody else has changed who may do what here: it is at version %d, yours is %d.", at.Version, c.Version).
			With(map[string]int64{"version": at.Version, "yours": c.Version})
	}
	d, err := t.wanted(ctx, tx, id, c, merge)
	if err != nil {
		return changed{}, err
	}
	turn := c.Closed != nil && *c.Closed != at.Closed
	if d.empty() && !turn {
		return changed{}, nil
	}
	if err := d.apply(ctx, tx, id); err != nil {
		return changed{}, err
	}
	if turn {
		if err := setClosed(ctx, tx, id, *c.Closed); err != nil {
			return changed{}, err
		}
	}
	return grantsChanged(ctx, tx, id, d.detail(turn, !at.Closed))
}

// wanted is what leads from the grants that stand to those wished for.
func (t *Tree) wanted(ctx context.Context, tx TreeTx, id ID, c GrantChange, merge merging) (d grantDifference, err error) {
	stand, err := tx.OwnGrants(ctx, id)
	if err != nil {
		return d, err
	}
	var kept []GrantRow // those that the change is not about
	if !c.Dated && !slices.ContainsFunc(c.Grants, GrantWish.dated) {
		kept = slices.Clone(stand)
		kept = slices.DeleteFunc(kept, func(r GrantRow) bool { return !r.Dated() })
		stand = slices.DeleteFunc(stand, GrantRow.Dated)
	}
	wished, err := resolve(ctx, tx, c.Grants, stand)
	if err != nil {
		return d, err
	}
	next, err := merge(stand, wished)
	if err != nil {
		return d, err
	}
	if err := checkOwner(append(kept, next...)); err != nil {
		return d, err
	}
	d = difference(stand, next)
	return d, t.checkGiving(ctx, id, d.give)
}

// checkOwner refuses to leave a node to owners with dates alone. That it has no
// owner at all the store refuses.
func checkOwner(rows []GrantRow) error {
	dated := false
	for _, r := range rows {
		if r.Role == auth.Owner && !r.Dated() {
			return nil
		}
		dated = dated || r.Role == auth.Owner
	}
	if !dated {
		return nil
	}
	return fault.New(fault.Invalid, "A note or folder needs at least one owner without a start or an end date.")
}

// checkGiving refuses grants of more than one may do there oneself: to manage is
// to own, but a token may be allowed less than its owner.
func (t *Tree) checkGiving(ctx context.Context, id ID, give []GrantRow) error {
	allowed, err := t.allowed(ctx, id)
	if err != nil {
		return err
	}
	for _, r := range give {
		if needs := r.Role.Actions(); needs&^allowed != 0 {
			return fault.New(fault.Forbidden, "You cannot make anybody %s here: you may only %s yourself.", r.Role, allowed)
		}
	}
	return nil
}

func setClosed(ctx context.Context, tx TreeTx, id ID, closed bool) error {
	if closed {
		owned, err := tx.HasOwner(ctx, id)
		if err != nil {
			return err
		}
		if !owned {
			return fault.New(fault.Conflict, "Nothing from above can be kept out here before an owner who can sign in stands on this itself.")
		}
	}
	return tx.SetClosed(ctx, id, closed)
}

// grantsChanged counts and records a change of a node's grants, and tells whom it
// concerns.
func grantsChanged(ctx context.Context, tx TreeTx, id ID, detail map[string]any) (changed, error) {
	if err := tx.RaiseVersion(ctx, id); err != nil {
		return changed{}, err
	}
	below, err := tx.Below(ctx, id)
	if err != nil {
		return changed{}, err
	}
	return changed{nodes: below}, tx.Audit(ctx, auth.GrantsChange, id, detail)
}
