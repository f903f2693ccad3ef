package sql

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/go-sql-driver/mysql"
)

// mariadb is a session with MySQL or MariaDB. Statements go one by one in the text
// protocol, in which values come as the server writes them.
type mariadb struct {
	db       *sql.DB // one connection for the session; another one only to cancel
	conn     *sql.Conn
	id       int64 // of the session on the server
	readOnly bool
	stopped  atomic.Bool // no statement after this one
	broken   atomic.Bool
}

// Codes of MySQL's errors (error message reference).
const (
	codeInterrupted = 1317 // ER_QUERY_INTERRUPTED
	codeTimeout     = 1969 // ER_STATEMENT_TIMEOUT of MariaDB
)

func connectMySQL(ctx context.Context, t Target) (*mariadb, error) {
	connector, err := mysql.NewConnector(mysqlConfig(t))
	if err != nil {
		return nil, err
	}
	m := &mariadb{db: sql.OpenDB(connector), readOnly: t.ReadOnly}
	m.db.SetMaxOpenConns(2)
	m.db.SetMaxIdleConns(0)
	if m.conn, err = m.db.Conn(ctx); err == nil {
		err = m.conn.QueryRowContext(ctx, "SELECT CONNECTION_ID()").Scan(&m.id)
	}
	if err != nil {
		m.close()
		return nil, failureOfMySQL(err, 0)
	}
	return m, nil
}

// mysqlConfig never lets the server ask for files of this machine (LOAD DATA LOCAL),
// which the driver allows only where AllowAllFiles is set or a file is registered.
func mysqlConfig(t Target) *mysql.Config {
	c := mysql.NewConfig()
	c.User, c.Passwd, c.DBName = t.Username, t.Password.Reveal(), t.Database
	c.Net, c.Addr = "tcp", net.JoinHostPort(t.Host, strconv.Itoa(t.Port))
	if t.Port == 0 {
		c.Addr = net.JoinHostPort(t.Host, "3306")
	}
	if strings.HasPrefix(t.Host, "/") {
		c.Net, c.Addr = "unix", t.Host
	}
	c.Timeout = connectLimit
	c.Logger = &mysql.NopLogger{}
	switch t.Options[optionTLS] {
	case "", "prefer":
		c.TLS, c.AllowFallbackToPlaintext = &tls.Config{InsecureSkipVerify: true}, true
	case "require":
		c.TLS = &tls.Config{InsecureSkipVerify: true} // encrypted, to whom is not checked: as libpq's require
	case "verify-full":
		c.TLS = &tls.Config{ServerName: t.Host}
	}
	return c
}

func (m *mariadb) run(ctx context.Context, text string, out *results) error {
	m.stopped.Store(false)
	if m.readOnly {
		if _, err := m.conn.ExecContext(ctx, "SET SESSION TRANSACTION READ ONLY"); err != nil {
			return m.failed(err, 0)
		}
	}
	for _, s := range split(text) {
		if err := m.one(ctx, s.text, out); err != nil {
			return m.failed(err, s.line)
		}
		if m.stopped.Load() { // SLEEP() ends without an error
			return &failure{message: "interrupted", line: s.line, isCancel: true}
		}
	}
	return nil
}

// one runs one statement.
func (m *mariadb) one(ctx context.Context, statement string, out *results) error {
	rows, err := m.conn.QueryContext(ctx, statement)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	if len(columns) == 0 {
		rows.Close()
		return m.affected(ctx, out)
	}
	for {
		if err := show(rows, columns, out); err != nil || !rows.NextResultSet() {
			return err
		}
		if columns, err = rows.Columns(); err != nil { // a procedure has several results
			return err
		}
	}
}

func show(rows *sql.Rows, columns []string, out *results) error {
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	t := out.table(columns)
	defer t.end()
	raw, cells, targets := make([]sql.RawBytes, len(columns)), make([][]byte, len(columns)), make([]any, len(columns))
	for i := range raw {
		targets[i] = &raw[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		for i := range raw {
			cells[i] = raw[i]
			if raw[i] != nil && isBinary(types[i].DatabaseTypeName()) {
				cells[i] = fmt.Appendf(nil, `\x%x`, []byte(raw[i]))
			}
		}
		t.row(cells)
	}
	return rows.Err()
}

func isBinary(name string) bool {
	return strings.HasSuffix(name, "BLOB") || strings.HasSuffix(name, "BINARY") || name == "BIT" || name == "GEOMETRY"
}

func (m *mariadb) affected(ctx context.Context, out *results) error {
	var n int64
	if err := m.conn.QueryRowContext(ctx, "SELECT ROW_COUNT()").Scan(&n); err != nil {
		return err
	}
	if n < 0 {
		n = 0
	}
	out.say(fmt.Sprintf("OK, %d rows affected", n))
	return nil
}

// failed finds out whether the session goes on after an error that is not the
// server's.
func (m *mariadb) failed(err error, line int) error {
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		ctx, cancel := context.WithTimeout(context.Background(), askLimit)
		defer cancel()
		m.broken.Store(m.conn.PingContext(ctx) != nil)
	}
	return failureOfMySQL(err, line)
}

func failureOfMySQL(err error, line int) error {
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return err
	}
	return &failure{code: strconv.Itoa(int(e.Number)), message: e.Message, line: line,
		isCancel: e.Number == codeInterrupted || e.Number == codeTimeout}
}

// cancel ends the statement over another connection (KILL QUERY).
func (m *mariadb) cancel(ctx context.Context) error {
	m.stopped.Store(true)
	_, err := m.db.ExecContext(ctx, fmt.Sprintf("KILL QUERY %d", m.id))
	return err
}

func (m *mariadb) isBroken() bool { return m.broken.Load() }

func (m *mariadb) close() {
	if m.conn != nil {
		_ = m.conn.Close()
	}
	_ = m.db.Close()
}

func (m *mariadb) names(ctx context.Context, prefix string) ([]string, error) {
	rows, err := m.conn.QueryContext(ctx, `
		SELECT DISTINCT name FROM (
			SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()
			UNION SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE()
		) n WHERE LOWER(LEFT(name, CHAR_LENGTH(?))) = LOWER(?) LIMIT 200`, prefix, prefix)
	if err != nil {
		return nil, m.failed(err, 0)
	}
	defer rows.Close()
	names := []string{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names, rows.Err()
}

func (m *mariadb) version(ctx context.Context) (version string, err error) {
	err = m.conn.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version)
	return version, err
}
