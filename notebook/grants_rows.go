package notebook

import (
	"context"
	"slices"

	"quire/auth"
)

// merging says which rows are to stand after a change, from those that stand and
// those wished for.
type merging func(stand, wished []GrantRow) ([]GrantRow, error)

// find returns the place of an equal grant, whatever its id, or -1.
func find(rows []GrantRow, r GrantRow) int {
	return slices.IndexFunc(rows, func(s GrantRow) bool {
		return s.Principal == r.Principal && s.Role == r.Role && s.StartsAt.Equal(r.StartsAt) && s.EndsAt.Equal(r.EndsAt)
	})
}

// exactly lets stand what is wished for, and nothing else.
func exactly(_, wished []GrantRow) ([]GrantRow, error) { return wished, nil }

// keepHighest gives each principal one role without dates, and those with dates
// that are wished for. Who has that role as the highest already keeps all rows:
// lower ones beside it were put by Zeppelin's clients, which want to find them
// again.
func keepHighest(stand, wished []GrantRow) ([]GrantRow, error) {
	if err := once(wished); err != nil {
		return nil, err
	}
	has, wants := undatedRoles(stand), undatedRoles(wished)
	var next []GrantRow
	for _, r := range stand {
		if !r.Dated() && wants[r.Principal] == has[r.Principal] {
			next = append(next, r)
		}
	}
	for p, role := range wants {
		if has[p] != role {
			next = append(next, GrantRow{Principal: p, Role: role})
		}
	}
	for _, r := range wished {
		if r.Dated() {
			next = append(next, r)
		}
	}
	return next, nil
}

// undatedRoles has the highest role of each principal without dates.
func undatedRoles(rows []GrantRow) map[auth.PrincipalID]auth.Role {
	roles := map[auth.PrincipalID]auth.Role{}
	for _, r := range rows {
		if !r.Dated() {
			roles[r.Principal] = max(roles[r.Principal], r.Role)
		}
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

func (d *grantDifference) apply(ctx context.Context, tx TreeTx, id ID) error {
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return err
	}
	ids := make([]int64, len(d.revoke))
	for i, r := range d.revoke {
		ids[i] = r.ID
	}
	if err := tx.Revoke(ctx, ids, a.User); err != nil {
		return err
	}
	return tx.Give(ctx, id, d.give, a.User)
}

// detail is what the audit log keeps of the change.
func (d *grantDifference) detail(turned, closed bool) map[string]any {
	detail := map[string]any{"given": audited(d.give), "revoked": audited(d.revoke)}
	if turned {
		detail["closed"] = closed
	}
	return detail
}

func audited(rows []GrantRow) []map[string]any {
	out := []map[string]any{}
	for _, r := range rows {
		one := map[string]any{"principal": r.Principal, "role": r.Role}
		if !r.StartsAt.IsZero() {
			one["startsAt"] = r.StartsAt
		}
		if !r.EndsAt.IsZero() {
			one["endsAt"] = r.EndsAt
		}
		out = append(out, one)
	}
	return out
}
