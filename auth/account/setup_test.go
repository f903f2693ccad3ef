package account_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
)

func (w *world) start(t *testing.T, file string) *account.Link {
	t.Helper()
	link, err := w.Start(auth.AsSystem(t.Context(), "start"), file)
	require.NoError(t, err)
	return link
}

func form(secret account.Secret, name string) account.SetUpForm {
	return account.SetUpForm{Secret: secret, Name: name, Password: password, NewNotes: account.ForMe}
}

func TestSetUpMakesTheAdministrator(t *testing.T) {
	w := newWorld(t)
	link := w.start(t, "")
	require.Equal(t, "https://q.example/setup#"+link.Secret.Reveal(), link.URL("https://q.example/"))
	needed, err := w.SetUpNeeded(t.Context())
	require.NoError(t, err)
	require.True(t, needed)

	session, err := w.SetUp(t.Context(), form(link.Secret, "Ana"), account.Client{})
	require.NoError(t, err)
	require.True(t, session.Admin)
	require.Equal(t, account.ForMe, session.NewNotes)
	me, err := w.Me(w.as(t, session.Secret))
	require.NoError(t, err)
	require.Equal(t, session.Me, me)
	public, err := w.NotesPublic(t.Context())
	require.NoError(t, err)
	require.False(t, public)

	needed, err = w.SetUpNeeded(t.Context())
	require.NoError(t, err)
	require.False(t, needed)
	require.Nil(t, w.start(t, ""), "nothing to set up any more")
}

func TestOfManySetUpsAtOnceOneWins(t *testing.T) {
	w := newWorld(t)
	link := w.start(t, "")
	errs := atOnce(8, func(i int) error {
		_, err := w.SetUp(t.Context(), form(link.Secret, fmt.Sprintf("admin%d", i)), account.Client{})
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
	require.Equal(t, int64(1), one[int64](t, w, `SELECT count(*) FROM users`))
}

func TestTwoLinksDoNotMakeTwoAdministrators(t *testing.T) {
	w := newWorld(t)
	link := w.start(t, "")
	// As if two servers had started at the same moment.
	other := w.start(t, "")
	w.exec(t, `UPDATE one_time_links SET expires_at = now() + interval '1 hour'`)
	_, err := w.SetUp(t.Context(), form(link.Secret, "ana"), account.Client{})
	require.NoError(t, err)
	_, err = w.SetUp(t.Context(), form(other.Secret, "eve"), account.Client{})
	requireCode(t, fault.NotFound, err)
}

func TestSetUpLinksThatDoNotWork(t *testing.T) {
	w := newWorld(t)
	old := w.start(t, "")
	expired := w.start(t, "")
	invite, err := func() (account.Secret, error) {
		_, l, err := w.CreateUser(operator(t), account.Invitation{Name: "bo"})
		return l.Secret, err
	}()
	require.NoError(t, err)
	w.exec(t, `UPDATE one_time_links SET expires_at = now() WHERE purpose = 'setup'`)
	for name, secret := range map[string]account.Secret{
		"of an earlier start": old.Secret,
		"expired":             expired.Secret,
		"forged":              account.Secret("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
		"empty":               "",
		"an invitation":       invite,
	} {
		_, err := w.SetUp(t.Context(), form(secret, "eve"), account.Client{})
		require.Equal(t, fault.NotFound, fault.CodeOf(err), name)
	}
	require.Equal(t, int64(1), one[int64](t, w, `SELECT count(*) FROM users`), "only the invited one")
}

func TestEveryStartReplacesTheLink(t *testing.T) {
	w := newWorld(t)
	first := w.start(t, "")
	second := w.start(t, "")
	_, err := w.SetUp(t.Context(), form(first.Secret, "ana"), account.Client{})
	requireCode(t, fault.NotFound, err)
	_, err = w.SetUp(t.Context(), form(second.Secret, "ana"), account.Client{})
	require.NoError(t, err)
}

func TestSetUpRefusesBadInputAndKeepsTheLink(t *testing.T) {
	w := newWorld(t)
	link := w.start(t, "")
	bad := []account.SetUpForm{form(link.Secret, ""), form(link.Secret, "system"), form(link.Secret, "a/b")}
	short, nobody := form(link.Secret, "ana"), form(link.Secret, "ana")
	short.Password, nobody.NewNotes = "1234567", "nobody"
	for _, f := range append(bad, short, nobody) {
		_, err := w.SetUp(t.Context(), f, account.Client{})
		requireCode(t, fault.Invalid, err)
	}
	_, err := w.SetUp(t.Context(), form(link.Secret, "ana"), account.Client{})
	require.NoError(t, err)
}

func TestStartWithAPasswordFile(t *testing.T) {
	w := newWorld(t)
	file := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(file, []byte(password+"\n"), 0o600))
	require.Nil(t, w.start(t, file))
	session, err := w.SignIn(t.Context(), "admin", password, account.Client{})
	require.NoError(t, err)
	require.True(t, session.Admin)

	require.NoError(t, os.WriteFile(file, []byte("another password"), 0o600))
	require.Nil(t, w.start(t, file))
	_, err = w.SignIn(t.Context(), "admin", password, account.Client{})
	require.NoError(t, err, "the file only counts while there is no administrator")
}

func TestStartWithABadPasswordFile(t *testing.T) {
	w := newWorld(t)
	file := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(file, []byte("short\n"), 0o600))
	_, err := w.Start(auth.AsSystem(t.Context(), "start"), file)
	require.ErrorContains(t, err, "at least 8 characters")
	_, err = w.Start(auth.AsSystem(t.Context(), "start"), file+"-not-there")
	require.Error(t, err)
	_, err = w.Start(operator(t), "")
	requireCode(t, fault.Forbidden, err)
	require.Zero(t, one[int64](t, w, `SELECT count(*) FROM users`))
}
