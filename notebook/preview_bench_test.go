package notebook_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
	"quire/store"
	"quire/store/storetest"
)

// companySQL makes 10,000 people in 200 groups, which are in 20 others; 5,000 folders
// in a folder that person 1 owns, each granted to a group; and 100,000 notes in
// them, each owned by somebody else besides.
const companySQL = `
SET session_replication_role = replica;
INSERT INTO principals (id, kind, name, folded) OVERRIDING SYSTEM VALUE
	SELECT 2000 + i, CASE WHEN i <= 10000 THEN 'user' ELSE 'group' END, 'p' || i, 'p' || i FROM generate_series(1, 10220) i;
INSERT INTO users (id, subject, admin) SELECT 2000 + i, 'p' || i, i = 1 FROM generate_series(1, 10000) i;
INSERT INTO groups (id) SELECT 12000 + i FROM generate_series(1, 220) i;
INSERT INTO memberships (group_id, member_id) SELECT 12001 + i % 200, 2000 + i FROM generate_series(1, 10000) i;
INSERT INTO memberships (group_id, member_id) SELECT 12201 + i % 20, 12001 + i FROM generate_series(0, 199) i;
CREATE TEMP TABLE top AS SELECT gen_random_uuid() AS id;
CREATE TEMP TABLE f AS SELECT i, gen_random_uuid() AS id FROM generate_series(0, 4999) i;
CREATE TEMP TABLE w AS SELECT i, gen_random_uuid() AS id FROM generate_series(0, 99999) i;
INSERT INTO nodes (id, kind, name) SELECT id, 'folder', 'company' FROM top;
INSERT INTO nodes (id, parent_id, kind, name) SELECT f.id, top.id, 'folder', 'folder ' || i FROM f, top;
INSERT INTO nodes (id, parent_id, kind, name) SELECT w.id, f.id, 'note', 'note ' || w.i FROM w JOIN f ON f.i = w.i % 5000;
INSERT INTO node_paths SELECT id, id, 0, true FROM nodes;
INSERT INTO node_paths SELECT parent_id, id, 1, true FROM nodes WHERE parent_id IS NOT NULL;
INSERT INTO node_paths SELECT top.id, w.id, 2, true FROM w, top;
INSERT INTO notes (id, epoch) SELECT id, gen_random_uuid() FROM w;
INSERT INTO grants (node_id, principal_id, role) SELECT id, 2001, 4 FROM nodes;
INSERT INTO grants (node_id, principal_id, role) SELECT id, 12001 + i % 220, 3 FROM f;
INSERT INTO grants (node_id, principal_id, role) SELECT id, 2002 + i % 300, 2 FROM w WHERE i % 10 = 0;
`

// BenchmarkPreview previews changes in a company of 10,000 people and 100,000 notes:
// of the one folder that holds everything, and of one inside.
func BenchmarkPreview(b *testing.B) {
	ctx := b.Context()
	url := storetest.New(b)
	owner, err := pgx.Connect(ctx, storetest.Owner(b, url))
	require.NoError(b, err)
	defer owner.Close(ctx)
	_, err = owner.Exec(ctx, companySQL)
	require.NoError(b, err)
	_, err = owner.Exec(ctx, `VACUUM ANALYZE`)
	require.NoError(b, err)
	var top, folder, note [16]byte
	require.NoError(b, owner.QueryRow(ctx, `SELECT (SELECT id FROM top), (SELECT id FROM f LIMIT 1), (SELECT id FROM w LIMIT 1)`).Scan(&top, &folder, &note))
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(ctx, url, log)
	require.NoError(b, err)
	defer db.Close()
	gate := auth.NewGate(db.Records(), log)
	gate.Confirm(ctx)
	tree := notebook.NewTree(db.Tree(), gate, nil, log)
	boss := auth.WithActor(ctx, auth.Actor{Kind: auth.Person, Name: "p1", User: 2001})
	toEveryone := notebook.GrantChange{Version: 1, Grants: []notebook.GrantWish{{ID: 2001, Role: auth.Owner}, {ID: auth.Everyone, Role: auth.Reader}}}
	for name, try := range map[string]func() (auth.Effect, error){
		"share everything": func() (auth.Effect, error) { return tree.PreviewGrants(boss, notebook.ID(top), toEveryone) },
		"close everything": func() (auth.Effect, error) { return tree.PreviewClose(boss, notebook.ID(top), true) },
		"share a folder":   func() (auth.Effect, error) { return tree.PreviewGrants(boss, notebook.ID(folder), toEveryone) },
		"move a folder":    func() (auth.Effect, error) { return tree.PreviewMove(boss, notebook.ID(folder), notebook.ID{}) },
		"trash a folder":   func() (auth.Effect, error) { return tree.PreviewTrash(boss, notebook.ID(folder)) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				gate.Confirm(ctx)
				began := time.Now()
				e, err := try()
				require.NoError(b, err)
				b.Logf("%s: %d gain, %d lose, %d notes, truncated %v, %v", name, e.Gains.People, e.Losses.People, e.Notes, e.Truncated, time.Since(began).Round(time.Millisecond))
			}
		})
	}
	b.Run("who reaches a note", func(b *testing.B) {
		for b.Loop() {
			gate.Confirm(ctx)
			r, err := tree.WhoReaches(boss, notebook.ID(note), time.Time{})
			require.NoError(b, err)
			require.NotZero(b, r.Total)
		}
	})
}
