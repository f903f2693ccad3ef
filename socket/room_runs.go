package socket

import (
	"encoding/json"
	"slices"

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
			at := runPlace{e.Owner(), ref.Paragraph}
			delete(r.ended, r.latest[at].run)
			r.latest[at] = latestRun{ref.Run, e.Seq}
			if at.person == 0 {
				r.forget(runPlace{e.By, ref.Paragraph}, e.Seq)
			}
		}
		return true
	case notebook.KindOf(&notebook.ClearResults{}):
		var clear notebook.ClearResults
		if json.Unmarshal(e.Body, &clear) != nil {
			return false
		}
		for _, p := range clear.Paragraphs {
			r.latest[runPlace{paragraph: p}] = latestRun{seq: e.Seq}
		}
		for at := range r.latest {
			if slices.Contains(clear.Paragraphs, at.paragraph) {
				r.forget(at, e.Seq)
			}
		}
		if len(clear.Paragraphs) == 0 {
			r.latest, r.ended, r.cleared = map[runPlace]latestRun{}, map[auth.ID]bool{}, e.Seq
		}
		return true
	}
	return false
}

// forget takes the run away that is shown at a place, as of an entry.
func (r *room) forget(at runPlace, seq int64) {
	if known, ok := r.latest[at]; ok {
		delete(r.ended, known.run)
		r.latest[at] = latestRun{seq: seq}
	}
}

// moved keeps which runs have ended.
func (r *room) moved(runs []notebook.Run) bool {
	ended := false
	for _, run := range runs {
		latest, known := r.latest[runPlace{run.Owner(), run.Paragraph}]
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
		at := runPlace{run.Owner(), run.Paragraph}
		known, ok := r.latest[at]
		if seq < r.cleared || ok && known.seq > seq {
			continue
		}
		if !ok || known.run != run.ID {
			r.latest[at] = latestRun{run.ID, seq}
		}
		if run.State.Ended() {
			r.ended[run.ID] = true
		}
	}
}

// run returns the run that a paragraph shows to somebody, zero for none: their own
// latest, else the latest in a kernel that people share.
func (r *room) run(person auth.PrincipalID, paragraph string) auth.ID {
	r.mu.Lock()
	defer r.mu.Unlock()
	if own := r.latest[runPlace{person, paragraph}].run; !own.IsZero() {
		return own
	}
	return r.latest[runPlace{paragraph: paragraph}].run
}

// over reports whether a run has ended.
func (r *room) over(run auth.ID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ended[run]
}
