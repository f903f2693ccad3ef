package interpreter_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
	"quire/notebook/interpreter"
)

func TestSecretsAreSealed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	box, err := interpreter.OpenBox(path, true)
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	sealed := box.Seal("connection/1/", "correct horse")
	require.NotContains(t, string(sealed), "horse")
	require.NotEqual(t, sealed, box.Seal("connection/1/", "correct horse"), "nobody sees that two are the same")
	again, err := interpreter.OpenBox(path, true)
	require.NoError(t, err)
	plain, err := again.Open("connection/1/", sealed)
	require.NoError(t, err)
	require.Equal(t, "correct horse", plain)
	_, err = again.Open("connection/2/", sealed)
	require.ErrorContains(t, err, "was changed", "a secret of one row is not opened as another's")
	sealed[len(sealed)-1] ^= 1
	_, err = again.Open("connection/1/", sealed)
	require.Error(t, err)
	_, err = again.Open("connection/1/", []byte{9, 1})
	require.ErrorContains(t, err, "format")
	plain, err = again.Open("connection/1/", nil)
	require.NoError(t, err)
	require.Empty(t, plain)
}

func TestAKeyIsChangedByANewOneAbove(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	box, err := interpreter.OpenBox(path, true)
	require.NoError(t, err)
	old := box.Seal("l", "before")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	next := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32)))
	require.NoError(t, os.WriteFile(path, []byte(next+"\n"+string(text)), 0o600))
	box, err = interpreter.OpenBox(path, false)
	require.NoError(t, err)
	plain, err := box.Open("l", old)
	require.NoError(t, err)
	require.Equal(t, "before", plain)
	current := box.Seal("l", "after")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	box, err = interpreter.OpenBox(path, false)
	require.NoError(t, err)
	_, err = box.Open("l", current)
	require.True(t, fault.Is(err, fault.Unavailable), "it says that the key is missing")
}

func TestKeyFilesThatAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	_, err := interpreter.OpenBox(path, false)
	require.ErrorIs(t, err, os.ErrNotExist)
	for _, text := range []string{"", "# nothing\n", "short\n", base64.StdEncoding.EncodeToString([]byte("short"))} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := interpreter.OpenBox(path, true)
		require.Error(t, err, "%q", text)
	}
	require.NoError(t, os.Remove(path))
	_, err = interpreter.OpenBox(path, true)
	require.NoError(t, err)
	require.NoError(t, os.Chmod(path, 0o644))
	_, err = interpreter.OpenBox(path, true)
	require.ErrorContains(t, err, "chmod 600")
}
