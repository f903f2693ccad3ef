package account_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth/account"
	"quire/auth/fault"
)

// TestConsentToRunUnseparated: with one account nobody is asked; with more, one of
// the administrators must have agreed, and can take it back.
func TestConsentToRunUnseparated(t *testing.T) {
	w := newWorld(t)
	_, _, err := w.CreateUser(operator(t), account.Invitation{Name: "boss", Admin: true})
	require.NoError(t, err)
	several := func() error { return w.MayRunUnseparated(t.Context()) }
	require.NoError(t, several(), "nobody else is there")
	_, _, err = w.CreateUser(operator(t), account.Invitation{Name: "another"})
	require.NoError(t, err)
	requireCode(t, fault.Forbidden, several())
	require.ErrorContains(t, several(), "boss", "it tells who can agree")

	got, err := w.ChangeSettings(operator(t), account.SettingsChange{Unseparated: ptr(true)})
	require.NoError(t, err)
	require.Equal(t, "operator", got.Unseparated.By)
	require.NotZero(t, got.Unseparated.At)
	require.NoError(t, several())
	got, err = w.ChangeSettings(operator(t), account.SettingsChange{Unseparated: ptr(false)})
	require.NoError(t, err)
	require.Nil(t, got.Unseparated)
	requireCode(t, fault.Forbidden, several())
}
