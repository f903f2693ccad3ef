package notebook

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Limits of what is remembered of displays that may be rewritten, per kernel.
const (
	maxDisplayIDs   = 1000
	maxDisplayTwins = 20 // displays that share an id
	maxDisplayID    = 200
	maxErrorValue   = 10 << 10 // of an error whose traceback is too long
	extraErrors     = 100      // beyond the limit of parts
)

func (r *Recording) writeDisplay(o DisplayOutput) {
	id := o.DisplayID
	if len(id) > maxDisplayID || strings.ContainsRune(id, 0) {
		id = ""
	}
	if id != "" {
		r.updateDisplays(id, o)
	}
	if o.Update {
		return
	}
	r.clearIfDue()
	kind := DisplayPart
	if o.Count > 0 {
		kind = ResultPart
	}
	if data := r.bundle(o, o.Count); data != nil {
		r.addWhole(kind, id, o.Count, data)
	}
}

// addWhole shows another part that is one piece.
func (r *Recording) addWhole(kind PartKind, id string, count int, data []byte) {
	most := r.rec.limits.Parts
	if kind == ErrorPart {
		most += extraErrors
	}
	if r.shown >= most {
		r.noteLoss(fmt.Sprintf("a run shows at most %d things", r.rec.limits.Parts), 1, int64(len(data)))
		return
	}
	r.awaitRoom()
	p := r.newPart(kind, "", id)
	p.count = count
	r.add(p, data)
}

// updateDisplays rewrites what was shown under an id, in this run and in earlier
// ones of the kernel. As in Jupyter's own frontends a new display that bears a
// known id does so too.
func (r *Recording) updateDisplays(id string, o DisplayOutput) {
	r.updateShown(id, o)
	for _, other := range r.session.others(r) {
		other.updateLive(id, o)
	}
	r.session.mu.Lock()
	defer r.session.mu.Unlock()
	earlier := r.session.byID[id]
	for i := range earlier {
		r.updateEarlier(&earlier[i], o)
	}
}

// updateShown rewrites what this run shows.
func (r *Recording) updateShown(id string, o DisplayOutput) {
	for _, p := range r.parts[:r.shown] {
		if p.DisplayID != id {
			continue
		}
		if data := r.bundle(o, p.count); data != nil {
			r.awaitRoom()
			r.rewrite(p, data)
		}
	}
}

// updateLive is updateShown, called by another recording.
func (r *Recording) updateLive(id string, o DisplayOutput) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone || r.ended {
		return
	}
	r.updateShown(id, o)
	r.changed()
}

// updateEarlier rewrites a display of a run that has ended.
func (r *Recording) updateEarlier(e *shownDisplay, o DisplayOutput) {
	data := r.bundle(o, e.count)
	if data == nil {
		return
	}
	n := int64(len(data))
	if r.churn+n > churnFactor*r.rec.limits.RunBytes || r.waitingForeign()+n > r.rec.limits.BacklogBytes && n < r.rec.limits.BacklogBytes {
		r.noteLoss("earlier displays were rewritten more often than can be stored", 1, n)
		return
	}
	r.churn += n
	e.part.Revision++
	w := PartWrite{Part: e.part}
	w.empty()
	w.add(data)
	e.part = w.Part
	r.foreign[foreignKey{e.run, e.part.Index}] = &w
	signal(r.dirty)
}

func (r *Recording) waitingForeign() (n int64) {
	for _, w := range r.foreign {
		n += int64(len(w.Data))
	}
	return n
}

// bundle is the JSON of a display; nil, and a notice, when it is too large.
func (r *Recording) bundle(o DisplayOutput, count int) []byte {
	data, err := encode(Bundle{Data: o.Data, Metadata: o.Metadata, ExecutionCount: count})
	if err != nil {
		r.noteLoss("the kernel sent a display that is no JSON", 1, 0)
		return nil
	}
	return r.atMost(data)
}

func (r *Recording) atMost(data []byte) []byte {
	limit := r.rec.limits.BundleBytes
	if int64(len(data)) > limit {
		r.noteLoss(fmt.Sprintf("one display may have %s bytes", thousands(limit)), 1, int64(len(data)))
		return nil
	}
	return data
}

// writeError records an exception. Of one that is too long its name and the
// beginning of its message are kept.
func (r *Recording) writeError(o ErrorOutput) {
	r.clearIfDue()
	t := Traceback(o)
	if t.Traceback == nil {
		t.Traceback = []string{}
	}
	data, err := encode(t)
	if err != nil {
		return // strings always encode
	}
	if r.atMost(data) == nil {
		t.Name, t.Value = t.Name[:cut(t.Name, maxErrorValue)], t.Value[:cut(t.Value, maxErrorValue)]
		t.Traceback = []string{}
		data, _ = encode(t)
	}
	r.addWhole(ErrorPart, "", 0, data)
}

// displays remembers what the runs of one kernel showed under a display id
// (Jupyter messaging, "update_display_data"). Beside the run that goes on, earlier
// ones may be recorded for a while as their threads print.
type displays struct {
	mu    sync.Mutex
	byID  map[string][]shownDisplay
	order []string // of ids, oldest first
	live  []*Recording
}

type shownDisplay struct {
	run   ID
	part  Part
	count int
}

type foreignKey struct {
	run  ID
	part int
}

func newDisplays() *displays { return &displays{byID: map[string][]shownDisplay{}} }

// attach takes note of a recording that begins.
func (d *displays) attach(r *Recording) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.live = append(d.live, r)
}

// others lists what is being recorded beside r.
func (d *displays) others(r *Recording) []*Recording {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(d.live), func(other *Recording) bool { return other == r })
}

// revive forgets the displays of a run whose recording goes on: they are its own
// again.
func (d *displays) revive(run ID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, all := range d.byID {
		d.byID[id] = slices.DeleteFunc(all, func(s shownDisplay) bool { return s.run == run })
	}
}

// remember takes up the displays of a run that has ended; the oldest are forgotten.
func (d *displays) remember(r *Recording) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.live = slices.DeleteFunc(d.live, func(other *Recording) bool { return other == r })
	for _, p := range r.parts[:r.shown] {
		if p.DisplayID == "" {
			continue
		}
		if _, known := d.byID[p.DisplayID]; !known {
			d.order = append(d.order, p.DisplayID)
		}
		all := append(d.byID[p.DisplayID], shownDisplay{run: r.run, part: p.Part, count: p.count})
		d.byID[p.DisplayID] = all[max(0, len(all)-maxDisplayTwins):]
	}
	for len(d.order) > maxDisplayIDs {
		delete(d.byID, d.order[0])
		d.order = slices.Delete(d.order, 0, 1)
	}
}
