package notebook

import (
	"context"

	"quire/auth"
	"quire/auth/fault"
)

// CreateNode is what a new, empty folder or note is to be.
type CreateNode struct {
	Kind NodeKind
	// Name may have folders before it, with slashes between, as in Zeppelin; those
	// that do not exist are made.
	Name string
	// Parent is the folder to make it in; zero is the top.
	Parent ID
	// Content is what a note starts with; nil for an empty one.
	Content *NewContent
	// Public says who sees it: everyone, who may then also write it, or only its maker.
	// nil leaves that to the server's default at the top, and to the folder inside one.
	Public *bool
}

// Create makes a folder or a note. Who gets what on it, and on folders made on the
// way, stands in docs/decisions/new-notes.md. Making something in a folder needs
// the right to write there. Conflict when the name is taken there.
func (t *Tree) Create(ctx context.Context, c CreateNode) (NodeDetail, error) {
	if c.Kind != FolderNode && c.Kind != NoteNode {
		return NodeDetail{}, fault.New(fault.Invalid, "%q cannot be made: a folder or a note can.", c.Kind)
	}
	seen := byDefault
	if c.Public != nil {
		seen = byMaker
		if *c.Public {
			seen = byEveryone
		}
	}
	return t.create(ctx, creation{op: auth.NodeCreate, kind: c.Kind, path: c.Name, parent: c.Parent, seen: seen, content: c.Content})
}

// CreateWith makes a note with content that came from a file. At the top it is its
// maker's alone, whatever the default; in a folder it also gets what the folder
// gives. name may have folders before it. Content that breaks the rules for notes
// changes nothing: Invalid, TooLarge or Conflict says which it breaks.
func (t *Tree) CreateWith(ctx context.Context, name string, parent ID, content *NewContent) (NodeDetail, error) {
	return t.CreateFilled(ctx, name, parent, content, nil)
}

// CreateFilled is CreateWith for a note that comes with files: fill puts them into
// the folder of the note to be. Nothing of it is left when the note is not made.
func (t *Tree) CreateFilled(ctx context.Context, name string, parent ID, content *NewContent, fill func(note ID) error) (NodeDetail, error) {
	return t.create(ctx, creation{op: auth.NoteImport, kind: NoteNode, path: name, parent: parent, seen: byMakerAndFolder,
		content: content, fill: fill, also: func() error {
			_, err := t.gate.CheckServer(ctx, auth.NoteImport)
			return err
		}})
}

// creation is a node that is being made.
type creation struct {
	op      auth.Operation
	kind    NodeKind
	path    string
	parent  ID
	seen    seenBy
	content *NewContent
	// numbered looks for a free name when the name is taken.
	numbered bool
	// also is checked besides the right to put something there.
	also func() error
	// scratchOf is the note that this is a scratch copy of; zero for none.
	scratchOf ID
	// fill puts files into the folder of the note to be; nil for none.
	fill func(note ID) error
}

func (t *Tree) create(ctx context.Context, c creation) (NodeDetail, error) {
	v, err := t.viewing(ctx)
	if err != nil {
		return NodeDetail{}, err
	}
	names, err := parseNodePath(c.path)
	if err != nil {
		return NodeDetail{}, err
	}
	public, err := t.newNotesPublic(ctx)
	if err != nil {
		return NodeDetail{}, err
	}
	id := auth.NewID()
	write, err := t.writeContent(ctx, c, id)
	if err != nil {
		return NodeDetail{}, err
	}
	check := func() error { return t.checkCreation(ctx, c) }
	if err := check(); err != nil {
		return NodeDetail{}, err
	}
	filled, err := t.filling(c, id)
	if err != nil {
		return NodeDetail{}, err
	}
	err = t.change(ctx, treeChange{
		check:   check,
		prepare: write,
		do: func(tx TreeTx) (changed, error) {
			at, err := t.descend(ctx, tx, c.parent, names)
			if err != nil {
				return changed{}, err
			}
			made, err := insertNodes(ctx, tx, c, at, id, givenTo(v.User, c.seen, public, at.parent.IsZero()))
			if err != nil {
				return changed{}, err
			}
			if err := asScratch(ctx, tx, id, c.scratchOf); err != nil {
				return changed{}, err
			}
			return changed{nodes: made}, tx.Audit(ctx, c.op, id, map[string]any{"kind": c.kind, "parent": at.parent, "made": len(made)})
		},
	})
	filled(err)
	if err != nil {
		return NodeDetail{}, err
	}
	return t.Show(ctx, id)
}

// writeContent returns what writes a note's content; nil for a folder. Content that
// breaks the rules is refused before.
func (t *Tree) writeContent(ctx context.Context, c creation, id ID) (func(TreeTx) error, error) {
	if c.kind != NoteNode {
		return nil, nil
	}
	start, err := c.content.begin(id, t.now())
	if err != nil {
		return nil, err
	}
	return func(tx TreeTx) error { return tx.InsertNote(ctx, start) }, nil
}

func (t *Tree) checkCreation(ctx context.Context, c creation) error {
	if c.also != nil {
		if err := c.also(); err != nil {
			return err
		}
	}
	return t.checkInto(ctx, c.parent)
}

// checkInto refuses unless one may put something into the folder; zero is the top.
func (t *Tree) checkInto(ctx context.Context, folder ID) error {
	if folder.IsZero() {
		return t.checkTop(ctx)
	}
	_, _, err := t.gate.CheckNode(ctx, auth.NodeCreate, folder)
	return err
}

// landing is where new nodes go: names below parent, which is depth deep.
type landing struct {
	parent ID
	depth  int
	names  []string
}

// descend follows the folders on the way that exist already. One may have to write
// in the last of them; one that may not be read only says that its name is taken.
func (t *Tree) descend(ctx context.Context, tx TreeTx, parent ID, names []string) (landing, error) {
	at := landing{parent: parent, names: names}
	if !parent.IsZero() {
		folder, err := folderAt(ctx, tx, parent)
		if err != nil {
			return at, err
		}
		at.depth = folder.Depth
	}
	for len(at.names) > 1 {
		child, err := tx.Child(ctx, at.parent, at.names[0])
		if err != nil {
			return at, err
		}
		if child == nil {
			break
		}
		allowed, err := t.allowed(ctx, child.ID)
		if err != nil {
			return at, err
		}
		if child.Kind != FolderNode || !allowed.Has(auth.Read) {
			return at, errNameTaken(at.names[0])
		}
		at = landing{parent: child.ID, depth: child.Depth, names: at.names[1:]}
	}
	if at.parent != parent {
		if err := t.checkInto(ctx, at.parent); err != nil {
			return at, err
		}
	}
	return at, nil
}

// folderAt returns the place of a folder outside the trash that something is to be
// put into.
func folderAt(ctx context.Context, tx TreeTx, id ID) (NodePlace, error) {
	p, err := tx.Place(ctx, id)
	if err == nil && p.Kind != FolderNode {
		err = fault.New(fault.Invalid, "Only a folder can hold notes and folders.")
	}
	if err == nil && p.Trashed() {
		err = fault.New(fault.Conflict, "That folder is in the trash.")
	}
	return p, err
}

// insertNodes makes the last of the names as node id, and folders for those before
// it. The first that is made gets the grants; the ones in it are also its owner's.
func insertNodes(ctx context.Context, tx TreeTx, c creation, at landing, id ID, given given) (made []ID, err error) {
	if at.depth+len(at.names) > MaxDepth {
		return nil, errTooDeep
	}
	name := at.names[0]
	if c.numbered {
		name, err = freeName(ctx, tx, at.parent, name)
	} else {
		err = checkFree(ctx, tx, at.parent, name)
	}
	if err != nil {
		return nil, err
	}
	parent := at.parent
	for i := range at.names {
		n := NewNode{ID: auth.NewID(), Parent: parent, Kind: FolderNode, Name: at.names[i], By: given.maker}
		if i == len(at.names)-1 {
			n.ID, n.Kind = id, c.kind
		}
		grants := given.grants[:1]
		if i == 0 {
			n.Name, n.Closed, grants = name, given.closed, given.grants
		}
		if err := tx.Insert(ctx, n, grants); err != nil {
			return nil, err
		}
		made, parent = append(made, n.ID), n.ID
	}
	return made, nil
}
