package account

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// Lifetimes of links that work once. Those for somebody at the keyboard live an
// hour; an invitation is read when its addressee has time, and lets nobody into
// anything but a new, empty account (docs/decisions/invitation-links.md).
const (
	setupLifetime  = time.Hour
	inviteLifetime = 72 * time.Hour
	resetLifetime  = time.Hour
)

// tidyAfter is how long ended sign-ins and used links are kept for looking up.
const tidyAfter = 90 * 24 * time.Hour

// firstAdmin is who a start with a password file makes.
const firstAdmin = "admin"

// Link is a new link that works once. Its secret is shown now and never again.
type Link struct {
	Purpose   Purpose
	Secret    Secret
	ExpiresAt time.Time
}

// URL is the link under the server's public address. The secret stands in the
// fragment, which browsers send to nobody.
func (l Link) URL(base string) string {
	page := "/welcome#"
	if l.Purpose == Setup {
		page = "/setup#"
	}
	return strings.TrimSuffix(base, "/") + page + l.Secret.Reveal()
}

// Start is called when the server starts, as the system. While nobody can
// administer the server it makes the user admin with the password in the file, if
// one is given, or else a new link to set up; links of earlier starts stop working.
// It returns nil when there is nothing to set up.
func (s *Service) Start(ctx context.Context, passwordFile string) (*Link, error) {
	a, err := auth.ActorFrom(ctx)
	if err != nil || a.Kind != auth.System {
		return nil, fault.New(fault.Forbidden, "Only the server itself starts.")
	}
	if err := s.store.Tidy(ctx, tidyAfter); err != nil {
		return nil, err
	}
	if err := s.applyOwnerRole(ctx, a); err != nil {
		return nil, err
	}
	needed, err := s.SetUpNeeded(ctx)
	if err != nil || !needed {
		return nil, err
	}
	if passwordFile != "" {
		return nil, s.adminFromFile(ctx, a, passwordFile)
	}
	secret := newSecret("")
	link := Link{Purpose: Setup, Secret: secret}
	err = s.change(ctx, a, auth.SetUp, func(tx Tx) (deed, error) {
		if err := tx.DropLinks(ctx, 0, Setup); err != nil {
			return deed{}, err
		}
		link.ExpiresAt, err = tx.AddLink(ctx, NewLink{Purpose: Setup, SecretHash: secret.hash(), Lifetime: setupLifetime})
		return deed{detail: map[string]any{"link": "made"}}, err
	})
	return &link, err
}

// adminFromFile makes the first administrator without anybody there.
func (s *Service) adminFromFile(ctx context.Context, a auth.Actor, file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the administrator's password: %w", err)
	}
	password, err := parsePassword(strings.TrimRight(string(content), "\r\n"))
	if err != nil {
		return fmt.Errorf("the administrator's password in %s: %w", file, err)
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.changeAuthority(ctx, a, auth.SetUp, func(tx Tx) (deed, error) {
		if n, err := tx.UsableAdmins(ctx); err != nil || n > 0 {
			return deed{object: firstAdmin, detail: map[string]any{"done": "by another server"}}, err
		}
		_, err := createAdmin(ctx, tx, Name{Shown: firstAdmin, Folded: firstAdmin}, hash)
		return deed{object: firstAdmin, detail: map[string]any{"password": "from file"}}, err
	})
}

func createAdmin(ctx context.Context, tx Tx, name Name, hash string) (auth.PrincipalID, error) {
	id, err := tx.CreateUser(ctx, NewUser{Name: name, Admin: true})
	if err != nil {
		return 0, err
	}
	return id, tx.SetPassword(ctx, id, hash)
}

// SetUpNeeded tells whether nobody can administer the server yet.
func (s *Service) SetUpNeeded(ctx context.Context) (bool, error) {
	exists, err := s.store.AdminExists(ctx)
	return !exists, err
}

// SetUpForm is what the set-up page asks.
type SetUpForm struct {
	Secret   Secret
	Name     string
	Password string
	// NewNotes is who sees new notes.
	NewNotes Audience
}

// SetUp creates the first administrator and signs in. Of several at once one wins;
// the others fail as NotFound, like all whose link does not work (any more).
func (s *Service) SetUp(ctx context.Context, f SetUpForm, from Client) (Session, error) {
	name, err := ParseName(f.Name)
	if err != nil {
		return Session{}, err
	}
	if err := f.NewNotes.check(); err != nil {
		return Session{}, err
	}
	hash, err := s.hashFor(ctx, f.Secret, f.Password, Setup)
	if err != nil {
		return Session{}, err
	}
	secret := newSecret("")
	var id auth.PrincipalID
	var row SignInRow
	err = s.changeAuthority(ctx, nobody(from), auth.SetUp, func(tx Tx) (deed, error) {
		if _, err := tx.UseLink(ctx, f.Secret.hash(), Setup); err != nil {
			return deed{}, orLink(err)
		}
		if n, err := tx.UsableAdmins(ctx); err != nil || n > 0 {
			return deed{}, orLink(err)
		}
		if id, err = createAdmin(ctx, tx, name, hash); err != nil {
			return deed{}, err
		}
		if err := tx.SetSetting(ctx, settingPublic, f.NewNotes == ForEveryone, id); err != nil {
			return deed{}, err
		}
		row, err = tx.AddSignIn(ctx, browser(id, secret, from))
		d := signedIn(id, name.Shown, row)
		d.detail["newNotes"] = f.NewNotes
		return d, err
	})
	if err != nil {
		return Session{}, err
	}
	return s.session(ctx, id, secret, row)
}
