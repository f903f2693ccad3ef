package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/auth/account"
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

// SetLeader implements account.Tx.
func (t peopleTx) SetLeader(ctx context.Context, group, member auth.PrincipalID, leads bool) error {
	_, err := t.tx.Exec(ctx, `UPDATE memberships SET leads = $3 WHERE group_id = $1 AND member_id = $2`, group, member, leads)
	return err
}

// NestedIn implements account.Tx.
func (t peopleTx) NestedIn(ctx context.Context, group auth.PrincipalID) ([]account.Nesting, error) {
	rows, err := t.tx.Query(ctx, `
		WITH RECURSIVE inside(id) AS (
			SELECT $1::bigint
			UNION
			SELECT g.id FROM inside JOIN memberships m ON m.group_id = inside.id JOIN groups g ON g.id = m.member_id
		)
		SELECT outer_.id, outer_.name, inner_.id, inner_.name
		FROM memberships m JOIN inside ON inside.id = m.group_id JOIN groups g ON g.id = m.member_id
		JOIN principals outer_ ON outer_.id = m.group_id JOIN principals inner_ ON inner_.id = m.member_id
		ORDER BY outer_.folded, inner_.folded`, group)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (n account.Nesting, err error) {
		err = row.Scan(&n.Group.ID, &n.Group.Name, &n.Member.ID, &n.Member.Name)
		return n, err
	})
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
