package sql

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
)

// postgres is a session with Postgres. A text goes to the server as one simple query
// (PostgreSQL documentation, "Simple Query"): the server takes it apart itself, all of
// it is one transaction unless it says BEGIN, and values come as the server writes
// them, so that nothing is rounded.
type postgres struct {
	conn     *pgconn.PgConn
	readOnly bool

	mu  sync.Mutex
	out *results // of the run under way, for notices
}

const canceledCode = "57014" // query_canceled

func connectPostgres(ctx context.Context, t Target) (*postgres, error) {
	config, err := postgresConfig(t)
	if err != nil {
		return nil, err
	}
	p := &postgres{readOnly: t.ReadOnly}
	config.OnNotice = p.notice
	p.conn, err = pgconn.ConnectConfig(ctx, config)
	return p, failureOfPostgres(err)
}

// postgresConfig takes nothing from the server's own environment but where the
// authorities of certificates are: what libpq's variables say is not for notes.
func postgresConfig(t Target) (*pgconn.Config, error) {
	mode := t.Options[optionTLS]
	if mode == "" {
		mode = "prefer"
	}
	port := t.Port
	if port == 0 {
		port = 5432
	}
	config, err := pgconn.ParseConfig(fmt.Sprintf("host=%s port=%d sslmode=%s connect_timeout=10 user=quire dbname=quire password=none",
		quoteValue(t.Host), port, mode))
	if err != nil {
		return nil, errors.New("its address cannot be used") // the cause may show what libpq's variables hold
	}
	config.User, config.Database, config.Password = t.Username, t.Database, t.Password.Reveal()
	if config.Database == "" {
		config.Database = t.Username
	}
	config.RuntimeParams = map[string]string{
		"application_name": "quire", "client_encoding": "UTF8",
		"statement_timeout": strconv.FormatInt((t.timeout() + cancelLimit).Milliseconds(), 10), // the kernel ends it before
	}
	if t.ReadOnly {
		config.RuntimeParams["default_transaction_read_only"] = "on"
	}
	return config, nil
}

var valueEscaper = regexp.MustCompile(`['\\]`)

func quoteValue(s string) string { return "'" + valueEscaper.ReplaceAllString(s, `\$0`) + "'" }

// copyPattern finds COPY from or to the client, which has nothing to send or take.
// The server would wait for data for ever.
var copyPattern = regexp.MustCompile(`(?is)\bcopy\b[^;]*\b(from\s+stdin|to\s+stdout)\b`)

func (p *postgres) run(ctx context.Context, text string, out *results) error {
	if copyPattern.MatchString(bare(text, ofPostgres)) {
		return &failure{message: "COPY FROM STDIN and COPY TO STDOUT need a client with a file; use INSERT and SELECT."}
	}
	p.listen(out)
	defer p.listen(nil)
	if p.readOnly && p.conn.TxStatus() == 'I' {
		if err := p.conn.Exec(ctx, "SET default_transaction_read_only = on").Close(); err != nil {
			return failureOfPostgres(err)
		}
	}
	all := p.conn.Exec(ctx, text)
	for all.NextResult() {
		rows := all.ResultReader()
		if len(rows.FieldDescriptions()) == 0 {
			if tag, err := rows.Close(); err == nil && tag.String() != "" {
				out.say(tag.String())
			}
			continue
		}
		t := out.table(columnsOf(rows))
		for rows.NextRow() {
			t.row(rows.Values())
		}
		_, _ = rows.Close() // all.Close tells
		t.end()
	}
	return failureOfPostgres(all.Close())
}

func columnsOf(rows *pgconn.ResultReader) []string {
	names := []string{}
	for _, f := range rows.FieldDescriptions() {
		names = append(names, f.Name)
	}
	return names
}

func (p *postgres) listen(out *results) {
	p.mu.Lock()
	p.out = out
	p.mu.Unlock()
}

func (p *postgres) notice(_ *pgconn.PgConn, n *pgconn.Notice) {
	p.mu.Lock()
	out := p.out
	p.mu.Unlock()
	if out != nil {
		out.warn(n.Severity + ": " + n.Message)
	}
}

func failureOfPostgres(err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return err
	}
	return &failure{code: e.Code, message: e.Message, detail: e.Detail, hint: e.Hint,
		position: int(e.Position), isCancel: e.Code == canceledCode}
}

func (p *postgres) cancel(ctx context.Context) error { return p.conn.CancelRequest(ctx) }

func (p *postgres) isBroken() bool { return p.conn.IsClosed() }

func (p *postgres) close() {
	ctx, cancel := context.WithTimeout(context.Background(), cancelLimit)
	defer cancel()
	_ = p.conn.Close(ctx) // it may be broken already
}

// namesQuery lists what can be named without a schema.
const namesQuery = `
	SELECT DISTINCT name FROM (
		SELECT c.relname::text AS name FROM pg_catalog.pg_class c
		WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND pg_catalog.pg_table_is_visible(c.oid)
		UNION ALL
		SELECT a.attname::text FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
		WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
			AND pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <> 'pg_catalog'::regnamespace
	) n WHERE pg_catalog.starts_with(lower(name), lower($1)) ORDER BY name LIMIT 200`

func (p *postgres) names(ctx context.Context, prefix string) ([]string, error) {
	if p.conn.TxStatus() != 'I' {
		return nil, nil
	}
	return p.ask(ctx, namesQuery, prefix)
}

func (p *postgres) version(ctx context.Context) (string, error) {
	names, err := p.ask(ctx, `SELECT version()`)
	if err != nil || len(names) == 0 {
		return "", err
	}
	return names[0], nil
}

// ask returns the first column of a query's rows.
func (p *postgres) ask(ctx context.Context, query string, args ...string) ([]string, error) {
	values := make([][]byte, len(args))
	for i, a := range args {
		values[i] = []byte(a)
	}
	r := p.conn.ExecParams(ctx, query, values, nil, nil, nil).Read()
	if r.Err != nil {
		return nil, failureOfPostgres(r.Err)
	}
	names := []string{}
	for _, row := range r.Rows {
		names = append(names, string(row[0]))
	}
	return names, nil
}
