package account

import (
	"context"
	"slices"

	"quire/auth"
	"quire/auth/fault"
)

// The kinds of people that names stand for.
const (
	kindUser  = "user"
	kindGroup = "group"
)

// Pasted is a group after a list of names was added to it.
type Pasted struct {
	Group
	Added    int      `json:"added" doc:"how many are members now who were not"`
	Repeated []string `json:"repeated" doc:"what stood in the list before already, perhaps in other case"`
	Already  []string `json:"already" doc:"who was a member before"`
}

// SetMembers makes exactly those named the group's members. Unknown names are
// Invalid, with the list of them; so is a group that the group is itself in. Who
// stays a member keeps leading.
func (s *Service) SetMembers(ctx context.Context, id auth.PrincipalID, names []string) (Group, error) {
	return s.changeMembers(ctx, id, func(tx Tx, g Group) (add []PersonOrGroup, drop []auth.PrincipalID, err error) {
		people, _, err := findAll(ctx, tx, names, maxNames)
		if err != nil {
			return nil, nil, err
		}
		held, wanted := memberIDs(g.Members), idsOf(people)
		for _, m := range held {
			if !slices.Contains(wanted, m) {
				drop = append(drop, m)
			}
		}
		add = slices.DeleteFunc(people, func(p PersonOrGroup) bool { return slices.Contains(held, p.ID) })
		return add, drop, nil
	})
}

// AddMembers adds users and groups to a group by a list as somebody pastes it, of
// at most 2,000 names: all of them or, if one is nobody's, none.
func (s *Service) AddMembers(ctx context.Context, id auth.PrincipalID, names []string) (Pasted, error) {
	p := Pasted{Already: []string{}}
	g, err := s.changeMembers(ctx, id, func(tx Tx, g Group) (add []PersonOrGroup, _ []auth.PrincipalID, err error) {
		people, repeated, err := findAll(ctx, tx, names, maxPasted)
		if err != nil {
			return nil, nil, err
		}
		held := memberIDs(g.Members)
		for _, one := range people {
			if slices.Contains(held, one.ID) {
				p.Already = append(p.Already, one.Name)
			} else {
				add = append(add, one)
			}
		}
		p.Added, p.Repeated = len(add), repeated
		return add, nil, nil
	})
	p.Group = g
	return p, err
}

// RemoveMember takes a member out of a group.
func (s *Service) RemoveMember(ctx context.Context, id, member auth.PrincipalID) (Group, error) {
	return s.changeMembers(ctx, id, func(_ Tx, g Group) ([]PersonOrGroup, []auth.PrincipalID, error) {
		if _, err := memberOf(g, member); err != nil {
			return nil, nil, err
		}
		return nil, []auth.PrincipalID{member}, nil
	})
}

// SetLeader says whether a member leads the group, which is to change its members.
// Only users lead.
func (s *Service) SetLeader(ctx context.Context, id, member auth.PrincipalID, leads bool) (Group, error) {
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
		m, err := memberOf(g, member)
		if err != nil {
			return deed{}, err
		}
		if m.Kind != kindUser {
			return deed{}, fault.New(fault.Invalid, "“%s” is a group. Only people lead a group.", m.Name)
		}
		if err := tx.SetLeader(ctx, id, member, leads); err != nil {
			return deed{}, err
		}
		after, err = tx.Group(ctx, id)
		return deed{object: g.Name, detail: map[string]any{"member": m.Name, "leads": leads}}, err
	})
	return after, err
}

func memberOf(g Group, id auth.PrincipalID) (Member, error) {
	for _, m := range g.Members {
		if m.ID == id {
			return m, nil
		}
	}
	return Member{}, fault.New(fault.NotFound, "“%s” has no such member.", g.Name)
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
		if err := s.refuseUncapping(ctx, tx, a, g, drop); err != nil {
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

// refuseUncapping keeps leaders from taking people out from under a cap, which is
// for administrators to lift.
func (s *Service) refuseUncapping(ctx context.Context, tx Tx, a auth.Actor, g Group, drop []auth.PrincipalID) error {
	if len(drop) == 0 || a.Kind == auth.Operator {
		return nil
	}
	who, err := s.gate.Identity(ctx, a)
	if err != nil || who.Admin {
		return err
	}
	capped, err := tx.IsCapped(ctx, g.ID)
	if err == nil && capped {
		err = fault.New(fault.Forbidden, "“%s” is under a cap, so that only administrators take members out of it.", g.Name)
	}
	return err
}
