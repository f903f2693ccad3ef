package store

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// Tree keeps folders and notes, who may do what on them, and what is searched.
type Tree struct{ db *DB }

var (
	_ notebook.TreeStore = (*Tree)(nil)
	_ notebook.TreeTx    = treeTx{}
)

// Tree returns the store of the tree.
func (db *DB) Tree() *Tree { return &Tree{db: db} }

// liveGrant is the condition under which a grant g counts at the moment $2.
const liveGrant = `g.revoked_at IS NULL AND (g.starts_at IS NULL OR g.starts_at <= $2) AND (g.ends_at IS NULL OR g.ends_at > $2)`

// readable has what the viewer ($1 principals, $2 moment) may read, with all actions.
const readable = `SELECT node_id, actions, trashed FROM node_actions($1::bigint[], $2::timestamptz) WHERE actions & 1 <> 0`

// mine is what of that stands in lists, searches and counts: all but scratch copies.
const mine = `mine AS MATERIALIZED (` + listed + `)`

const listed = readable + ` AND NOT EXISTS (SELECT FROM notes s WHERE s.scratch AND s.id = node_id)`

// mineAbove is what is readable of the nodes $3 and those above them.
const mineAbove = `mine AS MATERIALIZED (` + readable + ` AND node_id = ANY (ARRAY(SELECT ancestor FROM node_paths WHERE descendant = ANY ($3::uuid[]))))`

// reached has for each of the nodes in listed how far grants reach: 2 to everyone,
// 1 to others than the user $4, 0 to nobody else.
const reached = `reached AS (
	SELECT p.descendant AS id, max(CASE g.principal_id WHEN 1 THEN 2 WHEN $4 THEN 0 ELSE 1 END) AS far
	FROM listed l JOIN node_paths p ON p.descendant = l.id AND p.carries
	JOIN grants g ON g.node_id = p.ancestor AND ` + liveGrant + `
	GROUP BY p.descendant)`

const nodeColumns = `
	SELECT l.id, CASE WHEN l.parent_id IN (SELECT node_id FROM mine) THEN l.parent_id END, l.kind, l.name, l.trash_id IS NOT NULL, l.changed_at, l.actions, coalesce(r.far, 0),
		(SELECT count(*) FROM mine WHERE NOT trashed), coalesce(l.kernel_mode, ''), l.closed
	FROM listed l LEFT JOIN reached r ON r.id = l.id`

const listSQL = `
WITH ` + mine + `,
listed AS MATERIALIZED (
	SELECT n.*, mine.actions FROM mine JOIN nodes n ON n.id = mine.node_id
	WHERE NOT mine.trashed ORDER BY n.changed_at DESC, n.id DESC LIMIT nullif($3, 0)),
` + reached + nodeColumns + ` ORDER BY l.changed_at DESC, l.id DESC`

// Nodes implements notebook.TreeStore.
func (t *Tree) Nodes(ctx context.Context, v notebook.Viewer, limit int) (nodes []notebook.Node, total int, err error) {
	rows, err := t.db.pool.Query(ctx, listSQL, plannedEachTime, v.Principals, v.At, limit, v.User)
	if err != nil {
		return nil, 0, translate(err)
	}
	nodes, err = pgx.CollectRows(rows, scanNode(v, &total))
	return nodes, total, translate(err)
}

// plannedEachTime has a query planned for its values. How much somebody may read
// differs a thousandfold from one to the next.
const plannedEachTime = pgx.QueryExecModeCacheDescribe

const nodeSQL = `
WITH ` + mineAbove + `,
listed AS MATERIALIZED (SELECT n.*, mine.actions FROM mine JOIN nodes n ON n.id = mine.node_id WHERE n.id = ANY ($3)),
` + reached + nodeColumns

// Node implements notebook.TreeStore.
func (t *Tree) Node(ctx context.Context, v notebook.Viewer, id notebook.ID) (notebook.NodeDetail, error) {
	rows, err := t.db.pool.Query(ctx, nodeSQL, v.Principals, v.At, []notebook.ID{id}, v.User)
	if err != nil {
		return notebook.NodeDetail{}, translate(err)
	}
	var total int
	node, err := pgx.CollectExactlyOneRow(rows, scanNode(v, &total))
	if err != nil {
		return notebook.NodeDetail{}, absent(err, auth.Hidden())
	}
	d := notebook.NodeDetail{Node: node}
	if err := t.db.pool.QueryRow(ctx, sharedWithSQL, id, v.At, v.User).Scan(&d.SharedWith, &d.Scratch, &d.ScratchOf); err != nil {
		return d, translate(err)
	}
	paths, err := readPaths(ctx, t.db.pool, v, []notebook.ID{id})
	d.Path = paths[id]
	return d, err
}

// sharedWithSQL counts who else than the user $3 is named by the grants that count
// on the node $1, and tells whether that is a scratch copy. It is asked of one node
// at a time: groups are large. OFFSET has each looked up, whatever statistics say.
const sharedWithSQL = `
WITH RECURSIVE named(id) AS (
	SELECT g.principal_id
	FROM node_paths p CROSS JOIN LATERAL (SELECT * FROM grants g WHERE g.node_id = p.ancestor AND ` + liveGrant + ` OFFSET 0) g
	WHERE p.descendant = $1 AND p.carries
	UNION
	SELECT m.member FROM named CROSS JOIN LATERAL (
		SELECT member_id AS member FROM memberships WHERE group_id = named.id
		UNION ALL
		SELECT h.user_id FROM link_holders h JOIN principals l ON l.id = h.link_id AND l.removed_at IS NULL WHERE h.link_id = named.id
		OFFSET 0) m
)
SELECT count(*), EXISTS (SELECT FROM notes WHERE id = $1 AND scratch), (SELECT scratch_of FROM notes WHERE id = $1)
FROM named JOIN users u USING (id) WHERE u.disabled_at IS NULL AND u.id <> coalesce($3, 0)`

var sharing = [...]notebook.Sharing{notebook.OnlyMe, notebook.SharedSome, notebook.SharedAll}

// farOf is the number that reached has for a way to be shared; -1 for none of them.
func farOf(s notebook.Sharing) int { return slices.Index(sharing[:], s) }

func scanNode(v notebook.Viewer, total *int) pgx.RowToFunc[notebook.Node] {
	return func(row pgx.CollectableRow) (n notebook.Node, err error) {
		var actions auth.Actions
		var far int
		err = row.Scan(&n.ID, &n.Parent, &n.Kind, &n.Name, &n.Trashed, &n.ChangedAt, &actions, &far, total, &n.Kernels, &n.Closed)
		n.Allowed, n.Shared = actions&v.Scope, sharing[far]
		return n, err
	}
}

// pathsSQL has the folders above nodes, topmost first, with those one may read.
const pathsSQL = `
WITH ` + mineAbove + `
SELECT p.descendant, n.id, n.name, n.id IN (SELECT node_id FROM mine)
FROM node_paths p JOIN nodes n ON n.id = p.ancestor
WHERE p.descendant = ANY ($3) AND p.depth > 0 ORDER BY p.descendant, p.depth DESC`

// readPaths returns where nodes are: the folders above each, up to the first that
// the viewer may not read.
func readPaths(ctx context.Context, q querier, v notebook.Viewer, ids []notebook.ID) (map[notebook.ID][]notebook.Place, error) {
	rows, err := q.Query(ctx, pathsSQL, v.Principals, v.At, ids)
	if err != nil {
		return nil, translate(err)
	}
	paths := map[notebook.ID][]notebook.Place{}
	var of notebook.ID
	var folder notebook.Place
	var may bool
	_, err = pgx.ForEachRow(rows, []any{&of, &folder.ID, &folder.Name, &may}, func() error {
		if may {
			paths[of] = append(paths[of], folder)
		} else {
			delete(paths, of)
		}
		return nil
	})
	return paths, translate(err)
}

// trashedSQL keeps what is in the trash and managed down to the last node below, and
// of that only what stands highest.
const trashedSQL = `
WITH ` + mine + `,
whole AS MATERIALIZED (
	SELECT n.id FROM nodes n JOIN node_paths p ON p.ancestor = n.id LEFT JOIN mine ON mine.node_id = p.descendant
	WHERE n.trash_id IS NOT NULL
	GROUP BY n.id HAVING bool_and(coalesce(mine.actions, 0) & 8 = 8))
SELECT n.id, n.kind, n.name, n.trashed_at, coalesce(p.name, '')
FROM whole JOIN nodes n USING (id) LEFT JOIN principals p ON p.id = n.trashed_by
WHERE NOT EXISTS (
	SELECT FROM whole JOIN nodes up USING (id) WHERE up.id = n.parent_id AND up.trash_id = n.trash_id)
ORDER BY n.trashed_at DESC, n.id DESC`

// Trashed implements notebook.TreeStore.
func (t *Tree) Trashed(ctx context.Context, v notebook.Viewer) ([]notebook.TrashedNode, error) {
	rows, err := t.db.pool.Query(ctx, trashedSQL, v.Principals, v.At)
	if err != nil {
		return nil, translate(err)
	}
	nodes, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (n notebook.TrashedNode, err error) {
		err = row.Scan(&n.ID, &n.Kind, &n.Name, &n.TrashedAt, &n.TrashedBy)
		return n, err
	})
	if err != nil {
		return nil, translate(err)
	}
	ids := make([]notebook.ID, len(nodes))
	for i, n := range nodes {
		ids[i] = n.ID
	}
	paths, err := readPaths(ctx, t.db.pool, v, ids)
	for i, n := range nodes {
		nodes[i].Path = paths[n.ID]
	}
	return nodes, err
}

// Exists implements notebook.TreeStore.
func (t *Tree) Exists(ctx context.Context, id notebook.ID) (yes bool, err error) {
	err = t.db.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM node_paths WHERE descendant = $1)`, id).Scan(&yes)
	return yes, translate(err)
}

var errNodeTaken = fault.New(fault.Conflict, "The name is taken there.")
