package notebook

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"quire/auth"
	"quire/auth/fault"
)

// anyVersion lets a change replace grants of whatever version, as Zeppelin's
// clients expect, which know none.
const anyVersion = -1

// merging says which rows are to stand after a change, from those that stand and
// those wished for.
type merging func(stand, wished []GrantRow) []GrantRow

func (t *Tree) setGrants(ctx context.Context, id ID, c GrantChange, merge merging) (Grants, error) {
	if len(c.Grants) > MaxGrants {
		return Grants{}, fault.New(fault.TooLarge, "%d grants are too many; %d are allowed.", len(c.Grants), MaxGrants)
	}
	v, err := t.viewing(ctx)
	if err != nil {
		return Grants{}, err
	}
	// To manage is to own, and an owner may grant every role: nobody grants above
	// what they hold.
	err = t.change(ctx, treeChange{check: t.checking(ctx, auth.GrantsChange, id), do: func(tx TreeTx) (changed, error) {
		return t.replaceGrants(ctx, tx, id, c, merge)
	}})
	if err != nil {
		return Grants{}, err
	}
	g, err := t.store.Grants(ctx, v, id)
	if err == nil {
		g.Own, g.Inherited = highest(g.Own), highest(g.Inherited)
		g.Allowed, err = t.allowed(ctx, id)
	}
	return g, err
}

func (t *Tree) replaceGrants(ctx context.Context, tx TreeTx, id ID, c GrantChange, merge merging) (changed, error) {
	at, err := tx.Place(ctx, id)
	if err != nil {
		return changed{}, err
	}
	if c.Version != anyVersion && c.Version != at.Version {
		return changed{}, fault.New(fault.Stale, "Somebody else has changed who may do what here: it is at version %d, yours is %d.", at.Version, c.Version).
			With(map[string]int64{"version": at.Version, "yours": c.Version})
	}
	stand, err := tx.OwnGrants(ctx, id)
	if err != nil {
		return changed{}, err
	}
	wished, err := resolve(ctx, tx, c.Grants, stand)
	if err != nil {
		return changed{}, err
	}
	d := difference(stand, merge(stand, wished))
	turn := c.Inherits != nil && *c.Inherits == at.Closed
	if d.empty() && !turn {
		return changed{}, nil
	}
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return changed{}, err
	}
	if err := d.apply(ctx, tx, id, a.User); err != nil {
		return changed{}, err
	}
	if turn {
		if err := tx.SetClosed(ctx, id, !at.Closed); err != nil {
			return changed{}, err
		}
	}
	if err := tx.RaiseVersion(ctx, id); err != nil {
		return changed{}, err
	}
	below, err := tx.Below(ctx, id)
	if err != nil {
		return changed{}, err
	}
	return changed{nodes: below}, tx.Audit(ctx, auth.GrantsChange, id, d.detail(turn, !at.Closed))
}

// resolve finds whom the wishes name. Accounts that are disabled can keep what they
// have, but get nothing new.
func resolve(ctx context.Context, tx TreeTx, wishes []GrantWish, stand []GrantRow) ([]GrantRow, error) {
	found, err := tx.Principals(ctx, wishes)
	if err != nil {
		return nil, err
	}
	var unknown, disabled []string
	rows := make([]GrantRow, 0, len(wishes))
	for i, w := range wishes {
		p := found[i]
		if p == nil {
			unknown = append(unknown, w.asked())
			continue
		}
		row := GrantRow{Principal: p.ID, Role: w.Role}
		if p.Disabled && find(stand, row) < 0 {
			disabled = append(disabled, p.Name)
		}
		rows = append(rows, row)
	}
	if unknown != nil {
		return nil, fault.New(fault.Invalid, "There is nobody called so: %s.", quoted(unknown)).With(map[string]any{"unknown": unknown})
	}
	if disabled != nil {
		return nil, fault.New(fault.Invalid, "These accounts are disabled and can be given nothing: %s.", quoted(disabled)).
			With(map[string]any{"disabled": disabled})
	}
	return rows, nil
}

func (w GrantWish) asked() string {
	if w.Name != "" {
		return w.Name
	}
	return strconv.FormatInt(int64(w.ID), 10)
}

// quoted lists names for a message: not too many, and none too long.
func quoted(names []string) string {
	var b strings.Builder
	for i, name := range names {
		if i == 10 {
			fmt.Fprintf(&b, " and %d more", len(names)-i)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "“%.64s”", name)
	}
	return b.String()
}

// find returns the place of a grant of that principal and role, or -1.
func find(rows []GrantRow, r GrantRow) int {
	return slices.IndexFunc(rows, func(s GrantRow) bool { return s.Principal == r.Principal && s.Role == r.Role })
}

// exactly lets stand what is wished for, and nothing else.
func exactly(_, wished []GrantRow) []GrantRow { return wished }

// keepHighest gives each principal one role. Who has that as the highest already
// keeps all rows: lower ones beside it were put by Zeppelin's clients, which want
// to find them again.
func keepHighest(stand, wished []GrantRow) []GrantRow {
	has, wants := highestRoles(stand), highestRoles(wished)
	var next []GrantRow
	for _, r := range stand {
		if wants[r.Principal] == has[r.Principal] {
			next = append(next, r)
		}
	}
	for p, role := range wants {
		if has[p] != role {
			next = append(next, GrantRow{Principal: p, Role: role})
		}
	}
	return next
}

func highestRoles(rows []GrantRow) map[auth.PrincipalID]auth.Role {
	roles := map[auth.PrincipalID]auth.Role{}
	for _, r := range rows {
		roles[r.Principal] = max(roles[r.Principal], r.Role)
	}
	return roles
}

// grantDifference is what leads from some rows to others.
type grantDifference struct{ revoke, give []GrantRow }

func difference(from, to []GrantRow) (d grantDifference) {
	for _, r := range from {
		if find(to, r) < 0 {
			d.revoke = append(d.revoke, r)
		}
	}
	for _, r := range to {
		if find(from, r) < 0 && find(d.give, r) < 0 {
			d.give = append(d.give, r)
		}
	}
	return d
}

func (d *grantDifference) empty() bool { return len(d.revoke) == 0 && len(d.give) == 0 }

func (d *grantDifference) apply(ctx context.Context, tx TreeTx, id ID, by auth.PrincipalID) error {
	ids := make([]int64, len(d.revoke))
	for i, r := range d.revoke {
		ids[i] = r.ID
	}
	if err := tx.Revoke(ctx, ids, by); err != nil {
		return err
	}
	return tx.Give(ctx, id, d.give, by)
}

// detail is what the audit log keeps of the change.
func (d *grantDifference) detail(turned, closed bool) map[string]any {
	list := func(rows []GrantRow) []map[string]any {
		out := []map[string]any{}
		for _, r := range rows {
			out = append(out, map[string]any{"principal": r.Principal, "role": r.Role})
		}
		return out
	}
	detail := map[string]any{"given": list(d.give), "revoked": list(d.revoke)}
	if turned {
		detail["closed"] = closed
	}
	return detail
}
