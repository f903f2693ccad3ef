package socket

import (
	"encoding/json"

	"quire/auth"
	"quire/notebook"
)

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
