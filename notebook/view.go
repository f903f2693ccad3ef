package notebook

import (
	"encoding/json"
	"slices"

	"quire/auth"
)

// View is what one person gets to see of an open note's runs. What happens in a
// kernel of one's own is for whoever it belongs to and for those who may write; all
// that leaves a note towards a person goes through their view.
type View struct {
	Person auth.PrincipalID
	// Writes tells that the person may write the note, and so sees everybody's.
	Writes bool
}

// ViewOf is the view of somebody who may do this on the note.
func ViewOf(person auth.PrincipalID, allowed auth.Actions) View {
	return View{Person: person, Writes: allowed.Has(auth.Write)}
}

// sees tells whether what happens in somebody's own kernel, nobody's for a shared
// one, may be seen.
func (v View) sees(owner auth.PrincipalID) bool {
	return owner == 0 || v.Writes || owner == v.Person
}

// Sees tells whether a run may be seen.
func (v View) Sees(r Run) bool { return v.sees(r.Owner()) }

// Runs returns the runs that may be seen.
func (v View) Runs(all []Run) []Run { return kept(all, v.Sees) }

// Kernels returns the kernels that may be seen.
func (v View) Kernels(all []KernelState) []KernelState {
	return kept(all, func(k KernelState) bool { return v.sees(k.Person) })
}

// kept returns what may be seen of a list; the list itself if that is all of it.
func kept[T any](all []T, sees func(T) bool) []T {
	hidden := func(one T) bool { return !sees(one) }
	if !slices.ContainsFunc(all, hidden) {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), hidden)
}

// Entry returns an entry of the log as the person sees it. Of runs in others' own
// kernels it keeps only the number, and the edits that were made with them: who
// may write learns of such runs as they move.
func (v View) Entry(e Entry) Entry {
	start, own := e.ownRun()
	if !own || e.By == v.Person {
		return e
	}
	body, err := encode(StartRun{Paragraphs: []string{}, Edits: start.Edits, Own: true})
	if err != nil {
		body = nil
	}
	e.Op, e.Body = "", body
	if len(start.Edits) == 0 {
		e.By, e.ByName, e.SignIn = 0, "", ID{}
	}
	return e
}

// Owner is in whose own kernel the entry started runs; 0 for nobody's.
func (e *Entry) Owner() auth.PrincipalID {
	if _, own := e.ownRun(); own {
		return e.By
	}
	return 0
}

func (e *Entry) ownRun() (start StartRun, own bool) {
	if e.Kind != KindOf(&start) || json.Unmarshal(e.Body, &start) != nil {
		return start, false
	}
	return start, start.Own
}

// Entries returns entries as the person sees them.
func (v View) Entries(all []Entry) []Entry {
	shown := make([]Entry, len(all))
	for i, e := range all {
		shown[i] = v.Entry(e)
	}
	return shown
}

// Event returns an event as the person sees it; nil if there is nothing to see.
func (v View) Event(e Event) Event {
	switch e := e.(type) {
	case Entry:
		return v.Entry(e)
	case RunsChanged:
		if e.Runs = v.Runs(e.Runs); len(e.Runs) == 0 {
			return nil
		}
		return e
	case KernelsChanged:
		return KernelsChanged{Kernels: v.Kernels(e.Kernels)}
	}
	return e
}

// Note returns a note whose paragraphs have the run that the person is shown: their
// own latest, else the latest in a shared kernel.
func (v View) Note(n *Note) *Note {
	shown := n.Draft()
	for i, p := range shown.Paragraphs {
		shown.Paragraphs[i] = v.paragraph(p)
	}
	for id, p := range shown.Bin {
		shown.Bin[id] = v.paragraph(p)
	}
	return shown
}

func (v View) paragraph(p *Paragraph) *Paragraph {
	if p.Own == nil {
		return p
	}
	q := *p
	q.Run, q.Own = v.shown(p), nil
	return &q
}

// shown is the run that a paragraph shows to the person; zero for none.
func (v View) shown(p *Paragraph) ID {
	if run, ok := p.Own[v.Person]; ok {
		return run
	}
	return p.Run
}
