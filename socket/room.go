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
	latest  map[runPlace]latestRun
	cleared int64
	ended   map[auth.ID]bool
	watched map[auth.ID]*watchedRun

	people *notebook.PeopleChanged // to be told
	timer  *time.Timer             // running while people is due
}

// runPlace is where a run may be the latest: a paragraph as one person sees it, by
// what they ran in a kernel of their own, or as all others do.
type runPlace struct {
	person    auth.PrincipalID // 0 for runs in kernels that people share
	paragraph string
}

type latestRun struct {
	run auth.ID // zero for none
	seq int64
}

// told is an event as it is told to people. What concerns kernels of one's own is
// told to their owners and to writers only.
type told struct {
	event   any    // identifies it, see identify
	all     *frame // for those it concerns no more than others; nil for nothing
	writers *frame // for who may write; nil for the same as all
	people  map[auth.PrincipalID]*frame
	key     string
	runs    bool // it says that a paragraph has another run, or that one has ended
}

// item is what somebody is told; nil for nothing.
func (t *told) item(person auth.PrincipalID) *item {
	it := &item{frame: t.all, full: t.writers, key: t.key}
	if f := t.people[person]; f != nil {
		it.frame = f
	}
	if it.empty() {
		return nil
	}
	return it
}

// enter adds a subscription to the note's room.
func (s *Server) enter(sub *subscription) *room {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.rooms[sub.id]
	if r == nil {
		r = &room{
			s: s, id: sub.id, rights: newHerd(), subs: map[*subscription]struct{}{}, latest: map[runPlace]latestRun{},
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

// tell returns an event as it is told. The first to ask makes it.
func (r *room) tell(e notebook.Event) *told {
	r.mu.Lock()
	defer r.mu.Unlock()
	id := identify(e)
	if id != nil && r.last.event == id {
		t := r.last
		return &t
	}
	t := told{event: id, all: r.frame(notebook.View{}, e)}
	switch e := e.(type) {
	case notebook.Entry:
		t.runs = r.entered(e)
	case notebook.RunsChanged:
		t.runs = r.moved(e.Runs)
	case notebook.KernelsChanged:
		t.key = "kernels"
	case notebook.CaretMoved:
		t.key = "caret " + e.Presence.Tab
	}
	r.tellOwners(&t, e)
	r.last = t
	return &t
}

// tellOwners adds what is not for everybody.
func (r *room) tellOwners(t *told, e notebook.Event) {
	owners := ownersIn(e)
	if len(owners) == 0 {
		return
	}
	t.people = make(map[auth.PrincipalID]*frame, len(owners))
	for person := range owners {
		t.people[person] = r.frame(notebook.View{Person: person}, e)
	}
	if _, entry := e.(notebook.Entry); !entry {
		t.writers = r.frame(notebook.View{Writes: true}, e)
	}
}

// ownersIn lists whose own kernels an event concerns.
func ownersIn(e notebook.Event) map[auth.PrincipalID]bool {
	owners := map[auth.PrincipalID]bool{}
	switch e := e.(type) {
	case notebook.Entry:
		owners[e.Owner()] = true
	case notebook.RunsChanged:
		for _, run := range e.Runs {
			owners[run.Owner()] = true
		}
	case notebook.KernelsChanged:
		for _, k := range e.Kernels {
			owners[k.Person] = true
		}
	}
	delete(owners, 0)
	return owners
}

// frame encodes an event as somebody sees it; nil if there is nothing to see.
func (r *room) frame(v notebook.View, e notebook.Event) *frame {
	switch e := v.Event(e).(type) {
	case notebook.Entry:
		return r.s.encode(wire.EntryOf(r.id, e))
	case notebook.RunsChanged:
		return r.s.encode(wire.RunChanged{Op: wire.OpRun, Note: r.id, Runs: wire.RunsOf(e.Runs)})
	case notebook.KernelsChanged:
		return r.s.encode(wire.KernelsChanged{Op: wire.OpKernels, Note: r.id, Kernels: wire.KernelsOf(e.Kernels)})
	case notebook.CaretMoved:
		return r.s.encode(wire.CaretOf(r.id, e))
	}
	return nil
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
