package account

import (
	"context"
	"slices"
	"strings"

	"quire/auth"
	"quire/auth/fault"
)

// The kinds of people that names stand for.
const (
	kindUser  = "user"
	kindGroup = "group"
)

// maxNames is how many names one request may list, and so how many members a group
// is given at once.
const maxNames = 10000

// SetMembers makes exactly those named the group's members. Unknown names are
// Invalid, with the list of them; so is a group that the group is itself in.
func (s *Service) SetMembers(ctx context.Context, id auth.PrincipalID, names []string) (Group, error) {
	return s.changeMembers(ctx, id, func(tx Tx, g Group) (add []PersonOrGroup, drop []auth.PrincipalID, err error) {
		people, err := findAll(ctx, tx, names)
		if err != nil {
			return nil, nil, err
		}
		held, wanted := idsOf(g.Members), idsOf(people)
		for _, m := range held {
			if !slices.Contains(wanted, m) {
				drop = append(drop, m)
			}
		}
		add = slices.DeleteFunc(people, func(p PersonOrGroup) bool { return slices.Contains(held, p.ID) })
		return add, drop, nil
	})
}

// AddMember adds a user or a group to a group.
func (s *Service) AddMember(ctx context.Context, id auth.PrincipalID, name string) (Group, error) {
	return s.changeMembers(ctx, id, func(tx Tx, _ Group) ([]PersonOrGroup, []auth.PrincipalID, error) {
		people, err := findAll(ctx, tx, []string{name})
		return people, nil, err
	})
}

// RemoveMember takes a member out of a group.
func (s *Service) RemoveMember(ctx context.Context, id, member auth.PrincipalID) (Group, error) {
	return s.changeMembers(ctx, id, func(_ Tx, g Group) ([]PersonOrGroup, []auth.PrincipalID, error) {
		if !slices.Contains(idsOf(g.Members), member) {
			return nil, nil, fault.New(fault.NotFound, "“%s” has no such member.", g.Name)
		}
		return nil, []auth.PrincipalID{member}, nil
	})
}

func (s *Service) changeMembers(ctx context.Context, id auth.PrincipalID,
	choose func(Tx, Group) (add []PersonOrGroup, drop []auth.PrincipalID, err error)) (Group, error) {
	a, err := s.gate.CheckGroup(ctx, auth.GroupMembers, id)
	if err != nil {
		return Group{}, err
	}
	var after Group
	err = s.changeAuthority(ctx, a, auth.GroupMembers, func(tx Tx) (deed, error) {
		g, err := tx.Group(ctx, id)
		if err != nil {
			return deed{}, orNoGroup(err)
		}
		add, drop, err := choose(tx, g)
		if err != nil {
			return deed{}, err
		}
		if err := refuseCycles(ctx, tx, g, add); err != nil {
			return deed{}, err
		}
		if err := tx.AddMembers(ctx, id, idsOf(add), a.User); err != nil {
			return deed{}, err
		}
		if err := tx.RemoveMembers(ctx, id, drop); err != nil {
			return deed{}, err
		}
		after, err = tx.Group(ctx, id)
		return deed{object: g.Name, detail: map[string]any{"added": namesOf(add), "removed": namesAmong(g.Members, drop)}}, err
	})
	return after, err
}

// refuseCycles keeps groups from being in themselves, through others too. Changes
// of members run one after the other, so that two cannot close a circle together.
func refuseCycles(ctx context.Context, tx Tx, g Group, add []PersonOrGroup) error {
	for _, m := range add {
		if m.Kind != kindGroup {
			continue
		}
		inside, err := tx.Contains(ctx, m.ID, g.ID)
		if err != nil {
			return err
		}
		if inside && m.ID == g.ID {
			return fault.New(fault.Invalid, "The group “%s” cannot be a member of itself.", g.Name)
		}
		if inside {
			return fault.New(fault.Invalid, "“%s” cannot be a member of “%s”, because “%[2]s” is in “%[1]s” itself, perhaps through other groups.", m.Name, g.Name)
		}
	}
	return nil
}

// findAll finds users and groups by name, each once. Names that are nobody's are
// Invalid with all of them in details.unknown.
func findAll(ctx context.Context, tx Tx, names []string) ([]PersonOrGroup, error) {
	if len(names) > maxNames {
		return nil, fault.New(fault.TooLarge, "At most %d names at once, not %d.", maxNames, len(names))
	}
	folded := make([]string, len(names))
	for i, name := range names {
		folded[i], _ = Fold(strings.TrimSpace(name)) // what cannot be a name is nobody's
	}
	found, err := tx.Find(ctx, folded)
	if err != nil {
		return nil, err
	}
	var people []PersonOrGroup
	unknown := []string{}
	for i, key := range folded {
		p, ok := found[key]
		switch {
		case !ok || p.Kind != kindUser && p.Kind != kindGroup:
			unknown = append(unknown, shorten(names[i]))
		case !slices.ContainsFunc(people, func(q PersonOrGroup) bool { return q.ID == p.ID }):
			people = append(people, p)
		}
	}
	if len(unknown) > 0 {
		return nil, UnknownNames(unknown)
	}
	return people, nil
}

// UnknownNames refuses names that nobody bears, with the list of them.
func UnknownNames(unknown []string) error {
	shown := unknown
	more := ""
	if len(shown) > 10 {
		shown, more = shown[:10], ", …"
	}
	return fault.New(fault.Invalid, "No user or group is named: %s%s.", strings.Join(shown, ", "), more).
		With(map[string]any{"unknown": unknown})
}

func idsOf(people []PersonOrGroup) []auth.PrincipalID {
	ids := make([]auth.PrincipalID, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	return ids
}

func namesOf(people []PersonOrGroup) []string {
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = p.Name
	}
	return names
}

func namesAmong(people []PersonOrGroup, ids []auth.PrincipalID) []string {
	return namesOf(slices.DeleteFunc(slices.Clone(people), func(p PersonOrGroup) bool { return !slices.Contains(ids, p.ID) }))
}
