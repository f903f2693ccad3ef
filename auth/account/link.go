package account

import (
	"context"

	"quire/auth"
	"quire/auth/fault"
)

// One answer for links that were used, have expired or never existed.
var errLink = fault.New(fault.NotFound,
	"This link does not work: it was used, has expired, or was replaced by a newer one. Ask for a new one.")

func orLink(err error) error {
	if err == nil || fault.Is(err, fault.NotFound) {
		return errLink
	}
	return err
}

// CheckLink tells what an invitation or reset link is for, and whom, without using
// it. NotFound when it does not work.
func (s *Service) CheckLink(ctx context.Context, secret Secret) (Purpose, string, error) {
	row, err := s.link(ctx, secret)
	if err == nil && row.Purpose == Setup {
		err = errLink
	}
	if err != nil {
		return "", "", err
	}
	return row.Purpose, row.UserName, nil
}

func (s *Service) link(ctx context.Context, secret Secret) (LinkRow, error) {
	if !secret.plausible() {
		return LinkRow{}, errLink
	}
	row, err := s.store.LinkOf(ctx, secret.hash())
	if err != nil {
		return LinkRow{}, orLink(err)
	}
	return row, nil
}

// hashFor makes the hash of a password chosen with a link. The link is looked at
// first, so that hashing is nobody's for the asking.
func (s *Service) hashFor(ctx context.Context, secret Secret, password string, want Purpose) (string, error) {
	row, err := s.link(ctx, secret)
	if err != nil {
		return "", err
	}
	if (row.Purpose == Setup) != (want == Setup) {
		return "", errLink
	}
	enforced, err := parsePassword(password)
	if err != nil {
		return "", err
	}
	return s.hasher.hash(ctx, enforced)
}

// AcceptLink uses an invitation or reset link: it sets the password, ends one's
// sign-ins by browser and signs in. Tokens stay. NotFound when the link does not
// work.
func (s *Service) AcceptLink(ctx context.Context, link Secret, password string, from Client) (Session, error) {
	hash, err := s.hashFor(ctx, link, password, Invite)
	if err != nil {
		return Session{}, err
	}
	secret := newSecret("")
	var used LinkRow
	var row SignInRow
	err = s.changeAuthority(ctx, nobody(from), auth.SignIn, func(tx Tx) (deed, error) {
		if used, err = tx.UseLink(ctx, link.hash(), ""); err != nil {
			return deed{}, orLink(err)
		}
		if err := setPassword(ctx, tx, used.User, hash, auth.ID{}); err != nil {
			return deed{}, err
		}
		row, err = tx.AddSignIn(ctx, browser(used.User, secret, from))
		d := signedIn(used.User, used.UserName, row)
		d.detail["link"] = used.Purpose
		return d, err
	})
	if err != nil {
		return Session{}, err
	}
	return s.session(ctx, used.User, secret, row)
}

// setPassword ends what rested on the old one: the browsers' sign-ins except one,
// and links.
func setPassword(ctx context.Context, tx Tx, user auth.PrincipalID, hash string, except auth.ID) error {
	if err := tx.SetPassword(ctx, user, hash); err != nil {
		return err
	}
	if err := tx.DropLinks(ctx, user, ""); err != nil {
		return err
	}
	_, err := tx.EndSignIns(ctx, WhichSignIns{User: user, Kind: Browser, Except: except})
	return err
}
