package notebook

import (
	"context"
	"maps"
	"slices"
	"strings"

	"quire/auth"
)

// open answers a request to read or subscribe.
func (k *keeper) open(r *openRequest) {
	opening, err := k.opening(r)
	if err != nil || r.sub == nil {
		r.answer <- openAnswer{opening: opening, err: err}
		return
	}
	o := &Opened{keeper: k, sub: r.sub, presence: Presence{
		Tab: r.tab, User: r.actor.User, Name: r.actor.Name, Writes: opening.Allowed.Has(auth.Write),
	}}
	k.subs[o] = struct{}{}
	opening.People = k.people()
	r.answer <- openAnswer{opened: o, opening: opening}
	k.tellOwn(o)
	k.publishPeople()
}

// tellOwn tells a subscriber of kernels of people's own, and of the open runs there,
// as what they see of these is not what it was.
func (k *keeper) tellOwn(o *Opened) {
	if slices.ContainsFunc(k.kernels, func(s KernelState) bool { return s.Person != 0 }) {
		o.sub.Deliver(KernelsChanged{Kernels: k.kernels})
	}
	own := slices.DeleteFunc(k.s.runner.Open(k.id), func(r Run) bool { return !r.Own })
	if len(own) > 0 {
		o.sub.Deliver(RunsChanged{Runs: own})
	}
}

func (k *keeper) opening(r *openRequest) (Opening, error) {
	allowed, err := k.pass(r.actor).Actions(r.ctx)
	if err == nil {
		err = k.s.gate.Verdict(r.ctx, r.actor, auth.NoteOpen, k.id, allowed)
	}
	if err != nil {
		return Opening{}, hide(err)
	}
	view := ViewOf(r.actor.User, allowed)
	o := Opening{Note: view.Note(k.note), Allowed: allowed, Kernels: view.Kernels(k.kernels)}
	if o.Runs, err = k.shownRuns(r.ctx, o.Note); err != nil {
		return o, err
	}
	if r.known == nil || r.known.Epoch != k.note.Epoch || r.known.Seq > k.note.Seq || k.note.Seq-r.known.Seq > maxResume {
		return o, nil
	}
	o.Resumed = true
	if r.known.Seq < k.note.Seq {
		o.Entries, err = k.s.store.Entries(r.ctx, k.id, r.known.Seq, maxResume)
		o.Entries = view.Entries(o.Entries)
	}
	return o, err
}

// shownRuns lists the runs of a note as somebody sees it, in the note's order. Those
// in kernels of one's own are read when they are first asked for.
func (k *keeper) shownRuns(ctx context.Context, n *Note) ([]Run, error) {
	k.forgetRuns()
	var missing []ID
	for _, p := range n.Paragraphs {
		if _, known := k.runs[p.Run]; !known && !p.Run.IsZero() {
			missing = append(missing, p.Run)
		}
	}
	if len(missing) > 0 {
		stored, err := k.s.runs.Runs(ctx, missing)
		if err != nil {
			return nil, err
		}
		k.keep(missing, stored)
	}
	list := []Run{}
	for _, p := range n.Paragraphs {
		if r, ok := k.runs[p.Run]; ok {
			list = append(list, r)
		}
	}
	return list, nil
}

// forgetRuns forgets runs that no paragraph shows any more, once there may be many.
func (k *keeper) forgetRuns() {
	const few = 1000
	if len(k.runs) < 2*k.keeping+few {
		return
	}
	kept := map[ID]Run{}
	keep := func(id ID) {
		if r, ok := k.runs[id]; ok {
			kept[id] = r
		}
	}
	for _, p := range k.note.Paragraphs {
		keep(p.Run)
		for _, id := range p.Own {
			keep(id)
		}
	}
	k.runs, k.keeping = kept, len(kept)
}

// people lists who has the note open, by name and tab.
func (k *keeper) people() []Presence {
	list := []Presence{}
	for o := range maps.Keys(k.subs) {
		list = append(list, o.presence)
	}
	slices.SortFunc(list, func(a, b Presence) int {
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		return strings.Compare(a.Tab, b.Tab)
	})
	return list
}

func (k *keeper) publishPeople() { k.publish(PeopleChanged{People: k.people()}) }

// caret passes a caret on to the others.
func (k *keeper) caret(r caretRequest) {
	if _, ok := k.subs[r.opened]; !ok || !r.opened.presence.Writes {
		return
	}
	e := CaretMoved{Presence: r.opened.presence, Paragraph: r.paragraph, Version: r.version, Ranges: r.ranges}
	for o := range k.subs {
		if o != r.opened {
			o.sub.Deliver(e)
		}
	}
}
