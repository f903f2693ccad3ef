package socket_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
	"quire/socket"
	"quire/socket/wire"
	"quire/store"
	"quire/store/storetest"
)

// realWorld is sockets before the real services on a real database. Only the
// kernels print what they are told to.
type realWorld struct {
	*world
	db      *store.DB
	sql     *pgx.Conn
	tree    *notebook.Tree
	service *notebook.Service
}

func newRealWorld(t *testing.T) *realWorld {
	t.Helper()
	ctx, log := context.Background(), slog.New(slog.DiscardHandler)
	url := storetest.New(t)
	db, err := store.Open(ctx, url, log)
	require.NoError(t, err)
	sql, err := pgx.Connect(ctx, url)
	require.NoError(t, err)
	gate := auth.NewGate(db.Records(), log)
	gateCtx, stop := context.WithCancel(ctx)
	gateDone := make(chan struct{})
	go func() { gate.Run(gateCtx, nil); close(gateDone) }()
	gate.Confirm(ctx)
	runs := db.Runs()
	service := notebook.NewService(db.Notes(), runs, gate, log)
	recorder := notebook.NewRecorder(runs, log, notebook.OutputLimits{})
	runner := notebook.NewRunner(notebook.RunnerConfig{
		Store: runs, Gate: gate, Recorder: recorder, Kernels: printers{}, Log: log,
		Files:   func(notebook.ID) (string, int, error) { return t.TempDir(), 1, nil },
		Publish: service.RunsChanged, PublishKernels: service.KernelsChanged, Personal: service.TellPerson,
	})
	outputs := notebook.NewOutputs(runs, recorder)
	service.Attach(runner, outputs)
	tree := notebook.NewTree(db.Tree(), gate, service, log)
	tree.Public = func(context.Context) (bool, error) { return false, nil }
	w := &realWorld{&world{t: t, gate: gate, actors: map[string]auth.Actor{}}, db, sql, tree, service}
	w.server = socket.New(socket.Config{}, socket.NotesOf(service), tree, gate, outputs, log)
	tree.Changed = w.server.TreeChanged
	service.Personal = w.server.Tell
	w.http = httptest.NewServer(w)
	t.Cleanup(func() {
		require.NoError(t, w.server.Shutdown(ctx))
		w.http.Close()
		require.NoError(t, runner.Shutdown(ctx))
		require.NoError(t, service.Shutdown(ctx))
		stop()
		<-gateDone
		require.NoError(t, sql.Close(ctx))
		db.Close()
	})
	return w
}

// signIn adds somebody who is signed in.
func (w *realWorld) signIn(name string) (auth.Actor, context.Context) {
	w.t.Helper()
	ctx := context.Background()
	a := auth.Actor{Kind: auth.Person, Name: name, SignIn: auth.NewID()}
	require.NoError(w.t, w.sql.QueryRow(ctx,
		`INSERT INTO principals (kind, name, folded) VALUES ('user', $1, $1) RETURNING id`, name).Scan(&a.User))
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO users (id, subject) VALUES ($1, $2)`, []any{int64(a.User), name}},
		{`INSERT INTO sign_ins (id, user_id, kind, secret_hash, expires_at)
			VALUES ($1, $2, 'browser', $3, now() + interval '1 day')`, []any{[16]byte(a.SignIn), int64(a.User), a.SignIn[:]}},
	} {
		_, err := w.sql.Exec(ctx, q.sql, q.args...)
		require.NoError(w.t, err)
	}
	w.actors[a.SignIn.String()] = a
	return a, auth.WithActor(ctx, a)
}

// share gives others exactly these roles on a note.
func (w *realWorld) share(owner context.Context, note auth.ID, roles map[auth.Actor]auth.Role) {
	w.t.Helper()
	g, err := w.tree.Grants(owner, note)
	require.NoError(w.t, err)
	change := notebook.GrantChange{Version: g.Version}
	for a, role := range roles {
		change.Grants = append(change.Grants, notebook.GrantWish{ID: a.User, Role: role})
	}
	_, err = w.tree.SetGrants(owner, note, change)
	require.NoError(w.t, err)
}

// printers are kernels that print the code they are given.
type printers struct{}

func (printers) Specs(context.Context) ([]notebook.KernelSpec, error) {
	return []notebook.KernelSpec{{Name: "python3", DisplayName: "Python 3", Language: "python"}}, nil
}

func (printers) Start(_ context.Context, req notebook.StartKernel) (notebook.Kernel, error) {
	return &printer{person: req.Person, done: make(chan struct{})}, nil
}

type printer struct {
	notebook.Kernel        // what is not asked for here
	person          string // whose own
	done            chan struct{}
}

func (p *printer) ID() string { return "printer" }

func (p *printer) Execute(_ context.Context, req notebook.ExecuteRequest, sink func(notebook.Output)) notebook.ExecuteResult {
	if strings.TrimSpace(req.Code) == "whoami" {
		req.Code = "result of " + p.person
	}
	sink(notebook.StreamOutput{Name: "stdout", Text: req.Code})
	sink(notebook.DisplayOutput{Data: map[string]json.RawMessage{"text/plain": json.RawMessage(`"shown"`)}})
	return notebook.ExecuteResult{Status: notebook.ExecuteOK, Count: 1}
}

func (p *printer) Shutdown(context.Context) error {
	close(p.done)
	return nil
}

func (p *printer) Done() <-chan struct{} { return p.done }
func (p *printer) Death() string         { return "stopped" }

func TestRealNoteFromOpeningToOutput(t *testing.T) {
	w := newRealWorld(t)
	ana, asAna := w.signIn("ana")
	ben, _ := w.signIn("ben")
	node, err := w.tree.Create(asAna, notebook.CreateNode{Kind: notebook.NoteNode, Name: "work/notes"})
	require.NoError(t, err)
	note := node.ID
	w.share(asAna, note, map[auth.Actor]auth.Role{ana: auth.Owner, ben: auth.Reader})

	a, b := w.join(ana, "a"), w.join(ben, "b")
	opened := a.open(note)
	require.Equal(t, "notes", opened.Name)
	require.Equal(t, "work", opened.Path[0].Name)
	require.Equal(t, []string{"read"}, b.open(note).Allowed)
	text := strings.Repeat("täglich\n", 200_000)
	insert, err := json.Marshal(notebook.InsertParagraph{Paragraph: "p", Text: text})
	require.NoError(t, err)
	a.send(wire.Client{Op: wire.OpDo, Note: note, ID: "insert", Kind: "paragraph.insert", Body: insert})
	a.send(wire.Client{Op: wire.OpWatch, Note: note, Paragraphs: []string{"p"}})
	a.send(wire.Client{Op: wire.OpDo, Note: note, ID: "run", Kind: "run.start", Body: json.RawMessage(`{"paragraphs":["p"]}`)})
	b.send(wire.Client{Op: wire.OpWatch, Note: note, Paragraphs: []string{"p"}})

	for _, c := range []*client{a, b} {
		var screen *screen
		ended := false
		seq := opened.Seq
		for screen == nil || screen.complete == 0 || !ended {
			g, err := c.next()
			require.NoError(t, err)
			switch g.Op {
			case wire.OpEntry:
				e := into[wire.Entry](t, g)
				seq++
				require.Equal(t, seq, e.Seq)
				if e.Kind == "run.start" {
					screen = newScreen(c, into[struct{ Body notebook.StartRun }](t, g).Body.Runs[0].Run)
				}
			case wire.OpRun:
				ended = into[wire.RunChanged](t, g).Runs[0].State == "done"
			case wire.OpOutput:
				screen.take(g)
			}
		}
		got := string(screen.parts[0].text)
		require.Equal(t, 1, screen.parts[0].gaps)
		require.True(t, got[:1<<20-4] == text[:1<<20-4], "the head")
		require.True(t, strings.HasSuffix(text, got[1<<20:]), "the tail")
		require.Equal(t, int64(len(text)), screen.parts[0].end)
		require.JSONEq(t, `{"data":{"text/plain":"shown"}}`, string(screen.parts[1].Data))
	}
}

func TestRealAccessTakenBack(t *testing.T) {
	w := newRealWorld(t)
	ana, asAna := w.signIn("ana")
	ben, _ := w.signIn("ben")
	node, err := w.tree.Create(asAna, notebook.CreateNode{Kind: notebook.NoteNode, Name: "notes"})
	require.NoError(t, err)
	w.share(asAna, node.ID, map[auth.Actor]auth.Role{ana: auth.Owner, ben: auth.Writer})
	a, b := w.join(ana, "a"), w.join(ben, "b")
	a.open(node.ID)
	b.open(node.ID)
	insert := func(c *client, id string) {
		c.send(wire.Client{Op: wire.OpDo, Note: node.ID, ID: id, Kind: "paragraph.insert",
			Body: json.RawMessage(fmt.Sprintf(`{"paragraph":%q,"after":""}`, id))})
	}
	insert(b, "p1")
	b.mustAmong(wire.OpEntry, wire.OpTree)
	w.share(asAna, node.ID, map[auth.Actor]auth.Role{ana: auth.Owner, ben: auth.Runner})
	require.Equal(t, []string{"read", "run"}, into[wire.Allowed](t, b.mustAmong(wire.OpAllowed, wire.OpTree)).Allowed)
	insert(b, "p2")
	require.Equal(t, "forbidden", into[wire.Refused](t, b.mustAmong(wire.OpRefused, wire.OpTree)).Code)
	w.share(asAna, node.ID, map[auth.Actor]auth.Role{ana: auth.Owner})
	insert(a, "p3")
	b.mustAmong(wire.OpGone, wire.OpTree)
	b.send(wire.Client{Op: wire.OpOpen, Note: node.ID})
	require.Equal(t, "not_found", into[wire.Refused](t, b.mustAmong(wire.OpRefused, wire.OpTree)).Code)

	_, err = w.tree.Rename(asAna, node.ID, "renamed")
	require.NoError(t, err)
	for {
		g, err := a.next()
		require.NoError(t, err)
		if g.Op == wire.OpAllowed && into[wire.Allowed](t, g).Name == "renamed" {
			break
		}
	}
}
