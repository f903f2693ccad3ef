package notebook_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/store"
	"quire/store/storetest"
)

// world is a service over a real database, with people in it.
type world struct {
	t    *testing.T
	db   *store.DB
	gate *auth.Gate
	svc  *notebook.Service
	all  []*notebook.Service
	sql  *pgx.Conn
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldAt(t, storetest.New(t))
}

func newWorldAt(t *testing.T, url string) *world {
	t.Helper()
	ctx := context.Background()
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(ctx, url, log)
	require.NoError(t, err)
	conn, err := pgx.Connect(ctx, url)
	require.NoError(t, err)
	w := &world{t: t, db: db, sql: conn, gate: auth.NewGate(db.Records(), log)}
	gateCtx, stop := context.WithCancel(ctx)
	gateDone := make(chan struct{})
	w.gate.Confirm(ctx)
	go func() { w.gate.Run(gateCtx, nil); close(gateDone) }()
	w.start()
	t.Cleanup(func() {
		for _, s := range w.all {
			require.NoError(t, s.Shutdown(context.Background()))
		}
		stop()
		<-gateDone
		require.NoError(t, conn.Close(ctx))
		db.Close()
	})
	return w
}

// start makes a service, as a server does that starts on this database.
func (w *world) start() { w.startOn(w.db.Notes()) }

// startOn is start with another store of notes, for failures that must be staged.
func (w *world) startOn(notes notebook.Store) {
	log := slog.New(slog.DiscardHandler)
	runs := w.db.Runs()
	w.svc = notebook.NewService(notes, runs, w.gate, log)
	rec := notebook.NewRecorder(runs, log, notebook.OutputLimits{})
	runner := notebook.NewRunner(notebook.RunnerConfig{
		Store: runs, Gate: w.gate, Recorder: rec, Log: log,
		Publish: w.svc.RunsChanged, PublishKernels: w.svc.KernelsChanged,
	})
	w.all = append(w.all, w.svc)
	w.svc.Attach(runner, notebook.NewOutputs(runs, rec))
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	_, err := w.sql.Exec(context.Background(), sql, args...)
	require.NoError(w.t, err)
}

// person adds somebody who is signed in, and returns a context in which they act.
func (w *world) person(name string) context.Context {
	w.t.Helper()
	a := auth.Actor{Kind: auth.Person, Name: name, SignIn: auth.NewID()}
	ctx := context.Background()
	require.NoError(w.t, w.sql.QueryRow(ctx,
		`INSERT INTO principals (kind, name, folded) VALUES ('user', $1, $1) RETURNING id`, name).Scan(&a.User))
	w.exec(`INSERT INTO users (id, subject) VALUES ($1, $2)`, int64(a.User), name)
	w.exec(`INSERT INTO sign_ins (id, user_id, kind, secret_hash, expires_at)
		VALUES ($1, $2, 'browser', $3, now() + interval '1 day')`, [16]byte(a.SignIn), int64(a.User), a.SignIn[:])
	return auth.WithActor(ctx, a)
}

func who(ctx context.Context) auth.Actor {
	a, _ := auth.ActorFrom(ctx)
	return a
}

// note adds a note of the owner's at the top of the tree.
func (w *world) note(owner context.Context) notebook.ID {
	w.t.Helper()
	id, epoch := auth.NewID(), auth.NewID()
	ctx := context.Background()
	tx, err := w.sql.Begin(ctx)
	require.NoError(w.t, err)
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO nodes (id, kind, name) VALUES ($1, 'note', $2)`, []any{[16]byte(id), id.String()}},
		{`INSERT INTO node_paths VALUES ($1, $1, 0, true)`, []any{[16]byte(id)}},
		{`INSERT INTO notes (id, epoch) VALUES ($1, $2)`, []any{[16]byte(id), [16]byte(epoch)}},
		{`INSERT INTO grants (node_id, principal_id, role) VALUES ($1, $2, 4)`, []any{[16]byte(id), int64(who(owner).User)}},
	} {
		_, err = tx.Exec(ctx, q.sql, q.args...)
		require.NoError(w.t, err)
	}
	require.NoError(w.t, tx.Commit(ctx))
	return id
}

// grant gives somebody exactly this role on a note; NoRole takes all away.
func (w *world) grant(note notebook.ID, to context.Context, role auth.Role) {
	w.t.Helper()
	w.exec(`UPDATE grants SET revoked_at = now() WHERE node_id = $1 AND principal_id = $2 AND revoked_at IS NULL`,
		[16]byte(note), int64(who(to).User))
	if role != auth.NoRole {
		w.exec(`INSERT INTO grants (node_id, principal_id, role) VALUES ($1, $2, $3)`, [16]byte(note), int64(who(to).User), int16(role))
	}
	var epoch uint64
	require.NoError(w.t, w.sql.QueryRow(context.Background(), `UPDATE authority SET epoch = epoch + 1 RETURNING epoch`).Scan(&epoch))
	w.gate.Move(epoch)
}

// do does an operation that must succeed.
func (w *world) do(ctx context.Context, note notebook.ID, op notebook.Op) notebook.Entry {
	w.t.Helper()
	e, err := w.svc.Do(ctx, note, auth.NewID().String(), op)
	require.NoError(w.t, err)
	return e
}

// listener is a subscriber that keeps what it hears, as a browser does: told that
// the note starts over it opens it again from where it is.
type listener struct {
	w    *world
	ctx  context.Context
	note notebook.ID

	epoch notebook.ID
	heard []notebook.Entry
	news  chan notebook.Event
}

// listen opens a note.
func (w *world) listen(ctx context.Context, note notebook.ID) *listener {
	w.t.Helper()
	l := &listener{w: w, ctx: ctx, note: note, news: make(chan notebook.Event, 10000)}
	_, opening, err := w.svc.Open(ctx, note, nil, "tab", l)
	require.NoError(w.t, err)
	l.epoch = opening.Note.Epoch
	l.heard = []notebook.Entry{{Seq: opening.Note.Seq}}
	return l
}

func (l *listener) Deliver(e notebook.Event) { l.news <- e }

// await waits until the entry with the number has been heard, and returns the
// numbers of all that were.
func (l *listener) await(seq int64) []int64 {
	for l.last() < seq {
		switch e := (<-l.news).(type) {
		case notebook.Entry:
			l.heard = append(l.heard, e)
		case notebook.Reloaded:
			l.reopen()
		}
	}
	var numbers []int64
	for _, e := range l.heard[1:] {
		numbers = append(numbers, e.Seq)
	}
	return numbers
}

func (l *listener) last() int64 { return l.heard[len(l.heard)-1].Seq }

func (l *listener) reopen() {
	for {
		_, opening, err := l.w.svc.Open(l.ctx, l.note, &notebook.Position{Epoch: l.epoch, Seq: l.last()}, "tab", l)
		if err == nil {
			require.True(l.w.t, opening.Resumed)
			l.heard = append(l.heard, opening.Entries...)
			return
		}
		require.True(l.w.t, fault.Is(err, fault.Unavailable), "%v", err)
	}
}

// deaf is a subscriber that does not listen.
type deaf struct{}

func (deaf) Deliver(notebook.Event) {}
