package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/notebook"
)

// ofScratch is which nodes are scratch copies made by $1, or by anybody for null; not
// those that were deleted for good.
const ofScratch = ` FROM notes s JOIN nodes n ON n.id = s.id JOIN node_paths p ON p.ancestor = n.id AND p.descendant = n.id
	WHERE s.scratch AND ($1::bigint IS NULL OR n.created_by = $1)`

// ScratchNotes implements notebook.TreeStore.
func (t *Tree) ScratchNotes(ctx context.Context, by auth.PrincipalID) ([]notebook.ID, error) {
	rows, err := t.db.pool.Query(ctx, `SELECT n.id`+ofScratch+` ORDER BY n.created_at, n.id`, by)
	if err != nil {
		return nil, translate(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[notebook.ID])
	return ids, translate(err)
}

// CountScratch implements notebook.TreeTx.
func (t treeTx) CountScratch(ctx context.Context, by auth.PrincipalID) (n int, err error) {
	err = t.tx.QueryRow(ctx, `SELECT count(*)`+ofScratch, by).Scan(&n)
	return n, err
}

// MakeScratch implements notebook.TreeTx.
func (t treeTx) MakeScratch(ctx context.Context, id, of notebook.ID) error {
	_, err := t.tx.Exec(ctx, `UPDATE notes SET scratch = true, scratch_of = $2 WHERE id = $1`, id, of)
	return err
}

// KeepScratch implements notebook.TreeTx.
func (t treeTx) KeepScratch(ctx context.Context, id notebook.ID) error {
	_, err := t.tx.Exec(ctx, `UPDATE notes SET scratch = false, scratch_of = NULL WHERE id = $1`, id)
	return err
}
