package notebook

import (
	"context"
	"slices"

	"quire/auth"
)

// MoveToPath moves and renames a node to a path from the top, as Zeppelin names
// notes. Folders on the way that do not exist are made, as new notes' are. It needs
// what Move does.
func (t *Tree) MoveToPath(ctx context.Context, id ID, path string) (NodeDetail, error) {
	names, err := parseNodePath(path)
	if err != nil {
		return NodeDetail{}, err
	}
	now, err := t.Show(ctx, id)
	if err != nil {
		return NodeDetail{}, err
	}
	if name := names[len(names)-1]; slices.Equal(names[:len(names)-1], now.folders()) {
		return t.Rename(ctx, id, name) // which asks nothing of the folder
	}
	v, err := t.viewing(ctx)
	if err != nil {
		return NodeDetail{}, err
	}
	public, err := t.newNotesPublic(ctx)
	if err != nil {
		return NodeDetail{}, err
	}
	var at NodePlace
	name := names[len(names)-1]
	err = t.change(ctx, treeChange{check: t.checking(ctx, auth.NodeMove, id), do: func(tx TreeTx) (_ changed, err error) {
		var below []ID
		if at, below, err = t.toChange(ctx, tx, id); err != nil {
			return changed{}, err
		}
		parent, made, err := t.makeWay(ctx, tx, v.User, public, names)
		if err != nil {
			return changed{}, err
		}
		if at.Parent == parent && at.Name == name {
			return changed{}, nil
		}
		if at.Parent != parent && len(made) == 0 {
			if err := t.checkInto(ctx, parent); err != nil {
				return changed{}, err
			}
		}
		if err := checkFits(ctx, tx, id, parent, below); err != nil {
			return changed{}, err
		}
		if err := settle(ctx, tx, at, parent, name); err != nil {
			return changed{}, err
		}
		return changed{nodes: append(made, below...)}, tx.Audit(ctx, auth.NodeMove, id, map[string]any{"from": at.Parent, "to": parent, "made": len(made)})
	}})
	if err != nil {
		return NodeDetail{}, err
	}
	return t.showMoved(ctx, at, name)
}

// makeWay returns the folder that the last of the names goes into, and the folders
// it made. One may put something there.
func (t *Tree) makeWay(ctx context.Context, tx TreeTx, maker auth.PrincipalID, public bool, names []string) (parent ID, made []ID, err error) {
	at, err := t.descend(ctx, tx, ID{}, names)
	if err != nil || len(at.names) == 1 {
		return at.parent, nil, err
	}
	if at.parent.IsZero() {
		if err := t.checkTop(ctx); err != nil {
			return at.parent, nil, err
		}
	}
	at.names = at.names[:len(at.names)-1]
	parent = auth.NewID()
	made, err = insertNodes(ctx, tx, creation{kind: FolderNode}, at, parent, givenTo(maker, byDefault, public, at.parent.IsZero()))
	return parent, made, err
}

func (d NodeDetail) folders() []string {
	names := []string{}
	for _, p := range d.Path {
		names = append(names, p.Name)
	}
	return names
}
