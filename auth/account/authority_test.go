package account_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
)

// act is one operation somebody did, with what must come of it.
type act struct {
	operation auth.Operation
	// moves tells whether it changes who may do what: then no decision made before
	// it may hold after it.
	moves bool
	do    func() error
}

// everything does each changing operation once, in an order in which each can
// succeed, and passes on all secrets that were used.
func everything(t *testing.T, w *world, secret func(account.Secret)) []act {
	var ana, boss account.Session
	var link account.Link
	var token account.CreatedToken
	var user account.User
	var crew account.Group
	var limit account.Cap
	var other account.Session
	asBoss := func() context.Context { return w.as(t, boss.Secret) }
	asAna := func() context.Context { return w.as(t, ana.Secret) }
	setUp := *w.start(t, "")
	secret(setUp.Secret)
	return []act{
		{auth.SetUp, true, func() (err error) {
			boss, err = w.SetUp(t.Context(), form(setUp.Secret, "boss"), account.Client{})
			secret(boss.Secret)
			return err
		}},
		{auth.UserCreate, true, func() (err error) {
			user, link, err = w.CreateUser(asBoss(), account.Invitation{Name: "ana"})
			secret(link.Secret)
			return err
		}},
		{auth.UserLink, false, func() (err error) {
			link, err = w.UserLink(asBoss(), user.ID)
			secret(link.Secret)
			return err
		}},
		{auth.SignIn, true, func() (err error) {
			ana, err = w.AcceptLink(t.Context(), link.Secret, password, account.Client{})
			secret(ana.Secret)
			return err
		}},
		{auth.SignIn, false, func() (err error) {
			other, err = w.SignIn(t.Context(), "ana", password, account.Client{})
			secret(other.Secret)
			return err
		}},
		{auth.SignInEnd, true, func() error { return w.EndSignIn(asAna(), other.SignIn) }},
		{auth.TokenCreate, true, func() (err error) {
			token, err = w.CreateToken(asAna(), account.NewToken{Label: "cron", Days: 1})
			secret(token.Secret)
			return err
		}},
		{auth.TokenRevoke, true, func() error { return w.RevokeToken(asAna(), token.ID) }},
		{auth.PasswordChange, true, func() error { return w.ChangePassword(asAna(), password, "an entirely new one", "") }},
		{auth.UserChange, false, func() error {
			_, err := w.ChangeUser(asBoss(), ana.ID, account.UserChange{DisplayName: ptr("Ana")})
			return err
		}},
		{auth.UserChange, true, func() error {
			_, err := w.ChangeUser(asBoss(), ana.ID, account.UserChange{Admin: ptr(true)})
			return err
		}},
		{auth.UserChange, true, func() error {
			_, err := w.ChangeUser(asBoss(), ana.ID, account.UserChange{Disabled: ptr(false)})
			return err
		}},
		{auth.GroupCreate, true, func() (err error) {
			crew, err = w.CreateGroup(asBoss(), "crew", "", []string{"ana"})
			return err
		}},
		{auth.GroupChange, false, func() error {
			_, err := w.ChangeGroup(asBoss(), crew.ID, account.GroupChange{Name: ptr("hands")})
			return err
		}},
		{auth.GroupMembers, true, func() error { _, err := w.SetMembers(asBoss(), crew.ID, nil); return err }},
		{auth.GroupMembers, true, func() error { _, err := w.AddMembers(asBoss(), crew.ID, []string{"ana"}); return err }},
		{auth.GroupMembers, true, func() error { _, err := w.SetLeader(asBoss(), crew.ID, ana.ID, true); return err }},
		{auth.CapSet, true, func() (err error) {
			limit, err = w.SetCap(asBoss(), account.NewCap{Group: account.GroupRef{ID: crew.ID}, Actions: []string{"read"}})
			return err
		}},
		{auth.CapLift, true, func() error { return w.LiftCap(asBoss(), limit.ID) }},
		{auth.GroupMembers, true, func() error { _, err := w.RemoveMember(asBoss(), crew.ID, ana.ID); return err }},
		{auth.GroupRemove, true, func() error { return w.RemoveGroup(asBoss(), crew.ID) }},
		{auth.SettingsChange, false, func() error {
			_, err := w.ChangeSettings(asBoss(), account.SettingsChange{NewNotes: ptr(account.ForEveryone)})
			return err
		}},
		{auth.SettingsChange, true, func() error {
			_, err := w.ChangeSettings(asBoss(), account.SettingsChange{LinksAnyone: ptr(true)})
			return err
		}},
		{auth.SignOut, true, func() error { return w.SignOut(asAna()) }},
		{auth.UserChange, true, func() error {
			_, err := w.ChangeUser(asBoss(), ana.ID, account.UserChange{Disabled: ptr(true)})
			return err
		}},
	}
}

func TestWhatChangesAuthorityMovesTheEpochAtOnce(t *testing.T) {
	w := newWorld(t)
	for i, a := range everything(t, w, func(account.Secret) {}) {
		epoch := one[int64](t, w, `SELECT epoch FROM authority`)
		moved := w.gate.Moved()
		require.NoError(t, a.do(), "%d %s", i, a.operation.Name())
		after := one[int64](t, w, `SELECT epoch FROM authority`)
		if !a.moves {
			require.Equal(t, epoch, after, "%d %s", i, a.operation.Name())
			continue
		}
		require.Greater(t, after, epoch, "%d %s", i, a.operation.Name())
		select {
		case <-moved:
		default:
			t.Fatalf("%d %s: the gate was not told", i, a.operation.Name())
		}
	}
}

func TestEveryChangeWritesOneAuditRowWithoutSecrets(t *testing.T) {
	w := newWorld(t)
	hidden := []string{password, "an entirely new one"}
	var acts []string
	for i, a := range everything(t, w, func(s account.Secret) { hidden = append(hidden, s.Reveal()) }) {
		before := one[int64](t, w, `SELECT count(*) FROM audit`)
		require.NoError(t, a.do())
		require.Equal(t, before+1, one[int64](t, w, `SELECT count(*) FROM audit`), "%d %s", i, a.operation.Name())
		acts = append(acts, a.operation.Name())
		last := one[string](t, w, `SELECT concat(operation, ' ', outcome, ' ', actor) FROM audit ORDER BY id DESC LIMIT 1`)
		require.Equal(t, a.operation.Name()+" done", strings.Join(strings.Fields(last)[:2], " "))
		require.Contains(t, []string{"boss", "ana"}, strings.Fields(last)[2], "%d %s", i, a.operation.Name())
	}
	hashes := one[string](t, w, `SELECT string_agg(password_hash, ' ') FROM users`)
	hidden = append(hidden, strings.Fields(hashes)...)
	audit := one[string](t, w, `SELECT string_agg(a::text, ' ') FROM audit a`)
	for _, s := range hidden {
		require.NotContains(t, audit, s)
		require.NotContains(t, w.logs.String(), s)
	}
	entries, err := w.Audit(operator(t), account.AuditQuery{})
	require.NoError(t, err)
	require.Len(t, entries, len(acts)+1, "and the link to set up")
}

// A change that is refused leaves no row and moves nothing.
func TestRefusedChangesChangeNothing(t *testing.T) {
	w := newWorld(t)
	boss := w.admin(t, "boss")
	before := one[string](t, w, `SELECT concat((SELECT count(*) FROM audit), ' ', (SELECT epoch FROM authority))`)
	_, err := w.ChangeUser(w.as(t, boss.Secret), boss.ID, account.UserChange{Disabled: ptr(true)})
	require.Error(t, err)
	_, _, err = w.CreateUser(w.as(t, boss.Secret), account.Invitation{Name: "BOSS"})
	require.Error(t, err)
	require.Equal(t, before, one[string](t, w, `SELECT concat((SELECT count(*) FROM audit), ' ', (SELECT epoch FROM authority))`))
}
