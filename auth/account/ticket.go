package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"quire/auth"
	"quire/auth/fault"
)

// ticketPrefix begins every ticket.
const ticketPrefix = "quireticket_"

// tickets makes and reads the tickets of this process. A ticket names the sign-in it
// was given to and proves that this process gave it: it is worth what that sign-in
// is, ends with it, and with the process. Zeppelin's is one per person, for ever
// (TicketContainer); this is what its clients get in the same place.
type tickets struct{ key []byte }

func newTickets() tickets {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // never fails
	return tickets{key}
}

func (t tickets) issue(signIn auth.ID) Secret {
	return Secret(ticketPrefix + signIn.String() + "_" + base64.RawURLEncoding.EncodeToString(t.proof(signIn)))
}

// read returns the sign-in of a ticket; ok is false for what this process never gave.
func (t tickets) read(s Secret) (signIn auth.ID, ok bool) {
	id, proof, cut := strings.Cut(strings.TrimPrefix(string(s), ticketPrefix), "_")
	given, err := base64.RawURLEncoding.Strict().DecodeString(proof)
	if err != nil || !cut {
		return auth.ID{}, false
	}
	if signIn, err = auth.ParseID(id); err != nil || signIn.String() != id {
		return auth.ID{}, false
	}
	return signIn, hmac.Equal(given, t.proof(signIn))
}

func (t tickets) proof(signIn auth.ID) []byte {
	mac := hmac.New(sha256.New, t.key)
	mac.Write(signIn[:])
	return mac.Sum(nil)
}

func (s Secret) isTicket() bool { return strings.HasPrefix(string(s), ticketPrefix) }

// Ticket returns a ticket for the sign-in that acts: a bearer's secret that lets in
// whoever has it for as long as the sign-in lasts and the server runs.
func (s *Service) Ticket(ctx context.Context) (Secret, error) {
	a, err := s.gate.CheckSelf(ctx, auth.SelfShow)
	if err != nil {
		return "", err
	}
	if a.SignIn.IsZero() {
		return "", fault.New(fault.Invalid, "You are not signed in by a browser or a token.")
	}
	return s.tickets.issue(a.SignIn), nil
}

// TicketOf is Ticket for a sign-in that has just been made.
func (s *Service) TicketOf(session Session) Secret { return s.tickets.issue(session.SignIn) }

// byTicket finds out who bears a ticket.
func (s *Service) byTicket(ctx context.Context, ticket Secret) (auth.Actor, error) {
	signIn, ok := s.tickets.read(ticket)
	if !ok {
		return auth.Actor{}, errSignIn
	}
	a := auth.Actor{Kind: auth.Person, SignIn: signIn}
	who, err := s.gate.Identity(ctx, a)
	if err != nil {
		return auth.Actor{}, err
	}
	a.User, a.Name = who.User, who.Name
	return a, nil
}
