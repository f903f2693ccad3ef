package account

import (
	"context"

	"quire/auth"
	"quire/auth/fault"
)

// Me is oneself.
type Me struct {
	ID          auth.PrincipalID `json:"id"`
	Name        string           `json:"name"`
	DisplayName string           `json:"displayName"`
	Admin       bool             `json:"admin"`
	Groups      []GroupRef       `json:"groups"`
	NewNotes    Audience         `json:"newNotes" enum:"everyone,me"`
	SignIn      auth.ID          `json:"signIn"`
	Guest       bool             `json:"guest,omitempty" doc:"nobody is signed in: a link lets one see one note"`
}

// Me tells who one is.
func (s *Service) Me(ctx context.Context) (Me, error) {
	a, err := s.gate.CheckSelf(ctx, auth.SelfShow)
	if err != nil {
		return Me{}, err
	}
	who, err := s.gate.Identity(ctx, a)
	if err != nil || who.Guest {
		return guestMe(who, a.SignIn), err
	}
	return s.me(ctx, a.User, a.SignIn)
}

func (s *Service) me(ctx context.Context, user auth.PrincipalID, signIn auth.ID) (Me, error) {
	u, err := s.store.User(ctx, user)
	if err != nil {
		return Me{}, err
	}
	newNotes, err := s.newNotes(ctx)
	return Me{
		ID: u.ID, Name: u.Name, DisplayName: u.DisplayName, Admin: u.Admin, Groups: u.Groups,
		NewNotes: newNotes, SignIn: signIn,
	}, err
}

// ChangePassword changes one's own password and ends one's other sign-ins by
// browser. Tokens stay: programs that use them never knew the password.
func (s *Service) ChangePassword(ctx context.Context, current, next string, address string) error {
	a, err := s.gate.CheckSelf(ctx, auth.PasswordChange)
	if err != nil {
		return err
	}
	enforced, err := parsePassword(next)
	if err != nil {
		return err
	}
	c, err := s.ownCredentials(ctx, a)
	if err != nil {
		return err
	}
	folded, err := Fold(c.Name)
	if err != nil {
		return err
	}
	if err := s.prove(ctx, folded, current, c, address); err != nil {
		return orCurrent(err)
	}
	hash, err := s.hasher.hash(ctx, enforced)
	if err != nil {
		return err
	}
	return s.changeAuthority(ctx, a, auth.PasswordChange, func(tx Tx) (deed, error) {
		now, err := tx.HoldUser(ctx, a.User)
		if err != nil || now.Disabled || now.Hash != c.Hash {
			return deed{}, orCurrent(orWrong(err))
		}
		return deed{object: c.Name}, setPassword(ctx, tx, a.User, hash, a.SignIn)
	})
}

func (s *Service) ownCredentials(ctx context.Context, a auth.Actor) (Credentials, error) {
	var c Credentials
	err := s.store.Change(ctx, func(tx Tx) (err error) {
		c, err = tx.HoldUser(ctx, a.User)
		return err
	})
	return c, err
}

// orCurrent words a wrong password for somebody who is signed in, and stays so.
func orCurrent(err error) error {
	if fault.Is(err, fault.Unauthenticated) {
		return fault.New(fault.Forbidden, "The current password is wrong.")
	}
	return err
}

// SignIns lists one's live sign-ins, browsers and tokens.
func (s *Service) SignIns(ctx context.Context) ([]SignInRow, error) {
	return s.signIns(ctx, auth.SignInList, "")
}

// EndSignIn ends one of one's own sign-ins. NotFound when there is none with the id.
func (s *Service) EndSignIn(ctx context.Context, id auth.ID) error {
	a, err := s.gate.CheckSelf(ctx, auth.SignInEnd)
	if err != nil {
		return err
	}
	return s.endSignIns(ctx, a, auth.SignInEnd, WhichSignIns{User: a.User, ID: id})
}

func (s *Service) signIns(ctx context.Context, op auth.Operation, kind SignInKind) ([]SignInRow, error) {
	a, err := s.gate.CheckSelf(ctx, op)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.SignIns(ctx, a.User, kind)
	for i := range rows {
		rows[i].Current = rows[i].ID == a.SignIn
	}
	return rows, err
}
