package account_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth/account"
	"quire/auth/fault"
)

func TestWhoSeesNewNotes(t *testing.T) {
	w := newWorld(t)
	public, err := w.NotesPublic(t.Context())
	require.NoError(t, err)
	require.True(t, public, "as in Zeppelin")
	got, err := w.ChangeSettings(operator(t), account.Settings{NewNotes: account.ForMe})
	require.NoError(t, err)
	require.Equal(t, account.ForMe, got.NewNotes)
	got, err = w.Settings(operator(t))
	require.NoError(t, err)
	require.Equal(t, account.ForMe, got.NewNotes)
	_, err = w.ChangeSettings(operator(t), account.Settings{NewNotes: "some"})
	requireCode(t, fault.Invalid, err)
}

func TestTheEnvironmentFixesWhoSeesNewNotes(t *testing.T) {
	w := newWorldWith(t, account.Config{NotebookPublic: ptr(false)})
	public, err := w.NotesPublic(t.Context())
	require.NoError(t, err)
	require.False(t, public)
	_, err = w.ChangeSettings(operator(t), account.Settings{NewNotes: account.ForEveryone})
	requireCode(t, fault.Conflict, err)
}
