package notebook

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// A scratch copy is a note to try things in: its maker's alone, in no list, gone
// some time after it was closed, unless it is kept.

// MaxScratch is how many scratch copies one person may have at once.
const MaxScratch = 5

const (
	scratchLook  = time.Minute      // how often WatchScratch looks
	scratchStays = 10 * time.Minute // after nobody had it open any more
)

// errScratch refuses to share, move or trash a scratch copy.
var errScratch = fault.New(fault.Conflict, "This is a scratch copy, which is yours alone and ends when it is closed. Keep it first.")

// Scratch makes a scratch copy of a note that one may run: paragraphs, settings, the
// results one sees, and its files if asked for; left is as CloneWithFiles says. It
// has kernels of its own. Of more than MaxScratch the oldest that is not open makes
// room; when all are open that is a Conflict.
func (t *Tree) Scratch(ctx context.Context, id ID, files bool) (made NodeDetail, left int, err error) {
	running := t.checking(ctx, auth.NoteScratch, id)
	from, content, err := t.toCopy(ctx, id, running)
	if err != nil {
		return NodeDetail{}, 0, err
	}
	if err := t.scratchRoom(ctx); err != nil {
		return NodeDetail{}, 0, err
	}
	// The top is everybody's: a tag nobody can guess keeps the name out of their way.
	tag := strings.ToLower(rand.Text()[:4])
	c := creation{op: auth.NoteScratch, kind: NoteNode, path: withSuffix(from.Name, fmt.Sprintf(" (scratch %s)", tag)), numbered: true,
		seen: byMakerAndFolder, content: content, scratchOf: id, also: running}
	if files {
		c.fill = func(note ID) error {
			left, err = t.Files.Copy(ctx, id, note)
			return err
		}
	}
	made, err = t.create(ctx, c)
	return made, left, err
}

// scratchRoom removes the oldest of one's scratch copies that is not open when there
// are as many as there may be.
func (t *Tree) scratchRoom(ctx context.Context) error {
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return err
	}
	have, err := t.store.ScratchNotes(ctx, a.User)
	if err != nil || len(have) < MaxScratch {
		return err
	}
	for _, id := range have {
		if !t.notes.Holds(id) {
			return t.endScratch(ctx, id)
		}
	}
	return nil // asScratch refuses
}

// asScratch makes a note that is being made a scratch copy of another one, if it is
// to be one.
func asScratch(ctx context.Context, tx TreeTx, id, of ID) error {
	if of.IsZero() {
		return nil
	}
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return err
	}
	n, err := tx.CountScratch(ctx, a.User)
	if err != nil {
		return err
	}
	if n >= MaxScratch {
		return fault.New(fault.Conflict, "You have %d scratch copies open. Close or keep one of them first.", n)
	}
	return tx.MakeScratch(ctx, id, of)
}

// KeepScratch makes a scratch copy one's own note, under this name and in this
// folder, where it also gets what the folder gives; zero is the top. Conflict when
// it is no scratch copy, or the name is taken there.
func (t *Tree) KeepScratch(ctx context.Context, id ID, c CloneNote) (NodeDetail, error) {
	name, err := parseNodeName(c.Name)
	if err != nil {
		return NodeDetail{}, err
	}
	owned := t.checking(ctx, auth.ScratchKeep, id)
	check := func() error {
		if err := owned(); err != nil {
			return err
		}
		return t.checkInto(ctx, c.Parent)
	}
	err = t.change(ctx, treeChange{check: check, do: func(tx TreeTx) (changed, error) {
		at, err := tx.Place(ctx, id)
		if err != nil {
			return changed{}, err
		}
		if !at.Scratch {
			return changed{}, fault.New(fault.Conflict, "This is no scratch copy; it is kept already.")
		}
		if err := checkFits(ctx, tx, id, c.Parent, []ID{id}); err != nil {
			return changed{}, err
		}
		if err := settle(ctx, tx, at, c.Parent, name); err != nil {
			return changed{}, err
		}
		if err := tx.KeepScratch(ctx, id); err != nil {
			return changed{}, err
		}
		return changed{nodes: []ID{id}}, tx.Audit(ctx, auth.ScratchKeep, id, map[string]any{"to": c.Parent})
	}})
	if err != nil {
		return NodeDetail{}, err
	}
	return t.Show(ctx, id)
}

// WatchScratch removes scratch copies that nobody has had open for ten minutes,
// until ctx ends. Those that a stopped server left behind have as long from its
// start on.
func (t *Tree) WatchScratch(ctx context.Context) {
	ctx = auth.AsSystem(ctx, "scratch")
	closed := map[ID]time.Time{}
	look := time.NewTicker(scratchLook)
	defer look.Stop()
	for {
		if err := t.sweepScratch(ctx, closed); err != nil && ctx.Err() == nil {
			t.log.ErrorContext(ctx, "scratch copies are left for the next time", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}

// sweepScratch removes what has been closed for long. closed has since when what is
// closed has been seen to be.
func (t *Tree) sweepScratch(ctx context.Context, closed map[ID]time.Time) error {
	all, err := t.store.ScratchNotes(ctx, 0)
	if err != nil {
		return err
	}
	was, now := map[ID]time.Time{}, t.now()
	for _, id := range all {
		if t.notes.Holds(id) {
			continue
		}
		since, known := closed[id]
		if !known {
			since = now
		}
		was[id] = since
		if now.Sub(since) >= scratchStays {
			if err := t.endScratch(ctx, id); err != nil {
				return err
			}
		}
	}
	clear(closed)
	for id, since := range was {
		closed[id] = since
	}
	return nil
}

// endScratch removes a scratch copy with its files. What is none any more, or is open
// again, stays. It asks nobody's leave.
func (t *Tree) endScratch(ctx context.Context, id ID) error {
	gone := func(error) {}
	err := t.change(ctx, treeChange{check: func() error { return nil }, do: func(tx TreeTx) (changed, error) {
		at, err := tx.Place(ctx, id)
		// Nothing is committed to the note while this is, so that who opens it now is
		// told that it is gone before anything is acknowledged.
		if err != nil || !at.Scratch || t.notes.Holds(id) {
			return changed{}, err
		}
		if gone, err = t.leaving([]ID{id}); err != nil {
			return changed{}, err
		}
		if err := tx.Purge(ctx, []ID{id}); err != nil {
			return changed{}, err
		}
		return changed{nodes: []ID{id}, deleted: true}, tx.Audit(ctx, auth.NodePurge, id, map[string]any{"scratch": true})
	}})
	gone(err)
	switch {
	case fault.Is(err, fault.NotFound): // somebody else was faster
		return nil
	case err == nil:
		t.Sweep(context.WithoutCancel(ctx))
	}
	return err
}
