package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"quire/auth"
)

// measurePermissions decides in this process, as the server does.
func measurePermissions(_ context.Context, _ *site, r *report) error {
	chain := make([]auth.Object, 6)
	for i := range chain {
		for j := range 20 {
			chain[i].Grants = append(chain[i].Grants, auth.Grant{Principal: auth.PrincipalID(5000 + j), Role: auth.Writer})
		}
	}
	who := auth.Identity{User: 1999, Principals: []auth.PrincipalID{auth.Everyone}, Scope: auth.AllActions}
	for i := range 20 {
		who.Principals = append(who.Principals, auth.PrincipalID(2000+7*i))
	}
	now := time.Now()
	lookups := map[auth.PrincipalID]bool{}
	for _, p := range who.Principals {
		lookups[p] = true
	}
	cold := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			auth.Decide(chain, who, now)
		}
	})
	naive := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			for i := range chain {
				for j := range chain[i].Grants {
					_ = lookups[chain[i].Grants[j].Principal]
				}
			}
		}
	})
	r.add(row{"permission check, cold: 6 objects × 20 grants, 20 groups", float64(cold.NsPerOp()), "ns",
		float64(naive.NsPerOp()), "one map look-up per grant"})
	return nil
}

// measureStart stops and starts the server. The first start of a private Postgres
// is not among it: that one is the bench's own.
func measureStart(ctx context.Context, s *site, r *report) error {
	if err := s.stop(); err != nil {
		return err
	}
	began := time.Now()
	if _, err := s.start(ctx); err != nil {
		return err
	}
	took := time.Since(began)
	began = time.Now()
	conn, err := pgx.Connect(ctx, s.postgres.URL())
	if err != nil {
		return err
	}
	connect := time.Since(began)
	conn.Close(ctx)
	now, _, err := s.memory()
	r.add(row{"start with a database", float64(took.Milliseconds()), "ms", float64(connect.Microseconds()) / 1000, "one connection to it"},
		row{What: "server memory after the start", Figure: now, Unit: "MB"})
	return err
}

// measureCommit is the limit of what is durable: a small insert, committed.
func measureCommit(ctx context.Context, s *site, r *report) error {
	ms, err := s.commit(ctx, 95)
	r.add(row{What: "one commit of a small row, p95", Figure: ms, Unit: "ms"})
	return err
}

func (s *site) commit(ctx context.Context, p float64) (float64, error) {
	if _, err := s.sql.Exec(ctx, `CREATE TABLE IF NOT EXISTS bench_commit (id bigserial PRIMARY KEY, body bytea)`); err != nil {
		return 0, err
	}
	var all []time.Duration
	for range 300 {
		began := time.Now()
		if _, err := s.sql.Exec(ctx, `INSERT INTO bench_commit (body) VALUES ($1)`, []byte("forty bytes of an edit, more or less ...")); err != nil {
			return 0, err
		}
		all = append(all, time.Since(began))
	}
	return percentile(all, p), nil
}

// measureTree fills the tree by SQL and reads it by REST.
func measureTree(ctx context.Context, s *site, r *report) error {
	if err := s.seed(ctx, 10000, 3000); err != nil {
		return err
	}
	ping, err := s.times(ctx, 50, "/me")
	if err != nil {
		return err
	}
	for _, list := range []struct{ what, path string }{
		{"first 200 of 10,000 notes, 3,000 mine, p95", "/tree?limit=200"},
		{"all 3,000 of them as JSON, p95", "/tree"},
		{"search them for a rare word, p95", "/search?q=rare77"},
		{"search them for a common word, p95", "/search?q=common"},
	} {
		ms, err := s.times(ctx, 40, list.path)
		if err != nil {
			return err
		}
		r.add(row{list.what, ms, "ms", ping, "GET /me"})
	}
	return nil
}

func (s *site) times(ctx context.Context, n int, path string) (float64, error) {
	var all []time.Duration
	for range n {
		began := time.Now()
		if err := s.do(ctx, "GET", path, nil, nil); err != nil {
			return 0, err
		}
		all = append(all, time.Since(began))
	}
	return percentile(all, 95), nil
}

// seed adds notes of somebody else's, of which mine are granted to the administrator.
func (s *site) seed(ctx context.Context, notes, mine int) error {
	if _, err := s.person(ctx, "other"); err != nil {
		return err
	}
	_, err := s.sql.Exec(ctx, fmt.Sprintf(`
		WITH made AS (
			INSERT INTO nodes (id, kind, name) SELECT gen_random_uuid(), 'note', 'seeded ' || i FROM generate_series(1, %d) i RETURNING id, name
		), numbered AS (SELECT id, row_number() OVER () AS i FROM made
		), paths AS (INSERT INTO node_paths SELECT id, id, 0, true FROM made
		), owned AS (INSERT INTO grants (node_id, principal_id, role) SELECT n.id, p.id, 4 FROM numbered n
			JOIN principals p ON p.folded = CASE WHEN n.i <= %d THEN '%s' ELSE 'other' END
		), bodies AS (INSERT INTO notes (id, epoch) SELECT id, gen_random_uuid() FROM made RETURNING id)
		INSERT INTO paragraphs (note_id, id, place, text)
		SELECT n.id, 'p1', 0, 'common words rare' || n.i %% 1000 FROM numbered n`, notes, mine, admin))
	if err != nil {
		return err
	}
	if _, err := s.sql.Exec(ctx, `UPDATE authority SET epoch = epoch + 1`); err != nil {
		return err
	}
	_, err = s.sql.Exec(ctx, `ANALYZE`)
	return err
}
