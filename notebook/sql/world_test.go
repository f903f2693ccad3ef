package sql_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/notebook"
	"quire/notebook/sql"
	"quire/store/storetest"
)

const patience = 30 * time.Second

// postgres is a real database, and the connection to it.
func postgres(t *testing.T) sql.Target {
	t.Helper()
	u, err := url.Parse(storetest.Owner(t, storetest.New(t)))
	require.NoError(t, err)
	password, _ := u.User.Password()
	port, _ := strconv.Atoi(u.Port())
	host := u.Hostname()
	if h := u.Query().Get("host"); h != "" {
		host = h
	}
	if p := u.Query().Get("port"); p != "" {
		port, _ = strconv.Atoi(p)
	}
	return sql.Target{Name: "warehouse", Driver: sql.Postgres, Host: host, Port: port,
		Database: strings.TrimPrefix(u.Path, "/"), Username: u.User.Username(), Password: account.Secret(password)}
}

// desk is an open session and what it says.
type desk struct {
	t *testing.T
	notebook.Kernel
}

func open(t *testing.T, target sql.Target) *desk {
	t.Helper()
	require.NoError(t, target.Check())
	d := &sql.Databases{Log: slog.New(slog.DiscardHandler)}
	k, err := d.Open(t.Context(), target, notebook.StartKernel{Note: auth.NewID()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, k.Shutdown(context.Background())) })
	return &desk{t, k}
}

// said is what a run put out.
type said struct {
	notebook.ExecuteResult
	mu     sync.Mutex
	text   string
	tables map[string]shown // by display id
	order  []string
	errors []notebook.ErrorOutput
	shows  int
}

type shown struct {
	tsv, plain string
	rows       int
	dropped    int
}

func (s *said) sink(o notebook.Output) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch o := o.(type) {
	case notebook.StreamOutput:
		s.text += o.Name + ": " + o.Text
	case notebook.ErrorOutput:
		s.errors = append(s.errors, o)
	case notebook.DisplayOutput:
		s.shows++
		if o.DisplayID == "" {
			o.DisplayID = strconv.Itoa(s.shows)
		}
		if _, ok := s.tables[o.DisplayID]; !ok {
			s.order = append(s.order, o.DisplayID)
		}
		s.tables[o.DisplayID] = readTable(o)
	}
}

func readTable(o notebook.DisplayOutput) (t shown) {
	const kind = "text/tab-separated-values"
	var metadata map[string]struct {
		Escaped       bool
		Rows, Dropped int
	}
	if json.Unmarshal(o.Data[kind], &t.tsv) != nil || json.Unmarshal(o.Data["text/plain"], &t.plain) != nil ||
		json.Unmarshal(o.Metadata, &metadata) != nil || !metadata[kind].Escaped {
		panic("not a table: " + string(o.Metadata))
	}
	t.rows, t.dropped = metadata[kind].Rows, metadata[kind].Dropped
	return t
}

func (d *desk) run(code string) *said {
	s := &said{tables: map[string]shown{}}
	s.ExecuteResult = d.Execute(context.Background(), notebook.ExecuteRequest{Code: code}, s.sink)
	return s
}

// ok runs code that must succeed, and returns its tables.
func (d *desk) ok(code string) []string {
	d.t.Helper()
	s := d.run(code)
	require.Equal(d.t, notebook.ExecuteOK, s.Status, "%v", s.errors)
	all := []string{}
	for _, id := range s.order {
		all = append(all, s.tables[id].tsv)
	}
	return all
}

// fails runs code that must fail, and returns what is shown of the error.
func (d *desk) fails(code string) string {
	d.t.Helper()
	s := d.run(code)
	require.Equal(d.t, notebook.ExecuteError, s.Status)
	require.Len(d.t, s.errors, 1)
	return strings.Join(s.errors[0].Traceback, "\n")
}

// background runs code that takes long.
func (d *desk) background(code string) <-chan *said {
	done := make(chan *said, 1)
	go func() { done <- d.run(code) }()
	return done
}

func await(t *testing.T, done <-chan *said) *said {
	t.Helper()
	select {
	case s := <-done:
		return s
	case <-time.After(patience):
		t.Fatal("it has not ended")
		return nil
	}
}

// other is another connection to the same database, for looking.
func other(t *testing.T, target sql.Target) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig("")
	require.NoError(t, err)
	config.Host, config.Port, config.User = target.Host, uint16(target.Port), target.Username
	config.Password, config.Database, config.TLSConfig, config.Fallbacks = target.Password.Reveal(), target.Database, nil, nil
	conn, err := pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// active counts the statements with this text that the server executes.
func active(t *testing.T, conn *pgx.Conn, text string) (n int) {
	t.Helper()
	require.NoError(t, conn.QueryRow(t.Context(),
		`SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%' || $1 || '%'`, text).Scan(&n))
	return n
}
