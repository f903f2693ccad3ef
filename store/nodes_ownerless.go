package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"quire/notebook"
)

// ownerlessSQL is has_live_owner asked of all nodes at once, but for scratch copies,
// which end by themselves.
const ownerlessSQL = `
WITH RECURSIVE live(id) AS (
	SELECT id FROM users WHERE disabled_at IS NULL
	UNION
	SELECT m.group_id FROM memberships m JOIN live ON live.id = m.member_id
), owners AS (
	SELECT g.node_id, g.principal_id FROM grants g
	WHERE g.role = 4 AND g.revoked_at IS NULL AND g.starts_at IS NULL AND g.ends_at IS NULL
), orphans AS MATERIALIZED (
	SELECT n.id, n.kind, n.name, n.trash_id IS NOT NULL AS trashed, count(*) OVER () AS total
	FROM nodes n JOIN node_paths p ON p.descendant = n.id AND p.ancestor = n.id
	WHERE NOT EXISTS (SELECT FROM owners o WHERE o.node_id = n.id AND (o.principal_id = 1 OR o.principal_id IN (SELECT id FROM live)))
		AND NOT EXISTS (SELECT FROM notes s WHERE s.scratch AND s.id = n.id)
	ORDER BY n.name, n.id LIMIT $1)
SELECT o.id, o.kind, o.name, o.trashed, o.total,
	ARRAY(SELECT up.id FROM node_paths p JOIN nodes up ON up.id = p.ancestor WHERE p.descendant = o.id AND p.depth > 0 ORDER BY p.depth DESC),
	ARRAY(SELECT up.name FROM node_paths p JOIN nodes up ON up.id = p.ancestor WHERE p.descendant = o.id AND p.depth > 0 ORDER BY p.depth DESC),
	coalesce(q.id, 0), coalesce(q.kind, ''), coalesce(q.name, ''), coalesce(u.display_name, ''), u.disabled_at IS NOT NULL
FROM orphans o LEFT JOIN owners w ON w.node_id = o.id LEFT JOIN principals q ON q.id = w.principal_id LEFT JOIN users u ON u.id = q.id
ORDER BY o.name, o.id, q.folded`

// Ownerless implements notebook.TreeStore.
func (t *Tree) Ownerless(ctx context.Context, limit int) (nodes []notebook.Ownerless, total int, err error) {
	rows, err := t.db.pool.Query(ctx, ownerlessSQL, limit)
	if err != nil {
		return nil, 0, translate(err)
	}
	var n notebook.Ownerless
	var p notebook.Principal
	var ids []notebook.ID
	var names []string
	_, err = pgx.ForEachRow(rows, []any{&n.ID, &n.Kind, &n.Name, &n.Trashed, &total, &ids, &names,
		&p.ID, &p.Kind, &p.Name, &p.DisplayName, &p.Disabled}, func() error {
		if len(nodes) == 0 || nodes[len(nodes)-1].ID != n.ID {
			nodes = append(nodes, n)
			last := &nodes[len(nodes)-1]
			for i := range ids {
				last.Path = append(last.Path, notebook.Place{ID: ids[i], Name: names[i]})
			}
		}
		if last := &nodes[len(nodes)-1]; p.ID != 0 {
			last.Owners = append(last.Owners, p)
		}
		return nil
	})
	return nodes, total, translate(err)
}
