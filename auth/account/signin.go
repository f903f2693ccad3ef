package account

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"quire/auth"
	"quire/auth/fault"
)

const (
	// sessionLifetime is how long a browser stays signed in without being used.
	sessionLifetime = 14 * 24 * time.Hour
	// maxSessions is how many browsers one person may be signed in with; the one
	// not seen for longest makes room.
	maxSessions = 50
	maxAgent    = 200 // characters kept of what a browser calls itself
)

// One answer for a wrong password, an unknown name and a disabled account.
var errWrong = fault.New(fault.Unauthenticated, "The name or the password is wrong.")

var errSignIn = fault.New(fault.Unauthenticated, "Sign in first.")

// Client is where a sign-in comes from.
type Client struct {
	Address string
	Agent   string // what the browser calls itself
	Request string // id that finds the request's log lines
}

// Session is a browser's new sign-in.
type Session struct {
	Me
	Secret    Secret    `json:"-"`
	ExpiresAt time.Time `json:"-"`
}

// SignIn signs somebody in by name and password. It fails as Unauthenticated, alike
// for unknown names, wrong passwords and disabled accounts, and as TooMany after
// many failures.
func (s *Service) SignIn(ctx context.Context, name, password string, from Client) (Session, error) {
	folded, err := Fold(name)
	if err != nil {
		folded = "" // nobody's; it counts like any other
	}
	c, err := s.credentials(ctx, folded)
	if err != nil {
		return Session{}, err
	}
	if err := s.prove(ctx, folded, password, c, from.Address); err != nil {
		if fault.Is(err, fault.Unauthenticated) || fault.Is(err, fault.TooMany) {
			s.refusals.note(nobody(from), auth.SignIn, c.Name, from.Address)
		}
		return Session{}, err
	}
	return s.open(ctx, c, from)
}

// credentials returns empty ones for a name nobody bears.
func (s *Service) credentials(ctx context.Context, folded string) (Credentials, error) {
	c, err := s.store.CredentialsOf(ctx, folded)
	if fault.Is(err, fault.NotFound) {
		return Credentials{}, nil
	}
	return c, err
}

// prove refuses unless the password is that of the credentials. Whether guessing
// has gone too far is asked before waiting in line and again after it, since others
// may have guessed meanwhile.
func (s *Service) prove(ctx context.Context, folded, password string, c Credentials, address string) error {
	if err := s.limits.check(folded, address, time.Now()); err != nil {
		return err
	}
	done, err := s.hasher.turn(ctx)
	if err != nil {
		return err
	}
	defer done()
	if err := s.limits.check(folded, address, time.Now()); err != nil {
		return err
	}
	same, err := s.hasher.matches(password, c.Hash)
	if err != nil {
		return err
	}
	if !same || c.Disabled {
		s.limits.failed(folded, address, time.Now())
		return errWrong
	}
	return nil
}

// open makes the sign-in of somebody who has proved to be the one in c. If the
// account was disabled or got another password meanwhile, it does not.
func (s *Service) open(ctx context.Context, c Credentials, from Client) (Session, error) {
	secret := newSecret("")
	var row SignInRow
	var held int
	err := s.change(ctx, nobody(from), auth.SignIn, func(tx Tx) (deed, error) {
		now, err := tx.HoldUser(ctx, c.User)
		if err != nil || now.Disabled || now.Hash != c.Hash {
			return deed{}, orWrong(err)
		}
		if row, err = tx.AddSignIn(ctx, browser(c.User, secret, from)); err != nil {
			return deed{}, err
		}
		held, err = tx.CountSignIns(ctx, c.User, Browser)
		return signedIn(c.User, c.Name, row), err
	})
	if err == nil && held > maxSessions {
		err = s.makeRoom(ctx, c, row.ID)
	}
	if err != nil {
		return Session{}, err
	}
	return s.session(ctx, c.User, secret, row)
}

func orWrong(err error) error {
	if err == nil || fault.Is(err, fault.NotFound) {
		return errWrong
	}
	return err
}

func browser(user auth.PrincipalID, secret Secret, from Client) NewSignIn {
	return NewSignIn{
		User: user, Kind: Browser, SecretHash: secret.hash(), Lifetime: sessionLifetime,
		Label: clean(from.Agent), Address: clean(from.Address),
	}
}

// clean makes a label of what a client sent about itself, which may be anything.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
	if utf8.RuneCountInString(s) > maxAgent {
		s = string([]rune(s)[:maxAgent])
	}
	return s
}

// signedIn is the deed of a sign-in, done by the one it is for.
func signedIn(user auth.PrincipalID, name string, row SignInRow) deed {
	return deed{
		object: name, detail: map[string]any{"address": row.Address, "browser": row.Label},
		by: &auth.Actor{Kind: auth.Person, User: user, Name: name, SignIn: row.ID},
	}
}

// makeRoom ends the oldest sign-ins beyond the limit.
func (s *Service) makeRoom(ctx context.Context, c Credentials, latest auth.ID) error {
	a := auth.Actor{Kind: auth.Person, User: c.User, Name: c.Name, SignIn: latest}
	return s.changeAuthority(ctx, a, auth.SignInEnd, func(tx Tx) (deed, error) {
		n, err := tx.EndSignIns(ctx, WhichSignIns{User: c.User, Kind: Browser, Keep: maxSessions})
		return deed{object: c.Name, detail: map[string]any{"ended": n, "why": "too many"}}, err
	})
}

func (s *Service) session(ctx context.Context, user auth.PrincipalID, secret Secret, row SignInRow) (Session, error) {
	me, err := s.me(ctx, user, row.ID)
	return Session{Me: me, Secret: secret, ExpiresAt: row.ExpiresAt}, err
}

// Authenticate finds out who bears the secret of a sign-in, a token or a ticket: the actor for
// the request's context. It fails as Unauthenticated when the secret lets nobody in
// any more.
func (s *Service) Authenticate(ctx context.Context, secret Secret) (auth.Actor, error) {
	if !secret.plausible() {
		return auth.Actor{}, errSignIn
	}
	if secret.isTicket() {
		return s.byTicket(ctx, secret)
	}
	who, err := s.store.SignInOf(ctx, secret.hash())
	if fault.Is(err, fault.NotFound) {
		return auth.Actor{}, errSignIn
	}
	if err != nil {
		return auth.Actor{}, err
	}
	if who.Unseen {
		if err := s.store.Seen(ctx, who.ID, sessionLifetime); err != nil {
			return auth.Actor{}, err
		}
	}
	return auth.Actor{Kind: auth.Person, User: who.User, Name: who.UserName, SignIn: who.ID}, nil
}

// ActAs returns the actor by which the operator does something as somebody: only
// people have notes and tokens. It may do what that person may.
func (s *Service) ActAs(ctx context.Context, name string) (auth.Actor, error) {
	a, err := s.gate.CheckServer(ctx, auth.UserChange)
	if err != nil {
		return a, err
	}
	if a.Kind != auth.Operator {
		return a, fault.New(fault.Forbidden, "Only the operator may act as somebody else.")
	}
	folded, err := Fold(name)
	if err != nil {
		return a, err
	}
	c, err := s.store.CredentialsOf(ctx, folded)
	if err == nil && c.Disabled {
		err = fault.New(fault.Forbidden, "The account “%s” is disabled.", c.Name)
	}
	return auth.Actor{Kind: auth.Person, User: c.User, Name: c.Name + " (operator)", Request: a.Request}, err
}

// SignOut ends the sign-in that the request came with.
func (s *Service) SignOut(ctx context.Context) error {
	a, err := s.gate.CheckSelf(ctx, auth.SignOut)
	if err != nil {
		return err
	}
	if a.SignIn.IsZero() {
		return fault.New(fault.Invalid, "You are not signed in by a browser or a token.")
	}
	return s.endSignIns(ctx, a, auth.SignOut, WhichSignIns{User: a.User, ID: a.SignIn})
}

func (s *Service) endSignIns(ctx context.Context, a auth.Actor, op auth.Operation, which WhichSignIns) error {
	return s.changeAuthority(ctx, a, op, func(tx Tx) (deed, error) {
		n, err := tx.EndSignIns(ctx, which)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "There is no such sign-in of yours, or it has ended.")
		}
		return deed{object: which.ID.String()}, err
	})
}
