package account_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
)

func TestTokens(t *testing.T) {
	w := newWorld(t)
	ana := w.named(t, "ana")
	ctx := w.as(t, ana.Secret)
	token, err := w.CreateToken(ctx, account.NewToken{Label: " cron ", Days: 30})
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(token.Secret.Reveal(), "quire_"))
	require.WithinDuration(t, time.Now().Add(30*24*time.Hour), token.ExpiresAt, time.Minute)

	list, err := w.Tokens(ctx)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, "cron", list[0].Label)
	require.Nil(t, list[0].Scope)

	bo := w.named(t, "bo")
	requireCode(t, fault.NotFound, w.RevokeToken(w.as(t, bo.Secret), token.ID))
	requireCode(t, fault.NotFound, w.RevokeToken(ctx, ana.SignIn))
	tokenCtx := w.as(t, token.Secret)
	require.NoError(t, w.RevokeToken(ctx, token.ID))
	w.over(t, token.Secret, tokenCtx)
}

func TestATokenIsLimitedToItsScope(t *testing.T) {
	w := newWorld(t)
	boss := w.admin(t, "boss")
	token, err := w.CreateToken(w.as(t, boss.Secret), account.NewToken{Label: "read", Scope: []string{"read"}, Days: 1})
	require.NoError(t, err)
	require.Equal(t, []string{"read", "use"}, token.Scope)
	ctx := w.as(t, token.Secret)
	a, _ := auth.ActorFrom(ctx)
	who, err := w.gate.Identity(ctx, a)
	require.NoError(t, err)
	require.Equal(t, auth.Actions(auth.Read|auth.Use), who.Scope)

	_, _, err = w.Users(ctx, "", 0)
	requireCode(t, fault.Forbidden, err)
	_, err = w.CreateToken(ctx, account.NewToken{Label: "more", Days: 1})
	requireCode(t, fault.Forbidden, err)
	requireCode(t, fault.Forbidden, w.ChangePassword(ctx, password, "an entirely new one", ""))
	_, err = w.SearchPeople(ctx, "b", 0)
	require.NoError(t, err)
}

func TestATokenExpires(t *testing.T) {
	w := newWorld(t)
	ana := w.named(t, "ana")
	token, err := w.CreateToken(w.as(t, ana.Secret), account.NewToken{Label: "cron", Days: 1})
	require.NoError(t, err)
	w.exec(t, `UPDATE sign_ins SET last_seen_at = now() - interval '1 hour' WHERE kind = 'token'`)
	w.as(t, token.Secret)
	require.WithinDuration(t, token.ExpiresAt, one[time.Time](t, w, `SELECT expires_at FROM sign_ins WHERE kind = 'token'`), 0,
		"being used does not prolong a token")
	w.exec(t, `UPDATE sign_ins SET expires_at = now() WHERE kind = 'token'`)
	_, err = w.Authenticate(t.Context(), token.Secret)
	requireCode(t, fault.Unauthenticated, err)
}

func TestTokensThatAreNotMade(t *testing.T) {
	w := newWorld(t)
	ctx := w.as(t, w.named(t, "ana").Secret)
	for _, n := range []account.NewToken{
		{Label: "", Days: 1}, {Label: strings.Repeat("x", 101), Days: 1}, {Label: "a\nb", Days: 1},
		{Label: "x", Days: 0}, {Label: "x", Days: 366}, {Label: "x", Days: -1},
		{Label: "x", Days: 1, Scope: []string{}}, {Label: "x", Days: 1, Scope: []string{"fly"}},
		{Label: "x", Days: 1, Scope: []string{"read", "administer"}}, {Label: "x", Days: 1, Scope: []string{"own"}},
	} {
		_, err := w.CreateToken(ctx, n)
		requireCode(t, fault.Invalid, err)
	}
	for i := range 100 {
		_, err := w.CreateToken(ctx, account.NewToken{Label: fmt.Sprint(i), Days: 365})
		require.NoError(t, err)
	}
	_, err := w.CreateToken(ctx, account.NewToken{Label: "one more", Days: 1})
	requireCode(t, fault.Conflict, err)
}

// Only hashes are stored.
func TestSecretsAreNotInTheDatabase(t *testing.T) {
	w := newWorld(t)
	s := w.named(t, "ana")
	token, err := w.CreateToken(w.as(t, s.Secret), account.NewToken{Label: "cron", Days: 1})
	require.NoError(t, err)
	_, link, err := w.CreateUser(operator(t), account.Invitation{Name: "bo"})
	require.NoError(t, err)
	dump := one[string](t, w, `SELECT concat((SELECT string_agg(s::text || encode(secret_hash, 'escape'), ' ') FROM sign_ins s),
		(SELECT string_agg(l::text || encode(secret_hash, 'escape'), ' ') FROM one_time_links l))`)
	for _, secret := range []account.Secret{s.Secret, token.Secret, link.Secret} {
		require.NotContains(t, dump, secret.Reveal())
	}
	require.Equal(t, "*** ***", fmt.Sprintf("%v %#v", s.Secret, token.Secret))
}
