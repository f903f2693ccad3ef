package socket

import (
	"sync"
	"time"

	"quire/auth"
	"quire/notebook"
	"quire/socket/wire"
)

// room is what all sockets that have a note open share: each event is encoded
// once, and the latest run of each paragraph kept once.
type room struct {
	s      *Server
	id     auth.ID
	rights *herd // of those that ask what may be done here

	mu   sync.Mutex
	subs map[*subscription]struct{}
	last told
	// latest is the latest run of each paragraph, as of an entry; cleared is the
	// entry that last took all away.
	latest  map[string]latestRun
	cleared int64
	ended   map[auth.ID]bool
	watched map[auth.ID]*watchedRun

	people *notebook.PeopleChanged // to be told
	timer  *time.Timer             // running while people is due
}

type latestRun struct {
	run auth.ID // zero for none
	seq int64
}

// told is an event as it is told to everybody.
type told struct {
	event any // identifies it, see identify
	frame *frame
	key   string
	runs  bool // it says that a paragraph has another run, or that one has ended
}

// enter adds a subscription to the note's room.
func (s *Server) enter(sub *subscription) *room {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.rooms[sub.id]
	if r == nil {
		r = &room{
			s: s, id: sub.id, rights: newHerd(), subs: map[*subscription]struct{}{}, latest: map[string]latestRun{},
			ended: map[auth.ID]bool{}, watched: map[auth.ID]*watchedRun{},
		}
		s.rooms[sub.id] = r
	}
	r.mu.Lock()
	r.subs[sub] = struct{}{}
	r.mu.Unlock()
	return r
}

// exit takes a subscription out of its room, and ends the room with the last.
func (s *Server) exit(sub *subscription) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := sub.room
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.subs, sub)
	if len(r.subs) > 0 {
		return
	}
	if r.timer != nil {
		r.timer.Stop()
	}
	if s.rooms[r.id] == r {
		delete(s.rooms, r.id)
	}
}

// closeRoom makes the next subscription start another room, since the note is not
// what it was.
func (s *Server) closeRoom(r *room) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rooms[r.id] == r {
		delete(s.rooms, r.id)
	}
}

// tell returns an event as it is told to everybody; nil if it is told to nobody.
// The first to ask makes it.
func (r *room) tell(e notebook.Event) *told {
	r.mu.Lock()
	defer r.mu.Unlock()
	id := identify(e)
	if id != nil && r.last.event == id {
		t := r.last
		return &t
	}
	t := told{event: id}
	switch e := e.(type) {
	case notebook.Entry:
		t.frame = r.s.encode(wire.EntryOf(r.id, e))
		t.runs = r.entered(e)
	case notebook.RunsChanged:
		t.frame = r.s.encode(wire.RunChanged{Op: wire.OpRun, Note: r.id, Runs: wire.RunsOf(e.Runs)})
		t.runs = r.moved(e.Runs)
	case notebook.KernelsChanged:
		t.frame = r.s.encode(wire.KernelsChanged{Op: wire.OpKernels, Note: r.id, Kernels: wire.KernelsOf(e.Kernels)})
		t.key = "kernels"
	case notebook.CaretMoved:
		t.frame = r.s.encode(wire.CaretOf(r.id, e))
		t.key = "caret " + e.Presence.Tab
	default:
		return nil
	}
	r.last = t
	return &t
}

// entryKey and listKey identify events: an entry by what makes it unique, the
// others by the list they carry, which nobody changes.
type (
	entryKey struct {
		seq int64
		op  string
		by  auth.PrincipalID
	}
	listKey struct{ first any }
)

// identify returns the same for the same event given to several subscribers, and
// something else for any other; nil when that cannot be told.
func identify(e notebook.Event) any {
	switch e := e.(type) {
	case notebook.Entry:
		return entryKey{e.Seq, e.Op, e.By}
	case notebook.RunsChanged:
		if len(e.Runs) > 0 {
			return listKey{&e.Runs[0]}
		}
	case notebook.KernelsChanged:
		if len(e.Kernels) > 0 {
			return listKey{&e.Kernels[0]}
		}
	case notebook.CaretMoved:
		if len(e.Ranges) > 0 {
			return listKey{&e.Ranges[0]}
		}
	}
	return nil
}
