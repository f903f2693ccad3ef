package account_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth/account"
	"quire/auth/fault"
)

func TestInvitation(t *testing.T) {
	w := newWorld(t)
	u, link, err := w.CreateUser(operator(t), account.Invitation{Name: "Ana", DisplayName: "Ana Silva"})
	require.NoError(t, err)
	require.True(t, u.Invited)
	require.Equal(t, "http://x/welcome#"+link.Secret.Reveal(), link.URL("http://x"))
	require.WithinDuration(t, time.Now().Add(72*time.Hour), link.ExpiresAt, time.Minute)

	purpose, name, err := w.CheckLink(t.Context(), link.Secret)
	require.NoError(t, err)
	require.Equal(t, account.Invite, purpose)
	require.Equal(t, "Ana", name)

	_, err = w.AcceptLink(t.Context(), link.Secret, "short", account.Client{})
	requireCode(t, fault.Invalid, err)
	s, err := w.AcceptLink(t.Context(), link.Secret, password, account.Client{Agent: "Firefox"})
	require.NoError(t, err, "a refused password does not use the link up")
	require.Equal(t, "Ana Silva", s.DisplayName)
	w.as(t, s.Secret)

	_, err = w.AcceptLink(t.Context(), link.Secret, password, account.Client{})
	requireCode(t, fault.NotFound, err)
	_, _, err = w.CheckLink(t.Context(), link.Secret)
	requireCode(t, fault.NotFound, err)
}

func TestALinkIsUsedOnceHoweverManyTry(t *testing.T) {
	w := newWorld(t)
	_, link, err := w.CreateUser(operator(t), account.Invitation{Name: "ana"})
	require.NoError(t, err)
	errs := atOnce(8, func(int) error {
		_, err := w.AcceptLink(t.Context(), link.Secret, password, account.Client{})
		return err
	})
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		requireCode(t, fault.NotFound, err)
	}
	require.Equal(t, 1, won)
	require.Equal(t, int64(1), one[int64](t, w, `SELECT count(*) FROM sign_ins`))
}

func TestLinksThatDoNotWork(t *testing.T) {
	w := newWorld(t)
	setup := w.start(t, "")
	ana, first, err := w.CreateUser(operator(t), account.Invitation{Name: "ana"})
	require.NoError(t, err)
	second, err := w.UserLink(operator(t), ana.ID)
	require.NoError(t, err)
	_, expired, err := w.CreateUser(operator(t), account.Invitation{Name: "bo"})
	require.NoError(t, err)
	w.exec(t, `UPDATE one_time_links SET expires_at = now() WHERE user_id = (SELECT id FROM principals WHERE name = 'bo')`)
	for name, secret := range map[string]account.Secret{
		"replaced": first.Secret, "expired": expired.Secret, "to set up": setup.Secret,
		"forged": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "empty": "",
	} {
		_, err := w.AcceptLink(t.Context(), secret, password, account.Client{})
		require.Equal(t, fault.NotFound, fault.CodeOf(err), name)
		_, _, err = w.CheckLink(t.Context(), secret)
		require.Equal(t, fault.NotFound, fault.CodeOf(err), name)
	}
	_, err = w.AcceptLink(t.Context(), second.Secret, password, account.Client{})
	require.NoError(t, err)
}

func TestResetEndsBrowsersAndKeepsTokens(t *testing.T) {
	w := newWorld(t)
	old := w.named(t, "ana")
	ctx := w.as(t, old.Secret)
	token, err := w.CreateToken(ctx, account.NewToken{Label: "cron", Days: 1})
	require.NoError(t, err)
	link, err := w.UserLink(operator(t), old.ID)
	require.NoError(t, err)
	require.Equal(t, account.Reset, link.Purpose)
	require.WithinDuration(t, time.Now().Add(time.Hour), link.ExpiresAt, time.Minute)

	s, err := w.AcceptLink(t.Context(), link.Secret, "an entirely new one", account.Client{})
	require.NoError(t, err)
	w.over(t, old.Secret, ctx)
	w.as(t, token.Secret)
	w.as(t, s.Secret)
	_, err = w.SignIn(t.Context(), "ana", password, account.Client{})
	requireCode(t, fault.Unauthenticated, err)
	_, err = w.SignIn(t.Context(), "ana", "an entirely new one", account.Client{})
	require.NoError(t, err)
}

func TestLinksOfADisabledAccountEnd(t *testing.T) {
	w := newWorld(t)
	s := w.named(t, "ana")
	link, err := w.UserLink(operator(t), s.ID)
	require.NoError(t, err)
	_, err = w.ChangeUser(operator(t), s.ID, account.UserChange{Disabled: ptr(true)})
	require.NoError(t, err)
	_, err = w.AcceptLink(t.Context(), link.Secret, password, account.Client{})
	requireCode(t, fault.NotFound, err)
	_, err = w.UserLink(operator(t), s.ID)
	requireCode(t, fault.Conflict, err)
	_, err = w.ChangeUser(operator(t), s.ID, account.UserChange{Disabled: ptr(false)})
	require.NoError(t, err)
	_, err = w.AcceptLink(t.Context(), link.Secret, password, account.Client{})
	requireCode(t, fault.NotFound, err)
}

func TestLinksAreForUsers(t *testing.T) {
	w := newWorld(t)
	g, err := w.CreateGroup(operator(t), "group", "", nil)
	require.NoError(t, err)
	for _, id := range []int64{0, 1, int64(g.ID), 99999} {
		_, err := w.UserLink(operator(t), principal(id))
		requireCode(t, fault.NotFound, err)
	}
}
