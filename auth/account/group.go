package account

import (
	"context"

	"quire/auth"
	"quire/auth/fault"
)

// GroupChange changes what is not nil.
type GroupChange struct{ Name, Description *string }

var errNoGroup = fault.New(fault.NotFound, "There is no such group, or you may not see it.")

func orNoGroup(err error) error {
	if fault.Is(err, fault.NotFound) {
		return errNoGroup
	}
	return err
}

// Groups lists all groups with their members, by name.
func (s *Service) Groups(ctx context.Context) ([]Group, error) {
	if _, err := s.gate.CheckServer(ctx, auth.GroupList); err != nil {
		return nil, err
	}
	return s.store.Groups(ctx)
}

// Group returns a group that one is in, leads or administers.
func (s *Service) Group(ctx context.Context, id auth.PrincipalID) (Group, error) {
	if _, err := s.gate.CheckGroup(ctx, auth.GroupShow, id); err != nil {
		return Group{}, err
	}
	g, err := s.store.Group(ctx, id)
	return g, orNoGroup(err)
}

// MyGroups lists the groups one is in.
func (s *Service) MyGroups(ctx context.Context) ([]MyGroup, error) {
	a, err := s.gate.CheckSelf(ctx, auth.GroupOwn)
	if err != nil {
		return nil, err
	}
	return s.store.GroupsOf(ctx, a.User)
}

// CreateGroup makes a group. A taken name is Conflict, unknown members are Invalid
// with the list of them.
func (s *Service) CreateGroup(ctx context.Context, name, description string, members []string) (Group, error) {
	a, err := s.gate.CheckServer(ctx, auth.GroupCreate)
	if err != nil {
		return Group{}, err
	}
	n, err := ParseName(name)
	if err != nil {
		return Group{}, err
	}
	if description, err = parseText("description", description, maxDescription); err != nil {
		return Group{}, err
	}
	var id auth.PrincipalID
	err = s.changeAuthority(ctx, a, auth.GroupCreate, func(tx Tx) (deed, error) {
		people, _, err := findAll(ctx, tx, members, maxNames)
		if err != nil {
			return deed{}, err
		}
		if id, err = tx.CreateGroup(ctx, n, description); err != nil {
			return deed{}, err
		}
		d := deed{object: n.Shown, detail: map[string]any{"id": id, "members": namesOf(people)}}
		return d, tx.AddMembers(ctx, id, idsOf(people), a.User)
	})
	if err != nil {
		return Group{}, err
	}
	return s.store.Group(ctx, id)
}

// ChangeGroup changes a group's name and description.
func (s *Service) ChangeGroup(ctx context.Context, id auth.PrincipalID, c GroupChange) (Group, error) {
	a, err := s.gate.CheckServer(ctx, auth.GroupChange)
	if err != nil {
		return Group{}, err
	}
	name, description, err := c.parse()
	if err != nil {
		return Group{}, err
	}
	err = s.change(ctx, a, auth.GroupChange, func(tx Tx) (deed, error) {
		old, err := tx.Group(ctx, id)
		if err != nil {
			return deed{}, err
		}
		d := deed{object: old.Name, detail: map[string]any{"id": id}}
		if name != nil {
			d.detail["name"] = name.Shown
		}
		return d, tx.UpdateGroup(ctx, id, name, description)
	})
	if err != nil {
		return Group{}, orNoGroup(err)
	}
	return s.store.Group(ctx, id)
}

func (c GroupChange) parse() (name *Name, description *string, err error) {
	if c.Name != nil {
		n, err := ParseName(*c.Name)
		if err != nil {
			return nil, nil, err
		}
		name = &n
	}
	if c.Description != nil {
		d, err := parseText("description", *c.Description, maxDescription)
		if err != nil {
			return nil, nil, err
		}
		description = &d
	}
	return name, description, nil
}

// RemoveGroup removes a group with its memberships and grants. It is Conflict while
// it is the only owner of a note or folder.
func (s *Service) RemoveGroup(ctx context.Context, id auth.PrincipalID) error {
	a, err := s.gate.CheckServer(ctx, auth.GroupRemove)
	if err != nil {
		return err
	}
	err = s.changeAuthority(ctx, a, auth.GroupRemove, func(tx Tx) (deed, error) {
		old, err := tx.Group(ctx, id)
		if err != nil {
			return deed{}, err
		}
		d := deed{object: old.Name, detail: map[string]any{"id": id, "members": namesAmong(old.Members, memberIDs(old.Members))}}
		return d, tx.RemoveGroup(ctx, id, a.User)
	})
	return orNoGroup(err)
}
