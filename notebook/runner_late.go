package notebook

import (
	"time"

	"quire/auth"
)

// What a thread prints after its cell has ended is added to the output of the run,
// as long as that is its paragraph's latest in this kernel, and all of it was
// stored. The recording is taken up again for a moment, and stored and left when
// the moment is over.

const (
	lateMoment     = time.Second
	maxTails       = 200  // paragraphs
	maxTailParts   = 1000 // of a run that is taken up again
	maxTailPending = 1000 // outputs that wait while a recording is being stored
	maxTailBytes   = 1 << 20
)

// tails are the runs of one kernel that late output may be added to. Guarded by
// talk.writing.
type tails struct {
	displays *displays
	byRun    map[string]*tail
	latest   map[string]*tail // by paragraph
	order    []*tail          // oldest first
}

// tail is what goes on after a run has ended.
type tail struct {
	run       ID
	paragraph string
	over      bool       // nothing is added any more
	stored    *recorded  // nil while the run goes on or its output is being stored
	rec       *Recording // while it is taken up again
	pending   []Output
	bytes     int
}

func newTails() tails { return tails{byRun: map[string]*tail{}, latest: map[string]*tail{}} }

// begin takes note of a run that is about to be executed.
func (ts *tails) begin(t *talk, run *Run) {
	if old := ts.latest[run.Paragraph]; old != nil {
		ts.drop(t, old)
	}
	if len(ts.order) >= maxTails {
		ts.drop(t, ts.order[0])
	}
	one := &tail{run: run.ID, paragraph: run.Paragraph}
	ts.byRun[run.ID.String()], ts.latest[run.Paragraph] = one, one
	ts.order = append(ts.order, one)
}

// drop takes no more for a run.
func (ts *tails) drop(t *talk, one *tail) {
	one.over = true
	delete(ts.byRun, one.run.String())
	delete(ts.latest, one.paragraph)
	for i, other := range ts.order {
		if other == one {
			ts.order = append(ts.order[:i:i], ts.order[i+1:]...)
			break
		}
	}
	for _, out := range one.pending {
		t.nobodys(one.run.String(), out)
	}
	one.pending = nil
	if rec := one.rec; rec != nil {
		one.rec = nil
		t.r.work.Go(func() { t.finishTail(rec) })
	}
}

// write adds late output to the run it belongs to, and reports whether it can.
func (ts *tails) write(t *talk, parent string, out Output) bool {
	one := ts.byRun[parent]
	if one == nil {
		return false
	}
	if one.stored == nil && one.rec == nil {
		size := sizeOfOutput(out)
		if len(one.pending) >= maxTailPending || one.bytes+size > maxTailBytes {
			return false
		}
		one.pending, one.bytes = append(one.pending, out), one.bytes+size
		return true
	}
	if one.rec == nil {
		one.rec, one.stored = t.r.cfg.Recorder.Continue(one.run, one.stored, ts.displays), nil
		signal(t.stirred)
	}
	one.rec.Write(out)
	return true
}

// keep takes over the output of a run that was just stored, and adds what came
// meanwhile.
func (t *talk) keep(run ID, rec *Recording) {
	stored := rec.recorded()
	t.writing.Lock()
	defer t.writing.Unlock()
	one := t.tails.byRun[run.String()]
	if one == nil || one.over {
		return
	}
	if stored == nil {
		t.tails.drop(t, one)
		return
	}
	one.stored = stored
	pending := one.pending
	one.pending, one.bytes = nil, 0
	for _, out := range pending {
		t.tails.write(t, run.String(), out)
	}
}

// tend stores late output until the kernel has ended.
func (t *talk) tend() {
	for {
		select {
		case <-t.stirred:
		case <-t.kernel.Done():
			t.end()
			return
		}
		select {
		case <-time.After(lateMoment):
		case <-t.kernel.Done():
		}
		for run, rec := range t.takenUp() {
			t.finishTail(rec)
			t.keep(run, rec)
		}
		t.tellOwing()
	}
}

// tellOwing tells people how much of what their code said is shown nowhere.
func (t *talk) tellOwing() {
	t.mu.Lock()
	owing := t.owing
	t.owing = map[auth.PrincipalID]int{}
	t.mu.Unlock()
	for person, n := range owing {
		t.r.desks.lose(t.desk(person), n)
	}
}

// takenUp returns the recordings to be stored, and has what comes wait for that.
func (t *talk) takenUp() map[ID]*Recording {
	t.writing.Lock()
	defer t.writing.Unlock()
	recs := map[ID]*Recording{}
	for _, one := range t.tails.order {
		if one.rec != nil {
			recs[one.run], one.rec = one.rec, nil
		}
	}
	return recs
}

func (t *talk) finishTail(rec *Recording) {
	if _, err := rec.Finish(t.r.ctx); err != nil {
		t.r.cfg.Log.Warn("late output was not stored completely", "run", rec.run, "error", err)
	}
}

// end forgets everything with the kernel.
func (t *talk) end() {
	for _, rec := range t.takenUp() {
		t.finishTail(rec)
	}
	t.mu.Lock()
	lost := t.lost
	clear(t.comms)
	clear(t.ours)
	t.hold = nil
	t.mu.Unlock()
	t.r.desks.forget(t.note, t.kernel.ID())
	if lost.Messages > 0 {
		t.r.cfg.Log.Info("output of a kernel belonged to nobody and was dropped", "note", t.note, "kernel", t.kernel.ID(),
			"messages", lost.Messages, "bytes", lost.Bytes)
	}
}
