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
	reading := func() error {
		_, _, err := t.gate.CheckNode(ctx, auth.NoteClone, id)
		return err
	}
	if err := reading(); err != nil {
		return NodeDetail{}, err
	}
	v, err := t.viewing(ctx)
	if err != nil {
		return NodeDetail{}, err
	}
	from, err := t.store.Node(ctx, v, id)
	if err != nil {
		return NodeDetail{}, err
	}
	if from.Kind != NoteNode {
		return NodeDetail{}, fault.New(fault.Invalid, "Only notes can be cloned.")
	}
	content, err := t.copyOf(ctx, id)
	if err != nil {
		return NodeDetail{}, err
	}
	made := creation{op: auth.NoteClone, kind: NoteNode, path: c.Name, parent: c.Parent, seen: byMakerAndFolder,
		content: content, also: reading}
	if from.Shared == SharedAll {
		made.seen = byDefault
	}
	if c.Name == "" {
		made.path, made.numbered = withSuffix(from.Name, " (copy)"), true
	}
	return t.create(ctx, made)
}

// copyOf returns what a note holds now. Runs that have not ended are no results
// yet, and are left out.
func (t *Tree) copyOf(ctx context.Context, id ID) (*NewContent, error) {
	n, runs, err := t.notes.Read(ctx, id)
	if err != nil {
		return nil, err
	}
	ended := map[ID]Run{}
	for _, r := range runs {
		if r.State.Ended() {
			ended[r.ID] = r
		}
	}
	content := &NewContent{Settings: n.Settings}
	for _, p := range n.Paragraphs {
		next := NewParagraph{ID: p.ID, Title: p.Title, Text: p.Text.String(), Settings: p.Settings}
		if r, ok := ended[p.Run]; ok {
			next.Result = &NewResult{State: r.State, Interpreter: r.Interpreter, Kernel: r.Kernel,
				ExecutionCount: r.ExecutionCount, StartedAt: r.SentAt, EndedAt: r.EndedAt, Dropped: r.Dropped, CopyOf: r.ID}
		}
		content.Paragraphs = append(content.Paragraphs, next)
	}
	return content, nil
}
