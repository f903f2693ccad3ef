package notebook

import (
	"context"
	"log/slog"
	"time"

	"quire/auth"
	"quire/auth/fault"
	"quire/auth/pace"
)

// Tree is the one door to names, places, the trash, grants and search. Its methods
// take the actor from the context and check it; callers check nothing. What one
// may not read and what does not exist answer alike, as fault.NotFound.
type Tree struct {
	store TreeStore
	gate  *auth.Gate
	notes Notes
	log   *slog.Logger
	now   func() time.Time
	// asking and opening bound how often one asks for access, and how often one may
	// try links that do not work.
	asking, opening *pace.Limit
	// Public tells whether new notes at the top are everyone's to write, which is the
	// setting notebook.public. Without it they are their makers' alone.
	Public func(context.Context) (bool, error)
	// LinksAnyone tells whether links may let in people without an account, which is
	// the setting links.anyone; nil is no.
	LinksAnyone func(context.Context) (bool, error)
	// Changed hears of every change of names, places, grants or the trash, for those
	// who show the whole tree. It must not block; nil is fine.
	Changed func()
	// Files are the folders of notes' files; nil keeps none.
	Files NoteFiles
}

// Notes are the open notes, as the tree needs them.
type Notes interface {
	// NodeChanged tells that names, places, grants or the trash changed for these
	// nodes, or that they were deleted for good. It must not block.
	NodeChanged(ids []ID, deleted bool)
	// Holds tells whether somebody has the note open, or had it until a moment ago.
	Holds(note ID) bool
	// Read returns the note as it is now, with the latest run of each paragraph that
	// whoever acts may see.
	Read(ctx context.Context, note ID) (*Note, []Run, error)
}

// NewTree returns the door to the tree in the store.
func NewTree(store TreeStore, gate *auth.Gate, notes Notes, log *slog.Logger) *Tree {
	return &Tree{store: store, gate: gate, notes: notes, log: log, now: time.Now,
		asking: pace.New(requestEvery, requestBurst), opening: pace.New(openEvery, openBurst)}
}

// List returns what one may read outside the trash, last changed first, and how
// many there are. limit 0 means all.
func (t *Tree) List(ctx context.Context, limit int) ([]Node, int, error) {
	v, err := t.viewer(ctx, auth.TreeList)
	if err != nil || !v.Scope.Has(auth.Read) {
		return nil, 0, err
	}
	return t.store.Nodes(ctx, v, limit)
}

// Trash returns what one may restore.
func (t *Tree) Trash(ctx context.Context) ([]TrashedNode, error) {
	v, err := t.viewer(ctx, auth.TreeList)
	if err != nil || !v.Scope.Has(auth.Read) || !v.Scope.Has(auth.Manage) {
		return nil, err
	}
	return t.store.Trashed(ctx, v)
}

// Show returns one node and where it is.
func (t *Tree) Show(ctx context.Context, id ID) (NodeDetail, error) {
	if _, _, err := t.gate.CheckNode(ctx, auth.NodeShow, id); err != nil {
		return NodeDetail{}, err
	}
	v, err := t.viewing(ctx)
	if err != nil {
		return NodeDetail{}, err
	}
	return t.store.Node(ctx, v, id)
}

// Exists tells whether there is such a node at all, also to those who may not read
// it. It is for Zeppelin's dialect, whose clients tell 403 from 404; ids cannot be
// guessed.
func (t *Tree) Exists(ctx context.Context, id ID) (bool, error) {
	if _, err := t.viewing(ctx); err != nil {
		return false, err
	}
	return t.store.Exists(ctx, id)
}

// viewer checks an operation on the server and returns who asks.
func (t *Tree) viewer(ctx context.Context, op auth.Operation) (Viewer, error) {
	if _, err := t.gate.CheckServer(ctx, op); err != nil {
		return Viewer{}, err
	}
	return t.viewing(ctx)
}

// viewing returns who asks. Only people see nodes.
func (t *Tree) viewing(ctx context.Context) (Viewer, error) {
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return Viewer{}, err
	}
	if a.Kind != auth.Person {
		return Viewer{}, fault.New(fault.Forbidden, "Say as whom: only people have notes.")
	}
	who, err := t.gate.Identity(ctx, a)
	if err != nil {
		return Viewer{}, err
	}
	return Viewer{User: who.User, Principals: who.Principals, Scope: who.Scope, At: t.now()}, nil
}

// allowed returns what one may do on a node, which may be nothing.
func (t *Tree) allowed(ctx context.Context, id ID) (auth.Actions, error) {
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return 0, err
	}
	pass := t.gate.Pass(a, id)
	defer pass.Release()
	allowed, err := pass.Actions(ctx)
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return allowed, err
}

// checkTop refuses unless one may put things at the top of the tree: everybody
// may, but not with a token that may not write.
func (t *Tree) checkTop(ctx context.Context) error {
	v, err := t.viewer(ctx, auth.RootCreate)
	if err == nil && !v.Scope.Has(auth.Write) {
		err = auth.Needs(auth.NodeCreate)
	}
	return err
}

// changed is what a change of the tree did.
type changed struct {
	nodes   []ID // whose name, place or grants are other ones now
	deleted bool
}

// treeChange is a change of the tree.
type treeChange struct {
	// renames tells that nobody may do anything else afterwards.
	renames bool
	// check is asked before, and again when rights have changed since.
	check func() error
	// prepare does what takes long and nobody else can see yet; nil for nothing.
	prepare func(TreeTx) error
	do      func(TreeTx) (changed, error)
}

// change does it in one transaction and tells whom it concerns.
func (t *Tree) change(ctx context.Context, c treeChange) error {
	if err := c.check(); err != nil {
		return err
	}
	var done changed
	do := func(tx TreeTx, at uint64) (err error) {
		t.gate.Move(at)
		if err = c.check(); err != nil {
			return err
		}
		done, err = c.do(tx)
		return err
	}
	if c.renames {
		if err := t.store.Change(ctx, do); err != nil {
			return err
		}
	} else {
		epoch, err := t.store.ChangeAuthority(ctx, c.prepare, do)
		if err != nil {
			return err
		}
		t.gate.Move(epoch)
	}
	t.tell(done)
	return nil
}

// tell lets open notes and whoever shows the tree know.
func (t *Tree) tell(done changed) {
	if len(done.nodes) == 0 {
		return
	}
	t.notes.NodeChanged(done.nodes, done.deleted)
	if t.Changed != nil {
		t.Changed()
	}
}

func (t *Tree) newNotesPublic(ctx context.Context) (bool, error) {
	if t.Public == nil {
		return false, nil
	}
	return t.Public(ctx)
}
