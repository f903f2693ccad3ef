package embedded_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"quire/store/embedded"
)

func TestPostgresEndsWithTheServer(t *testing.T) {
	dir := usedDir(t)
	s := serveAs(t, "", dir)
	execute(t, s.url, `DROP TABLE IF EXISTS kept; CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')`)
	require.NoError(t, s.cmd.Process.Kill())
	eventually(t, "Postgres outlived its server", func() bool { return !alive(s.pid) })
	require.NoFileExists(t, filepath.Join(dir, "data", "postmaster.pid"), "it was told to end, and ended cleanly")
	again := start(t, embedded.Config{Dir: dir})
	require.Equal(t, "here", ask(t, again.URL(), `SELECT word FROM kept`))
}

func TestCrashOfBothIsRecovered(t *testing.T) {
	dir := usedDir(t)
	s := serveAs(t, "", dir)
	execute(t, s.url, `DROP TABLE IF EXISTS kept; CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')`)
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGSTOP)) // or it would start Postgres again
	kill(t, s.pid)
	require.NoError(t, s.cmd.Process.Kill())
	_ = s.cmd.Wait()
	require.FileExists(t, filepath.Join(dir, "data", "postmaster.pid"))
	again := start(t, embedded.Config{Dir: dir})
	require.Equal(t, "here", ask(t, again.URL(), `SELECT word FROM kept`))
}

func TestStalePidFile(t *testing.T) {
	dir := usedDir(t)
	s := start(t, embedded.Config{Dir: dir})
	pid := s.PID()
	require.NoError(t, s.Stop(context.Background()))
	writePidFile(t, dir, pid)
	again := start(t, embedded.Config{Dir: dir})
	require.Equal(t, "1", ask(t, again.URL(), `SELECT '1'`))
}

// A killed postmaster whose parent has not reaped it still counts as alive for
// the next one. Any process of its user stands in for it here.
func TestUnreapedPostmasterIsWaitedFor(t *testing.T) {
	dir := usedDir(t)
	s := start(t, embedded.Config{Dir: dir})
	require.NoError(t, s.Stop(context.Background()))

	standIn := exec.Command("sleep", "60")
	if os.Geteuid() == 0 {
		standIn.SysProcAttr = &syscall.SysProcAttr{Credential: credential(t, "postgres")}
	}
	require.NoError(t, standIn.Start())
	t.Cleanup(func() { _ = standIn.Process.Kill() })
	writePidFile(t, dir, standIn.Process.Pid)
	log := filepath.Join(dir, "postgres.log")
	require.NoError(t, os.Truncate(log, 0))

	started := make(chan error)
	go func() {
		again, err := embedded.Start(context.Background(), embedded.Config{Dir: dir})
		if err == nil {
			err = again.Stop(context.Background())
		}
		started <- err
	}()
	eventually(t, "Postgres did not notice the other one", func() bool {
		b, err := os.ReadFile(log)
		return err == nil && strings.Contains(string(b), "already exists")
	})
	require.NoError(t, standIn.Process.Kill())
	_ = standIn.Wait()
	require.NoError(t, <-started)
}

// Without our lock another Postgres may hold the data. Connecting would reach
// that one, and everything would seem well.
func TestForeignPostmasterIsNotTakenForOurs(t *testing.T) {
	embedded.SetLeftoverTime(t, 0)
	dir := usedDir(t)
	s := start(t, embedded.Config{Dir: dir})
	require.NoError(t, os.Remove(filepath.Join(dir, "lock")))
	_, err := embedded.Start(t.Context(), embedded.Config{Dir: dir})
	require.ErrorContains(t, err, `lock file "postmaster.pid" already exists`)
	require.Equal(t, "1", ask(t, s.URL(), `SELECT '1'`), "the other one is left alone")
}

func writePidFile(t *testing.T, dir string, pid int) {
	t.Helper()
	data := filepath.Join(dir, "data")
	path := filepath.Join(data, "postmaster.pid")
	text := strconv.Itoa(pid) + "\n" + data + "\n1700000000\n5432\n" + filepath.Join(dir, "run") + "\n\n  5432001         0\nready   \n"
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	info, err := os.Stat(data)
	require.NoError(t, err)
	stat := info.Sys().(*syscall.Stat_t)
	require.NoError(t, os.Chown(path, int(stat.Uid), int(stat.Gid)))
}

func TestPostgresIsStartedAgain(t *testing.T) {
	var log lockedBuffer
	s := start(t, embedded.Config{Dir: usedDir(t), Log: slog.New(slog.NewTextHandler(&log, nil))})
	pool, err := pgxpool.New(t.Context(), s.URL())
	require.NoError(t, err)
	defer pool.Close()
	_, err = pool.Exec(t.Context(), `DROP TABLE IF EXISTS words; CREATE TABLE words (word text)`)
	require.NoError(t, err)
	for range 2 {
		_, err = pool.Exec(t.Context(), `INSERT INTO words VALUES ('kept')`)
		require.NoError(t, err)
		before := s.PID()
		kill(t, before)
		eventually(t, "Postgres did not come back", func() bool {
			pid := s.PID()
			return pid != 0 && pid != before
		})
		eventually(t, "the pool did not recover", func() bool { return pool.Ping(t.Context()) == nil })
	}
	var count int
	require.NoError(t, pool.QueryRow(t.Context(), `SELECT count(*) FROM words`).Scan(&count))
	require.Equal(t, 2, count)
	require.Contains(t, log.String(), "Postgres died")
	require.Contains(t, log.String(), "Postgres is back")
	select {
	case <-s.Done():
		t.Fatal("a mended death closed Done")
	default:
	}
	require.NoError(t, s.Err())
}

func TestPostgresIsGivenUp(t *testing.T) {
	embedded.SetGiveUpTime(t, 100*time.Millisecond)
	dir := usedDir(t)
	s := start(t, embedded.Config{Dir: dir})
	require.NoError(t, os.Rename(filepath.Join(dir, "data", "global"), filepath.Join(dir, "data", "gone")))
	kill(t, s.PID())
	<-s.Done()
	require.ErrorContains(t, s.Err(), "could not be started again")
	require.Error(t, s.Stop(context.Background()))
	require.NoError(t, os.Rename(filepath.Join(dir, "data", "gone"), filepath.Join(dir, "data", "global")))
	start(t, embedded.Config{Dir: dir})
}

func TestStopWhilePostgresIsDown(t *testing.T) {
	dir := usedDir(t)
	s := start(t, embedded.Config{Dir: dir})
	require.NoError(t, os.Rename(filepath.Join(dir, "data", "global"), filepath.Join(dir, "data", "gone")))
	kill(t, s.PID())
	eventually(t, "the death was not noticed", func() bool { return s.PID() == 0 })
	require.NoError(t, s.Stop(context.Background()))
	require.NoError(t, s.Err())
	require.NoError(t, os.Rename(filepath.Join(dir, "data", "gone"), filepath.Join(dir, "data", "global")))
}

func TestStopDoesNotWaitForever(t *testing.T) {
	s := start(t, embedded.Config{Dir: usedDir(t)})
	require.NoError(t, syscall.Kill(s.PID(), syscall.SIGSTOP)) // deaf to SIGINT and SIGQUIT alike
	pid := s.PID()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	stopped := make(chan error)
	go func() { stopped <- s.Stop(ctx) }()
	eventually(t, "SIGQUIT was not sent", func() bool { return pending(t, pid, syscall.SIGQUIT) })
	require.NoError(t, syscall.Kill(pid, syscall.SIGCONT))
	require.NoError(t, <-stopped)
	require.False(t, alive(pid))
}

// pending reports whether the signal waits for the stopped process.
func pending(t *testing.T, pid int, signal syscall.Signal) bool {
	t.Helper()
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	require.NoError(t, err)
	for line := range strings.Lines(string(status)) {
		if mask, ok := strings.CutPrefix(line, "ShdPnd:"); ok {
			bits, err := strconv.ParseUint(strings.TrimSpace(mask), 16, 64)
			require.NoError(t, err)
			return bits&(1<<(signal-1)) != 0
		}
	}
	return false
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
