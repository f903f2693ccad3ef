package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"quire/auth/account"
)

// Audit implements account.Tx.
func (t peopleTx) Audit(ctx context.Context, e account.AuditEntry) error {
	return addEntry(ctx, t.tx, e)
}

// AddEntries implements account.Store.
func (p *People) AddEntries(ctx context.Context, entries []account.AuditEntry) error {
	return p.db.Tx(ctx, func(tx pgx.Tx) error {
		for _, e := range entries {
			if err := addEntry(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// addEntry writes an audit row into the transaction of what it tells of. A zero
// time is now; who acts is named even if it is no principal.
func addEntry(ctx context.Context, tx querier, e account.AuditEntry) error {
	var at *time.Time
	if !e.At.IsZero() {
		at = &e.At
	}
	if e.Detail == nil {
		e.Detail = map[string]any{}
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO audit (at, actor_id, actor, sign_in, operation, object, outcome, detail, count, request_id)
		VALUES (coalesce($1, clock_timestamp()), $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		at, e.ActorID, e.Actor, e.SignIn, e.Operation, e.Object, string(e.Outcome), e.Detail, max(e.Count, 1), e.Request)
	return err
}

// Entries implements account.Store.
func (p *People) Entries(ctx context.Context, q account.AuditQuery) ([]account.AuditEntry, error) {
	rows, err := p.db.pool.Query(ctx, `
		SELECT id, at, actor_id, actor, sign_in, operation, object, outcome, detail, count, request_id FROM audit
		WHERE ($1 = '' OR object = $1) AND ($2 = 0 OR id < $2) AND ($4 = '' OR actor = $4) AND starts_with(operation, $5)
		ORDER BY id DESC LIMIT $3`, q.Object, q.Before, q.Limit, q.Actor, q.Operation)
	if err != nil {
		return nil, translate(err)
	}
	entries, err := pgx.CollectRows(rows, scanEntry)
	return entries, translate(err)
}

func scanEntry(row pgx.CollectableRow) (e account.AuditEntry, err error) {
	err = row.Scan(&e.ID, &e.At, &e.ActorID, &e.Actor, &e.SignIn, &e.Operation, &e.Object, &e.Outcome, &e.Detail, &e.Count, &e.Request)
	return e, err
}
