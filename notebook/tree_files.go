package notebook

import (
	"context"

	"quire/auth/fault"
)

// NoteFiles are the folders of notes' files, as the tree needs them. A note and its
// folder come and go in two steps: Doubt marks folders before the first, and Keep or
// Remove ends that; what a crash leaves marked is looked at by the next start.
type NoteFiles interface {
	Doubt(notes ...ID) error
	Keep(notes ...ID)
	// Remove deletes the folders of notes that are no more. What fails is tried again
	// by the next start.
	Remove(notes ...ID)
	// With returns those of the notes that have a folder.
	With(notes []ID) []ID
	// Copy fills the folder of a note that is being made with the files of another
	// one that the actor may read. It returns how many things that are no files it left
	// behind.
	Copy(ctx context.Context, from, to ID) (left int, err error)
}

// filling makes the folder of a note that is being made, before anybody can see the
// note. end is called with what came of it.
func (t *Tree) filling(c creation, id ID) (end func(err error), err error) {
	if c.fill == nil {
		return func(error) {}, nil
	}
	if t.Files == nil {
		return nil, fault.New(fault.Unavailable, "This server keeps no files.")
	}
	if err := t.Files.Doubt(id); err != nil {
		return nil, err
	}
	if err := c.fill(id); err != nil {
		t.Files.Remove(id)
		return nil, err
	}
	return func(err error) { t.settleFiles([]ID{id}, err, t.Files.Keep, t.Files.Remove) }, nil
}

// settleFiles ends the doubt about folders by what came of a change. Where nobody
// knows whether it was committed the marks stay.
func (t *Tree) settleFiles(ids []ID, err error, done, not func(...ID)) {
	switch {
	case err == nil:
		done(ids...)
	case !fault.Is(err, fault.Unavailable) && !fault.Is(err, fault.Internal):
		not(ids...)
	}
}

// leaving marks the folders of notes that are about to be deleted for good. end is
// called with what came of it.
func (t *Tree) leaving(notes []ID) (end func(err error), err error) {
	if t.Files == nil {
		return func(error) {}, nil
	}
	have := t.Files.With(notes)
	if err := t.Files.Doubt(have...); err != nil {
		return nil, err
	}
	return func(err error) { t.settleFiles(have, err, t.Files.Remove, t.Files.Keep) }, nil
}
