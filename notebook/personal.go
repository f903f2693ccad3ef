package notebook

import (
	"slices"
	"sync"
	"time"

	"quire/auth"
)

// What code says to one person alone: the questions it asks whoever ran it, and
// the messages of their widgets. It is told to that person's open tabs of the note,
// of nobody else; it is never stored.

// PersonalEvent is an InputAsked, InputDone, CommReceived, CommHandledFor, CommPrinted,
// CommsListed or CommsLost.
type PersonalEvent interface{ isPersonal() }

// InputAsked is a question that the code of a run asks and waits for.
type InputAsked struct {
	Run       ID
	Paragraph string
	// Question tells it from others of the same run.
	Question ID
	Prompt   string
	Password bool
	At       time.Time
}

// InputDone tells that a run waits for no answer any more.
type InputDone struct{ Run ID }

// CommReceived is a message of an object in a kernel. Parent is the run that caused
// it, or the id of the message from the browser that did.
type CommReceived struct {
	Kernel string
	Parent string
	Comm   Comm
}

// CommHandledFor tells that a kernel has done with a message from the browser.
type CommHandledFor struct{ Kernel, Parent string }

// CommPrinted is output that belongs to no run's: it answers a message from the
// browser, or is to be shown in an output widget, which Comm names.
type CommPrinted struct {
	Kernel string
	Parent string
	Comm   string
	Output Output
}

// CommsListed tells which objects of a kernel are a person's, when they open the
// note.
type CommsListed struct {
	Kernel      string
	Interpreter string
	Comms       []Comm // with ID and Target only
}

// CommsLost counts what was not told, as nobody was there to hear it.
type CommsLost struct{ Messages int }

func (InputAsked) isPersonal()     {}
func (InputDone) isPersonal()      {}
func (CommReceived) isPersonal()   {}
func (CommHandledFor) isPersonal() {}
func (CommPrinted) isPersonal()    {}
func (CommsListed) isPersonal()    {}
func (CommsLost) isPersonal()      {}

// What may wait for a person who has the note not open: a connection that breaks
// for a moment loses nothing.
const (
	maxUnheard      = 1000
	maxUnheardBytes = 4 << 20
	maxCommBytes    = 8 << 20 // of one message
)

// deskKey is a person in a note.
type deskKey struct {
	note   ID
	person auth.PrincipalID
}

// desks are where things for people lie until they are told.
type desks struct {
	tell func(note ID, person auth.PrincipalID, e PersonalEvent) (heard bool)

	mu   sync.Mutex
	open map[deskKey]*desk
}

// desk is one person's in one note.
type desk struct {
	mu        sync.Mutex
	gone      bool
	questions []InputAsked
	unheard   []PersonalEvent
	bytes     int
	lost      int
}

func newDesks(tell func(ID, auth.PrincipalID, PersonalEvent) bool) *desks {
	if tell == nil {
		tell = func(ID, auth.PrincipalID, PersonalEvent) bool { return false }
	}
	return &desks{tell: tell, open: map[deskKey]*desk{}}
}

// at does something at a desk, which nobody else does meanwhile.
func (ds *desks) at(key deskKey, do func(*desk)) {
	d := ds.find(key)
	for d.gone {
		d.mu.Unlock()
		d = ds.find(key)
	}
	defer d.mu.Unlock()
	do(d)
	if len(d.questions)+len(d.unheard)+d.lost == 0 {
		d.gone = true
		ds.mu.Lock()
		delete(ds.open, key)
		ds.mu.Unlock()
	}
}

// find returns the desk, locked.
func (ds *desks) find(key deskKey) *desk {
	ds.mu.Lock()
	d := ds.open[key]
	if d == nil {
		d = &desk{}
		ds.open[key] = d
	}
	ds.mu.Unlock()
	d.mu.Lock()
	return d
}

// say tells a person something, now or when they come.
func (ds *desks) say(key deskKey, e PersonalEvent) {
	ds.at(key, func(d *desk) {
		size := sizeOfPersonal(e)
		switch {
		case size > maxCommBytes:
			d.lost++
		case ds.tell(key.note, key.person, e):
			return
		case len(d.unheard) >= maxUnheard || d.bytes+size > maxUnheardBytes:
			d.lost++
		default:
			d.unheard, d.bytes = append(d.unheard, e), d.bytes+size
			return
		}
		if ds.tell(key.note, key.person, CommsLost{d.lost}) {
			d.lost = 0
		}
	})
}

// lose tells a person that messages for them are lost.
func (ds *desks) lose(key deskKey, n int) {
	ds.at(key, func(d *desk) {
		if d.lost += n; ds.tell(key.note, key.person, CommsLost{d.lost}) {
			d.lost = 0
		}
	})
}

// ask puts a question to a person; it takes the place of the run's earlier one.
func (ds *desks) ask(key deskKey, q InputAsked) {
	ds.at(key, func(d *desk) {
		d.questions = append(d.without(q.Run), q)
		ds.tell(key.note, key.person, q)
	})
}

// done takes a run's question back, if it is that one or none is named.
func (ds *desks) done(key deskKey, run, question ID) {
	ds.at(key, func(d *desk) {
		left := slices.DeleteFunc(slices.Clone(d.questions), func(q InputAsked) bool {
			return q.Run == run && (question.IsZero() || q.Question == question)
		})
		if len(left) < len(d.questions) {
			d.questions = left
			ds.tell(key.note, key.person, InputDone{run})
		}
	})
}

func (d *desk) without(run ID) []InputAsked {
	return slices.DeleteFunc(slices.Clone(d.questions), func(q InputAsked) bool { return q.Run == run })
}

// question returns what a run asks of a person.
func (ds *desks) question(key deskKey, run ID) (q InputAsked, asked bool) {
	ds.at(key, func(d *desk) {
		if i := slices.IndexFunc(d.questions, func(q InputAsked) bool { return q.Run == run }); i >= 0 {
			q, asked = d.questions[i], true
		}
	})
	return q, asked
}

// attend gives a person who comes what waits for them, behind first. What is told
// after ready was called is told to them too, and nothing in between.
func (ds *desks) attend(key deskKey, first []PersonalEvent, ready func([]PersonalEvent)) {
	ds.at(key, func(d *desk) {
		events := first
		for _, q := range d.questions {
			events = append(events, q)
		}
		events = append(events, d.unheard...)
		if d.lost > 0 {
			events = append(events, CommsLost{d.lost})
		}
		ready(events)
		d.unheard, d.bytes, d.lost = nil, 0, 0
	})
}

// forget throws away what a kernel that has ended had to say.
func (ds *desks) forget(note ID, kernel string) {
	ds.mu.Lock()
	var keys []deskKey
	for key := range ds.open {
		if key.note == note {
			keys = append(keys, key)
		}
	}
	ds.mu.Unlock()
	for _, key := range keys {
		ds.at(key, func(d *desk) {
			d.unheard = slices.DeleteFunc(d.unheard, func(e PersonalEvent) bool { return kernelOf(e) == kernel })
			d.bytes = 0
			for _, e := range d.unheard {
				d.bytes += sizeOfPersonal(e)
			}
			if len(d.unheard) == 0 {
				d.lost = 0
			}
		})
	}
}

func kernelOf(e PersonalEvent) string {
	switch e := e.(type) {
	case CommReceived:
		return e.Kernel
	case CommPrinted:
		return e.Kernel
	case CommHandledFor:
		return e.Kernel
	}
	return ""
}

// sizeOfPersonal is about how many bytes an event holds.
func sizeOfPersonal(e PersonalEvent) int {
	const overhead = 200
	switch e := e.(type) {
	case CommReceived:
		return overhead + sizeOfComm(e.Comm)
	case CommPrinted:
		return overhead + sizeOfOutput(e.Output)
	}
	return overhead
}

func sizeOfComm(c Comm) int {
	n := len(c.ID) + len(c.Target) + len(c.Data) + len(c.Metadata)
	for _, b := range c.Buffers {
		n += len(b)
	}
	return n
}

func sizeOfOutput(out Output) int {
	n := 0
	switch o := out.(type) {
	case StreamOutput:
		n = len(o.Text)
	case DisplayOutput:
		n = len(o.Metadata)
		for kind, data := range o.Data {
			n += len(kind) + len(data)
		}
	case ErrorOutput:
		n = len(o.Name) + len(o.Value)
		for _, line := range o.Traceback {
			n += len(line)
		}
	}
	return n
}
