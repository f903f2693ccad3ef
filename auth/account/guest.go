package account

import (
	"context"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// Guest is the kind of sign-in of somebody without an account, who has opened a link
// that lets in anyone. It belongs to the link.
const Guest SignInKind = "guest"

const (
	guestLifetime = 12 * time.Hour
	maxGuests     = 1000 // of one link at once
)

// One answer for links that were made up, revoked, are over, or are not for anyone.
var errGuestLink = fault.New(fault.NotFound,
	"This link does not work without signing in: it may need an account, was revoked, has expired, or was not copied whole.")

// GuestLink is a link that lets in anyone.
type GuestLink struct {
	ID auth.PrincipalID
	// Name is what its guests are called.
	Name string
	Node auth.ID
}

// GuestSession is a guest's new sign-in.
type GuestSession struct {
	Actor  auth.Actor
	Node   auth.ID
	Secret Secret
}

// SignInGuest lets somebody without an account in by a link to a note. A link that
// does not do that is NotFound, whatever the reason; TooMany after many of them from
// one address, and when the link has a thousand guests.
func (s *Service) SignInGuest(ctx context.Context, link Secret, from Client) (GuestSession, error) {
	address := network(from.Address)
	if !s.limits.addresses.Open(address, time.Now()) {
		return GuestSession{}, errTooManyAttempts
	}
	if !link.plausible() {
		s.limits.addresses.Spend(address, time.Now())
		return GuestSession{}, errGuestLink
	}
	g, err := s.openGuest(ctx, link, from)
	if fault.Is(err, fault.NotFound) {
		s.limits.addresses.Spend(address, time.Now())
		s.refusals.note(nobody(from), auth.SignIn, "link", from.Address)
		return GuestSession{}, errGuestLink
	}
	return g, err
}

func (s *Service) openGuest(ctx context.Context, link Secret, from Client) (GuestSession, error) {
	g := GuestSession{Secret: newSecret("")}
	err := s.change(ctx, nobody(from), auth.SignIn, func(tx Tx) (deed, error) {
		l, err := tx.UseGuestLink(ctx, link.hash())
		if err != nil {
			return deed{}, err
		}
		n, err := tx.CountSignIns(ctx, l.ID, Guest)
		if err == nil && n >= maxGuests {
			err = fault.New(fault.TooMany, "The link has %d guests at the moment. Try again later, or sign in.", n)
		}
		if err != nil {
			return deed{}, err
		}
		row, err := tx.AddSignIn(ctx, NewSignIn{User: l.ID, Kind: Guest, SecretHash: g.Secret.hash(), Lifetime: guestLifetime,
			Label: clean(from.Agent), Address: clean(from.Address)})
		d := signedIn(l.ID, l.Name, row)
		g.Actor, g.Node = *d.by, l.Node
		return d, err
	})
	return g, err
}

// guestMe is what a guest is told of itself.
func guestMe(who auth.Identity, signIn auth.ID) Me {
	return Me{ID: who.User, Name: who.Name, DisplayName: who.Name, Guest: true, Groups: []GroupRef{}, NewNotes: ForMe, SignIn: signIn}
}
