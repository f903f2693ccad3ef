package notebook

import (
	"context"

	"quire/auth"
	"quire/auth/fault"
)

// CloneNote says what a copy is to be called and where it goes.
type CloneNote struct {
	// Name may have folders before it. Empty makes a name of the note's.
	Name string
	// Parent is the folder to put it into; zero is the top.
	Parent ID
}

// Clone copies a note one may read: paragraphs, settings and the results one sees.
// Its grants are not copied. A copy of what not everyone may read is its maker's
// alone at the top; elsewhere it is like any new note.
func (t *Tree) Clone(ctx context.Context, id ID, c CloneNote) (NodeDetail, error) {
	return t.clone(ctx, id, c, nil)
}

// CloneWithFiles copies a note and its files. left is how many links and other
// things that are no files stayed behind.
func (t *Tree) CloneWithFiles(ctx context.Context, id ID, c CloneNote) (made NodeDetail, left int, err error) {
	made, err = t.clone(ctx, id, c, func(note ID) (err error) {
		left, err = t.Files.Copy(ctx, id, note)
		return err
	})
	return made, left, err
}

func (t *Tree) clone(ctx context.Context, id ID, c CloneNote, fill func(ID) error) (NodeDetail, error) {
	reading := t.checking(ctx, auth.NoteClone, id)
	from, content, err := t.toCopy(ctx, id, reading)
	if err != nil {
		return NodeDetail{}, err
	}
	made := creation{op: auth.NoteClone, kind: NoteNode, path: c.Name, parent: c.Parent, seen: byMakerAndFolder,
		content: content, also: reading, fill: fill}
	if from.Shared == SharedAll {
		made.seen = byDefault
	}
	if c.Name == "" {
		made.path, made.numbered = withSuffix(from.Name, " (copy)"), true
	}
	return t.create(ctx, made)
}

// toCopy returns a note that the actor may copy, and what it holds now.
func (t *Tree) toCopy(ctx context.Context, id ID, check func() error) (from NodeDetail, content *NewContent, err error) {
	if err := check(); err != nil {
		return from, nil, err
	}
	v, err := t.viewing(ctx)
	if err != nil {
		return from, nil, err
	}
	if from, err = t.store.Node(ctx, v, id); err != nil {
		return from, nil, err
	}
	if from.Kind != NoteNode {
		return from, nil, fault.New(fault.Invalid, "Only notes can be copied.")
	}
	content, err = t.copyOf(ctx, id)
	return from, content, err
}

// copyOf returns what a note holds now. Runs that have not ended are no results
// yet, and are left out.
func (t *Tree) copyOf(ctx context.Context, id ID) (*NewContent, error) {
	n, runs, err := t.notes.Read(ctx, id)
	if err != nil {
		return nil, err
	}
	ended := endedRuns(runs)
	content := &NewContent{Settings: n.Settings}
	for _, p := range n.Paragraphs {
		next := NewParagraph{ID: p.ID, Title: p.Title, Text: p.Text.String(), Settings: p.Settings}
		if r, ok := ended[p.Run]; ok {
			next.Result = resultOf(r)
			next.Result.CopyOf = r.ID
		}
		content.Paragraphs = append(content.Paragraphs, next)
	}
	return content, nil
}
