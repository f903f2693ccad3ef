package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/notebook"
)

// reachSQL has what the principals $1 can reach outside the trash, a page of what
// those of the asker ($3) may read of it, with how many there are of both.
const reachSQL = `
WITH theirs AS MATERIALIZED (
	SELECT a.node_id, a.actions FROM node_actions($1::bigint[], $2::timestamptz) a JOIN nodes n ON n.id = a.node_id
	WHERE a.actions & 1 <> 0 AND NOT a.trashed AND ($4 = '' OR n.kind = $4)
		AND NOT EXISTS (SELECT FROM notes s WHERE s.scratch AND s.id = a.node_id)),
seen AS MATERIALIZED (
	SELECT t.node_id, t.actions FROM theirs t
	WHERE $1::bigint[] = $3::bigint[] OR t.node_id IN (SELECT node_id FROM node_actions($3::bigint[], $2::timestamptz) WHERE actions & 1 <> 0)),
counts AS (SELECT (SELECT count(*) FROM theirs) AS total, (SELECT count(*) FROM seen) AS seen),
page AS (SELECT * FROM seen WHERE $5::uuid IS NULL OR node_id > $5 ORDER BY node_id LIMIT $6 + 1)
SELECT c.total, c.total - c.seen, n.id, coalesce(n.kind, ''), coalesce(n.name, ''), coalesce(p.actions, 0)
FROM counts c LEFT JOIN (page p JOIN nodes n ON n.id = p.node_id) ON true ORDER BY n.id`

// Reach implements notebook.TreeStore.
func (t *Tree) Reach(ctx context.Context, asker, of notebook.Viewer, q notebook.ReachQuery) (r notebook.Reach, err error) {
	r.Nodes = []notebook.ReachedNode{}
	err = t.db.snapshot(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, reachSQL, plannedEachTime, of.Principals, of.At, orNobody(asker.Principals), string(q.Kind), q.After, q.Limit)
		if err != nil {
			return err
		}
		var n notebook.ReachedNode
		var actions auth.Actions
		if _, err = pgx.ForEachRow(rows, []any{&r.Total, &r.Hidden, &n.ID, &n.Kind, &n.Name, &actions}, func() error {
			if n.ID.IsZero() {
				return nil // the row that carries the counts alone
			}
			n.Actions = actions.Names()
			r.Nodes = append(r.Nodes, n)
			return nil
		}); err != nil {
			return err
		}
		if len(r.Nodes) > q.Limit {
			r.Nodes, r.More = r.Nodes[:q.Limit], true
		}
		return tellReached(ctx, tx, asker, of, r.Nodes)
	})
	return r, err
}

// orNobody is an asker without principals, such as the operator.
func orNobody(p []auth.PrincipalID) []auth.PrincipalID {
	if p == nil {
		return []auth.PrincipalID{}
	}
	return p
}

// tellReached adds where nodes are and by what they are reached.
func tellReached(ctx context.Context, tx pgx.Tx, asker, of notebook.Viewer, nodes []notebook.ReachedNode) error {
	ids := make([]notebook.ID, len(nodes))
	for i, n := range nodes {
		ids[i] = n.ID
	}
	paths, err := readPaths(ctx, tx, notebook.Viewer{Principals: orNobody(asker.Principals), At: asker.At}, ids)
	if err != nil {
		return err
	}
	ways, err := waysTo(ctx, tx, asker, of, ids)
	if err != nil {
		return err
	}
	for i := range nodes {
		n := &nodes[i]
		var names []string
		for _, p := range paths[n.ID] {
			names = append(names, p.Name)
		}
		n.Path, n.Through = strings.Join(append(names, n.Name), "/"), notebook.WaysInWords(ways[n.ID])
	}
	return nil
}

// waysTo finds the grants that count for somebody on nodes, nearest first.
func waysTo(ctx context.Context, tx pgx.Tx, asker, of notebook.Viewer, nodes []notebook.ID) (map[notebook.ID][]notebook.Way, error) {
	rows, err := tx.Query(ctx, `
		SELECT p.descendant, g.role, q.kind, CASE q.kind WHEN 'link' THEN coalesce(k.label, '') ELSE q.name END, p.depth, n.name,
			EXISTS (SELECT FROM node_actions($4::bigint[], $2::timestamptz) a WHERE a.node_id = n.id AND a.actions & 1 <> 0)
		FROM node_paths p JOIN grants g ON g.node_id = p.ancestor AND g.principal_id = ANY ($1) AND `+liveGrant+`
		JOIN principals q ON q.id = g.principal_id LEFT JOIN links k ON k.id = q.id JOIN nodes n ON n.id = p.ancestor
		WHERE p.descendant = ANY ($3) AND p.carries ORDER BY p.descendant, p.depth, g.role DESC, g.id`,
		of.Principals, of.At, nodes, orNobody(asker.Principals))
	if err != nil {
		return nil, err
	}
	ways := map[notebook.ID][]notebook.Way{}
	var node notebook.ID
	var w notebook.Way
	_, err = pgx.ForEachRow(rows, []any{&node, &w.Role, &w.To.Kind, &w.To.Name, &w.Depth, &w.Place.Name, &w.Place.MayRead}, func() error {
		ways[node] = append(ways[node], w)
		return nil
	})
	return ways, err
}

// Reachers implements notebook.TreeStore.
func (t *Tree) Reachers(ctx context.Context, v notebook.Viewer, node notebook.ID, at time.Time) (f notebook.ReacherFacts, err error) {
	err = t.db.snapshot(ctx, func(tx pgx.Tx) error {
		h, _, err := newHistory(ctx, tx, at)
		if err != nil {
			return err
		}
		f.At = h.at
		var chain []auth.FactNode
		if f.Nodes, chain, _, err = h.chain(ctx, v, node); err != nil {
			return err
		}
		if f.Chain, err = h.objects(ctx, chain, node); err != nil {
			return err
		}
		if f.Caps, err = h.capsOn(ctx, node); err != nil {
			return err
		}
		if f.OwnerOfAll, err = h.ownerOfAll(ctx); err != nil {
			return err
		}
		matter := principalsOf(f)
		if f.Classes, f.Rest, err = h.classes(ctx, matter, peopleNamed, false); err != nil {
			return err
		}
		for _, c := range f.Classes {
			matter = append(matter, c.People...)
		}
		f.Names, err = h.names(ctx, append(matter, auth.Everyone))
		return err
	})
	return f, err
}

// objects is the chain with all grants that stood at the moment.
func (h *history) objects(ctx context.Context, nodes []auth.FactNode, node notebook.ID) ([]auth.Object, error) {
	chain := make([]auth.Object, len(nodes))
	for i, n := range nodes {
		chain[i] = auth.Object{ID: n.ID, Closed: n.Closed, Trashed: n.Trashed}
	}
	rows, err := h.tx.Query(ctx, `
		SELECT p.depth, g.principal_id, g.role FROM node_paths p JOIN grants g ON g.node_id = p.ancestor
		WHERE p.descendant = $1 AND (g.revoked_at IS NULL OR $2 AND g.revoked_at > $3) AND (NOT $2 OR g.granted_at <= $3)
			AND (g.starts_at IS NULL OR g.starts_at <= $3) AND (g.ends_at IS NULL OR g.ends_at > $3)
		ORDER BY p.depth, g.role DESC, g.id`, node, h.past, h.at)
	if err != nil {
		return nil, err
	}
	var depth int
	var g auth.Grant
	_, err = pgx.ForEachRow(rows, []any{&depth, &g.Principal, &g.Role}, func() error {
		chain[depth].Grants = append(chain[depth].Grants, g)
		return nil
	})
	return chain, err
}

// capsOn reads all caps that reach a node, whoever they are set for.
func (h *history) capsOn(ctx context.Context, node notebook.ID) ([]auth.CapFact, error) {
	rows, err := h.tx.Query(ctx, `SELECT DISTINCT group_id FROM caps`)
	if err != nil {
		return nil, err
	}
	groups, err := pgx.CollectRows(rows, pgx.RowTo[auth.PrincipalID])
	if err != nil {
		return nil, err
	}
	return h.caps(ctx, node, groups)
}

// principalsOf lists whom grants and caps tell apart.
func principalsOf(f notebook.ReacherFacts) []auth.PrincipalID {
	var list []auth.PrincipalID
	for _, o := range f.Chain {
		for _, g := range o.Grants {
			list = append(list, g.Principal)
		}
	}
	for _, c := range f.Caps {
		list = append(list, c.Group)
	}
	if f.OwnerOfAll != 0 {
		list = append(list, f.OwnerOfAll)
	}
	slices.Sort(list)
	list = slices.Compact(list)
	return slices.DeleteFunc(list, func(p auth.PrincipalID) bool { return p == auth.Everyone })
}

// peopleNamed is how many of a class are named.
const peopleNamed = 500

// classes puts the enabled users into classes by which of the principals they
// counted as, and counts those that counted as none. Links that let in whoever has
// them are classes of their own, or all links.
func (h *history) classes(ctx context.Context, principals []auth.PrincipalID, named int, links bool) (list []notebook.PeopleClass, rest int, err error) {
	rows, err := h.tx.Query(ctx, `
		WITH RECURSIVE `+membershipsSQL+`,
		inside(root, id) AS (
			SELECT r, r FROM unnest($1::bigint[]) r
			UNION
			SELECT inside.root, e.member
			FROM inside CROSS JOIN LATERAL (SELECT * FROM memberships_ever m WHERE m.into_id = inside.id OFFSET 0) e
			WHERE (e.ended IS NULL OR $2 AND e.ended > $3) AND (NOT $2 OR e.since <= $3)
		),
		sets AS (
			SELECT u.id, array_agg(inside.root ORDER BY inside.root) AS ids FROM inside JOIN users u ON u.id = inside.id
			WHERE u.disabled_at IS NULL OR $2 AND u.disabled_at > $3 GROUP BY u.id
		)
		SELECT ids, false, count(*), (array_agg(id ORDER BY id))[1:$4] FROM sets GROUP BY ids
		UNION ALL
		SELECT ARRAY[id], true, 1, ARRAY[id] FROM links JOIN principals USING (id)
		WHERE id = ANY ($1) AND removed_at IS NULL AND ($5 OR id IN (SELECT k.id FROM `+guestLinks+`))
		UNION ALL
		SELECT NULL, false, (SELECT count(*) FROM users JOIN principals p USING (id)
			WHERE (disabled_at IS NULL OR $2 AND disabled_at > $3) AND (NOT $2 OR p.created_at <= $3)) - (SELECT count(*) FROM sets), NULL`,
		principals, h.past, h.at, named, links)
	if err != nil {
		return nil, 0, err
	}
	var c notebook.PeopleClass
	_, err = pgx.ForEachRow(rows, []any{&c.Principals, &c.Guest, &c.Count, &c.People}, func() error {
		if c.Principals == nil {
			rest = c.Count
		} else {
			list = append(list, c)
		}
		c = notebook.PeopleClass{}
		return nil
	})
	return list, rest, err
}
