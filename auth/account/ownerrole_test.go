package account_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
)

// restarted starts another server on the same database, with this owner of all.
func (w *world) restarted(t *testing.T, role string) (*account.Service, error) {
	t.Helper()
	s, err := account.New(w.db.People(), w.gate, account.Config{OwnerRole: role, Hashing: account.Hashing{Memory: 64, Passes: 1, Threads: 1}})
	require.NoError(t, err)
	_, err = s.Start(auth.AsSystem(t.Context(), "test"), "")
	return s, err
}

func TestTheOwnerRoleOwnsEverything(t *testing.T) {
	w := newWorld(t)
	ana, bo := w.named(t, "ana"), w.named(t, "bo")
	w.group(t, "keepers", "bo")
	_, note := w.folderOf(t, ana.ID)
	as := w.as(t, bo.Secret)
	require.Empty(t, w.may(t, as, note), "nobody does unless told")
	s, err := w.restarted(t, "KEEPERS")
	require.NoError(t, err)
	require.Equal(t, "read run write manage", w.may(t, as, note), "through the group")
	shown, err := s.Settings(operator(t))
	require.NoError(t, err)
	require.Equal(t, "keepers", shown.OwnerRole)
	_, err = w.restarted(t, "keepers")
	require.NoError(t, err)
	require.Equal(t, int64(2), one[int64](t, w, `SELECT count(*) FROM audit WHERE object = 'notebook.owner_role' AND detail->>'name' = 'keepers'`), "audited at each start")

	s, err = w.restarted(t, "nobody-yet")
	require.NoError(t, err)
	require.Empty(t, w.may(t, as, note), "a name nobody bears counts for nobody")
	shown, err = s.Settings(operator(t))
	require.NoError(t, err)
	require.Empty(t, shown.OwnerRole)
	_, err = w.restarted(t, "bo")
	require.NoError(t, err)
	require.NotEmpty(t, w.may(t, as, note))
	_, err = w.restarted(t, "")
	require.NoError(t, err)
	require.Empty(t, w.may(t, as, note), "taken away by starting without")
	w.exec(t, `UPDATE settings SET value = '1' WHERE key = 'notebook.owner_role'`)
	require.Zero(t, one[int64](t, w, `SELECT count(*) FROM owner_of_all()`), "a row that names everyone counts for nobody")
	for _, no := range []string{"everyone", "a/b"} {
		_, err = w.restarted(t, no)
		require.Error(t, err, no)
	}
}
