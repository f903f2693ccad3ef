package account_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
)

func principal(id int64) auth.PrincipalID { return auth.PrincipalID(id) }

func TestChangingThePasswordEndsOtherBrowsers(t *testing.T) {
	w := newWorld(t)
	s := w.named(t, "ana")
	ctx := w.as(t, s.Secret)
	other, err := w.SignIn(t.Context(), "ana", password, account.Client{})
	require.NoError(t, err)
	otherCtx := w.as(t, other.Secret)
	token, err := w.CreateToken(ctx, account.NewToken{Label: "cron", Days: 1})
	require.NoError(t, err)
	bo := w.named(t, "bo")
	link, err := w.UserLink(operator(t), s.ID)
	require.NoError(t, err)

	require.NoError(t, w.ChangePassword(ctx, password, "an entirely new one", ""))
	w.over(t, other.Secret, otherCtx)
	w.as(t, s.Secret)
	w.as(t, token.Secret)
	w.as(t, bo.Secret)
	_, err = w.AcceptLink(t.Context(), link.Secret, password, account.Client{})
	requireCode(t, fault.NotFound, err)
	_, err = w.SignIn(t.Context(), "ana", password, account.Client{})
	requireCode(t, fault.Unauthenticated, err)
	_, err = w.SignIn(t.Context(), "ana", "an entirely new one", account.Client{})
	require.NoError(t, err)
}

func TestChangingThePasswordNeedsTheCurrentOne(t *testing.T) {
	w := newWorld(t)
	s := w.named(t, "ana")
	ctx := w.as(t, s.Secret)
	requireCode(t, fault.Invalid, w.ChangePassword(ctx, password, "short", ""))
	for range 10 {
		requireCode(t, fault.Forbidden, w.ChangePassword(ctx, "not the password", "an entirely new one", ""))
	}
	requireCode(t, fault.TooMany, w.ChangePassword(ctx, password, "an entirely new one", ""))
	requireCode(t, fault.Unauthenticated, w.ChangePassword(t.Context(), password, "an entirely new one", ""))
	w.as(t, s.Secret)
}

// The same characters typed composed and decomposed are one password.
func TestPasswordsAreComparedNormalised(t *testing.T) {
	w := newWorld(t)
	s := w.named(t, "ana")
	require.NoError(t, w.ChangePassword(w.as(t, s.Secret), password, "gl\u00fccklich!", ""))
	_, err := w.SignIn(t.Context(), "ana", "glu\u0308cklich!", account.Client{})
	require.NoError(t, err)
}

func TestListAndEndSignIns(t *testing.T) {
	w := newWorld(t)
	s := w.named(t, "ana")
	bo := w.named(t, "bo")
	ctx := w.as(t, s.Secret)
	phone, err := w.SignIn(t.Context(), "ana", password, account.Client{Address: "192.0.2.7", Agent: "Phone \x00 1.0"})
	require.NoError(t, err)
	phoneCtx := w.as(t, phone.Secret)

	list, err := w.SignIns(ctx)
	require.NoError(t, err)
	require.Len(t, list, 2)
	byID := map[auth.ID]account.SignInRow{list[0].ID: list[0], list[1].ID: list[1]}
	require.True(t, byID[s.SignIn].Current)
	require.False(t, byID[phone.SignIn].Current)
	require.Equal(t, "Phone  1.0", byID[phone.SignIn].Label)
	require.Equal(t, "192.0.2.7", byID[phone.SignIn].Address)

	requireCode(t, fault.NotFound, w.EndSignIn(ctx, bo.SignIn))
	w.as(t, bo.Secret)
	require.NoError(t, w.EndSignIn(ctx, phone.SignIn))
	w.over(t, phone.Secret, phoneCtx)
	requireCode(t, fault.NotFound, w.EndSignIn(ctx, phone.SignIn))
}

func TestTheOperatorIsNobodyInPerson(t *testing.T) {
	w := newWorld(t)
	_, err := w.Me(operator(t))
	requireCode(t, fault.Forbidden, err)
	_, err = w.Tokens(operator(t))
	requireCode(t, fault.Forbidden, err)
}
