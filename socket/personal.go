package socket

import (
	"context"
	"fmt"

	"quire/auth"
	"quire/notebook"
	"quire/socket/wire"
)

// personalWaits is how many bytes of widgets' messages may wait for one socket. More
// are left out and counted: a widget that never rests cuts nobody off.
const personalWaits = 4 << 20

// Tell tells a person's tabs that have the note open something that concerns only
// them, and reports whether there is one. What is about the note is theirs to hear
// as long as they may read it.
func (s *Server) Tell(note auth.ID, person auth.PrincipalID, e notebook.PersonalEvent) (heard bool) {
	var f *frame
	for _, sub := range s.tabs(note, person) {
		if f == nil {
			f = s.encodePersonal(note, e)
		}
		sub.personal(e, f)
		heard = true
	}
	return heard
}

// tabs lists who hears what is personal.
func (s *Server) tabs(note auth.ID, person auth.PrincipalID) (list []*subscription) {
	s.mu.Lock()
	r := s.rooms[note]
	s.mu.Unlock()
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for sub := range r.subs {
		if sub.c.actor.User == person && sub.attends.Load() {
			list = append(list, sub)
		}
	}
	return list
}

// encodePersonal returns the frame of an event; nil for one that is only counted.
func (s *Server) encodePersonal(note auth.ID, e notebook.PersonalEvent) *frame {
	if v := wire.PersonalOf(note, e); v != nil {
		return s.encode(v)
	}
	return nil
}

// personal queues what concerns the socket's person. Calls for one subscription do
// not overlap.
func (sub *subscription) personal(e notebook.PersonalEvent, f *frame) {
	if lost, ok := e.(notebook.CommsLost); ok {
		sub.lose(lost.Messages)
		return
	}
	bulky := true
	switch e.(type) {
	case notebook.InputAsked, notebook.InputDone, notebook.CommsListed:
		bulky = false // few, and each counts
	}
	size := int64(f.size)
	if waits := sub.waits.Load(); bulky && waits > 0 && waits+size > personalWaits {
		sub.lose(1)
		return
	}
	sub.waits.Add(size)
	// It waits within a bound of its own, so it is as if it had been asked for.
	sub.push(&item{frame: f, asked: true, left: func() { sub.waits.Add(-size) }})
}

// lose counts messages that are left out; the newest count is told.
func (sub *subscription) lose(n int) {
	sub.push(&item{key: "comms lost", frame: sub.c.s.encode(wire.CommsLost{
		Op: wire.OpCommsLost, Note: sub.id, Messages: int(sub.lost.Add(int64(n))),
	})})
}

// attend begins to tell what concerns the socket's person alone.
func (l *lane) attend(ctx context.Context, sub *subscription) {
	err := l.c.s.notes.Attend(ctx, sub.id, func(events []notebook.PersonalEvent) {
		for _, e := range events {
			sub.personal(e, l.c.s.encodePersonal(sub.id, e))
		}
		sub.attends.Store(true)
	})
	if err != nil {
		l.c.s.log.Warn("a socket does not hear what concerns its person", "error", err, "note", sub.id)
	}
}

// answer answers a question of a run of one's own.
func (l *lane) answer(f wire.Client) {
	l.asked(f, func(ctx context.Context) error {
		return l.c.s.notes.Answer(ctx, f.Note, f.Run, f.Question, f.Text)
	})
}

// comm hands a message to an object in a kernel.
func (l *lane) comm(f wire.Client) {
	l.asked(f, func(ctx context.Context) error {
		return l.c.s.notes.SendComm(ctx, f.Note, f.Kernel, f.ID, wire.CommOf(f))
	})
}

// asked does something that is answered only if it is refused.
func (l *lane) asked(f wire.Client, do func(context.Context) error) {
	ctx, cancel := context.WithTimeout(l.c.ctx, askWait)
	defer cancel()
	err := do(ctx)
	if err == nil {
		return
	}
	if sub := l.current(); sub != nil {
		sub.refuse(f.ID, err)
		return
	}
	if !l.wasGone() {
		l.c.refuse(f.Note, f.ID, err)
	}
}

// bytesOf is how much an ANSWER or COMM holds.
func bytesOf(f wire.Client) int {
	n := len(f.Text) + len(f.Data) + len(f.Metadata)
	for _, b := range f.Buffers {
		n += len(b)
	}
	return n
}

// checkPersonal says what is wrong with an ANSWER or COMM itself.
func checkPersonal(f wire.Client) error {
	if f.Op == wire.OpAnswer && f.Run.IsZero() {
		return errFrame{"ANSWER names its run."}
	}
	if len(f.ID) > maxTab {
		return errFrame{fmt.Sprintf("The id of an %s has at most %d characters.", f.Op, maxTab)}
	}
	return nil
}
