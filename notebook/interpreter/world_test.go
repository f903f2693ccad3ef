package interpreter_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/notebook"
	"quire/notebook/interpreter"
	"quire/notebook/sql"
	"quire/store"
	"quire/store/storetest"
)

// kernels are kernelspecs that start nothing and remember what they were asked.
type kernels struct {
	specs []notebook.KernelSpec
	asked []notebook.StartKernel
}

type idle struct{ notebook.Kernel }

func (k *kernels) Specs(context.Context) ([]notebook.KernelSpec, error) { return k.specs, nil }

func (k *kernels) Start(_ context.Context, req notebook.StartKernel) (notebook.Kernel, error) {
	k.asked = append(k.asked, req)
	return idle{}, nil
}

// site is the service over a real database, with people.
type site struct {
	*interpreter.Service
	t       *testing.T
	url     string
	conn    *pgx.Conn
	gate    *auth.Gate
	local   *kernels
	remote  *kernels
	tokens  []string // that gateways were opened with
	keyFile string

	root, ana, bob context.Context // an administrator, and two who are not; ana is in the group team
}

func newSite(t *testing.T) *site {
	t.Helper()
	url := storetest.New(t)
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(t.Context(), url, log)
	require.NoError(t, err)
	t.Cleanup(db.Close)
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	s := &site{t: t, url: url, conn: conn, gate: auth.NewGate(db.Records(), log), keyFile: filepath.Join(t.TempDir(), "key"),
		local: &kernels{specs: []notebook.KernelSpec{
			{Name: "bash", DisplayName: "Bash", Language: "bash"}, {Name: "python-gpu", DisplayName: "GPU", Language: "python"},
			{Name: "python3", DisplayName: "Python 3", Language: "python"},
		}},
		remote: &kernels{specs: []notebook.KernelSpec{{Name: "spark", Language: "scala"}}}}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	s.gate.Confirm(ctx)
	go func() { s.gate.Run(ctx, nil); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	box, err := interpreter.OpenBox(s.keyFile, true)
	require.NoError(t, err)
	s.Service = interpreter.New(interpreter.Config{
		Store: db.Interpreters(), Gate: s.gate, Box: box, Kernels: s.local, Log: log,
		Databases: &sql.Databases{Kernels: s.local, Log: log},
		Gateway: func(_ interpreter.GatewayRow, token account.Secret) (notebook.Kernels, error) {
			s.tokens = append(s.tokens, token.Reveal())
			return s.remote, nil
		},
	})
	s.root, s.ana, s.bob = s.person("root", true), s.person("ana", false), s.person("bob", false)
	s.exec(`WITH g AS (INSERT INTO principals (kind, name, folded) VALUES ('group', 'team', 'team') RETURNING id),
		gg AS (INSERT INTO groups (id) SELECT id FROM g)
		INSERT INTO memberships (group_id, member_id) SELECT g.id, $1 FROM g`, int64(who(s.ana).User))
	return s
}

func who(ctx context.Context) auth.Actor {
	a, _ := auth.ActorFrom(ctx)
	return a
}

func (s *site) exec(sql string, args ...any) {
	s.t.Helper()
	_, err := s.conn.Exec(context.Background(), sql, args...)
	require.NoError(s.t, err)
}

func (s *site) person(name string, admin bool) context.Context {
	s.t.Helper()
	a := auth.Actor{Kind: auth.Person, Name: name, SignIn: auth.NewID()}
	ctx := context.Background()
	require.NoError(s.t, s.conn.QueryRow(ctx, `INSERT INTO principals (kind, name, folded) VALUES ('user', $1, $1) RETURNING id`, name).Scan(&a.User))
	s.exec(`INSERT INTO users (id, subject, admin) VALUES ($1, $2, $3)`, int64(a.User), name, admin)
	s.exec(`INSERT INTO sign_ins (id, user_id, kind, secret_hash, expires_at) VALUES ($1, $2, 'browser', $3, now() + interval '1 day')`,
		[16]byte(a.SignIn), int64(a.User), a.SignIn[:])
	return auth.WithActor(ctx, a)
}

// text is all that the database holds of something, to look for what must not be there.
func (s *site) text(table string) (all string) {
	s.t.Helper()
	require.NoError(s.t, s.conn.QueryRow(context.Background(), fmt.Sprintf(`SELECT coalesce(string_agg(t::text, E'\n'), '') FROM %s t`, table)).Scan(&all))
	return all
}

func (s *site) create(c interpreter.InterpreterChange) interpreter.InterpreterRow {
	s.t.Helper()
	row, err := s.Create(s.root, c)
	require.NoError(s.t, err)
	return row
}

// may tells by interpreter what somebody sees: "" allowed, else why not.
func (s *site) may(ctx context.Context) map[string]string {
	s.t.Helper()
	list, err := s.Interpreters(ctx)
	require.NoError(s.t, err)
	all := map[string]string{}
	for _, i := range list {
		all[i.Name] = i.Refused
	}
	return all
}

func named(names ...string) *[]interpreter.Who {
	list := []interpreter.Who{}
	for _, n := range names {
		list = append(list, interpreter.Who{Name: n})
	}
	return &list
}

func kernel(name, spec string) interpreter.InterpreterChange {
	return interpreter.InterpreterChange{Name: name, Kind: notebook.KernelKind, Spec: spec}
}
