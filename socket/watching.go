package socket

import (
	"sync"

	"quire/auth"
)

// watching is what a socket looks at in a note: the paragraphs near its viewport.
// For each of the runs they show there is a feed, which is kept while the run stays
// the latest, so that what was sent is not sent again to who scrolls back.
type watching struct {
	sub *subscription

	mu         sync.Mutex
	paragraphs map[string]bool
	feeds      map[auth.ID]*feed
	stopped    bool
}

// replace sets the paragraphs looked at.
func (w *watching) replace(paragraphs []string) {
	w.mu.Lock()
	w.paragraphs = make(map[string]bool, len(paragraphs))
	for _, p := range paragraphs {
		w.paragraphs[p] = true
	}
	w.mu.Unlock()
	w.update()
}

// update starts and stops feeds, after the paragraphs or their runs have changed.
func (w *watching) update() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped || len(w.paragraphs) == 0 && len(w.feeds) == 0 {
		return
	}
	shown := func(paragraph string) auth.ID { return w.sub.room.run(w.sub.c.actor.User, paragraph) }
	for run, f := range w.feeds {
		if shown(f.paragraph) != run {
			f.pause()
			delete(w.feeds, run)
		} else if !w.paragraphs[f.paragraph] {
			f.pause()
		}
	}
	for p := range w.paragraphs {
		run := shown(p)
		if run.IsZero() {
			continue
		}
		if w.feeds == nil {
			w.feeds = map[auth.ID]*feed{}
		}
		if w.feeds[run] == nil {
			w.feeds[run] = &feed{sub: w.sub, run: run, paragraph: p}
		}
		w.feeds[run].resume()
	}
}

func (w *watching) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	for _, f := range w.feeds {
		f.pause()
	}
	w.feeds = nil
}

// watchedRun is a run that sockets of a room look at.
type watchedRun struct {
	feeds map[*feed]struct{}
	quit  chan struct{}
}

// watch has a feed poked whenever the run's output has changed.
func (r *room) watch(f *feed) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.watched[f.run]
	if w == nil {
		w = &watchedRun{feeds: map[*feed]struct{}{}, quit: make(chan struct{})}
		r.watched[f.run] = w
		changed, stop := r.s.outputs.Watch(f.run)
		r.s.done.Add(1) // by a socket, which counts there too
		go r.follow(f.run, changed, stop, w.quit)
	}
	w.feeds[f] = struct{}{}
}

func (r *room) unwatch(f *feed) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.watched[f.run]
	if w == nil {
		return
	}
	delete(w.feeds, f)
	if len(w.feeds) == 0 {
		delete(r.watched, f.run)
		close(w.quit)
	}
}

func (r *room) follow(run auth.ID, changed <-chan struct{}, stop func(), quit <-chan struct{}) {
	defer r.s.done.Done()
	defer stop()
	for {
		select {
		case <-quit:
			return
		case <-changed:
			r.mu.Lock()
			r.pokeWatched(run)
			r.mu.Unlock()
		}
	}
}

// pokeWatched pokes the feeds of a run; r.mu is held.
func (r *room) pokeWatched(run auth.ID) {
	if w := r.watched[run]; w != nil {
		for f := range w.feeds {
			f.poke()
		}
	}
}
