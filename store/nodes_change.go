package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/auth/account"
	"quire/notebook"
)

// treeTx is a change of the tree under way. It holds the authority row: for itself
// when names, places or grants can change who may do what, and shared else. So no
// other change of the tree comes in between, and no node needs a lock of its own.
type treeTx struct{ tx pgx.Tx }

// Change implements notebook.TreeStore.
func (t *Tree) Change(ctx context.Context, do func(notebook.TreeTx, uint64) error) error {
	return t.db.Tx(ctx, func(tx pgx.Tx) error {
		var at uint64
		if err := tx.QueryRow(ctx, `SELECT epoch FROM authority FOR SHARE`).Scan(&at); err != nil {
			return err
		}
		return do(treeTx{tx}, at)
	})
}

// ChangeAuthority implements notebook.TreeStore. prepare comes before the lock that
// everybody's edits wait for; what it inserts nobody else knows of, so that it waits
// for nobody who holds that lock.
func (t *Tree) ChangeAuthority(ctx context.Context, prepare func(notebook.TreeTx) error, do func(notebook.TreeTx, uint64) error) (epoch uint64, err error) {
	err = t.db.Tx(ctx, func(tx pgx.Tx) error {
		if prepare != nil {
			if err := prepare(treeTx{tx}); err != nil {
				return err
			}
		}
		if epoch, err = raiseEpoch(ctx, tx); err != nil {
			return err
		}
		return do(treeTx{tx}, epoch-1) // what others see until the commit
	})
	if err != nil {
		return 0, err
	}
	t.db.Announce(epoch)
	return epoch, nil
}

const placeColumns = `
	SELECT n.id, n.parent_id, n.kind, n.name, n.closed, n.trash_id, n.access_version, max(p.depth) + 1,
		EXISTS (SELECT FROM notes s WHERE s.scratch AND s.id = n.id)
	FROM nodes n JOIN node_paths p ON p.descendant = n.id `

func scanPlace(row pgx.CollectableRow) (p notebook.NodePlace, err error) {
	err = row.Scan(&p.ID, &p.Parent, &p.Kind, &p.Name, &p.Closed, &p.TrashRoot, &p.Version, &p.Depth, &p.Scratch)
	return p, err
}

// Place implements notebook.TreeTx.
func (t treeTx) Place(ctx context.Context, id notebook.ID) (notebook.NodePlace, error) {
	rows, err := t.tx.Query(ctx, placeColumns+`WHERE n.id = $1 GROUP BY n.id`, id)
	if err != nil {
		return notebook.NodePlace{}, err
	}
	p, err := pgx.CollectExactlyOneRow(rows, scanPlace)
	return p, absent(err, auth.Hidden())
}

// Child implements notebook.TreeTx.
func (t treeTx) Child(ctx context.Context, parent notebook.ID, name string) (*notebook.NodePlace, error) {
	rows, err := t.tx.Query(ctx, placeColumns+
		`WHERE n.parent_id IS NOT DISTINCT FROM $1 AND n.name = $2 AND n.trash_id IS NULL GROUP BY n.id`, parent, name)
	if err != nil {
		return nil, err
	}
	p, err := pgx.CollectExactlyOneRow(rows, scanPlace)
	if err != nil {
		return nil, absent(err, nil)
	}
	return &p, nil
}

// Height implements notebook.TreeTx.
func (t treeTx) Height(ctx context.Context, id notebook.ID) (height int, err error) {
	err = t.tx.QueryRow(ctx, `SELECT coalesce(max(depth), 0) + 1 FROM node_paths WHERE ancestor = $1`, id).Scan(&height)
	return height, err
}

// Below implements notebook.TreeTx.
func (t treeTx) Below(ctx context.Context, id notebook.ID) ([]notebook.ID, error) {
	rows, err := t.tx.Query(ctx, `SELECT descendant FROM node_paths WHERE ancestor = $1 ORDER BY depth`, id)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[notebook.ID])
}

// OwnsBelow implements notebook.TreeTx.
func (t treeTx) OwnsBelow(ctx context.Context, v notebook.Viewer, id notebook.ID) (all bool, err error) {
	err = t.tx.QueryRow(ctx, `
		SELECT count(*) FILTER (WHERE actions & 8 = 8) = (SELECT count(*) FROM node_paths WHERE ancestor = $3)
		FROM node_actions($1::bigint[], $2::timestamptz)
		WHERE node_id = ANY (ARRAY(SELECT descendant FROM node_paths WHERE ancestor = $3))`, v.Principals, v.At, id).Scan(&all)
	return all, err
}

// Insert implements notebook.TreeTx. A note's node is there already, for its content.
func (t treeTx) Insert(ctx context.Context, n notebook.NewNode, grants []notebook.GrantRow) error {
	_, err := t.tx.Exec(ctx, `
		INSERT INTO nodes (id, parent_id, kind, name, closed, created_by) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET (parent_id, name, closed, created_by, trash_id)
			= (excluded.parent_id, excluded.name, excluded.closed, excluded.created_by, NULL)`,
		n.ID, n.Parent, string(n.Kind), n.Name, n.Closed, n.By)
	if err != nil {
		return taken(err, "nodes_sibling_names", errNodeTaken)
	}
	_, err = t.tx.Exec(ctx, `
		INSERT INTO node_paths (ancestor, descendant, depth, carries) VALUES ($1, $1, 0, true)`, n.ID)
	if err == nil {
		err = t.connect(ctx, n.ID, n.Parent)
	}
	if err == nil {
		err = t.Give(ctx, n.ID, grants, n.By)
	}
	return err
}

// connect adds the paths between a folder with all above it, and a node with all
// below it. Grants do not carry into or through a closed node.
func (t treeTx) connect(ctx context.Context, id, parent notebook.ID) error {
	_, err := t.tx.Exec(ctx, `
		INSERT INTO node_paths (ancestor, descendant, depth, carries)
		SELECT up.ancestor, down.descendant, up.depth + down.depth + 1, up.carries AND down.carries AND NOT n.closed
		FROM nodes n JOIN node_paths down ON down.ancestor = n.id, node_paths up
		WHERE n.id = $1 AND up.descendant = $2`, id, parent)
	return err
}

// Rename implements notebook.TreeTx.
func (t treeTx) Rename(ctx context.Context, id notebook.ID, name string) error {
	_, err := t.tx.Exec(ctx, `UPDATE nodes SET name = $2, changed_at = now() WHERE id = $1`, id, name)
	return taken(err, "nodes_sibling_names", errNodeTaken)
}

// Move implements notebook.TreeTx.
func (t treeTx) Move(ctx context.Context, id, parent notebook.ID, name string) error {
	_, err := t.tx.Exec(ctx, `UPDATE nodes SET parent_id = $2, name = $3, changed_at = now() WHERE id = $1`, id, parent, name)
	if err != nil {
		return taken(err, "nodes_sibling_names", errNodeTaken)
	}
	_, err = t.tx.Exec(ctx, `
		DELETE FROM node_paths p USING node_paths down, node_paths up
		WHERE down.ancestor = $1 AND up.descendant = $1 AND up.depth > 0
			AND p.descendant = down.descendant AND p.ancestor = up.ancestor`, id)
	if err != nil {
		return err
	}
	return t.connect(ctx, id, parent)
}

// SetKernels implements notebook.TreeTx.
func (t treeTx) SetKernels(ctx context.Context, id notebook.ID, mode notebook.KernelMode) error {
	_, err := t.tx.Exec(ctx, `UPDATE nodes SET kernel_mode = nullif($2, '') WHERE id = $1`, id, string(mode))
	return err
}

// Trash implements notebook.TreeTx.
func (t treeTx) Trash(ctx context.Context, id notebook.ID, by auth.PrincipalID) error {
	_, err := t.tx.Exec(ctx, `
		UPDATE nodes SET trash_id = $1, trashed_at = now(), trashed_by = $2
		WHERE id IN (SELECT descendant FROM node_paths WHERE ancestor = $1) AND trash_id IS NULL`, id, by)
	return err
}

// Restore implements notebook.TreeTx.
func (t treeTx) Restore(ctx context.Context, id notebook.ID) error {
	_, err := t.tx.Exec(ctx, `
		UPDATE nodes SET trash_id = NULL, trashed_at = NULL, trashed_by = NULL
		WHERE id IN (SELECT descendant FROM node_paths WHERE ancestor = $1)
			AND trash_id = (SELECT trash_id FROM nodes WHERE id = $1)`, id)
	return taken(err, "nodes_sibling_names", errNodeTaken)
}

// Audit implements notebook.TreeTx. The top of the tree, a zero id, is null.
func (t treeTx) Audit(ctx context.Context, op auth.Operation, object notebook.ID, detail map[string]any) error {
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return err
	}
	for key, value := range detail {
		if id, ok := value.(notebook.ID); ok && id.IsZero() {
			detail[key] = nil
		}
	}
	return addEntry(ctx, t.tx, account.AuditEntry{ActorID: a.User, Actor: a.Name, SignIn: a.SignIn, Operation: op.Name(),
		Object: object.String(), Outcome: account.Done, Detail: detail, Request: a.Request})
}
