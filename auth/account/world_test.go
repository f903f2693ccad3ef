package account_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
	"quire/store"
	"quire/store/storetest"
)

const password = "correct horse battery"

// world is a server's part for people, on a database of its own.
type world struct {
	*account.Service
	gate *auth.Gate
	db   *store.DB
	sql  *pgx.Conn
	logs *lockedBuffer
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, account.Config{})
}

// newWorldWith is newWorld with hashing that costs next to nothing.
func newWorldWith(t *testing.T, c account.Config) *world {
	t.Helper()
	logs := &lockedBuffer{}
	log := slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	url := storetest.New(t)
	db, err := store.Open(t.Context(), url, log)
	require.NoError(t, err)
	t.Cleanup(db.Close)
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	gate := auth.NewGate(db.Records(), log)
	c.Log, c.Hashing = log, account.Hashing{Memory: 64, Passes: 1, Threads: 1}
	s, err := account.New(db.People(), gate, c)
	require.NoError(t, err)
	gate.Refused = s.Refused
	running, stop := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { gate.Run(running, nil) })
	t.Cleanup(func() { stop(); done.Wait() })
	gate.Confirm(t.Context())
	return &world{Service: s, gate: gate, db: db, sql: conn, logs: logs}
}

// operator acts as whoever can open the server's own socket.
func operator(t *testing.T) context.Context {
	return auth.WithActor(t.Context(), auth.Actor{Kind: auth.Operator, Name: "operator", Request: "r"})
}

// user makes an account and accepts its invitation.
func (w *world) user(t *testing.T, in account.Invitation) account.Session {
	t.Helper()
	_, link, err := w.CreateUser(operator(t), in)
	require.NoError(t, err)
	session, err := w.AcceptLink(t.Context(), link.Secret, password, account.Client{Address: "127.0.0.1", Agent: "test"})
	require.NoError(t, err)
	return session
}

func (w *world) named(t *testing.T, name string) account.Session {
	t.Helper()
	return w.user(t, account.Invitation{Name: name})
}

func (w *world) admin(t *testing.T, name string) account.Session {
	t.Helper()
	return w.user(t, account.Invitation{Name: name, Admin: true})
}

// as is the context of whoever bears the secret.
func (w *world) as(t *testing.T, secret account.Secret) context.Context {
	t.Helper()
	a, err := w.Authenticate(t.Context(), secret)
	require.NoError(t, err)
	return auth.WithActor(t.Context(), a)
}

// over requires that the secret lets nobody in any more, neither at the door nor
// at the gate for a socket that is open.
func (w *world) over(t *testing.T, secret account.Secret, open context.Context) {
	t.Helper()
	_, err := w.Authenticate(t.Context(), secret)
	require.Equal(t, fault.Unauthenticated, fault.CodeOf(err))
	a, err := auth.ActorFrom(open)
	require.NoError(t, err)
	_, err = w.gate.Identity(t.Context(), a)
	require.Equal(t, fault.Unauthenticated, fault.CodeOf(err))
}

func (w *world) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	_, err := w.sql.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

func one[T any](t *testing.T, w *world, sql string, args ...any) T {
	t.Helper()
	rows, err := w.sql.Query(t.Context(), sql, args...)
	require.NoError(t, err)
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	require.NoError(t, err)
	return v
}

func requireCode(t *testing.T, code fault.Code, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, code, fault.CodeOf(err), "%v", err)
}

// atOnce runs do n times at the same moment and returns the errors.
func atOnce(n int, do func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			errs[i] = do(i)
		})
	}
	close(start)
	all.Wait()
	return errs
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func ptr[T any](v T) *T { return &v }
