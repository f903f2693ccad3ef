package socket

import (
	"time"

	"quire/notebook"
	"quire/socket/wire"
)

// The list of who has a note open waits for others to come or go, since each of
// them changes the list of all. It goes to everybody and names everybody, so that
// it costs with the square of their number.
const (
	peopleWait    = 200 * time.Millisecond // at least
	peopleMost    = 10 * time.Second
	peopleSquared = 8 * time.Microsecond // of 80 bytes a name: some 10 MB a second
)

func peopleDelay(people int) time.Duration {
	return min(max(peopleWait, time.Duration(people*people)*peopleSquared), peopleMost)
}

// peopleChanged tells everybody who has the note open, but not each time.
func (r *room) peopleChanged(e notebook.PeopleChanged) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.people = &e
	if r.timer == nil && len(r.subs) > 0 {
		r.timer = time.AfterFunc(peopleDelay(len(r.subs)), r.tellPeople)
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
