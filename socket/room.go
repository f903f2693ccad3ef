package socket

import (
	"encoding/json"
	"sync"
	"time"

	"quire/auth"
	"quire/notebook"
	"quire/socket/wire"
)

// peopleWait is how long the list of who has a note open waits for others to come
// or go: when a class opens a note, each of them changes the list of all.
const peopleWait = 200 * time.Millisecond

// room is what all sockets that have a note open share: each event is encoded
// once, and the latest run of each paragraph kept once.
type room struct {
	s  *Server
	id auth.ID

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
			s: s, id: sub.id, subs: map[*subscription]struct{}{}, latest: map[string]latestRun{},
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

// entered keeps what an entry says of runs, and reports whether it says anything.
func (r *room) entered(e notebook.Entry) bool {
	switch e.Kind {
	case notebook.KindOf(&notebook.StartRun{}):
		var start notebook.StartRun
		if json.Unmarshal(e.Body, &start) != nil {
			return false
		}
		for _, ref := range start.Runs {
			delete(r.ended, r.latest[ref.Paragraph].run)
			r.latest[ref.Paragraph] = latestRun{ref.Run, e.Seq}
		}
		return true
	case notebook.KindOf(&notebook.ClearResults{}):
		var clear notebook.ClearResults
		if json.Unmarshal(e.Body, &clear) != nil {
			return false
		}
		for _, p := range clear.Paragraphs {
			r.latest[p] = latestRun{seq: e.Seq}
		}
		if len(clear.Paragraphs) == 0 {
			r.latest, r.ended, r.cleared = map[string]latestRun{}, map[auth.ID]bool{}, e.Seq
		}
		return true
	}
	return false
}

// moved keeps which runs have ended.
func (r *room) moved(runs []notebook.Run) bool {
	ended := false
	for _, run := range runs {
		latest, known := r.latest[run.Paragraph]
		if run.State.Ended() && (!known || latest.run == run.ID) {
			r.ended[run.ID], ended = true, true
			r.pokeWatched(run.ID)
		}
	}
	return ended
}

// learn keeps the runs that an opening lists, as far as nothing later is known.
func (r *room) learn(o notebook.Opening) {
	r.mu.Lock()
	defer r.mu.Unlock()
	seq := o.Note.Seq
	for _, run := range o.Runs {
		known, ok := r.latest[run.Paragraph]
		if seq < r.cleared || ok && known.seq > seq {
			continue
		}
		if !ok || known.run != run.ID {
			r.latest[run.Paragraph] = latestRun{run.ID, seq}
		}
		if run.State.Ended() {
			r.ended[run.ID] = true
		}
	}
}

// run returns a paragraph's latest run, zero for none.
func (r *room) run(paragraph string) auth.ID {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.latest[paragraph].run
}

// over reports whether a run has ended.
func (r *room) over(run auth.ID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ended[run]
}

// peopleChanged tells everybody who has the note open, but not each time.
func (r *room) peopleChanged(e notebook.PeopleChanged) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.people = &e
	if r.timer == nil && len(r.subs) > 0 {
		r.timer = time.AfterFunc(peopleWait, r.tellPeople)
	}
}

func (r *room) tellPeople() {
	r.mu.Lock()
	people := r.people
	r.people, r.timer = nil, nil
	subs := make([]*subscription, 0, len(r.subs))
	for sub := range r.subs {
		subs = append(subs, sub)
	}
	r.mu.Unlock()
	if people == nil {
		return
	}
	f := r.s.encode(wire.People{Op: wire.OpPeople, Note: r.id, People: wire.PeopleOf(people.People)})
	for _, sub := range subs {
		sub.push(&item{frame: f, key: "people"})
	}
}
