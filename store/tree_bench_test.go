package store_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
	"quire/store"
	"quire/store/storetest"
)

// forestSQL makes 200 people in 20 groups, 300 folders and 10,000 notes, of which
// the first person may read 3,000: a third each by a folder, by a group, and of
// their own.
const forestSQL = `
SET session_replication_role = replica;
INSERT INTO principals (id, kind, name, folded) OVERRIDING SYSTEM VALUE
	SELECT 2000 + i, CASE WHEN i <= 200 THEN 'user' ELSE 'group' END, 'p' || i, 'p' || i FROM generate_series(1, 220) i;
INSERT INTO users (id, subject) SELECT 2000 + i, 'p' || i FROM generate_series(1, 200) i;
INSERT INTO groups (id) SELECT 2200 + i FROM generate_series(1, 20) i;
INSERT INTO memberships (group_id, member_id)
	SELECT 2200 + g, 2000 + u FROM generate_series(1, 20) g, generate_series(1, 200) u WHERE (u + g) % 10 = 0 AND u > 1 OR u = 1 AND g <= 5;
CREATE TEMP TABLE f AS SELECT i, gen_random_uuid() AS id FROM generate_series(0, 299) i;
CREATE TEMP TABLE w AS SELECT i, gen_random_uuid() AS id,
	CASE WHEN i < 1000 THEN i % 100 WHEN i < 8000 THEN 100 + i % 200 END AS folder FROM generate_series(0, 9999) i;
INSERT INTO nodes (id, kind, name) SELECT id, 'folder', 'folder ' || i FROM f;
INSERT INTO nodes (id, parent_id, kind, name, changed_at)
	SELECT w.id, f.id, 'note', 'note ' || w.i, now() - w.i * interval '97 s' FROM w LEFT JOIN f ON f.i = w.folder;
INSERT INTO node_paths SELECT id, id, 0, true FROM nodes;
INSERT INTO node_paths SELECT parent_id, id, 1, true FROM nodes WHERE parent_id IS NOT NULL;
INSERT INTO grants (node_id, principal_id, role) SELECT id, 2002 + i % 199, 4 FROM f;
INSERT INTO grants (node_id, principal_id, role) SELECT id, 2201, 1 FROM f WHERE i < 100;
INSERT INTO grants (node_id, principal_id, role) SELECT id, CASE WHEN i BETWEEN 2000 AND 2999 THEN 2001 ELSE 2002 + i % 199 END, 4 FROM w;
INSERT INTO grants (node_id, principal_id, role) SELECT id, 2202, 3 FROM w WHERE i BETWEEN 1000 AND 1999;
INSERT INTO grants (node_id, principal_id, role) SELECT id, 2206 + i % 14, 2 FROM w WHERE i >= 3000;
INSERT INTO notes (id, epoch) SELECT id, gen_random_uuid() FROM w;
`

var reader = notebook.Viewer{User: 2001, Principals: []auth.PrincipalID{1, 2001, 2201, 2202, 2203, 2204, 2205}, Scope: auth.AllActions}

// benchForest is the forest with 100,000 paragraphs of about 900 characters: half of
// them have the word "common", ten "rarest".
func benchForest(b *testing.B) *store.Tree {
	b.Helper()
	ctx := context.Background()
	url := storetest.New(b)
	owner, err := pgx.Connect(ctx, storetest.Owner(b, url))
	require.NoError(b, err)
	defer owner.Close(ctx)
	_, err = owner.Exec(ctx, forestSQL)
	require.NoError(b, err)
	rows, err := owner.Query(ctx, `SELECT id FROM w ORDER BY i`)
	require.NoError(b, err)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[[16]byte])
	require.NoError(b, err)
	random := rand.New(rand.NewPCG(1, 2))
	_, err = owner.CopyFrom(ctx, pgx.Identifier{"paragraphs"}, []string{"note_id", "id", "place", "title", "text"},
		pgx.CopyFromSlice(100_000, func(i int) ([]any, error) {
			return []any{ids[i/10], "p" + strconv.Itoa(i%10), i % 10, "", words(random, i)}, nil
		}))
	require.NoError(b, err)
	_, err = owner.Exec(ctx, `VACUUM ANALYZE`)
	require.NoError(b, err)
	db, err := store.Open(ctx, url, slog.New(slog.DiscardHandler))
	require.NoError(b, err)
	b.Cleanup(db.Close)
	return db.Tree()
}

func words(random *rand.Rand, i int) string {
	var text strings.Builder
	for range 40 + random.IntN(160) {
		r := random.Float64()
		text.WriteString("word" + strconv.Itoa(int(20000*r*r*r*r)) + " ")
	}
	if i%2 == 0 {
		text.WriteString("common ")
	}
	if i%9973 == 0 {
		text.WriteString("rarest ")
	}
	return text.String()
}

func BenchmarkTree(b *testing.B) {
	tree := benchForest(b)
	ctx := context.Background()
	measure(b, "ListFirst200AndCount", func(v notebook.Viewer) error {
		nodes, total, err := tree.Nodes(ctx, v, 200)
		require.Equal(b, []int{200, 3100}, []int{len(nodes), total})
		return err
	})
	measure(b, "ListAllAsJSON", func(v notebook.Viewer) error {
		nodes, _, err := tree.Nodes(ctx, v, 0)
		if err == nil {
			_, err = json.Marshal(nodes)
		}
		return err
	})
	measure(b, "ShowOne", func(v notebook.Viewer) error {
		nodes, _, err := tree.Nodes(ctx, v, 1)
		if err == nil {
			_, err = tree.Node(ctx, v, nodes[0].ID)
		}
		return err
	})
	for name, word := range map[string]string{"SearchRare": "rarest", "SearchCommon": "common", "SearchAbsent": "nowhere", "SearchPrefix": "word1"} {
		measure(b, name, func(v notebook.Viewer) error {
			_, err := tree.Search(ctx, v, notebook.SearchQuery{Terms: [][]string{{word}}, Limit: 20})
			return err
		})
	}
}

// measure reports the middle and the 95th of a hundred.
func measure(b *testing.B, name string, do func(notebook.Viewer) error) {
	b.Run(name, func(b *testing.B) {
		var took []time.Duration
		for b.Loop() {
			v := reader
			v.At = time.Now()
			began := time.Now()
			require.NoError(b, do(v))
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	})
}
