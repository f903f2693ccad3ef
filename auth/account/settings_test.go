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
	got, err := w.ChangeSettings(operator(t), account.SettingsChange{NewNotes: ptr(account.ForMe)})
	require.NoError(t, err)
	require.Equal(t, account.ForMe, got.NewNotes)
	got, err = w.Settings(operator(t))
	require.NoError(t, err)
	require.Equal(t, account.ForMe, got.NewNotes)
	_, err = w.ChangeSettings(operator(t), account.SettingsChange{NewNotes: ptr(account.Audience("some"))})
	requireCode(t, fault.Invalid, err)
	require.False(t, got.LinksAnyone)
	got, err = w.ChangeSettings(operator(t), account.SettingsChange{LinksAnyone: ptr(true)})
	require.NoError(t, err)
	require.Equal(t, account.Settings{NewNotes: account.ForMe, LinksAnyone: true}, got, "what is not named stays")
}

func TestTheEnvironmentFixesWhoSeesNewNotes(t *testing.T) {
	w := newWorldWith(t, account.Config{NotebookPublic: ptr(false)})
	public, err := w.NotesPublic(t.Context())
	require.NoError(t, err)
	require.False(t, public)
	_, err = w.ChangeSettings(operator(t), account.SettingsChange{NewNotes: ptr(account.ForEveryone)})
	requireCode(t, fault.Conflict, err)
	_, err = w.ChangeSettings(operator(t), account.SettingsChange{NewNotes: ptr(account.ForMe), LinksAnyone: ptr(true)})
	require.NoError(t, err, "as it is")
}
