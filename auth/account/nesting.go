package account

import (
	"context"
	"slices"
	"strings"

	"quire/auth"
	"quire/auth/fault"
)

// Nesting says that a group is a member of another.
type Nesting struct{ Group, Member GroupRef }

// refuseCycles keeps groups from being in themselves, through others too. Changes
// of members run one after the other, so that two cannot close a circle together.
func refuseCycles(ctx context.Context, tx Tx, g Group, add []PersonOrGroup) error {
	for _, m := range add {
		if m.Kind != kindGroup {
			continue
		}
		below, err := tx.NestedIn(ctx, m.ID)
		if err != nil {
			return err
		}
		circle := circleOf(GroupRef{g.ID, g.Name}, GroupRef{m.ID, m.Name}, below)
		if circle != nil {
			return fault.New(fault.Invalid, "“%s” cannot be a member of “%s”: that would close a circle, %s.", m.Name, g.Name, strings.Join(circle, " > ")).
				With(map[string]any{"circle": circle})
		}
	}
	return nil
}

// circleOf names the groups of the shortest circle that would be there if member
// were a member of g, from g to g; nil when there would be none. below has what is
// nested in member.
func circleOf(g, member GroupRef, below []Nesting) []string {
	above := map[auth.PrincipalID]GroupRef{member.ID: g} // by which group one is reached first
	for next := []GroupRef{member}; len(next) > 0; next = next[1:] {
		at := next[0]
		if at.ID == g.ID {
			circle := []string{g.Name}
			for at = above[at.ID]; at.ID != g.ID; at = above[at.ID] {
				circle = append(circle, at.Name)
			}
			slices.Reverse(circle)
			return append([]string{g.Name}, circle...)
		}
		for _, n := range below {
			if _, seen := above[n.Member.ID]; n.Group.ID == at.ID && !seen {
				above[n.Member.ID] = at
				next = append(next, n.Member)
			}
		}
	}
	return nil
}
