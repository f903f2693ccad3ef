package notebook

// recorded is what a recording that was finished needs to go on: no content, only
// what there is.
type recorded struct {
	parts  []livePart
	shown  int
	kept   int64
	churn  int64
	losses losses
	clear  bool
}

// recorded returns what is needed to go on after Finish; nil when that is not to
// be: the run was deleted, or not all of its output is stored, or it has too many
// parts.
func (r *Recording) recorded() *recorded {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone || len(r.parts) > maxTailParts || len(r.backlog.list)+len(r.tail.list) > 0 {
		return nil
	}
	was := recorded{shown: r.shown, kept: r.kept, churn: r.churn, losses: newLosses(), clear: r.clear}
	for _, p := range r.parts {
		if p.GapBytes > 0 || p.dirty {
			return nil
		}
		was.parts = append(was.parts, livePart{
			Part: p.Part, count: p.count, stored: Mark{p.Lines, p.Bytes}, kept: p.kept, marks: p.marks,
		})
	}
	for reason, l := range r.losses {
		kept := *l
		was.losses[reason] = &kept
		if l.part != nil {
			kept.part = &was.parts[l.part.Index]
		}
	}
	return &was
}

// Continue takes up the recording of a run again that has ended. Its share of
// storage is what is left of it.
func (rec *Recorder) Continue(run ID, was *recorded, session *displays) *Recording {
	session.revive(run)
	return rec.start(run, session, func(r *Recording) {
		r.shown, r.kept, r.churn, r.losses, r.clear = was.shown, was.kept, was.churn, was.losses, was.clear
		for i := range was.parts {
			r.parts = append(r.parts, &was.parts[i])
		}
	})
}
