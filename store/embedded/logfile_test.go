package embedded_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/store/embedded"
)

func TestLogIsCapped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "postgres.log")
	log := embedded.OpenLog(t, path, 100)
	for _, letter := range "abcde" {
		_, err := log.Write([]byte(strings.Repeat(string(letter), 40)))
		require.NoError(t, err)
	}
	require.NoError(t, log.Close())
	require.Equal(t, strings.Repeat("e", 40), read(t, path))
	require.Equal(t, strings.Repeat("c", 40)+strings.Repeat("d", 40), read(t, path+".1"))

	log = embedded.OpenLog(t, path, 100)
	_, err := log.Write([]byte("and on"))
	require.NoError(t, err)
	require.NoError(t, log.Close())
	require.Equal(t, strings.Repeat("e", 40)+"and on", read(t, path))
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(b)
}
