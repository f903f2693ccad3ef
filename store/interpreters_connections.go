package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/notebook/interpreter"
)

const connectionUsers = `
	SELECT c.connection_id, p.id, p.kind, p.name, coalesce(u.display_name, '')
	FROM connection_users c JOIN principals p ON p.id = c.principal_id LEFT JOIN users u ON u.id = p.id
	WHERE p.removed_at IS NULL ORDER BY p.folded`

// Connections implements interpreter.Reader.
func (s setUp) Connections(ctx context.Context) ([]interpreter.ConnectionRow, error) {
	users, err := s.usersOf(ctx, connectionUsers)
	if err != nil {
		return nil, translate(err)
	}
	rows, err := s.q.Query(ctx, `
		SELECT c.id, c.name, c.driver, c.host, c.port, c.database, c.username, c.options, c.secret, c.read_only, coalesce(p.name, ''), c.changed_at
		FROM connections c LEFT JOIN principals p ON p.id = c.changed_by ORDER BY c.name`)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r interpreter.ConnectionRow, err error) {
		err = row.Scan(&r.ID, &r.Name, &r.Driver, &r.Host, &r.Port, &r.Database, &r.Username, &r.Options, &r.Sealed, &r.ReadOnly, &r.ChangedBy, &r.ChangedAt)
		r.HasPassword = len(r.Sealed) > 0
		r.Users = append([]interpreter.UserRef{}, users[r.ID]...)
		return r, err
	})
	return list, translate(err)
}

// SaveConnection implements interpreter.Tx.
func (t setUpTx) SaveConnection(ctx context.Context, r interpreter.ConnectionRow, by auth.PrincipalID) (id int64, err error) {
	args := []any{r.Name, r.Driver, r.Host, r.Port, r.Database, r.Username, r.Options, r.Sealed, r.ReadOnly, by}
	err = t.save(ctx, r.ID, &id, `
		INSERT INTO connections (name, driver, host, port, database, username, options, secret, read_only, changed_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`, `
		UPDATE connections SET name = $1, driver = $2, host = $3, port = $4, database = $5, username = $6, options = $7, secret = $8,
			read_only = $9, changed_by = $10, changed_at = now()
		WHERE id = $11 RETURNING id`, args)
	if err != nil {
		return 0, err
	}
	return id, t.setUsers(ctx, id, r.Users, `DELETE FROM connection_users WHERE connection_id = $1`,
		`INSERT INTO connection_users (connection_id, principal_id) SELECT $1, unnest($2::bigint[])`)
}

// RemoveConnection implements interpreter.Tx.
func (t setUpTx) RemoveConnection(ctx context.Context, id int64) error {
	_, err := t.tx.Exec(ctx, `DELETE FROM connections WHERE id = $1`, id)
	return err
}

// Gateways implements interpreter.Reader.
func (s setUp) Gateways(ctx context.Context) ([]interpreter.GatewayRow, error) {
	rows, err := s.q.Query(ctx, `
		SELECT g.id, g.name, g.url, g.token, g.options, coalesce(p.name, ''), g.changed_at
		FROM gateways g LEFT JOIN principals p ON p.id = g.changed_by ORDER BY g.name`)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r interpreter.GatewayRow, err error) {
		err = row.Scan(&r.ID, &r.Name, &r.URL, &r.Sealed, &r.Options, &r.ChangedBy, &r.ChangedAt)
		r.HasToken = len(r.Sealed) > 0
		return r, err
	})
	return list, translate(err)
}

// SaveGateway implements interpreter.Tx.
func (t setUpTx) SaveGateway(ctx context.Context, r interpreter.GatewayRow, by auth.PrincipalID) (id int64, err error) {
	err = t.save(ctx, r.ID, &id, `
		INSERT INTO gateways (name, url, token, options, changed_by) VALUES ($1, $2, $3, $4, $5) RETURNING id`, `
		UPDATE gateways SET name = $1, url = $2, token = $3, options = $4, changed_by = $5, changed_at = now() WHERE id = $6 RETURNING id`,
		[]any{r.Name, r.URL, r.Sealed, r.Options, by})
	return id, err
}

// RemoveGateway implements interpreter.Tx.
func (t setUpTx) RemoveGateway(ctx context.Context, id int64) error {
	_, err := t.tx.Exec(ctx, `DELETE FROM gateways WHERE id = $1`, id)
	return err
}
