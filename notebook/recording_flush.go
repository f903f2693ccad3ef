package notebook

import (
	"context"
	"slices"
	"time"

	"quire/auth/fault"
)

// How storing output goes on when it fails.
const (
	storeMayTake  = 15 * time.Second
	longestPause  = 5 * time.Second
	refusalsTaken = 5 // then what the database refuses is given up and counted
)

// batch is what is stored in one transaction. It is tried again as it is: nobody
// knows of a failed commit whether it happened.
type batch struct {
	run    ID
	writes []PartWrite
	pieces []*piece
}

// flushLoop stores what waits: a little after it came, at once when there is much,
// and all of it at the end.
func (r *Recording) flushLoop() {
	defer close(r.done)
	for {
		select {
		case <-r.dirty:
		case <-r.finished:
		}
		final := r.gather()
		if !r.flush(final) || final {
			return
		}
	}
}

// gather lets more come, so that it is stored together. It reports whether there
// will be no more.
func (r *Recording) gather() (final bool) {
	timer := time.NewTimer(r.rec.limits.Flush)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.full:
	case <-r.finished:
		return true
	}
	return false
}

// flush stores what waits, with all true to the last byte. It reports whether there
// is a reason to go on.
func (r *Recording) flush(all bool) bool {
	for {
		b, left := r.take()
		if len(b.writes) > 0 && !r.keepAt(b) {
			return false
		}
		if left == 0 || left < flushBytes && !all {
			break
		}
	}
	for _, b := range r.takeForeign() {
		if !r.keepAt(b) {
			return false
		}
	}
	return true
}

// take removes the next batch from the backlog and returns how much is left there.
func (r *Recording) take() (b batch, left int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b.run = r.run
	for size := int64(0); len(r.backlog.list) > 0; {
		size += int64(len(r.backlog.list[0].data))
		if len(b.pieces) > 0 && size > batchBytes {
			signal(r.dirty)
			break
		}
		c := r.backlog.pop()
		c.part.stored = Mark{c.next, c.end()}
		b.pieces = append(b.pieces, c)
	}
	for _, c := range b.pieces {
		b.writes = append(b.writes, PartWrite{Part: c.part.described(), Start: c.start, Data: c.data, Marks: c.part.newMarks()})
		c.part.dirty = false
	}
	for _, p := range r.parts {
		if p.dirty {
			b.writes = append(b.writes, PartWrite{Part: p.described(), Marks: p.newMarks()})
			p.dirty = false
		}
	}
	signal(r.room)
	return b, r.backlog.bytes
}

func (r *Recording) takeForeign() []batch {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []batch
	for key, w := range r.foreign {
		all = append(all, batch{run: key.run, writes: []PartWrite{*w}})
	}
	clear(r.foreign)
	return all
}

// keepAt tries to store a batch until it is. It reports whether there is a reason
// to go on: not when storing was given up, or the run does not exist any more.
func (r *Recording) keepAt(b batch) bool {
	pause := r.rec.limits.Flush
	for refused := 0; ; {
		err := r.store(b)
		switch {
		case err == nil:
			r.stored(b)
			return true
		case fault.Is(err, fault.NotFound):
			return !r.vanished(b)
		case !fault.Is(err, fault.Unavailable) && r.ctx.Err() == nil:
			if refused++; refused == refusalsTaken {
				r.abandon(b, err)
				return true
			}
		}
		r.failed(err)
		select {
		case <-time.After(pause):
			pause = min(2*pause, longestPause)
		case <-r.ctx.Done():
			return false
		}
	}
}

func (r *Recording) store(b batch) error {
	ctx, cancel := context.WithTimeout(r.ctx, storeMayTake)
	defer cancel()
	return r.rec.store.AppendOutput(ctx, b.run, b.writes)
}

// stored keeps what was stored last for readers, and lets the tail back in when
// there is room for it.
func (r *Recording) stored(b batch) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failing = false
	if b.run != r.run {
		r.rec.tell(b.run)
		return
	}
	for _, c := range b.pieces {
		if c.current() {
			r.keepRecent(c)
		}
	}
	if len(r.backlog.list) == 0 && len(r.tail.list) > 0 && !r.overLimit(r.tail.bytes) {
		r.untail()
		signal(r.dirty)
	}
}

func (r *Recording) keepRecent(c *piece) {
	limit := r.rec.limits.RecentBytes
	if over := int64(len(c.data)) - limit; over > 0 {
		c.start += over
		c.data = slices.Clone(c.data[over:])
	}
	r.recent.push(c)
	for r.recent.bytes > limit {
		old := r.recent.pop()
		old.part.forget(old)
	}
}

func (r *Recording) failed(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.failing && r.ctx.Err() == nil {
		r.rec.log.Warn("output could not be stored; trying again", "run", r.run, "error", err)
	}
	r.failing = true
	signal(r.room)
}

// vanished stops recording for a run that was deleted with its note.
func (r *Recording) vanished(b batch) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if b.run != r.run {
		return false // an earlier run; this one goes on
	}
	r.gone = true
	r.backlog, r.tail, r.recent = pieceList{}, pieceList{}, pieceList{}
	signal(r.room)
	return true
}

// abandon counts a batch that the database refuses, for whatever reason, as
// dropped.
func (r *Recording) abandon(b batch, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rec.log.Error("output was refused by the database", "run", b.run, "error", err)
	if b.run != r.run {
		return
	}
	for _, c := range b.pieces {
		if c.current() {
			c.part.lose(c)
			r.away = true
			signal(r.dirty)
		}
	}
	for _, w := range b.writes {
		p := r.parts[w.Index] // with the next batch, if there is one
		p.dirty, p.marked = true, p.marks != nil
	}
}
