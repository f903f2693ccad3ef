package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"quire/notebook"
)

// Purge implements notebook.TreeTx. A node without paths is nobody's: no grant
// reaches it, and it is not found any more. What it held can be large, so that
// deleting it must not hold up everybody's changes: Sweep does it in a transaction
// of its own.
func (t treeTx) Purge(ctx context.Context, ids []notebook.ID) error {
	_, err := t.tx.Exec(ctx, `DELETE FROM node_paths WHERE descendant = ANY ($1)`, ids)
	return err
}

// sweepLock is the advisory lock that keeps several from sweeping at once.
const sweepLock = 0x71756972650001

// Sweep implements notebook.TreeStore. Content goes first, as checkpoints lock it
// first.
func (t *Tree) Sweep(ctx context.Context) (n int, err error) {
	err = t.db.Tx(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(sweepLock)); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT id FROM nodes n WHERE NOT EXISTS (SELECT FROM node_paths p WHERE p.descendant = n.id)`)
		if err != nil {
			return err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[notebook.ID])
		if err != nil || len(ids) == 0 {
			return err
		}
		n = len(ids)
		if _, err := tx.Exec(ctx, `DELETE FROM notes WHERE id = ANY ($1)`, ids); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM nodes WHERE id = ANY ($1)`, ids)
		return err
	})
	return n, err
}
