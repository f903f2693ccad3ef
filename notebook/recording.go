package notebook

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
	"unicode/utf8"
)

// Recording takes what one run prints, in order, and stores it a little later.
// Memory and storage are bounded: of a long output the beginning and the end are
// kept, and how much is missing between.
//
// A piece of output goes one of two ways. To the backlog, from which it is stored
// and then stays a while for readers; or, when the run's share is used up or the
// database has been away for too long, to the tail, which holds the newest bytes
// and counts what falls out of it. The tail is stored at the end, or when there is
// room again.
type Recording struct {
	rec      *Recorder
	run      ID
	session  *displays
	ctx      context.Context // ends when storing is given up
	giveUp   context.CancelFunc
	dirty    chan struct{} // a token: there is something to store
	full     chan struct{} // a token: there is much to store
	room     chan struct{} // a token: the backlog became smaller
	finished chan struct{} // closed by Finish
	done     chan struct{} // closed when nothing more will be stored

	mu      sync.Mutex
	parts   []*livePart
	shown   int // parts behind these were cleared, and are used again
	backlog pieceList
	tail    pieceList
	recent  pieceList
	foreign map[foreignKey]*PartWrite // rewritten displays of earlier runs
	head    int64                     // bytes held as heads of parts
	kept    int64                     // bytes stored or to be stored of what is shown
	churn   int64                     // bytes ever given to be stored
	losses  losses
	clear   bool // the next output replaces everything
	failing bool // storing failed lately
	away    bool // something went to the tail because storing failed
	gone    bool // the run was deleted: nothing is kept
	ended   bool
	told    time.Time
	telling bool
}

// Start begins the recording of a run. session holds what earlier runs of the
// same kernel displayed; nil for a kernel of its own.
func (rec *Recorder) Start(run ID, session *displays) *Recording {
	if session == nil {
		session = newDisplays()
	}
	return rec.start(run, session, func(*Recording) {})
}

// start begins a recording that set has made what it was before.
func (rec *Recorder) start(run ID, session *displays, set func(*Recording)) *Recording {
	ctx, cancel := context.WithCancel(context.Background())
	r := &Recording{
		rec: rec, run: run, session: session, ctx: ctx, giveUp: cancel,
		dirty: make(chan struct{}, 1), full: make(chan struct{}, 1), room: make(chan struct{}, 1),
		finished: make(chan struct{}), done: make(chan struct{}),
		foreign: map[foreignKey]*PartWrite{}, losses: newLosses(),
	}
	set(r)
	session.attach(r)
	rec.mu.Lock()
	rec.live[run] = r
	rec.mu.Unlock()
	go r.flushLoop()
	return r
}

// Write takes an output; one call at a time, also among the recordings of one
// kernel. It is quick, but when more waits to be stored than may, it waits for a moment.
func (r *Recording) Write(out Output) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone || r.ended {
		return
	}
	switch o := out.(type) {
	case StreamOutput:
		r.writeText(o)
	case DisplayOutput:
		r.writeDisplay(o)
	case ErrorOutput:
		r.writeError(o)
	case ClearOutput:
		if r.clear = true; !o.Wait {
			r.clearNow()
		}
	case DroppedOutput:
		r.noteLoss(o.Reason, int64(o.Messages), o.Bytes)
	}
	r.changed()
}

// Notice adds a sentence of Quire's own to the output.
func (r *Recording) Notice(sentence string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone || r.ended {
		return
	}
	r.add(r.newPart(NoticePart, "", ""), []byte(sentence))
	r.changed()
}

// Finish stores what is left and returns how many bytes of output were not. Nothing
// may be written afterwards. When ctx ends first the rest is given up.
func (r *Recording) Finish(ctx context.Context) (dropped int64, err error) {
	r.mu.Lock()
	r.ended = true
	r.untail()
	r.noteLimits()
	r.mu.Unlock()
	close(r.finished)
	select {
	case <-r.done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	r.giveUp()
	<-r.done
	r.session.remember(r)
	r.rec.forget(r.run)
	return r.dropped(), err
}

func (r *Recording) writeText(o StreamOutput) {
	r.clearIfDue()
	name := o.Name
	if name != "stderr" {
		name = "stdout"
	}
	for text := o.Text; text != ""; {
		n := cut(text, sliceBytes)
		r.awaitRoom()
		r.add(r.streamPart(name, int64(n)), []byte(text[:n]))
		text = text[n:]
	}
}

// cut returns the length of the longest beginning of s that has at most limit
// bytes and ends with a whole character; at least one byte.
func cut[T string | []byte](s T, limit int) int {
	if len(s) <= limit {
		return len(s)
	}
	for n := limit; n > max(0, limit-utf8.UTFMax); n-- {
		if utf8.RuneStart(s[n]) {
			return n
		}
	}
	return max(1, limit) // no UTF-8
}

// streamPart returns the part that text of a stream goes on in: the last one if it
// is of the same stream. One with a gap is not continued behind it.
func (r *Recording) streamPart(name string, n int64) *livePart {
	if r.shown > 0 {
		last := r.parts[r.shown-1]
		if last.Kind == StreamPart && last.Name == name && (last.GapBytes == 0 || r.tailing(n)) {
			return last
		}
	}
	if r.shown >= r.rec.limits.Parts {
		for _, p := range slices.Backward(r.parts[:r.shown]) {
			if p.Kind == StreamPart && p.Name == name {
				return p
			}
		}
	}
	return r.newPart(StreamPart, name, "")
}

// newPart shows another part. Those that were cleared are used again, so that what
// clears its output for ever does not grow.
func (r *Recording) newPart(kind PartKind, name, displayID string) *livePart {
	if r.shown == len(r.parts) {
		r.parts = append(r.parts, &livePart{Part: Part{Index: r.shown}})
	}
	p := r.parts[r.shown]
	r.shown++
	p.Kind, p.Name, p.DisplayID, p.dirty, p.count = kind, name, displayID, true, 0
	return p
}

func (r *Recording) clearIfDue() {
	if r.clear {
		r.clearNow()
	}
}

// clearNow empties everything that is shown. What falls away was meant to, and
// counts as nothing dropped.
func (r *Recording) clearNow() {
	r.clear = false
	r.backlog, r.tail, r.recent = pieceList{}, pieceList{}, pieceList{}
	for _, p := range r.parts[:r.shown] {
		r.reset(p)
		p.DisplayID = ""
	}
	r.shown = 0
	r.losses.detach()
}

// noteLimits says at the end what is missing, and why.
func (r *Recording) noteLimits() {
	var missing int64
	for _, p := range r.parts[:r.shown] {
		missing += p.GapBytes
	}
	if missing == 0 {
		return
	}
	why := fmt.Sprintf("at most %s of one run are kept, its beginning and its end", thousands(r.rec.limits.RunBytes))
	switch {
	case r.away && r.overLimit(0):
		why += "; besides, the database could not be reached or was too slow"
	case r.away:
		why = "the database could not be reached or was too slow"
	}
	r.add(r.newPart(NoticePart, "", ""), fmt.Appendf(nil, "%s bytes of this output were not stored: %s.", thousands(missing), why))
}

// dropped counts the bytes of what is shown that are not stored, and those that
// never could be.
func (r *Recording) dropped() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.losses.bytes()
	for _, p := range r.parts[:r.shown] {
		n += p.GapBytes
	}
	return n
}

// changed tells those who watch, at most every tellEvery.
func (r *Recording) changed() {
	if r.telling {
		return
	}
	wait := tellEvery - time.Since(r.told)
	if wait <= 0 {
		r.told = time.Now()
		r.rec.tell(r.run)
		return
	}
	r.telling = true
	time.AfterFunc(wait, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.telling, r.told = false, time.Now()
		r.rec.tell(r.run)
	})
}
