package prove_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/store"
	"quire/store/storetest"
)

// built is a world in a real database.
type built struct {
	*world
	db *store.DB
}

// build writes the world's rows, by none of the code that is to be proved.
func (w *world) build(t *testing.T) *built {
	t.Helper()
	url := storetest.New(t)
	db, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(db.Close)
	sql, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer sql.Close(context.Background())
	b := &pgx.Batch{}
	w.queuePrincipals(b)
	w.queueNodes(b)
	w.queueAccess(b)
	tx, err := sql.Begin(t.Context())
	require.NoError(t, err)
	// Nodes of these worlds may well be without a living owner.
	ownerSQL, err := pgx.Connect(t.Context(), storetest.Owner(t, url))
	require.NoError(t, err)
	defer ownerSQL.Close(context.Background())
	_, err = ownerSQL.Exec(t.Context(), `ALTER TABLE grants DISABLE TRIGGER grants_keep_owner; ALTER TABLE nodes DISABLE TRIGGER nodes_have_owner`)
	require.NoError(t, err)
	require.NoError(t, tx.SendBatch(t.Context(), b).Close())
	require.NoError(t, tx.Commit(t.Context()))
	return &built{w, db}
}

func (w *world) queuePrincipals(b *pgx.Batch) {
	const add = `INSERT INTO principals (id, kind, name, folded, removed_at) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $3, $4)`
	for _, p := range w.people {
		b.Queue(add, p.id, "user", fmt.Sprint("user ", p.id), nil)
		b.Queue(`INSERT INTO users (id, subject, disabled_at) VALUES ($1, $3, CASE WHEN $2 THEN now() END)`, p.id, p.disabled, fmt.Sprint(p.id))
	}
	for _, g := range w.groups {
		b.Queue(add, g.id, "group", fmt.Sprint("group ", g.id), nil)
		b.Queue(`INSERT INTO groups (id) VALUES ($1)`, g.id)
		for _, m := range g.members {
			b.Queue(`INSERT INTO memberships (group_id, member_id) VALUES ($1, $2)`, g.id, m)
		}
	}
	for _, l := range w.links {
		var removed *time.Time
		if l.revoked {
			removed = &w.now
		}
		b.Queue(add, l.id, "link", fmt.Sprint("link ", l.id), removed)
	}
}

// queueNodes writes the tree with its closure.
func (w *world) queueNodes(b *pgx.Batch) {
	for i, n := range w.nodes {
		kind, parent, trash := "folder", auth.ID{}, auth.ID{}
		if n.note {
			kind = "note"
		}
		if n.parent >= 0 {
			parent = w.nodes[n.parent].id
		}
		if n.trashed {
			trash = w.trashRoot(i)
		}
		b.Queue(`INSERT INTO nodes (id, parent_id, kind, name, closed, trash_id, trashed_at)
			VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $6::uuid IS NOT NULL THEN now() END)`, n.id, orNull(parent), kind, n.id.String(), n.closed, orNull(trash))
		if n.note {
			b.Queue(`INSERT INTO notes (id, epoch) VALUES ($1, $1)`, n.id)
			b.Queue(`INSERT INTO paragraphs (note_id, id, place, text) VALUES ($1, 'p', 0, 'the common word')`, n.id)
		}
	}
	for i := range w.nodes {
		carries, depth := true, 0
		for at := i; at >= 0; at = w.nodes[at].parent {
			b.Queue(`INSERT INTO node_paths (ancestor, descendant, depth, carries) VALUES ($1, $2, $3, $4)`, w.nodes[at].id, w.nodes[i].id, depth, carries)
			carries = carries && !w.nodes[at].closed
			depth++
		}
	}
}

// trashRoot is what was put into the trash, and this node with it.
func (w *world) trashRoot(n int) auth.ID {
	for p := w.nodes[n].parent; p >= 0 && w.nodes[p].trashed; p = w.nodes[n].parent {
		n = p
	}
	return w.nodes[n].id
}

func orNull(id auth.ID) *auth.ID {
	if id.IsZero() {
		return nil
	}
	return &id
}

func (w *world) queueAccess(b *pgx.Batch) {
	for _, l := range w.links {
		b.Queue(`INSERT INTO links (id, node_id, secret_hash, anyone) VALUES ($1, $2, $4, $3)`, l.id, w.nodes[l.node].id, l.anyone, []byte(fmt.Sprint(l.id)))
		for _, h := range l.holders {
			b.Queue(`INSERT INTO link_holders (link_id, user_id) VALUES ($1, $2)`, l.id, h)
		}
	}
	for _, g := range w.grants {
		b.Queue(`INSERT INTO grants (node_id, principal_id, role, starts_at, ends_at, revoked_at)
			VALUES ($1, $2, $3, $4, $5, CASE WHEN $6 THEN now() END) ON CONFLICT DO NOTHING`,
			w.nodes[g.node].id, g.to, g.role, timeOrNull(g.from), timeOrNull(g.until), g.revoked)
	}
	for _, c := range w.caps {
		var at auth.ID
		if c.node >= 0 {
			at = w.nodes[c.node].id
		}
		b.Queue(`INSERT INTO caps (group_id, node_id, actions, lifted_at) VALUES ($1, $2, $3, CASE WHEN $4 THEN now() END)`, c.group, orNull(at), int16(c.actions), c.lifted)
	}
	for _, s := range w.signIns {
		var scope []string
		if s.scope != nil {
			scope = append(sum(s.scope).Names(), auth.Actions(auth.Use).Names()...) // every token may list
		}
		b.Queue(`INSERT INTO sign_ins (id, user_id, kind, secret_hash, scope, expires_at, ended_at)
			VALUES ($1, $2, $3, $6, $4, now() + interval '1 year', CASE WHEN $5 THEN now() END)`, s.id, s.who, s.kind, scope, s.over, s.id[:])
	}
	for i, p := range w.people {
		b.Queue(`INSERT INTO access_requests (id, node_id, user_id, role) VALUES ($1, $2, $3, 1)`, auth.NewID(), w.nodes[w.asked(i)].id, p.id)
	}
	b.Queue(`INSERT INTO settings (key, value) VALUES ('links.anyone', to_jsonb($1::boolean))`, w.guests)
	if w.ownerOf != 0 {
		b.Queue(`INSERT INTO settings (key, value) VALUES ('notebook.owner_role', to_jsonb($1::bigint))`, w.ownerOf)
	}
}

func timeOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
