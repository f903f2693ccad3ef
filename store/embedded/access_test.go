package embedded_test

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/store/embedded"
)

func withoutPassword(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	u.User = url.User(u.User.Username())
	return u.String()
}

func TestPasswordIsNeeded(t *testing.T) {
	s := start(t, embedded.Config{Dir: usedDir(t)})
	require.Equal(t, "connected as quire", connect(s.URL()))
	require.Contains(t, connect(withoutPassword(t, s.URL())), "28P01")
}

func TestOtherUsersAreKeptOut(t *testing.T) {
	needRoot(t)
	dir := usedDir(t)
	s := start(t, embedded.Config{Dir: dir})
	require.Equal(t, "connected as quire", connectAs(t, "root", s.URL()))
	require.Contains(t, connectAs(t, "nobody", s.URL()), "permission denied", "the socket is closed, even with the password")
	require.Contains(t, connectAs(t, "postgres", withoutPassword(t, s.URL())), "28P01", "Postgres's own user needs the password too")

	for _, path := range []string{"password", "postgres.log", "lock"} {
		info, err := os.Stat(filepath.Join(dir, path))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), path)
		require.Zero(t, info.Sys().(*syscall.Stat_t).Uid, path)
	}
	for _, name := range []string{"nobody", "postgres"} {
		cat := exec.Command("cat", filepath.Join(dir, "password"))
		cat.SysProcAttr = &syscall.SysProcAttr{Credential: credential(t, name)}
		require.Error(t, cat.Run(), name)
	}
}

func TestPostgresDoesNotRunAsRoot(t *testing.T) {
	needRoot(t)
	s := start(t, embedded.Config{Dir: stateDir(t), User: "nobody"})
	uid, _ := ids(t, "nobody")
	require.Equal(t, uid, ownerOf(t, filepath.Join("/proc", strconv.Itoa(s.PID()))))

	_, err := embedded.Start(t.Context(), embedded.Config{Dir: stateDir(t), User: "root"})
	require.ErrorContains(t, err, "Postgres does not run as root")
	_, err = embedded.Start(t.Context(), embedded.Config{Dir: stateDir(t), User: "no-such-user"})
	require.ErrorContains(t, err, "useradd --system no-such-user")
}

func TestClientOfAnotherUser(t *testing.T) {
	needRoot(t)
	_, gid := ids(t, "nobody")
	s := start(t, embedded.Config{Dir: usedDir(t), ClientGID: gid})
	require.Equal(t, "connected as quire", connectAs(t, "nobody", s.URL()))
	require.Equal(t, "connected as quire", connectAs(t, "root", s.URL()))
	require.Contains(t, connectAs(t, "daemon", s.URL()), "permission denied")
	require.Contains(t, connectAs(t, "nobody", withoutPassword(t, s.URL())), "28P01")
}

func TestNotRoot(t *testing.T) {
	needRoot(t)
	dir := tempDir(t)
	uid, gid := ids(t, "nobody")
	require.NoError(t, os.Chown(dir, uid, gid))
	s := serveAs(t, "nobody", filepath.Join(dir, "postgres"))
	require.Equal(t, uid, ownerOf(t, filepath.Join(dir, "postgres", "data")))
	require.Equal(t, "connected as quire", connectAs(t, "nobody", s.url))
	require.Contains(t, connectAs(t, "daemon", s.url), "permission denied")
}

func TestRootsHomeIsRefused(t *testing.T) {
	needRoot(t)
	home := tempDir(t)
	require.NoError(t, os.Chmod(home, 0o700))
	t.Setenv("HOME", home)
	_, err := embedded.Start(t.Context(), embedded.Config{Dir: filepath.Join(home, "quire", "postgres")})
	require.ErrorContains(t, err, home+" is closed to it")
	require.ErrorContains(t, err, "use /var/lib/quire as the data directory")
	entries, err := os.ReadDir(home)
	require.NoError(t, err)
	require.Empty(t, entries, "a refusal leaves nothing behind")
}

func TestClosedDirectoryIsNamed(t *testing.T) {
	needRoot(t)
	closed := filepath.Join(tempDir(t), "closed")
	require.NoError(t, os.Mkdir(closed, 0o700))
	_, err := embedded.Start(t.Context(), embedded.Config{Dir: filepath.Join(closed, "data", "postgres")})
	require.ErrorContains(t, err, "chmod o+x "+closed)
}

// Somebody else may have made the directory that a long path falls back to.
func TestStolenSocketDirectoryIsRefused(t *testing.T) {
	needRoot(t)
	run := filepath.Join(tempDir(t), "run")
	require.NoError(t, os.Mkdir(run, 0o777))
	uid, gid := ids(t, "nobody")
	require.NoError(t, os.Chown(run, uid, gid))
	_, err := embedded.Start(t.Context(), embedded.Config{Dir: usedDir(t), RunDir: run})
	require.ErrorContains(t, err, "is not a directory of the user postgres")
	require.Equal(t, uid, ownerOf(t, run))
}

func ownerOf(t *testing.T, path string) int {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return int(info.Sys().(*syscall.Stat_t).Uid)
}
