package socket

import (
	"context"
	"slices"

	"quire/auth"
	"quire/socket/wire"
)

// place is what a note is called and where it stands.
type place struct {
	name    string
	path    []wire.Place
	trashed bool
}

func (p place) equal(q place) bool {
	return p.name == q.name && p.trashed == q.trashed && slices.Equal(p.path, q.path)
}

func (s *Server) place(ctx context.Context, note auth.ID) (place, error) {
	n, err := s.places.Show(ctx, note)
	if err != nil {
		return place{}, err
	}
	return place{name: n.Name, path: wire.PathOf(n.Path), trashed: n.Trashed}, nil
}

// refresh fetches the note's name and place, which may have changed. Called from
// the note's keeper, it only leaves word. One fetch at a time is enough.
func (sub *subscription) refresh() {
	sub.mu.Lock()
	sub.stale = true
	begin := !sub.fetching && !sub.over
	sub.fetching = sub.fetching || begin
	sub.mu.Unlock()
	if begin {
		sub.c.spawn(sub.fetch)
	}
}

func (sub *subscription) fetch() {
	for sub.toFetch() {
		// All sockets of the note fetch at once: this lets one of them ask first who may.
		if _, s := sub.c.standingOf(sub); s != mayRead {
			continue
		}
		ctx, cancel := context.WithTimeout(sub.ctx, askWait)
		where, err := sub.c.s.place(ctx, sub.id)
		cancel()
		if err == nil { // who may not see it any more is told by the writer
			sub.moved(where)
		}
	}
}

func (sub *subscription) toFetch() bool {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	due := sub.stale && !sub.over
	sub.stale, sub.fetching = false, due
	return due
}

// moved leaves word of another name or place to whoever writes.
func (sub *subscription) moved(where place) {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	if sub.started && !where.equal(sub.place) {
		sub.place, sub.elsewhere = where, true
		signal(sub.c.look)
	}
}
