package sql_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/notebook"
	"quire/notebook/sql"
)

// mariadb is a private server that lives as long as the test binary's tests need it.
var mariadb struct {
	once   sync.Once
	socket string
	err    error
	stop   func()
}

func TestMain(m *testing.M) {
	code := m.Run()
	if mariadb.stop != nil {
		mariadb.stop()
	}
	os.Exit(code)
}

// mysql is an empty database on a real MariaDB. Without one installed the test is
// skipped.
func mysql(t *testing.T) sql.Target {
	t.Helper()
	if _, err := exec.LookPath("mariadb-install-db"); err != nil {
		t.Skip("MariaDB is not installed (Debian: mariadb-server)")
	}
	mariadb.once.Do(startMariaDB)
	require.NoError(t, mariadb.err)
	target := sql.Target{Name: "shop", Driver: sql.MySQL, Host: mariadb.socket, Username: "quire", Password: "correct horse",
		Options: map[string]string{"tls": "disable"}}
	name := "t" + strings.ToLower(strings.NewReplacer("/", "_").Replace(t.Name()))[:min(40, len(t.Name()))]
	open(t, target).ok("CREATE DATABASE " + name)
	target.Database = name
	return target
}

func startMariaDB() {
	mariadb.err = func() error {
		dir, err := os.MkdirTemp("", "quire-mariadb-")
		if err != nil {
			return err
		}
		me, err := user.Current()
		if err != nil {
			return err
		}
		data := filepath.Join(dir, "data")
		install := exec.Command("mariadb-install-db", "--no-defaults", "--user="+me.Username, "--datadir="+data, "--auth-root-authentication-method=normal")
		if out, err := install.CombinedOutput(); err != nil {
			return errors.New(string(out))
		}
		init := filepath.Join(dir, "init.sql")
		if err := os.WriteFile(init, []byte("CREATE USER quire@localhost IDENTIFIED BY 'correct horse';\nGRANT ALL ON *.* TO quire@localhost;\n"), 0o600); err != nil {
			return err
		}
		mariadb.socket = filepath.Join(dir, "s")
		server := exec.Command("mariadbd", "--no-defaults", "--user="+me.Username, "--datadir="+data, "--socket="+mariadb.socket,
			"--skip-networking", "--init-file="+init, "--pid-file="+filepath.Join(dir, "pid"), "--local-infile=1")
		dieWithParent(server)
		if err := server.Start(); err != nil {
			return err
		}
		ended := make(chan struct{})
		go func() { _ = server.Wait(); close(ended) }()
		mariadb.stop = func() {
			_ = server.Process.Kill()
			<-ended
			os.RemoveAll(dir)
		}
		return answers(ended)
	}()
}

// answers waits until the server takes connections.
func answers(ended <-chan struct{}) error {
	target := sql.Target{Driver: sql.MySQL, Host: mariadb.socket, Username: "quire", Password: "correct horse", Options: map[string]string{"tls": "disable"}}
	for deadline := time.Now().Add(patience); ; {
		_, err := (&sql.Databases{}).Try(context.Background(), target)
		if err == nil || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ended:
			return errors.New("MariaDB ended while it was starting")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func TestMariaDBValues(t *testing.T) {
	d := open(t, mysql(t))
	require.Equal(t, []string{"a\tb\tc\td\te\n" + `\N` + "\t\t12345678901234567890.123456789\t2024-02-29 13:14:15\t" + `\\xdeadbeef` + "\n"},
		d.ok(`SELECT NULL AS a, '' AS b, CAST('12345678901234567890.123456789' AS DECIMAL(40,9)) AS c, TIMESTAMP '2024-02-29 13:14:15' AS d, CAST(X'DEADBEEF' AS BINARY(4)) AS e`))
}

func TestMariaDBStatements(t *testing.T) {
	d := open(t, mysql(t))
	s := d.run("CREATE TABLE t (n int); INSERT INTO t VALUES (1), (2); -- one; two\nSELECT ';' AS x, n FROM t ORDER BY n; CREATE TEMPORARY TABLE mine (n int)")
	require.Equal(t, notebook.ExecuteOK, s.Status, "%v", s.errors)
	require.Equal(t, "stdout: OK, 0 rows affected\nstdout: OK, 2 rows affected\nstdout: OK, 0 rows affected\n", s.text)
	require.Equal(t, "x\tn\n;\t1\n;\t2\n", s.tables[s.order[0]].tsv)
	d.ok("INSERT INTO mine VALUES (1)")
	d.ok("CREATE PROCEDURE p() BEGIN SELECT 1 AS a; SELECT 2 AS b; END")
	require.Equal(t, []string{"a\n1\n", "b\n2\n"}, d.ok("CALL p()"))
	text := d.fails("SELECT 1;\n\nSELEC 2; SELECT 3")
	require.Contains(t, text, "(1064)")
	require.Contains(t, text, "in the statement that begins in line 3")
	require.Contains(t, d.fails("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE t"), "not registered")
	require.Equal(t, []string{"x\n1\n"}, open(t, mysqlAgain(t, d)).ok("SELECT 1 AS x"))
}

// mysqlAgain is the server without a database.
func mysqlAgain(t *testing.T, _ *desk) sql.Target {
	return sql.Target{Driver: sql.MySQL, Host: mariadb.socket, Username: "quire", Password: "correct horse", Options: map[string]string{"tls": "disable"}}
}

func TestMariaDBInterrupt(t *testing.T) {
	target := mysql(t)
	d, look := open(t, target), open(t, target)
	sleeping := func() bool {
		return strings.Contains(look.ok(`SELECT count(*) AS n FROM information_schema.processlist WHERE info LIKE '%sleep(60%' AND id <> CONNECTION_ID()`)[0], "\n1\n")
	}
	done := d.background("SELECT sleep(600); SELECT 'too far'")
	require.Eventually(t, sleeping, patience, 10*time.Millisecond)
	require.NoError(t, d.Interrupt(t.Context()))
	s := await(t, done)
	require.Equal(t, notebook.ExecuteError, s.Status)
	require.Equal(t, "Interrupted", s.errors[0].Name)
	require.LessOrEqual(t, len(s.order), 1)
	require.False(t, sleeping())
	require.Equal(t, []string{"x\n1\n"}, d.ok("SELECT 1 AS x"))
}

func TestMariaDBReadOnly(t *testing.T) {
	target := mysql(t)
	open(t, target).ok("CREATE TABLE t (n int)")
	target.ReadOnly = true
	d := open(t, target)
	require.Contains(t, d.fails("INSERT INTO t VALUES (1)"), "READ ONLY")
	require.Equal(t, []string{"n\n"}, d.ok("SELECT n FROM t"))
}

func TestMariaDBNamesAndPassword(t *testing.T) {
	target := mysql(t)
	d := open(t, target)
	d.ok("CREATE TABLE customers (customer_id int)")
	raw, err := d.Complete(t.Context(), "SELECT cust", 11)
	require.NoError(t, err)
	require.Contains(t, string(raw), `["customer_id","customers"]`)
	target.Password = "wrong horse"
	_, err = (&sql.Databases{}).Open(t.Context(), target, notebook.StartKernel{})
	require.ErrorContains(t, err, "Access denied")
	require.NotContains(t, err.Error(), "wrong horse")
}
