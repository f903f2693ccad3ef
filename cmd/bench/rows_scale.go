package main

import (
	"context"
	"fmt"
	"time"

	"quire/auth"
)

// unit is one world: people, groups in chains of five, folders ten to a folder, and
// notes, with grants to people and groups. Made again it doubles what is there.
const unit = `
WITH everybody AS (
	INSERT INTO principals (kind, name, folded)
	SELECT 'user', '%[1]s-user-' || i, '%[1]s-user-' || i FROM generate_series(0, 9999) i RETURNING id, name
), users AS (INSERT INTO users (id, subject) SELECT id, name FROM everybody
), crowds AS (
	INSERT INTO principals (kind, name, folded)
	SELECT 'group', '%[1]s-group-' || i, '%[1]s-group-' || i FROM generate_series(0, 999) i RETURNING id, name
), groups AS (INSERT INTO groups (id) SELECT id FROM crowds
), u AS (SELECT id, split_part(name, '-', 3)::int AS i FROM everybody
), g AS (SELECT id, split_part(name, '-', 3)::int AS i FROM crowds
), nested AS (
	INSERT INTO memberships (group_id, member_id) SELECT outside.id, g.id FROM g JOIN g outside ON outside.i = g.i - 1 WHERE g.i %% 5 <> 0
), members AS (
	INSERT INTO memberships (group_id, member_id)
	SELECT DISTINCT g.id, u.id FROM u CROSS JOIN generate_series(0, 2) k JOIN g ON g.i = (u.i * 7 + k * 331) %% 1000
	UNION SELECT g.id, p.id FROM g JOIN principals p ON p.folded = '%[2]s' WHERE g.i IN (4, 309, 704)
), f AS MATERIALIZED (SELECT i, gen_random_uuid() AS id FROM generate_series(0, 4999) i
), folders AS (
	INSERT INTO nodes (id, parent_id, kind, name) SELECT f.id, up.id, 'folder', '%[1]s folder ' || f.i FROM f LEFT JOIN f up ON up.i = f.i / 10 - 1
), n AS MATERIALIZED (SELECT i, gen_random_uuid() AS id FROM generate_series(0, 99999) i
), listed AS (
	INSERT INTO nodes (id, parent_id, kind, name) SELECT n.id, f.id, 'note', '%[1]s note ' || n.i FROM n JOIN f ON f.i = n.i %% 5000
), bodies AS (INSERT INTO notes (id, epoch) SELECT id, id FROM n
), texts AS (
	INSERT INTO paragraphs (note_id, id, place, text) SELECT id, 'p', 0, 'sharedword rareword' || i %% 5000 FROM n
), owners AS (
	INSERT INTO grants (node_id, principal_id, role)
	SELECT f.id, u.id, 4 FROM f JOIN u ON u.i = f.i %% 10000
	UNION ALL SELECT n.id, u.id, 4 FROM n JOIN u ON u.i = n.i %% 10000
), shared AS (
	INSERT INTO grants (node_id, principal_id, role)
	SELECT f.id, g.id, 1 + f.i %% 3 FROM f JOIN g ON g.i = f.i %% 1000 WHERE f.i >= 500
	UNION ALL SELECT n.id, u.id, 1 + n.i %% 3 FROM n JOIN u ON u.i = (n.i * 3 + 1) %% 10000
), own AS (
	INSERT INTO grants (node_id, principal_id, role) SELECT f.id, p.id, 4 FROM f JOIN principals p ON p.folded = '%[2]s' WHERE f.i IN (4000, 4001)
)
INSERT INTO node_paths (ancestor, descendant, depth, carries)
WITH RECURSIVE every AS (
	SELECT id, CASE WHEN i >= 10 THEN i / 10 - 1 END AS up, id AS at, 0 AS depth FROM f
	UNION ALL SELECT n.id, n.i %% 5000, n.id, 0 FROM n
	UNION ALL SELECT e.id, CASE WHEN f.i >= 10 THEN f.i / 10 - 1 END, f.id, e.depth + 1 FROM every e JOIN f ON f.i = e.up
)
SELECT at, id, depth, true FROM every`

// enlarge adds a unit to the world, behind the server's back. Somebody called reader is
// in some of its groups and owns two of its folders.
func (s *site) enlarge(ctx context.Context, name, reader string) error {
	for _, sql := range []string{
		`ALTER TABLE nodes DISABLE TRIGGER nodes_have_owner; ALTER TABLE grants DISABLE TRIGGER grants_keep_owner`,
		fmt.Sprintf(unit, name, reader),
		`ALTER TABLE nodes ENABLE TRIGGER nodes_have_owner; ALTER TABLE grants ENABLE TRIGGER grants_keep_owner`,
		`UPDATE authority SET epoch = epoch + 1`,
		`VACUUM ANALYZE`,
	} {
		if _, err := s.sql.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// measureScale asks what permissions cost among 10,000 people, 1,000 groups, 5,000
// folders and 100,000 notes, and what the same costs when there is twice as much of
// which the asker may read no more.
func measureScale(ctx context.Context, s *site, r *report) error {
	if err := s.enlarge(ctx, "one", admin); err != nil {
		return err
	}
	once, err := s.atScale(ctx)
	if err != nil {
		return err
	}
	if err := s.enlarge(ctx, "two", "nobody"); err != nil {
		return err
	}
	twice, err := s.atScale(ctx)
	if err != nil {
		return err
	}
	for i, one := range once {
		r.add(row{"100,000 notes: " + one.what + ", p95", one.ms, "ms", once[0].ms, once[0].what},
			row{"… in a world twice as large", twice[i].ms, "ms", one.ms, "the same before"})
	}
	return nil
}

type scaled struct {
	what string
	ms   float64
}

func (s *site) atScale(ctx context.Context) ([]scaled, error) {
	var folderID, noteID [16]byte
	var person, group string
	err := s.sql.QueryRow(ctx, `SELECT f.id, n.id, u.name, g.name FROM nodes f, nodes n, principals u, principals g
		WHERE f.name = 'one folder 4000' AND n.name = 'one note 4000' AND u.name = 'one-user-4000' AND g.name = 'one-group-17'`).
		Scan(&folderID, &noteID, &person, &group)
	if err != nil {
		return nil, err
	}
	folder, note := auth.ID(folderID).String(), auth.ID(noteID).String()
	var grants struct{ Version int64 }
	if err := s.do(ctx, "GET", "/nodes/"+folder+"/grants", nil, &grants); err != nil {
		return nil, err
	}
	change := map[string]any{"change": map[string]any{"kind": "grants", "node": folder, "body": map[string]any{
		"version": grants.Version, "grants": []any{
			map[string]any{"principal": map[string]any{"name": admin}, "role": "owner"},
			map[string]any{"principal": map[string]any{"name": group}, "role": "writer"},
		}}}}
	var all []scaled
	for _, one := range []struct {
		what, method, path string
		in                 any
	}{
		{"GET /me", "GET", "/me", nil},
		{"check and show a note", "GET", "/nodes/" + note, nil},
		{"first 200 notes and their number", "GET", "/tree?limit=200", nil},
		{"search a rare word", "GET", "/search?q=rareword77", nil},
		{"search a word that stands everywhere", "GET", "/search?q=sharedword", nil},
		{"explain somebody's access to a note", "GET", "/nodes/" + note + "/access?action=read&person=" + person, nil},
		{"preview of a grant to a group", "POST", "/preview", change},
	} {
		ms, err := s.timesOf(ctx, 30, one.method, one.path, one.in)
		if err != nil {
			return nil, err
		}
		all = append(all, scaled{one.what, ms})
	}
	return all, nil
}

// timesOf is the p95 of asking n times, each after a change of authority, so that
// nothing is remembered.
func (s *site) timesOf(ctx context.Context, n int, method, path string, in any) (float64, error) {
	var all []time.Duration
	for range n {
		if _, err := s.sql.Exec(ctx, `UPDATE authority SET epoch = epoch + 1`); err != nil {
			return 0, err
		}
		began := time.Now()
		if err := s.do(ctx, method, path, in, nil); err != nil {
			return 0, err
		}
		all = append(all, time.Since(began))
	}
	return percentile(all, 95), nil
}
