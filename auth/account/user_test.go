package account_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth/account"
	"quire/auth/fault"
)

func TestNamesAreOneNamespaceFolded(t *testing.T) {
	w := newWorld(t)
	w.named(t, "Ana")
	for _, name := range []string{"Ana", "ANA", "ａｎａ", "ana"} {
		_, _, err := w.CreateUser(operator(t), account.Invitation{Name: name})
		requireCode(t, fault.Conflict, err)
		require.ErrorContains(t, err, "taken")
		_, err = w.CreateGroup(operator(t), name, "", nil)
		requireCode(t, fault.Conflict, err)
	}
	_, err := w.CreateGroup(operator(t), "Crew", "", nil)
	require.NoError(t, err)
	_, _, err = w.CreateUser(operator(t), account.Invitation{Name: "crew"})
	requireCode(t, fault.Conflict, err)
}

func TestTheSameNameAtOnceIsGivenOnce(t *testing.T) {
	w := newWorld(t)
	errs := atOnce(6, func(i int) error {
		_, _, err := w.CreateUser(operator(t), account.Invitation{Name: []string{"Bo", "BO"}[i%2]})
		return err
	})
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		requireCode(t, fault.Conflict, err)
	}
	require.Equal(t, 1, won)
}

func TestNamesThatCannotBe(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{
		"", " ", "everyone", "Anonymous", "SYSTEM", "ｏperator", "a/b", `a\b`, "a,b", "group:a", "a;b", " a", "a ", "a  b",
		"a\tb", "a\nb", "a\x00b", "\u202eab", "a\u200bb", "a\xffb", strings.Repeat("x", 65),
	} {
		_, _, err := w.CreateUser(operator(t), account.Invitation{Name: name})
		require.Equal(t, fault.Invalid, fault.CodeOf(err), "%q", name)
	}
	for _, name := range []string{"a", strings.Repeat("x", 64), "ana@example.com", "Ana Silva", "Jürgen", "山田", "o'neill", "x-1_2.3"} {
		u, _, err := w.CreateUser(operator(t), account.Invitation{Name: name})
		require.NoError(t, err, "%q", name)
		require.Equal(t, name, u.Name)
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	w := newWorld(t)
	ana, bo := w.admin(t, "ana"), w.admin(t, "bo")
	_, _, err := w.CreateUser(operator(t), account.Invitation{Name: "invited", Admin: true})
	require.NoError(t, err, "who has no password yet cannot administer")
	ctx := w.as(t, ana.Secret)
	for _, c := range []account.UserChange{{Admin: ptr(false)}, {Disabled: ptr(true)}} {
		_, err := w.ChangeUser(ctx, bo.ID, c)
		require.NoError(t, err)
		_, err = w.ChangeUser(ctx, ana.ID, account.UserChange{Admin: ptr(false)})
		requireCode(t, fault.Conflict, err)
		_, err = w.ChangeUser(operator(t), ana.ID, account.UserChange{Disabled: ptr(true)})
		requireCode(t, fault.Conflict, err)
		_, err = w.ChangeUser(ctx, bo.ID, account.UserChange{Admin: ptr(true), Disabled: ptr(false)})
		require.NoError(t, err)
	}
}

func TestTwoAdministratorsCannotRemoveEachOtherAtOnce(t *testing.T) {
	w := newWorld(t)
	for round := range 5 {
		ana, bo := w.admin(t, fmt.Sprint("ana", round)), w.admin(t, fmt.Sprint("bo", round))
		w.exec(t, `UPDATE users SET admin = false WHERE id NOT IN ($1, $2)`, int64(ana.ID), int64(bo.ID))
		ids := []account.Session{ana, bo}
		atOnce(2, func(i int) error {
			_, err := w.ChangeUser(operator(t), ids[i].ID, account.UserChange{Admin: ptr(false)})
			return err
		})
		require.Equal(t, int64(1), one[int64](t, w, `SELECT count(*) FROM users WHERE admin`))
	}
}

func TestDisablingEndsEverything(t *testing.T) {
	w := newWorld(t)
	ana := w.named(t, "ana")
	ctx := w.as(t, ana.Secret)
	token, err := w.CreateToken(ctx, account.NewToken{Label: "cron", Days: 1})
	require.NoError(t, err)
	tokenCtx := w.as(t, token.Secret)
	u, err := w.ChangeUser(operator(t), ana.ID, account.UserChange{Disabled: ptr(true)})
	require.NoError(t, err)
	require.True(t, u.Disabled)
	w.over(t, ana.Secret, ctx)
	w.over(t, token.Secret, tokenCtx)
	_, err = w.SignIn(t.Context(), "ana", password, account.Client{})
	requireCode(t, fault.Unauthenticated, err)

	_, err = w.ChangeUser(operator(t), ana.ID, account.UserChange{Disabled: ptr(false)})
	require.NoError(t, err)
	w.over(t, ana.Secret, ctx) // enabling revives nothing
	w.over(t, token.Secret, tokenCtx)
	_, err = w.SignIn(t.Context(), "ana", password, account.Client{})
	require.NoError(t, err)
}

func TestUsersAreListedInPages(t *testing.T) {
	w := newWorld(t)
	for i := range 103 {
		_, _, err := w.CreateUser(operator(t), account.Invitation{Name: fmt.Sprintf("user%03d", i)})
		require.NoError(t, err)
	}
	first, more, err := w.Users(operator(t), "", 0)
	require.NoError(t, err)
	require.True(t, more)
	require.Len(t, first, 100)
	second, more, err := w.Users(operator(t), "", first[99].ID)
	require.NoError(t, err)
	require.False(t, more)
	require.Len(t, second, 3)
	require.Equal(t, "user100", second[0].Name)
	found, _, err := w.Users(operator(t), "USER05", 0)
	require.NoError(t, err)
	require.Len(t, found, 10)
}

func TestCreateUserWithGroups(t *testing.T) {
	w := newWorld(t)
	_, err := w.CreateGroup(operator(t), "crew", "", nil)
	require.NoError(t, err)
	w.named(t, "ana")
	_, _, err = w.CreateUser(operator(t), account.Invitation{Name: "bo", Groups: []string{"crew", "nix", "nada"}})
	requireCode(t, fault.Invalid, err)
	require.Equal(t, map[string]any{"unknown": []string{"nix", "nada"}}, fault.Of(err).Details)
	_, _, err = w.CreateUser(operator(t), account.Invitation{Name: "bo", Groups: []string{"ana"}})
	requireCode(t, fault.Invalid, err)
	require.Zero(t, one[int64](t, w, `SELECT count(*) FROM principals WHERE folded = 'bo'`), "nothing is half done")
	u, _, err := w.CreateUser(operator(t), account.Invitation{Name: "bo", Groups: []string{" CREW "}})
	require.NoError(t, err)
	require.Equal(t, "crew", u.Groups[0].Name)
}

func TestOnlyAdministratorsChangePeople(t *testing.T) {
	w := newWorld(t)
	ana, boss := w.named(t, "ana"), w.admin(t, "boss")
	g, err := w.CreateGroup(operator(t), "crew", "", []string{"ana"})
	require.NoError(t, err)
	for _, s := range []account.Session{ana, boss} {
		ctx := w.as(t, s.Secret)
		check := func(err error) {
			t.Helper()
			if s.Admin {
				require.NoError(t, err)
			} else {
				require.Contains(t, []fault.Code{fault.Forbidden, fault.NotFound}, fault.CodeOf(err))
			}
		}
		_, _, err := w.Users(ctx, "", 0)
		check(err)
		_, _, err = w.CreateUser(ctx, account.Invitation{Name: "new"})
		check(err)
		_, err = w.ChangeUser(ctx, ana.ID, account.UserChange{DisplayName: ptr("A")})
		check(err)
		_, err = w.UserLink(ctx, ana.ID)
		check(err)
		_, err = w.Groups(ctx)
		check(err)
		_, err = w.CreateGroup(ctx, "another", "", nil)
		check(err)
		_, err = w.ChangeGroup(ctx, g.ID, account.GroupChange{Description: ptr("d")})
		check(err)
		_, err = w.SetMembers(ctx, g.ID, []string{"ana"})
		check(err)
		_, err = w.AddMembers(ctx, g.ID, []string{"boss"})
		check(err)
		_, err = w.RemoveMember(ctx, g.ID, boss.ID)
		check(err)
		_, err = w.Settings(ctx)
		check(err)
		_, err = w.ChangeSettings(ctx, account.SettingsChange{NewNotes: ptr(account.ForMe)})
		check(err)
		_, err = w.Audit(ctx, account.AuditQuery{})
		check(err)
		_, err = w.Group(ctx, g.ID)
		require.NoError(t, err, "members see their group")
		check(w.RemoveGroup(ctx, g.ID))
	}
	_, _, err = w.Users(t.Context(), "", 0)
	requireCode(t, fault.Unauthenticated, err)
}
