package account

import (
	"context"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// Limits of tokens.
const (
	maxTokenDays = 365
	maxTokens    = 100
	maxLabel     = 100 // characters
)

// scopes are the actions a token can be limited to.
const scopes = auth.Actions(auth.Read | auth.Run | auth.Write | auth.Manage)

// NewToken is a token to be.
type NewToken struct {
	Label string
	// Scope limits the token to some of read, run, write and manage; nil is all that
	// its owner may. A limited token can always list what it may read.
	Scope []string
	// Days until it expires, 1 to 365.
	Days int
}

// CreatedToken is a new token. The secret is shown now and never again.
type CreatedToken struct {
	SignInRow
	Secret Secret `json:"-"`
}

// Tokens lists one's tokens.
func (s *Service) Tokens(ctx context.Context) ([]SignInRow, error) {
	return s.signIns(ctx, auth.TokenList, Token)
}

// CreateToken makes a token for oneself.
func (s *Service) CreateToken(ctx context.Context, n NewToken) (CreatedToken, error) {
	a, err := s.gate.CheckSelf(ctx, auth.TokenCreate)
	if err != nil {
		return CreatedToken{}, err
	}
	label, scope, err := n.parse()
	if err != nil {
		return CreatedToken{}, err
	}
	secret := newSecret(TokenPrefix)
	var row SignInRow
	err = s.changeAuthority(ctx, a, auth.TokenCreate, func(tx Tx) (deed, error) {
		if err := roomForToken(ctx, tx, a.User); err != nil {
			return deed{}, err
		}
		row, err = tx.AddSignIn(ctx, NewSignIn{
			User: a.User, Kind: Token, SecretHash: secret.hash(), Label: label, Scope: scope,
			Lifetime: time.Duration(n.Days) * 24 * time.Hour,
		})
		return deed{object: row.ID.String(), detail: map[string]any{"label": label, "scope": scope, "days": n.Days}}, err
	})
	return CreatedToken{SignInRow: row, Secret: secret}, err
}

func roomForToken(ctx context.Context, tx Tx, user auth.PrincipalID) error {
	held, err := tx.CountSignIns(ctx, user, Token)
	if err == nil && held >= maxTokens {
		err = fault.New(fault.Conflict, "You have %d tokens, and more are not possible. Revoke one first.", held)
	}
	return err
}

func (n NewToken) parse() (label string, scope []string, err error) {
	if label, err = parseText("token's label", n.Label, maxLabel); err != nil {
		return "", nil, err
	}
	if label == "" {
		return "", nil, fault.New(fault.Invalid, "Give the token a label, so that you know later what uses it.")
	}
	if n.Days < 1 || n.Days > maxTokenDays {
		return "", nil, fault.New(fault.Invalid, "A token lasts from 1 to %d days, not %d.", maxTokenDays, n.Days)
	}
	scope, err = parseScope(n.Scope)
	return label, scope, err
}

func parseScope(names []string) ([]string, error) {
	if names == nil {
		return nil, nil
	}
	set, err := auth.ParseActions(names)
	if err != nil || set == 0 || set&^scopes != 0 {
		return nil, fault.New(fault.Invalid, "A token's scope is some of %s, or left out for all that you may.", scopes)
	}
	return (set | auth.Actions(auth.Use)).Names(), nil
}

// RevokeToken ends one of one's own tokens. NotFound when there is none with the id.
func (s *Service) RevokeToken(ctx context.Context, id auth.ID) error {
	a, err := s.gate.CheckSelf(ctx, auth.TokenRevoke)
	if err != nil {
		return err
	}
	return s.endSignIns(ctx, a, auth.TokenRevoke, WhichSignIns{User: a.User, Kind: Token, ID: id})
}
