package notebook

import (
	"context"

	"quire/auth"
	"quire/auth/fault"
)

// TrashNode puts a node and everything inside into the trash, where only owners see
// it. Of a folder one must own everything inside.
func (t *Tree) TrashNode(ctx context.Context, id ID) error {
	return t.change(ctx, treeChange{check: t.checking(ctx, auth.NodeTrash, id), do: func(tx TreeTx) (changed, error) {
		_, below, err := t.toChange(ctx, tx, id)
		if err != nil {
			return changed{}, err
		}
		a, err := auth.ActorFrom(ctx)
		if err != nil {
			return changed{}, err
		}
		if err := tx.Trash(ctx, id, a.User); err != nil {
			return changed{}, err
		}
		return changed{nodes: below}, tx.Audit(ctx, auth.NodeTrash, id, nil)
	}})
}

// Restore takes a node out of the trash with what was trashed along with it. It
// comes back to its folder if that still is outside the trash and one may write
// there, and else to the top. When its name is taken there that is a Conflict,
// unless another is given.
func (t *Tree) Restore(ctx context.Context, id ID, name string) (NodeDetail, error) {
	if name != "" {
		var err error
		if name, err = parseNodeName(name); err != nil {
			return NodeDetail{}, err
		}
	}
	var at NodePlace
	err := t.change(ctx, treeChange{check: t.checking(ctx, auth.NodeRestore, id), do: func(tx TreeTx) (_ changed, err error) {
		var below []ID
		if at, below, err = t.owned(ctx, tx, id); err != nil {
			return changed{}, err
		}
		if !at.Trashed() {
			return changed{}, fault.New(fault.Conflict, "It is not in the trash.")
		}
		if name == "" {
			name = at.Name
		}
		parent, err := t.home(ctx, at.Parent)
		if err != nil {
			return changed{}, err
		}
		if err := settle(ctx, tx, at, parent, name); err != nil {
			return changed{}, err
		}
		if err := tx.Restore(ctx, id); err != nil {
			return changed{}, err
		}
		return changed{nodes: below}, tx.Audit(ctx, auth.NodeRestore, id, map[string]any{"to": parent})
	}})
	if err != nil {
		return NodeDetail{}, err
	}
	return t.showMoved(ctx, at, name)
}

// home is the folder itself while one may put something there, else the top. In the
// trash, and in what does not exist any more, nobody may.
func (t *Tree) home(ctx context.Context, folder ID) (ID, error) {
	allowed, err := t.allowed(ctx, folder)
	if err != nil || !allowed.Has(auth.Write) {
		return ID{}, err
	}
	return folder, nil
}

// Purge deletes what is in the trash, or a scratch copy, for good, with everything inside: text,
// results, history, files and grants.
func (t *Tree) Purge(ctx context.Context, id ID) error {
	gone := func(error) {}
	err := t.change(ctx, treeChange{check: t.checking(ctx, auth.NodePurge, id), do: func(tx TreeTx) (changed, error) {
		at, below, err := t.owned(ctx, tx, id)
		if err != nil {
			return changed{}, err
		}
		if !at.Trashed() && !at.Scratch {
			return changed{}, fault.New(fault.Conflict, "It is not in the trash. Only what is there can be deleted for good.")
		}
		if gone, err = t.leaving(below); err != nil {
			return changed{}, err
		}
		if err := tx.Purge(ctx, below); err != nil {
			return changed{}, err
		}
		return changed{nodes: below, deleted: true}, tx.Audit(ctx, auth.NodePurge, id, map[string]any{"nodes": len(below)})
	}})
	gone(err)
	if err != nil {
		return err
	}
	t.Sweep(context.WithoutCancel(ctx))
	return nil
}

// Sweep deletes the content of notes that were deleted for good. Purge does that at
// once; a server that starts does it for one that was stopped meanwhile.
func (t *Tree) Sweep(ctx context.Context) {
	if n, err := t.store.Sweep(ctx); err != nil {
		t.log.ErrorContext(ctx, "content of deleted notes is left for the next time", "error", err)
	} else if n > 0 {
		t.log.InfoContext(ctx, "deleted for good", "nodes", n)
	}
}
