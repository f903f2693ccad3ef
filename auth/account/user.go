package account

import (
	"context"

	"quire/auth"
	"quire/auth/fault"
)

// usersPage is how many users one answer lists.
const usersPage = 100

// Invitation asks for a new user.
type Invitation struct {
	Name        string
	DisplayName string
	Admin       bool
	// Groups names the groups to join.
	Groups []string
}

var errNoUser = fault.New(fault.NotFound, "There is no such user.")

// Users lists users by name, those whose name or display name begins with the
// prefix, after the user named; more tells that there are further ones.
func (s *Service) Users(ctx context.Context, prefix string, after auth.PrincipalID) (users []User, more bool, err error) {
	if _, err := s.gate.CheckServer(ctx, auth.UserList); err != nil {
		return nil, false, err
	}
	users, err = s.store.Users(ctx, foldPrefix(prefix), after, usersPage+1)
	if len(users) > usersPage {
		return users[:usersPage], true, err
	}
	return users, false, err
}

// CreateUser makes a user and a link by which they choose a password. A taken name
// is Conflict, unknown groups are Invalid with the list of them.
func (s *Service) CreateUser(ctx context.Context, in Invitation) (User, Link, error) {
	a, err := s.gate.CheckServer(ctx, auth.UserCreate)
	if err != nil {
		return User{}, Link{}, err
	}
	n := NewUser{Admin: in.Admin}
	if n.Name, err = ParseName(in.Name); err != nil {
		return User{}, Link{}, err
	}
	if n.DisplayName, err = parseText("display name", in.DisplayName, maxDisplayName); err != nil {
		return User{}, Link{}, err
	}
	var id auth.PrincipalID
	var link Link
	err = s.changeAuthority(ctx, a, auth.UserCreate, func(tx Tx) (deed, error) {
		if id, err = tx.CreateUser(ctx, n); err != nil {
			return deed{}, err
		}
		if err := joinGroups(ctx, tx, id, in.Groups, a.User); err != nil {
			return deed{}, err
		}
		link, err = addLink(ctx, tx, a, id, Invite)
		return deed{object: n.Name.Shown, detail: map[string]any{"id": id, "admin": in.Admin, "groups": in.Groups}}, err
	})
	if err != nil {
		return User{}, Link{}, err
	}
	u, err := s.store.User(ctx, id)
	return u, link, err
}

func joinGroups(ctx context.Context, tx Tx, user auth.PrincipalID, names []string, by auth.PrincipalID) error {
	groups, _, err := findAll(ctx, tx, names, maxNames)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if g.Kind != kindGroup {
			return fault.New(fault.Invalid, "“%s” is not a group.", g.Name)
		}
		if err := tx.AddMembers(ctx, g.ID, []auth.PrincipalID{user}, by); err != nil {
			return err
		}
	}
	return nil
}

// addLink makes a link for a user; earlier ones stop working.
func addLink(ctx context.Context, tx Tx, a auth.Actor, user auth.PrincipalID, purpose Purpose) (Link, error) {
	if err := tx.DropLinks(ctx, user, ""); err != nil {
		return Link{}, err
	}
	lifetime := resetLifetime
	if purpose == Invite {
		lifetime = inviteLifetime
	}
	secret := newSecret("")
	expires, err := tx.AddLink(ctx, NewLink{
		Purpose: purpose, User: user, SecretHash: secret.hash(), By: a.User, Lifetime: lifetime,
	})
	return Link{Purpose: purpose, Secret: secret, ExpiresAt: expires}, err
}

// UserLink makes a link for a user: an invitation while they have no password, and
// after that one to choose another. Earlier ones stop working.
func (s *Service) UserLink(ctx context.Context, id auth.PrincipalID) (Link, error) {
	a, err := s.gate.CheckServer(ctx, auth.UserLink)
	if err != nil {
		return Link{}, err
	}
	var link Link
	err = s.change(ctx, a, auth.UserLink, func(tx Tx) (deed, error) {
		c, err := tx.HoldUser(ctx, id)
		if err != nil {
			return deed{}, orNoUser(err)
		}
		if c.Disabled {
			return deed{}, fault.New(fault.Conflict, "The account “%s” is disabled. Enable it first.", c.Name)
		}
		purpose := Reset
		if c.Hash == "" {
			purpose = Invite
		}
		link, err = addLink(ctx, tx, a, id, purpose)
		return deed{object: c.Name, detail: map[string]any{"purpose": purpose}}, err
	})
	return link, err
}

func orNoUser(err error) error {
	if fault.Is(err, fault.NotFound) {
		return errNoUser
	}
	return err
}

// ChangeUser changes a user's display name, administration and being enabled.
// Disabling ends all sign-ins and tokens. The last administrator who can sign in
// stays one, enabled: Conflict.
func (s *Service) ChangeUser(ctx context.Context, id auth.PrincipalID, c UserChange) (User, error) {
	a, err := s.gate.CheckServer(ctx, auth.UserChange)
	if err != nil {
		return User{}, err
	}
	if c.DisplayName != nil {
		name, err := parseText("display name", *c.DisplayName, maxDisplayName)
		if err != nil {
			return User{}, err
		}
		c.DisplayName = &name
	}
	commit := s.change
	if c.Admin != nil || c.Disabled != nil {
		commit = s.changeAuthority
	}
	err = commit(ctx, a, auth.UserChange, func(tx Tx) (deed, error) { return changeUser(ctx, tx, id, c) })
	if err != nil {
		return User{}, orNoUser(err)
	}
	return s.store.User(ctx, id)
}

func changeUser(ctx context.Context, tx Tx, id auth.PrincipalID, c UserChange) (deed, error) {
	before, err := tx.UsableAdmins(ctx)
	if err != nil {
		return deed{}, err
	}
	if err := tx.UpdateUser(ctx, id, c); err != nil {
		return deed{}, err
	}
	if after, err := tx.UsableAdmins(ctx); err != nil || before > 0 && after == 0 {
		return deed{}, orLastAdmin(err)
	}
	if c.Disabled != nil && *c.Disabled {
		if err := tx.DropLinks(ctx, id, ""); err != nil {
			return deed{}, err
		}
		if _, err := tx.EndSignIns(ctx, WhichSignIns{User: id}); err != nil {
			return deed{}, err
		}
	}
	user, err := tx.HoldUser(ctx, id)
	return deed{object: user.Name, detail: c.detail()}, err
}

func orLastAdmin(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "This is the last administrator who can sign in. Make somebody else one first.")
}

func (c UserChange) detail() map[string]any {
	d := map[string]any{}
	if c.DisplayName != nil {
		d["displayName"] = *c.DisplayName
	}
	if c.Admin != nil {
		d["admin"] = *c.Admin
	}
	if c.Disabled != nil {
		d["disabled"] = *c.Disabled
	}
	return d
}
