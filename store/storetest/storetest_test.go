package storetest_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"quire/migrations"
	"quire/store/storetest"
)

func ask(t *testing.T, url, sql string) (answer string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	require.NoError(t, conn.QueryRow(t.Context(), sql).Scan(&answer))
	return answer
}

func run(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), sql)
	require.NoError(t, err)
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, 20*time.Second, 10*time.Millisecond, what)
}

func TestNewDatabasesAreFreshAndApart(t *testing.T) {
	one, two := storetest.New(t), storetest.New(t)
	run(t, storetest.Owner(t, one), `CREATE TABLE mine (n int)`)
	for url, want := range map[string]string{one: "true", two: "false"} {
		require.Equal(t, want, ask(t, url, `SELECT (to_regclass('mine') IS NOT NULL)::text`))
		require.Equal(t, migrations.RuntimeRole, ask(t, url, `SELECT current_user::text`))
		require.Equal(t, fmt.Sprint(migrations.Latest()), ask(t, url, `SELECT version::text FROM schema_migrations`))
	}
	require.Equal(t, "0", ask(t, storetest.Empty(t), `SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'`))
}

func TestDatabasesAreDropped(t *testing.T) {
	var name string
	t.Run("uses one", func(t *testing.T) {
		url := storetest.New(t)
		name = ask(t, url, `SELECT current_database()::text`)
		left, err := pgx.Connect(t.Context(), url) // a connection left open is no hindrance
		require.NoError(t, err)
		t.Cleanup(func() { left.Close(context.Background()) })
	})
	require.Equal(t, "0", ask(t, storetest.New(t), `SELECT count(*)::text FROM pg_database WHERE datname = '`+name+`'`))
}

func TestPostgresGoesAwayAndComesBack(t *testing.T) {
	server := storetest.Server(t)
	pool, err := pgxpool.New(t.Context(), server.URL)
	require.NoError(t, err)
	defer pool.Close()
	answers := func() bool { return pool.Ping(t.Context()) == nil }
	require.True(t, answers())
	run(t, server.Owner, `CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')`)

	server.Stop()
	require.False(t, answers())
	server.Start()
	eventually(t, "the pool did not find the restarted server", answers)

	started := ask(t, server.URL, `SELECT pg_postmaster_start_time()::text`)
	server.Kill()
	eventually(t, "Postgres did not come back", func() bool {
		var now string
		err := pool.QueryRow(t.Context(), `SELECT pg_postmaster_start_time()::text`).Scan(&now)
		return err == nil && now != started
	})
	require.Equal(t, "here", ask(t, server.Owner, `SELECT word FROM kept`))
}

// The children below are this binary again, running the one test that follows.
const childVariable = "QUIRE_TEST_CHILD"

func TestChild(t *testing.T) {
	if os.Getenv(childVariable) == "" {
		t.Skip("runs only in a child")
	}
	url := storetest.New(t)
	fmt.Println(ask(t, storetest.Owner(t, url), `SELECT 'child ' || current_setting('data_directory')
		|| ' ' || split_part(pg_read_file('postmaster.pid'), E'\n', 1)`))
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// startChild runs TestChild and returns when it has its database.
func startChild(t *testing.T, env ...string) (cmd *exec.Cmd, end func(), dataDir string, pid int) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd = exec.Command(self, "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), append(env, childVariable+"=1")...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	_, err = fmt.Sscanf(line, "child %s %d", &dataDir, &pid)
	require.NoError(t, err, line)
	return cmd, func() { in.Close() }, dataDir, pid
}

func TestKilledTestBinaryLeavesNothing(t *testing.T) {
	cmd, _, dataDir, pid := startChild(t, "QUIRE_TEST_DATABASE_URL=")
	require.DirExists(t, dataDir)
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	eventually(t, "the directory was left behind", func() bool {
		_, err := os.Stat(dataDir)
		return os.IsNotExist(err)
	})
	require.NoDirExists(t, fmt.Sprintf("/proc/%d", pid), "Postgres was left running")
}

func TestGivenServer(t *testing.T) {
	server := storetest.Server(t)
	databases := func() string {
		return ask(t, server.Owner, `SELECT count(*)::text FROM pg_database WHERE datname LIKE 'quire\_test\_%'`)
	}
	given := "QUIRE_TEST_DATABASE_URL=" + server.Owner
	one, endOne, _, _ := startChild(t, given)
	two, _, _, _ := startChild(t, given)
	require.Equal(t, "4", databases(), "a template and a copy for each of two binaries")
	endOne()
	require.NoError(t, one.Wait())
	eventually(t, "a binary that ended left databases", func() bool { return databases() == "2" })
	require.NoError(t, two.Process.Kill())
	_ = two.Wait()
	eventually(t, "a killed binary left databases", func() bool { return databases() == "0" })
}
