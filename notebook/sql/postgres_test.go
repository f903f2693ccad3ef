package sql_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/sql"
)

func TestValuesComeAsTheServerWritesThem(t *testing.T) {
	d := open(t, postgres(t))
	require.Equal(t, []string{"a\tb\tc\td\te\tf\tg\n" +
		`\N` + "\t\t12345678901234567890.12345678901234567890\t9007199254740993\t2024-02-29 13:14:15.123456+00\t" +
		`\\xdeadbeef` + "\t" + `{"k": [1, null]}` + "\n"},
		d.ok(`SET timezone = 'UTC'; SELECT NULL AS a, '' AS b, 12345678901234567890.12345678901234567890 AS c, 9007199254740993 AS d,
			timestamptz '2024-02-29 13:14:15.123456Z' AS e, '\xdeadbeef'::bytea AS f, '{"k": [1, null]}'::jsonb AS g`))
	require.Equal(t, []string{"x\n" + `a\tb\nc\\N` + "\n", "y\n"},
		d.ok(`SELECT E'a\tb\nc\\N' AS x; SELECT 1 AS y WHERE false`), "what would look like another cell or NULL does not")
	s := d.run(`SELECT NULL AS n, 'text' AS t`)
	require.Contains(t, s.tables[s.order[0]].plain, "NULL  text")
}

func TestSeveralStatementsAndWhatTheySay(t *testing.T) {
	d := open(t, postgres(t))
	s := d.run(`CREATE TABLE t (n int); INSERT INTO t SELECT generate_series(1, 5); SELECT count(*) FROM t; DO $$BEGIN RAISE NOTICE 'psst; %', 1; END$$`)
	require.Equal(t, notebook.ExecuteOK, s.Status)
	require.Equal(t, "stdout: CREATE TABLE\nstdout: INSERT 0 5\nstderr: NOTICE: psst; 1\nstdout: DO\n", s.text)
	require.Equal(t, "count\n5\n", s.tables[s.order[0]].tsv)
	require.Equal(t, 1, s.Count)
	require.Equal(t, 2, d.run(`SELECT 1`).Count)
}

func TestASessionKeepsTransactionsAndTemporaryTables(t *testing.T) {
	target := postgres(t)
	d := open(t, target)
	d.ok(`CREATE TABLE t (n int); CREATE TEMP TABLE mine (n int)`)
	d.ok(`BEGIN; INSERT INTO t VALUES (1)`)
	require.Equal(t, []string{"count\n0\n"}, open(t, target).ok(`SELECT count(*) FROM t`))
	d.ok(`COMMIT; INSERT INTO mine VALUES (7)`)
	require.Equal(t, []string{"n\n7\n"}, d.ok(`SELECT n FROM mine`))
	require.Equal(t, []string{"count\n1\n"}, open(t, target).ok(`SELECT count(*) FROM t`))
}

func TestAnErrorTellsItsPlace(t *testing.T) {
	d := open(t, postgres(t))
	require.Equal(t, "SQL error: column \"ñandú\" does not exist (42703)\nline 3:   ñandú\n          ^", d.fails("\nSELECT 1,\n  ñandú"))
	require.Contains(t, d.fails(`CREATE TABLE u (n int UNIQUE); INSERT INTO u VALUES (1), (1)`), "Detail: Key (n)=(1) already exists.")
	require.Contains(t, d.fails(`SELECT * FROM u`), "does not exist", "what failed has done nothing")
	require.Equal(t, []string{"x\n1\n"}, d.ok(`SELECT 1 AS x`), "and the session goes on")
	require.Contains(t, d.fails("SELECT 1\x00; SELECT 2"), "zero byte")
	require.Contains(t, d.fails(`COPY (SELECT 1) TO STDOUT`), "need a client")
	require.Contains(t, d.fails(`CREATE TABLE c (n int); COPY c FROM STDIN`), "need a client")
	require.Equal(t, []string{"x\ncopy c from stdin\n"}, d.ok(`SELECT 'copy c from stdin' AS x -- copy c from stdin`))
}

func TestMoreRowsThanAreKeptAreCounted(t *testing.T) {
	d := open(t, postgres(t))
	s := d.run(`SELECT n FROM generate_series(1, 25000) n`)
	require.Equal(t, notebook.ExecuteOK, s.Status)
	table := s.tables[s.order[0]]
	require.Equal(t, shown{rows: 10000, dropped: 15000}, shown{rows: table.rows, dropped: table.dropped})
	require.Equal(t, 10001, strings.Count(table.tsv, "\n"))
	require.Equal(t, "stdout: 10000 of 25000 rows are shown; 15000 rows with 75000 bytes are left out.\n", s.text)
	require.Contains(t, table.plain, "and 24950 more rows")

	s = d.run(`SELECT repeat('x', 50000) FROM generate_series(1, 200)`)
	table = s.tables[s.order[0]]
	require.Less(t, len(table.tsv), 4<<20+1)
	require.Equal(t, 200, table.rows+table.dropped)
	require.Positive(t, table.dropped)
	require.Contains(t, d.ok(`SELECT repeat('é', 40000)`)[0], "… (14464 bytes more)")
}

func TestManyTablesAreBounded(t *testing.T) {
	d := open(t, postgres(t))
	s := d.run(strings.Repeat("SELECT 1;", 250))
	require.Len(t, s.order, 200)
}

func TestRowsAreShownWhileTheyCome(t *testing.T) {
	d := open(t, postgres(t))
	s := d.run(`SELECT n, pg_sleep(0.01) FROM generate_series(1, 250) n`)
	require.Len(t, s.order, 1)
	require.Greater(t, s.shows, 1, "it was shown before its end")
	require.Equal(t, 250, s.tables[s.order[0]].rows)
}

func TestInterruptEndsTheStatementOnTheServer(t *testing.T) {
	target := postgres(t)
	d, look := open(t, target), other(t, target)
	done := d.background(`SELECT pg_sleep(600)`)
	require.Eventually(t, func() bool { return active(t, look, "pg_sleep") == 1 }, patience, 10*time.Millisecond)
	require.NoError(t, d.Interrupt(t.Context()))
	s := await(t, done)
	require.Equal(t, notebook.ExecuteError, s.Status)
	require.Equal(t, "Interrupted", s.errors[0].Name)
	require.Zero(t, active(t, look, "pg_sleep"))
	require.Equal(t, []string{"x\n1\n"}, d.ok(`SELECT 1 AS x`), "the session goes on")
	require.NoError(t, d.Interrupt(t.Context()), "with nothing to interrupt")
	require.Equal(t, []string{"x\n1\n"}, d.ok(`SELECT 1 AS x`))
}

func TestAnInterruptBetweenStatementsEndsTheNext(t *testing.T) {
	target := postgres(t)
	d, look := open(t, target), other(t, target)
	// The first one takes no cancel; the request that counts comes while the second runs.
	done := d.background(`DO $$BEGIN PERFORM pg_sleep(600); EXCEPTION WHEN query_canceled THEN NULL; END$$; SELECT pg_sleep(600)`)
	require.Eventually(t, func() bool { return active(t, look, "pg_sleep") == 1 }, patience, 10*time.Millisecond)
	require.NoError(t, d.Interrupt(t.Context()))
	require.Equal(t, "Interrupted", await(t, done).errors[0].Name)
}

func TestStatementsEndWhenTheirTimeIsOver(t *testing.T) {
	target := postgres(t)
	target.Options = map[string]string{"timeout": "1"}
	d := open(t, target)
	require.Contains(t, d.fails(`SELECT pg_sleep(600)`), "Timeout: The statements took longer than 1s and were ended on the server.")
	require.Zero(t, active(t, other(t, target), "pg_sleep"))
}

func TestShutdownEndsWhatRuns(t *testing.T) {
	target := postgres(t)
	d, look := open(t, target), other(t, target)
	done := d.background(`SELECT pg_sleep(600)`)
	require.Eventually(t, func() bool { return active(t, look, "pg_sleep") == 1 }, patience, 10*time.Millisecond)
	require.NoError(t, d.Shutdown(t.Context()))
	await(t, done)
	<-d.Done()
	require.Equal(t, "stopped", d.Death())
	require.Zero(t, active(t, look, "pg_sleep"))
	require.Equal(t, notebook.ExecuteDead, d.run(`SELECT 1`).Status)
}

func TestABrokenConnectionIsADeadKernel(t *testing.T) {
	target := postgres(t)
	d := open(t, target)
	pid := strings.Fields(d.ok(`SELECT pg_backend_pid() AS pid`)[0])[1]
	_, err := other(t, target).Exec(t.Context(), fmt.Sprintf("SELECT pg_terminate_backend(%s)", pid))
	require.NoError(t, err)
	require.Equal(t, notebook.ExecuteDead, d.run(`SELECT 1`).Status)
	<-d.Done()
	require.Contains(t, d.Death(), "broke")
}

func TestAReadOnlyConnectionWritesNothing(t *testing.T) {
	target := postgres(t)
	open(t, target).ok(`CREATE TABLE t (n int)`)
	target.ReadOnly = true
	d := open(t, target)
	require.Contains(t, d.fails(`INSERT INTO t VALUES (1)`), "read-only transaction")
	require.Contains(t, d.fails(`BEGIN; INSERT INTO t VALUES (1)`), "read-only transaction")
	d.ok(`ROLLBACK; SET default_transaction_read_only = off`)
	require.Contains(t, d.fails(`INSERT INTO t VALUES (1)`), "read-only transaction", "it is set again for each run")
	require.Equal(t, []string{"count\n0\n"}, d.ok(`SELECT count(*) FROM t`))
}

func TestThePasswordStandsNowhere(t *testing.T) {
	target := postgres(t)
	role := "r" + auth.NewID().String()
	_, err := other(t, target).Exec(t.Context(), "CREATE ROLE "+role+" LOGIN PASSWORD 'correct horse'")
	require.NoError(t, err)
	target.Username, target.Password = role, "correct horse"
	d := open(t, target)
	require.Equal(t, []string{"***\n***\n"}, d.ok(`SELECT 'correct horse' AS "correct horse"`))
	require.NotContains(t, d.fails(`SELECT 1 AS x, "correct horse"`), "correct horse")
	require.NotContains(t, d.run(`DO $$BEGIN RAISE NOTICE 'correct horse'; END$$`).text, "correct horse")
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", target.Password, target, target), "correct horse")

	target.Host, target.Port = "127.0.0.1", 1
	_, err = (&sql.Databases{Log: slog.New(slog.DiscardHandler)}).Open(t.Context(), target, notebook.StartKernel{})
	require.True(t, fault.Is(err, fault.Unavailable))
	require.NotContains(t, err.Error(), "correct horse")
	require.Contains(t, err.Error(), "refused")
}

func TestSessionsAreBounded(t *testing.T) {
	target := postgres(t)
	d := &sql.Databases{MaxSessions: 1, Log: slog.New(slog.DiscardHandler)}
	first, err := d.Open(t.Context(), target, notebook.StartKernel{Note: auth.NewID()})
	require.NoError(t, err)
	_, err = d.Open(t.Context(), target, notebook.StartKernel{Note: auth.NewID()})
	require.True(t, fault.Is(err, fault.TooMany))
	require.NoError(t, first.Shutdown(context.Background()))
	second, err := d.Open(t.Context(), target, notebook.StartKernel{Note: auth.NewID()})
	require.NoError(t, err)
	require.NoError(t, second.Shutdown(context.Background()))
}

func TestNamesAreCompleted(t *testing.T) {
	d := open(t, postgres(t))
	d.ok(`CREATE TABLE customers (customer_id int, "City" text)`)
	complete := func(code string) (c struct {
		Matches []string
		Start   int `json:"cursor_start"`
		End     int `json:"cursor_end"`
	}) {
		raw, err := d.Complete(t.Context(), code, len([]rune(code)))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(raw, &c))
		return c
	}
	c := complete("-- ä\nSELECT * FROM cust")
	require.Equal(t, []string{"customer_id", "customers"}, c.Matches)
	require.Equal(t, []int{19, 23}, []int{c.Start, c.End})
	require.Equal(t, []string{"City"}, complete("SELECT ci").Matches)
	d.ok(`BEGIN`)
	require.Empty(t, complete("cust").Matches, "asking could end the transaction")
}

func TestTry(t *testing.T) {
	d := &sql.Databases{Log: slog.New(slog.DiscardHandler)}
	version, err := d.Try(t.Context(), postgres(t))
	require.NoError(t, err)
	require.Contains(t, version, "PostgreSQL")
}

func TestTargetsThatCannotBe(t *testing.T) {
	good := sql.Target{Driver: sql.Postgres, Host: "db"}
	require.NoError(t, good.Check())
	require.NoError(t, sql.Target{Driver: sql.SQLite, Database: "a/b.db"}.Check())
	for _, bad := range []sql.Target{
		{Driver: "oracle", Host: "db"}, {Driver: sql.Postgres}, {Driver: sql.Postgres, Host: "a,b"}, {Driver: sql.Postgres, Host: "db", Port: 70000},
		{Driver: sql.SQLite}, {Driver: sql.SQLite, Database: "../x"}, {Driver: sql.SQLite, Database: "/etc/x"},
		{Driver: sql.SQLite, Database: "x", Host: "db"}, {Driver: sql.SQLite, Database: "x", Password: account.Secret("p")},
		{Driver: sql.Postgres, Host: "db", Options: map[string]string{"sslmode": "disable"}},
		{Driver: sql.Postgres, Host: "db", Options: map[string]string{"tls": "maybe"}},
		{Driver: sql.Postgres, Host: "db", Options: map[string]string{"timeout": "0"}},
		{Driver: sql.MySQL, Host: "db", Options: map[string]string{"allowAllFiles": "true"}},
	} {
		require.True(t, fault.Is(bad.Check(), fault.Invalid), "%+v", bad)
	}
}
