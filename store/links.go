package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// liveLinks are links that were not revoked, with their grant g; it may begin later,
// but is not over at the moment $2.
const liveLinks = `
FROM links l
JOIN principals p ON p.id = l.id AND p.removed_at IS NULL
JOIN grants g ON g.principal_id = l.id AND g.node_id = l.node_id AND ` + notOver

const linksSQL = `
SELECT l.id, l.label, g.role, l.anyone, coalesce(b.name, ''), l.created_at, g.starts_at, g.ends_at, l.last_used_at, l.uses,
	(SELECT count(*) FROM link_holders h WHERE h.link_id = l.id)
` + liveLinks + ` LEFT JOIN principals b ON b.id = l.created_by
WHERE l.node_id = $1 ORDER BY l.id DESC`

// Links implements notebook.TreeStore.
func (t *Tree) Links(ctx context.Context, node notebook.ID, at time.Time) ([]notebook.Link, error) {
	rows, err := t.db.pool.Query(ctx, linksSQL, node, at)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l notebook.Link, err error) {
		var starts, ends, used nullTime
		err = row.Scan(&l.ID, &l.Label, &l.Role, &l.Anyone, &l.CreatedBy, &l.CreatedAt, &starts, &ends, &used, &l.Uses, &l.Holders)
		l.StartsAt, l.EndsAt, l.LastUsedAt = starts.Time, ends.Time, used.Time
		return l, err
	})
	return list, translate(err)
}

// LinkOf implements notebook.TreeStore.
func (t *Tree) LinkOf(ctx context.Context, secretHash []byte, user auth.PrincipalID, at time.Time) (l notebook.FoundLink, err error) {
	err = t.db.pool.QueryRow(ctx, `
		SELECT l.id, l.node_id, EXISTS (SELECT FROM link_holders h WHERE h.link_id = l.id AND h.user_id = $3)
		`+liveLinks+` AND (g.starts_at IS NULL OR g.starts_at <= $2)
		JOIN nodes n ON n.id = l.node_id AND n.trash_id IS NULL
		WHERE l.secret_hash = $1`, secretHash, at, user).Scan(&l.ID, &l.Node, &l.Held)
	return l, absent(err, notebook.NoLink())
}

const heldLinksSQL = `
WITH mine AS MATERIALIZED (` + readable + ` AND node_id = ANY (ARRAY(
	SELECT l.node_id FROM link_holders h JOIN links l ON l.id = h.link_id WHERE h.user_id = $3)))
SELECT l.id, l.label, l.node_id, coalesce(n.name, ''), g.role, g.ends_at
` + liveLinks + ` JOIN link_holders h ON h.link_id = l.id AND h.user_id = $3
LEFT JOIN mine ON mine.node_id = l.node_id LEFT JOIN nodes n ON n.id = mine.node_id
ORDER BY h.opened_at DESC, l.id DESC`

// HeldLinks implements notebook.TreeStore.
func (t *Tree) HeldLinks(ctx context.Context, v notebook.Viewer) ([]notebook.HeldLink, error) {
	rows, err := t.db.pool.Query(ctx, heldLinksSQL, v.Principals, v.At, v.User)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l notebook.HeldLink, err error) {
		var ends nullTime
		err = row.Scan(&l.ID, &l.Label, &l.Node.ID, &l.Node.Name, &l.Role, &ends)
		l.EndsAt = ends.Time
		return l, err
	})
	return list, translate(err)
}

// CountLinks implements notebook.TreeTx.
func (t treeTx) CountLinks(ctx context.Context, node notebook.ID) (n int, err error) {
	err = t.tx.QueryRow(ctx, `SELECT count(*) `+liveLinks+` WHERE l.node_id = $1`, node, time.Now()).Scan(&n)
	return n, err
}

// AddLink implements notebook.TreeTx. Its folded name has a colon, which no user's
// and no group's has, and stands for nothing.
func (t treeTx) AddLink(ctx context.Context, s notebook.StartingLink) (notebook.Link, error) {
	l := notebook.Link{Label: s.Label, Role: s.Role, Anyone: s.Anyone, EndsAt: s.EndsAt}
	err := t.tx.QueryRow(ctx, `
		INSERT INTO principals (kind, name, folded) VALUES ('link', coalesce(nullif($1, ''), 'link'), 'link:' || $2::text)
		RETURNING id`, s.Label, auth.NewID().String()).Scan(&l.ID)
	if err != nil {
		return l, err
	}
	err = t.tx.QueryRow(ctx, `
		INSERT INTO links (id, node_id, label, secret_hash, anyone, created_by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING created_at`,
		l.ID, s.Node, s.Label, s.SecretHash, s.Anyone, s.By).Scan(&l.CreatedAt)
	if err != nil {
		return l, err
	}
	return l, t.Give(ctx, s.Node, []notebook.GrantRow{{Principal: l.ID, Role: s.Role, EndsAt: s.EndsAt}}, s.By)
}

var errNoLinkThere = fault.New(fault.NotFound, "There is no such link here, or it was revoked.")

// RevokeLink implements notebook.TreeTx. The link and its grant stay as ended ones.
func (t treeTx) RevokeLink(ctx context.Context, node notebook.ID, link, by auth.PrincipalID) error {
	tag, err := t.tx.Exec(ctx, `
		UPDATE principals p SET removed_at = now() FROM links l
		WHERE l.id = $1 AND l.node_id = $2 AND p.id = l.id AND p.removed_at IS NULL`, link, node)
	if err == nil && tag.RowsAffected() == 0 {
		err = errNoLinkThere
	}
	if err != nil {
		return err
	}
	_, err = t.tx.Exec(ctx, `UPDATE grants SET revoked_at = now(), revoked_by = $2 WHERE principal_id = $1 AND revoked_at IS NULL`, link, by)
	if err != nil {
		return err
	}
	_, err = t.tx.Exec(ctx, `UPDATE sign_ins SET ended_at = now() WHERE user_id = $1 AND ended_at IS NULL`, link)
	return err
}

// useLink counts a use of a link that was not revoked.
const useLink = `
UPDATE links l SET uses = uses + 1, last_used_at = now() FROM principals p
WHERE l.id = $1 AND p.id = l.id AND p.removed_at IS NULL`

// UseLink implements notebook.TreeTx.
func (t treeTx) UseLink(ctx context.Context, link auth.PrincipalID) error {
	tag, err := t.tx.Exec(ctx, useLink, link)
	if err == nil && tag.RowsAffected() == 0 {
		err = notebook.NoLink()
	}
	return err
}

// HoldLink implements notebook.TreeTx.
func (t treeTx) HoldLink(ctx context.Context, link, user auth.PrincipalID) error {
	_, err := t.tx.Exec(ctx, `INSERT INTO link_holders (link_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, link, user)
	return err
}

// LeaveLink implements notebook.TreeTx.
func (t treeTx) LeaveLink(ctx context.Context, link, user auth.PrincipalID) (bool, error) {
	tag, err := t.tx.Exec(ctx, `DELETE FROM link_holders WHERE link_id = $1 AND user_id = $2`, link, user)
	return tag.RowsAffected() > 0, err
}
