package notebook

import (
	"context"
	"slices"

	"quire/auth"
	"quire/auth/fault"
)

// Rename gives a node another name. Of a folder one must own everything inside.
func (t *Tree) Rename(ctx context.Context, id ID, name string) (NodeDetail, error) {
	name, err := parseNodeName(name)
	if err != nil {
		return NodeDetail{}, err
	}
	err = t.change(ctx, treeChange{renames: true, check: t.checking(ctx, auth.NodeRename, id), do: func(tx TreeTx) (changed, error) {
		at, below, err := t.toChange(ctx, tx, id)
		if err != nil || at.Name == name {
			return changed{}, err
		}
		if err := checkFree(ctx, tx, at.Parent, name); err != nil {
			return changed{}, err
		}
		if err := tx.Rename(ctx, id, name); err != nil {
			return changed{}, err
		}
		return changed{nodes: below}, tx.Audit(ctx, auth.NodeRename, id, nil)
	}})
	if err != nil {
		return NodeDetail{}, err
	}
	return t.Show(ctx, id)
}

// Move puts a node into another folder, or at the top for the zero parent, and
// gives it a new name unless that is empty. One must own the node and everything
// inside, and may have to write in the folder. From then on it gets what the
// folders above it there give.
func (t *Tree) Move(ctx context.Context, id, parent ID, name string) (NodeDetail, error) {
	if name != "" {
		var err error
		if name, err = parseNodeName(name); err != nil {
			return NodeDetail{}, err
		}
	}
	owned := t.checking(ctx, auth.NodeMove, id)
	check := func() error {
		if err := owned(); err != nil {
			return err
		}
		return t.checkInto(ctx, parent)
	}
	var at NodePlace
	err := t.change(ctx, treeChange{check: check, do: func(tx TreeTx) (_ changed, err error) {
		var below []ID
		if at, below, err = t.toChange(ctx, tx, id); err != nil {
			return changed{}, err
		}
		if name == "" {
			name = at.Name
		}
		if at.Parent == parent && at.Name == name {
			return changed{}, nil
		}
		if err := checkFits(ctx, tx, id, parent, below); err != nil {
			return changed{}, err
		}
		if err := settle(ctx, tx, at, parent, name); err != nil {
			return changed{}, err
		}
		return changed{nodes: below}, tx.Audit(ctx, auth.NodeMove, id, map[string]any{"from": at.Parent, "to": parent})
	}})
	if err != nil {
		return NodeDetail{}, err
	}
	return t.showMoved(ctx, at, name)
}

// showMoved shows what is somewhere else now. Who owned it by a folder it is not in
// any more may not even see it there, and gets told what they know.
func (t *Tree) showMoved(ctx context.Context, at NodePlace, name string) (NodeDetail, error) {
	allowed, err := t.allowed(ctx, at.ID)
	if err != nil || allowed.Has(auth.Read) {
		return t.Show(ctx, at.ID)
	}
	return NodeDetail{Node: Node{ID: at.ID, Kind: at.Kind, Name: name, Shared: SharedSome, ChangedAt: t.now()}}, nil
}

// checking returns a check of one operation on one node.
func (t *Tree) checking(ctx context.Context, op auth.Operation, id ID) func() error {
	return func() error {
		_, _, err := t.gate.CheckNode(ctx, op, id)
		return err
	}
}

// toChange returns a node outside the trash and all below it, of which one must
// own everything.
func (t *Tree) toChange(ctx context.Context, tx TreeTx, id ID) (NodePlace, []ID, error) {
	at, below, err := t.owned(ctx, tx, id)
	if err == nil && at.Trashed() {
		err = fault.New(fault.Conflict, "It is in the trash. Restore it first.")
	}
	if err == nil && at.Scratch {
		err = errScratch
	}
	return at, below, err
}

// errBelow is one answer for all that is inside a folder, seen or not.
var errBelow = fault.New(fault.Forbidden, "You need to own everything inside this folder.")

// owned returns a node and all below it, and refuses unless one owns all of it,
// also what is in the trash already.
func (t *Tree) owned(ctx context.Context, tx TreeTx, id ID) (NodePlace, []ID, error) {
	at, err := tx.Place(ctx, id)
	if err != nil {
		return at, nil, err
	}
	below, err := tx.Below(ctx, id)
	if err != nil || len(below) == 1 {
		return at, below, err
	}
	v, err := t.viewing(ctx)
	if err != nil {
		return at, nil, err
	}
	owns, err := tx.OwnsBelow(ctx, v, id)
	if err == nil && !owns {
		err = errBelow
	}
	return at, below, err
}

// checkFits refuses to put a node into itself or too deep.
func checkFits(ctx context.Context, tx TreeTx, id, parent ID, below []ID) error {
	if parent.IsZero() {
		return nil
	}
	if slices.Contains(below, parent) {
		return fault.New(fault.Invalid, "A folder cannot be moved into itself or into something inside it.")
	}
	folder, err := folderAt(ctx, tx, parent)
	if err != nil {
		return err
	}
	height, err := tx.Height(ctx, id)
	if err == nil && folder.Depth+height > MaxDepth {
		err = errTooDeep
	}
	return err
}

// settle gives a node its folder and its name.
func settle(ctx context.Context, tx TreeTx, at NodePlace, parent ID, name string) error {
	if err := checkFree(ctx, tx, parent, name); err != nil {
		return err
	}
	if at.Parent != parent {
		return tx.Move(ctx, at.ID, parent, name)
	}
	return tx.Rename(ctx, at.ID, name)
}
