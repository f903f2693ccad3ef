package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/auth/account"
	"quire/notebook"
)

// notOver is the condition under which a grant g counts at the moment $2 or later.
const notOver = `g.revoked_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > $2)`

// grantsSQL has the grants that stand on a node, and those above it that carry to
// it; also such that begin later. from is the folder if one may read it.
const grantsSQL = `
WITH ` + mineAbove + `
SELECT p.depth > 0, g.principal_id, q.kind, q.name, coalesce(u.display_name, ''), u.disabled_at IS NOT NULL,
	g.role, coalesce(b.name, ''), g.granted_at, g.starts_at, g.ends_at, mine.node_id, coalesce(n.name, '')
FROM node_paths p
JOIN grants g ON g.node_id = p.ancestor AND ` + notOver + `
JOIN principals q ON q.id = g.principal_id
LEFT JOIN users u ON u.id = q.id
LEFT JOIN principals b ON b.id = g.granted_by
LEFT JOIN mine ON mine.node_id = p.ancestor
LEFT JOIN nodes n ON n.id = mine.node_id
WHERE p.descendant = ANY ($3) AND p.carries
ORDER BY p.depth, g.role DESC, q.folded, g.id`

const grantsHeadSQL = `
SELECT access_version, closed,
	(SELECT count(*) FROM links l JOIN principals p ON p.id = l.id AND p.removed_at IS NULL
		WHERE l.node_id = n.id AND EXISTS (SELECT FROM grants g WHERE g.node_id = n.id AND g.principal_id = l.id AND ` + notOver + `)),
	(SELECT count(*) FROM access_requests r WHERE r.node_id = n.id AND r.decided_at IS NULL)
FROM nodes n WHERE id = $1`

// Grants implements notebook.TreeStore.
func (t *Tree) Grants(ctx context.Context, v notebook.Viewer, id notebook.ID) (notebook.Grants, error) {
	var g notebook.Grants
	err := t.db.pool.QueryRow(ctx, grantsHeadSQL, id, v.At).Scan(&g.Version, &g.Closed, &g.Links, &g.Requests)
	if err != nil {
		return g, absent(err, auth.Hidden())
	}
	rows, err := t.db.pool.Query(ctx, grantsSQL, v.Principals, v.At, []notebook.ID{id})
	if err != nil {
		return g, translate(err)
	}
	var inherited bool
	var one notebook.Granted
	var starts, ends nullTime
	var from notebook.Place
	p := &one.Principal
	_, err = pgx.ForEachRow(rows, []any{&inherited, &p.ID, &p.Kind, &p.Name, &p.DisplayName, &p.Disabled,
		&one.Role, &one.By, &one.At, &starts, &ends, &from.ID, &from.Name}, func() error {
		one.StartsAt, one.EndsAt, one.From = starts.Time, ends.Time, nil
		if !inherited {
			g.Own = append(g.Own, one)
			return nil
		}
		if folder := from; !folder.ID.IsZero() {
			one.From = &folder
		}
		g.Inherited = append(g.Inherited, one)
		return nil
	})
	return g, translate(err)
}

// OwnGrants implements notebook.TreeTx.
func (t treeTx) OwnGrants(ctx context.Context, id notebook.ID) ([]notebook.GrantRow, error) {
	rows, err := t.tx.Query(ctx, `
		SELECT g.id, g.principal_id, g.role, g.starts_at, g.ends_at FROM grants g JOIN principals p ON p.id = g.principal_id
		WHERE g.node_id = $1 AND `+notOver+` AND p.kind <> 'link'
		ORDER BY g.id`, id, time.Now())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (g notebook.GrantRow, err error) {
		var starts, ends nullTime
		err = row.Scan(&g.ID, &g.Principal, &g.Role, &starts, &ends)
		g.StartsAt, g.EndsAt = starts.Time, ends.Time
		return g, err
	})
}

// Give implements notebook.TreeTx.
func (t treeTx) Give(ctx context.Context, id notebook.ID, grants []notebook.GrantRow, by auth.PrincipalID) error {
	principals, roles := make([]auth.PrincipalID, len(grants)), make([]int16, len(grants))
	starts, ends := make([]*time.Time, len(grants)), make([]*time.Time, len(grants))
	for i, g := range grants {
		principals[i], roles[i] = g.Principal, int16(g.Role)
		starts[i], ends[i] = timeOrNull(g.StartsAt), timeOrNull(g.EndsAt)
	}
	_, err := t.tx.Exec(ctx, `
		INSERT INTO grants (node_id, principal_id, role, granted_by, starts_at, ends_at)
		SELECT $1, p, r, $4, s, e FROM unnest($2::bigint[], $3::smallint[], $5::timestamptz[], $6::timestamptz[]) AS g(p, r, s, e)`,
		id, principals, roles, by, starts, ends)
	return err
}

// Revoke implements notebook.TreeTx.
func (t treeTx) Revoke(ctx context.Context, ids []int64, by auth.PrincipalID) error {
	_, err := t.tx.Exec(ctx, `UPDATE grants SET revoked_at = now(), revoked_by = $2 WHERE id = ANY ($1) AND revoked_at IS NULL`, ids, by)
	return err
}

// SetClosed implements notebook.TreeTx.
func (t treeTx) SetClosed(ctx context.Context, id notebook.ID, closed bool) error {
	if _, err := t.tx.Exec(ctx, `UPDATE nodes SET closed = $2 WHERE id = $1`, id, closed); err != nil {
		return err
	}
	// From above the node to it and below; paths that begin in between do not change.
	_, err := t.tx.Exec(ctx, `
		UPDATE node_paths p SET carries = NOT n.closed AND down.carries AND coalesce(above.carries, false)
		FROM nodes n, node_paths down, node_paths up
		LEFT JOIN nodes child ON child.id = $1
		LEFT JOIN node_paths above ON above.descendant = child.parent_id AND above.ancestor = up.ancestor
		WHERE n.id = $1 AND down.ancestor = $1 AND up.descendant = $1 AND up.depth > 0
			AND p.descendant = down.descendant AND p.ancestor = up.ancestor`, id)
	return err
}

// HasOwner implements notebook.TreeTx.
func (t treeTx) HasOwner(ctx context.Context, id notebook.ID) (yes bool, err error) {
	err = t.tx.QueryRow(ctx, `SELECT has_live_owner($1)`, id).Scan(&yes)
	return yes, err
}

// RaiseVersion implements notebook.TreeTx.
func (t treeTx) RaiseVersion(ctx context.Context, id notebook.ID) error {
	_, err := t.tx.Exec(ctx, `UPDATE nodes SET access_version = access_version + 1 WHERE id = $1`, id)
	return err
}

// Principals implements notebook.TreeTx.
func (t treeTx) Principals(ctx context.Context, asked []notebook.GrantWish) ([]*notebook.Principal, error) {
	ids, folded := make([]auth.PrincipalID, len(asked)), make([]string, len(asked))
	for i, w := range asked {
		ids[i] = w.ID
		if w.ID == 0 {
			folded[i], _ = account.Fold(w.Name) // what cannot be a name is nobody's
		}
	}
	rows, err := t.tx.Query(ctx, `
		SELECT p.id, p.folded, p.kind, p.name, coalesce(u.display_name, ''), u.disabled_at IS NOT NULL
		FROM principals p LEFT JOIN users u USING (id)
		WHERE p.removed_at IS NULL AND p.kind <> 'link' AND (p.id = ANY ($1) OR p.folded = ANY ($2))`, ids, folded)
	if err != nil {
		return nil, err
	}
	byID, byName := map[auth.PrincipalID]*notebook.Principal{}, map[string]*notebook.Principal{}
	var p notebook.Principal
	var name string
	_, err = pgx.ForEachRow(rows, []any{&p.ID, &name, &p.Kind, &p.Name, &p.DisplayName, &p.Disabled}, func() error {
		found := p
		byID[p.ID], byName[name] = &found, &found
		return nil
	})
	found := make([]*notebook.Principal, len(asked))
	for i, w := range asked {
		if w.ID != 0 {
			found[i] = byID[w.ID]
		} else {
			found[i] = byName[folded[i]]
		}
	}
	return found, err
}

// NextDate implements notebook.TreeStore.
func (t *Tree) NextDate(ctx context.Context, at time.Time) (time.Time, error) {
	var next nullTime
	err := t.db.pool.QueryRow(ctx, `SELECT least(
		(SELECT min(starts_at) FROM grants WHERE revoked_at IS NULL AND starts_at > $1),
		(SELECT min(ends_at) FROM grants WHERE revoked_at IS NULL AND ends_at > $1))`, at).Scan(&next)
	return next.Time, translate(err)
}
