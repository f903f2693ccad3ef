package notebook

import (
	"context"

	"quire/auth"
	"quire/auth/fault"
)

// SetKernels sets whose kernels run the notes below a folder that do not say it in
// their own settings; empty leaves it to the folders above. One must own the folder
// and everything inside.
func (t *Tree) SetKernels(ctx context.Context, id ID, mode KernelMode) (NodeDetail, error) {
	if err := mode.valid(); err != nil {
		return NodeDetail{}, err
	}
	// As a change of authority it is heard of wherever notes below are open.
	err := t.change(ctx, treeChange{check: t.checking(ctx, auth.FolderKernel, id), do: func(tx TreeTx) (changed, error) {
		at, _, err := t.toChange(ctx, tx, id)
		if err != nil {
			return changed{}, err
		}
		if at.Kind != FolderNode {
			return changed{}, fault.New(fault.Invalid, "A note says it in its own settings (note.configure).")
		}
		if err := tx.SetKernels(ctx, id, mode); err != nil {
			return changed{}, err
		}
		return changed{nodes: []ID{id}}, tx.Audit(ctx, auth.FolderKernel, id, map[string]any{"kernels": string(mode)})
	}})
	if err != nil {
		return NodeDetail{}, err
	}
	return t.Show(ctx, id)
}
