package notebook

import (
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
	k.publishPeople()
}

func (k *keeper) opening(r *openRequest) (Opening, error) {
	allowed, err := k.pass(r.actor).Actions(r.ctx)
	if err == nil {
		err = k.s.gate.Verdict(r.ctx, r.actor, auth.NoteOpen, k.id, allowed)
	}
	if err != nil {
		return Opening{}, hide(err)
	}
	o := Opening{Note: k.note, Allowed: allowed, Runs: k.latestRuns(), Kernels: k.kernels}
	if r.known == nil || r.known.Epoch != k.note.Epoch || r.known.Seq > k.note.Seq || k.note.Seq-r.known.Seq > maxResume {
		return o, nil
	}
	o.Resumed = true
	if r.known.Seq < k.note.Seq {
		o.Entries, err = k.s.store.Entries(r.ctx, k.id, r.known.Seq, maxResume)
	}
	return o, err
}

// latestRuns lists the latest run of each paragraph, in the note's order, and
// forgets those that are no paragraph's any more.
func (k *keeper) latestRuns() []Run {
	kept := map[ID]Run{}
	list := []Run{}
	for _, p := range k.note.Paragraphs {
		if r, ok := k.runs[p.Run]; ok {
			kept[r.ID] = r
			list = append(list, r)
		}
	}
	k.runs = kept
	return list
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
