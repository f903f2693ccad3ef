package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
)

const capsSQL = `
SELECT c.id, g.id, g.name, n.id, coalesce(n.name, ''), c.actions, c.reason, coalesce(b.name, 'operator'), c.set_at
FROM caps c JOIN principals g ON g.id = c.group_id AND g.removed_at IS NULL
LEFT JOIN nodes n ON n.id = c.node_id LEFT JOIN principals b ON b.id = c.set_by `

func readCaps(ctx context.Context, q querier, where string, args ...any) ([]account.Cap, error) {
	rows, err := q.Query(ctx, capsSQL+where+` ORDER BY g.folded, n.name NULLS FIRST, c.id`, args...)
	if err != nil {
		return nil, translate(err)
	}
	caps, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c account.Cap, err error) {
		var node account.NodeRef
		var actions auth.Actions
		err = row.Scan(&c.ID, &c.Group.ID, &c.Group.Name, &node.ID, &node.Name, &actions, &c.Reason, &c.By, &c.At)
		c.Actions = actions.Names()
		if !node.ID.IsZero() {
			c.Node = &node
		}
		return c, err
	})
	return caps, translate(err)
}

// Caps implements account.Store.
func (p *People) Caps(ctx context.Context) ([]account.Cap, error) {
	return readCaps(ctx, p.db.pool, `WHERE c.lifted_at IS NULL`)
}

// Cap implements account.Tx.
func (t peopleTx) Cap(ctx context.Context, id int64) (account.Cap, error) {
	return oneCap(readCaps(ctx, t.tx, `WHERE c.lifted_at IS NULL AND c.id = $1`, id))
}

func oneCap(caps []account.Cap, err error) (account.Cap, error) {
	if err == nil && len(caps) == 0 {
		err = errAbsent
	}
	if err != nil {
		return account.Cap{}, err
	}
	return caps[0], nil
}

// SetCap implements account.Tx. The one before stays as a lifted one, so that the
// past can be told.
func (t peopleTx) SetCap(ctx context.Context, c account.CapRow) (id int64, err error) {
	_, err = t.tx.Exec(ctx, `
		UPDATE caps SET lifted_at = now(), lifted_by = $3
		WHERE group_id = $1 AND node_id IS NOT DISTINCT FROM $2 AND lifted_at IS NULL`, c.Group, c.Node, c.By)
	if err != nil {
		return 0, err
	}
	err = t.tx.QueryRow(ctx, `
		INSERT INTO caps (group_id, node_id, actions, reason, set_by) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
		c.Group, c.Node, int16(c.Actions), c.Reason, c.By).Scan(&id)
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.ConstraintName == "caps_node_id_fkey" {
		err = fault.New(fault.NotFound, "There is no such note or folder.")
	}
	return id, err
}

// LiftCap implements account.Tx.
func (t peopleTx) LiftCap(ctx context.Context, id int64, by auth.PrincipalID) (account.Cap, error) {
	c, err := t.Cap(ctx, id)
	if err == nil {
		_, err = t.tx.Exec(ctx, `UPDATE caps SET lifted_at = now(), lifted_by = $2 WHERE id = $1`, id, by)
	}
	return c, err
}

// IsCapped implements account.Tx.
func (t peopleTx) IsCapped(ctx context.Context, group auth.PrincipalID) (yes bool, err error) {
	err = t.tx.QueryRow(ctx, `
		WITH RECURSIVE above(id) AS (
			SELECT $1::bigint
			UNION
			SELECT m.group_id FROM memberships m JOIN above ON above.id = m.member_id
		)
		SELECT EXISTS (SELECT FROM caps c JOIN above ON above.id = c.group_id WHERE c.lifted_at IS NULL)`, group).Scan(&yes)
	return yes, err
}
