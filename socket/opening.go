package socket

import (
	"context"
	"encoding/json"

	"quire/auth/fault"
	"quire/notebook"
	"quire/socket/wire"
)

// open opens the note, or opens it again from what the client says it knows.
func (l *lane) open(f wire.Client) {
	l.leave()
	l.ended(nil, false)
	if len(l.c.open()) >= maxOpen {
		l.c.refuse(f.Note, "", fault.New(fault.TooMany, "At most %d notes can be open at once here; close one.", maxOpen))
		return
	}
	ctx, cancel := context.WithTimeout(l.c.ctx, askWait)
	defer cancel()
	sub := newSubscription(l)
	if err := l.subscribe(ctx, sub, f); err != nil {
		sub.release()
		l.c.refuse(f.Note, "", err)
	}
}

func (l *lane) subscribe(ctx context.Context, sub *subscription, f wire.Client) error {
	var known *notebook.Position
	if !f.Epoch.IsZero() {
		known = &notebook.Position{Epoch: f.Epoch, Seq: f.Seq}
	}
	h, opening, err := l.c.s.notes.Open(ctx, f.Note, known, l.c.tab, sub)
	if err != nil {
		return err
	}
	sub.room.learn(opening)
	where, err := l.c.s.place(ctx, f.Note)
	if err != nil {
		h.Close()
		return err
	}
	// What is for writers alone follows: this frame is sent to who may only read then.
	opening.Kernels = notebook.View{Person: l.c.actor.User}.Kernels(opening.Kernels)
	frame, err := openingFrame(opening, where)
	if err == nil {
		err = l.c.out.awaitRoom(ctx) // a note may be large, and others may be on their way
	}
	if err != nil {
		h.Close()
		return err
	}
	l.adopt(sub, func() { sub.start(frame, opening.Note.Seq, where, opening.Allowed, h) }, h)
	l.attend(ctx, sub)
	return nil
}

// adopt makes sub the lane's open subscription, unless the connection has ended.
func (l *lane) adopt(sub *subscription, start func(), h Handle) {
	l.c.mu.Lock()
	closed := l.c.closed
	if !closed {
		l.sub, l.gone = sub, false
		start()
	}
	l.c.mu.Unlock()
	if closed {
		h.Close()
		sub.release()
	}
}

// openingFrame is NOTE, or RESUME for who knows what came before.
func openingFrame(o notebook.Opening, where place) (*frame, error) {
	n := o.Note
	if o.Resumed {
		return newFrame(wire.Resume{
			Op: wire.OpResume, Note: n.ID, Epoch: n.Epoch, Seq: n.Seq,
			Name: where.name, Path: where.path, Trashed: where.trashed, Allowed: o.Allowed.Names(),
			Entries: wire.EntriesOf(n.ID, o.Entries), Runs: wire.RunsOf(o.Runs), Kernels: wire.KernelsOf(o.Kernels), People: wire.PeopleOf(o.People),
		})
	}
	settings, err := json.Marshal(n.Settings)
	if err != nil {
		return nil, err
	}
	paragraphs, err := wire.ParagraphsOf(n)
	if err != nil {
		return nil, err
	}
	return newFrame(wire.Note{
		Op: wire.OpNote, Note: n.ID, Epoch: n.Epoch, Seq: n.Seq,
		Name: where.name, Path: where.path, Trashed: where.trashed, Allowed: o.Allowed.Names(),
		Settings: settings, Paragraphs: paragraphs, Runs: wire.RunsOf(o.Runs), Kernels: wire.KernelsOf(o.Kernels), People: wire.PeopleOf(o.People),
	})
}
