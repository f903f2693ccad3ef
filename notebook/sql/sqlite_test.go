package sql_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
	"quire/notebook/kernel"
	"quire/notebook/sql"
)

// file opens a SQLite file in a note's folder, in a real Python.
func file(t *testing.T, dir string, readOnly bool) *desk {
	t.Helper()
	m, err := kernel.New(kernel.Config{Separation: kernel.SeparationNone, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	d := &sql.Databases{Kernels: m, Log: slog.New(slog.DiscardHandler)}
	k, err := d.Open(t.Context(), sql.Target{Name: "file", Driver: sql.SQLite, Database: "shop.db", ReadOnly: readOnly},
		notebook.StartKernel{Note: auth.NewID(), Dir: dir})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, k.Shutdown(context.Background())) })
	return &desk{t, k}
}

func TestSQLite(t *testing.T) {
	dir := t.TempDir()
	d := file(t, dir, false)
	s := d.run("CREATE TABLE t (n, x); INSERT INTO t VALUES (1, 'a;b'), (NULL, ''), (9007199254740993, x'dead')")
	require.Equal(t, notebook.ExecuteOK, s.Status, "%v", s.errors)
	require.Equal(t, "stdout: 3 rows affected\n", s.text)
	require.Equal(t, []string{"n\tx\n1\ta;b\n" + `\N` + "\t\n9007199254740993\t" + `\\xdead` + "\n", "y\na\\tb\n"},
		d.ok("SELECT * FROM t; SELECT 'a\tb' AS y"))
	require.FileExists(t, filepath.Join(dir, "shop.db"))
	text := d.fails("SELECT 1;\nSELECT nobody")
	require.Equal(t, "OperationalError: no such column: nobody\nin the statement that begins in line 2", text)
	require.Contains(t, d.fails(`"); import os; os.system("touch hacked`), "Error")
	require.NoFileExists(t, filepath.Join(dir, "hacked"))
	raw, err := d.Complete(t.Context(), "SELECT * FROM ", 14)
	require.NoError(t, err)
	require.Contains(t, string(raw), `"matches":[]`)

	many := d.run("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 12000) SELECT n FROM c")
	table := many.tables[many.order[0]]
	require.Equal(t, []int{10000, 2000}, []int{table.rows, table.dropped})
	require.Equal(t, "stdout: 10000 of 12000 rows are shown; 2000 rows are left out.\n", many.text)
}

func TestSQLiteInterruptAndReadOnly(t *testing.T) {
	dir := t.TempDir()
	d := file(t, dir, false)
	d.ok("CREATE TABLE t (n)")
	done := d.background("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c")
	deadline := time.Now().Add(patience)
	for {
		require.NoError(t, d.Interrupt(t.Context()))
		select {
		case s := <-done:
			require.Equal(t, notebook.ExecuteError, s.Status)
			require.Equal(t, "Interrupted", s.errors[0].Name, "%v", s.errors)
			require.Equal(t, []string{"x\n1\n"}, d.ok("SELECT 1 AS x"))
			require.Contains(t, file(t, dir, true).fails("INSERT INTO t VALUES (1)"), "readonly")
			return
		case <-time.After(200 * time.Millisecond):
			require.True(t, time.Now().Before(deadline), "it has not ended")
		}
	}
}

func TestSQLiteStaysInTheNotesFolder(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "shop.db"), []byte("this is no database, for sure"), 0o600))
	require.Contains(t, file(t, dir, false).fails("SELECT * FROM sqlite_master"), "not a database")
}
