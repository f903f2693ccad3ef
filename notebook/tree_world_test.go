package notebook_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// forest is a tree over a real database, with open notes beside it.
type forest struct {
	*world
	tree   *notebook.Tree
	heard  *hearing
	public bool // the server's default for new notes
}

// hearing passes on to the open notes and keeps what they are told.
type hearing struct {
	*notebook.Service
	mu      sync.Mutex
	changed [][]notebook.ID
	deleted []notebook.ID
}

func (h *hearing) NodeChanged(ids []notebook.ID, deleted bool) {
	h.mu.Lock()
	h.changed = append(h.changed, ids)
	if deleted {
		h.deleted = append(h.deleted, ids...)
	}
	h.mu.Unlock()
	h.Service.NodeChanged(ids, deleted)
}

func newForest(t *testing.T) *forest {
	t.Helper()
	f := &forest{world: newWorld(t)}
	f.heard = &hearing{Service: f.svc}
	f.tree = notebook.NewTree(f.db.Tree(), f.gate, f.heard, slog.New(slog.DiscardHandler))
	f.tree.Public = func(context.Context) (bool, error) { return f.public, nil }
	return f
}

// group adds a group of people or other groups.
func (f *forest) group(name string, members ...auth.PrincipalID) auth.PrincipalID {
	f.t.Helper()
	var id auth.PrincipalID
	require.NoError(f.t, f.sql.QueryRow(context.Background(),
		`INSERT INTO principals (kind, name, folded) VALUES ('group', $1, $1) RETURNING id`, name).Scan((*int64)(&id)))
	f.exec(`INSERT INTO groups (id) VALUES ($1)`, int64(id))
	for _, m := range members {
		f.exec(`INSERT INTO memberships (group_id, member_id) VALUES ($1, $2)`, int64(id), int64(m))
	}
	f.moved()
	return id
}

// token returns a context in which the same person acts with a token of this scope.
func (f *forest) token(ctx context.Context, scope ...string) context.Context {
	f.t.Helper()
	a := who(ctx)
	a.SignIn = auth.NewID()
	f.exec(`INSERT INTO sign_ins (id, user_id, kind, secret_hash, scope, expires_at)
		VALUES ($1, $2, 'token', $3, $4, now() + interval '1 day')`, [16]byte(a.SignIn), int64(a.User), a.SignIn[:], append(scope, "use"))
	return auth.WithActor(context.Background(), a)
}

// moved raises the authority epoch after a change behind the tree's back.
func (f *forest) moved() {
	f.t.Helper()
	var epoch uint64
	require.NoError(f.t, f.sql.QueryRow(context.Background(), `UPDATE authority SET epoch = epoch + 1 RETURNING epoch`).Scan(&epoch))
	f.gate.Move(epoch)
}

func (f *forest) create(ctx context.Context, kind notebook.NodeKind, name string, parent notebook.ID) notebook.ID {
	f.t.Helper()
	d, err := f.tree.Create(ctx, notebook.CreateNode{Kind: kind, Name: name, Parent: parent})
	require.NoError(f.t, err)
	return d.ID
}

func (f *forest) folder(ctx context.Context, name string, parent notebook.ID) notebook.ID {
	f.t.Helper()
	return f.create(ctx, notebook.FolderNode, name, parent)
}

func (f *forest) newNote(ctx context.Context, name string, parent notebook.ID) notebook.ID {
	f.t.Helper()
	return f.create(ctx, notebook.NoteNode, name, parent)
}

// give adds a grant to those that stand on a node, by one of its owners.
func (f *forest) give(owner context.Context, id notebook.ID, to auth.PrincipalID, role auth.Role) {
	f.t.Helper()
	g, err := f.tree.Grants(owner, id)
	require.NoError(f.t, err)
	wishes := []notebook.GrantWish{{ID: to, Role: role}}
	for _, have := range g.Own {
		if have.Principal.ID != to && have.Principal.Kind != "link" && have.EndsAt.IsZero() && have.StartsAt.IsZero() {
			wishes = append(wishes, notebook.GrantWish{ID: have.Principal.ID, Role: have.Role})
		}
	}
	_, err = f.tree.SetGrants(owner, id, notebook.GrantChange{Version: g.Version, Grants: wishes})
	require.NoError(f.t, err)
}

// closeNode lets only grants on the node and below count there.
func (f *forest) closeNode(owner context.Context, id notebook.ID, closed bool) {
	f.t.Helper()
	g, err := f.tree.Grants(owner, id)
	require.NoError(f.t, err)
	_, err = f.tree.SetGrants(owner, id, notebook.GrantChange{Version: g.Version, Grants: wishesFor(g), Closed: &closed})
	require.NoError(f.t, err)
}

// wishesFor are the undated grants that stand there.
func wishesFor(g notebook.Grants) []notebook.GrantWish {
	var wishes []notebook.GrantWish
	for _, have := range g.Own {
		if have.StartsAt.IsZero() && have.EndsAt.IsZero() && have.Principal.Kind != "link" {
			wishes = append(wishes, notebook.GrantWish{ID: have.Principal.ID, Role: have.Role})
		}
	}
	return wishes
}

// rows are the live grants that stand on a node, as "principal role", sorted.
func (f *forest) rows(id notebook.ID) []string {
	f.t.Helper()
	rows, err := f.sql.Query(context.Background(), `
		SELECT p.name || ' ' || (ARRAY['reader', 'runner', 'writer', 'owner'])[g.role]
		FROM grants g JOIN principals p ON p.id = g.principal_id WHERE g.node_id = $1 AND g.revoked_at IS NULL`, [16]byte(id))
	require.NoError(f.t, err)
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(f.t, err)
	slices.Sort(list)
	return list
}

// one asks the database for one value.
func one[T any](f *forest, sql string, args ...any) (v T) {
	f.t.Helper()
	require.NoError(f.t, f.sql.QueryRow(context.Background(), sql, args...).Scan(&v))
	return v
}

// requirePaths compares the closure table with the parents it is made of.
func (f *forest) requirePaths() {
	f.t.Helper()
	wrong := one[int](f, `
		WITH RECURSIVE up(descendant, ancestor, depth, carries) AS (
			SELECT id, id, 0, true FROM nodes
			UNION ALL
			SELECT up.descendant, n.parent_id, up.depth + 1, up.carries AND NOT n.closed
			FROM up JOIN nodes n ON n.id = up.ancestor WHERE n.parent_id IS NOT NULL
		), have AS (SELECT descendant, ancestor, depth, carries FROM node_paths)
		SELECT count(*)::int FROM ((TABLE up EXCEPT TABLE have) UNION ALL (TABLE have EXCEPT TABLE up)) d`)
	require.Zero(f.t, wrong, "paths that are not what the parents say")
}

func code(err error) fault.Code { return fault.CodeOf(err) }

// untilWaiting waits until so many others wait for locks, as seen from within tx.
func (f *forest) untilWaiting(tx pgx.Tx, n int) {
	f.t.Helper()
	require.Eventually(f.t, func() bool {
		var waiting int
		require.NoError(f.t, tx.QueryRow(context.Background(), `SELECT count(*) FROM pg_locks WHERE NOT granted`).Scan(&waiting))
		return waiting >= n
	}, 10*time.Second, 5*time.Millisecond)
}
