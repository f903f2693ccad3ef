package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"quire/auth"
)

// AddMembers implements account.Tx. Who is a member already stays one.
func (t peopleTx) AddMembers(ctx context.Context, group auth.PrincipalID, members []auth.PrincipalID, by auth.PrincipalID) error {
	_, err := t.tx.Exec(ctx, `
		INSERT INTO memberships (group_id, member_id, added_by) SELECT $1, m, $3 FROM unnest($2::bigint[]) m
		ON CONFLICT DO NOTHING`, group, members, by)
	return err
}

// RemoveMembers implements account.Tx.
func (t peopleTx) RemoveMembers(ctx context.Context, group auth.PrincipalID, members []auth.PrincipalID) error {
	if len(members) == 0 {
		return nil
	}
	orphans, err := t.endangered(ctx, []auth.PrincipalID{group})
	if err != nil {
		return err
	}
	_, err = t.tx.Exec(ctx, `DELETE FROM memberships WHERE group_id = $1 AND member_id = ANY ($2)`, group, members)
	if err != nil {
		return err
	}
	return t.refuseOrphans(ctx, orphans)
}

// Contains implements account.Tx.
func (t peopleTx) Contains(ctx context.Context, group, one auth.PrincipalID) (yes bool, err error) {
	err = t.tx.QueryRow(ctx, `
		WITH RECURSIVE inside(id) AS (
			SELECT $1::bigint
			UNION
			SELECT m.member_id FROM memberships m JOIN inside ON inside.id = m.group_id
		)
		SELECT EXISTS (SELECT FROM inside WHERE id = $2)`, group, one).Scan(&yes)
	return yes, err
}

// endangered lists what has a live owner now and one of the groups, or a group
// they are in, among its owners.
func (t peopleTx) endangered(ctx context.Context, groups []auth.PrincipalID) ([]auth.ID, error) {
	rows, err := t.tx.Query(ctx, `
		WITH RECURSIVE above(id) AS (
			SELECT unnest($1::bigint[])
			UNION
			SELECT m.group_id FROM memberships m JOIN above ON above.id = m.member_id
		)
		SELECT DISTINCT g.node_id FROM grants g
		WHERE g.principal_id IN (SELECT id FROM above) AND g.role = 4
			AND g.revoked_at IS NULL AND g.starts_at IS NULL AND g.ends_at IS NULL AND has_live_owner(g.node_id)`, groups)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[auth.ID])
}

// refuseOrphans fails as Conflict when one of the nodes has no live owner any more.
func (t peopleTx) refuseOrphans(ctx context.Context, nodes []auth.ID) error {
	var orphaned bool
	err := t.tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM unnest($1::uuid[]) n WHERE NOT has_live_owner(n))`, nodes).Scan(&orphaned)
	if err == nil && orphaned {
		return errOnlyOwner
	}
	return err
}
