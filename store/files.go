package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/notebook/files"
)

var _ files.Audit = (*Tree)(nil)

// Record implements files.Audit: what is done to files is in no transaction of its
// own.
func (t *Tree) Record(ctx context.Context, op auth.Operation, object auth.ID, detail map[string]any) error {
	return t.db.Tx(ctx, func(tx pgx.Tx) error { return treeTx{tx: tx}.Audit(ctx, op, object, detail) })
}
