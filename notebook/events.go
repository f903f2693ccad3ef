package notebook

import "quire/auth"

// Subscriber gets what happens on an open note, in order. Deliver is called from
// the note's keeper and must not block: it queues, or cuts itself off. Events are
// the same for all; who passes one on to a person shows it through their View.
type Subscriber interface {
	Deliver(Event)
}

// Event is what an open note tells its subscribers: an Entry, a RunsChanged,
// KernelsChanged, PeopleChanged, CaretMoved, NodeChanged or Reloaded.
type Event interface{ isEvent() }

// RunsChanged tells that runs stand elsewhere now.
type RunsChanged struct{ Runs []Run }

// KernelsChanged tells how all kernels of the note are now.
type KernelsChanged struct{ Kernels []KernelState }

// PeopleChanged tells who has the note open.
type PeopleChanged struct{ People []Presence }

// CaretMoved tells where a tab's caret is. Ranges are anchor and head in UTF-16
// units of the paragraph's text at Version; an empty Paragraph is nowhere.
type CaretMoved struct {
	Presence  Presence
	Paragraph string
	Version   int64
	Ranges    [][2]int
}

// NodeChanged tells that the note's name, place or trash state changed, or that
// it was deleted for good.
type NodeChanged struct{ Deleted bool }

// Reloaded tells that the note is not what it was (another epoch): open it again.
type Reloaded struct{}

// Presence is a tab that has the note open.
type Presence struct {
	Tab  string
	User auth.PrincipalID
	Name string
	// Writes is set for people who may write.
	Writes bool
}

func (Entry) isEvent()          {}
func (RunsChanged) isEvent()    {}
func (KernelsChanged) isEvent() {}
func (PeopleChanged) isEvent()  {}
func (CaretMoved) isEvent()     {}
func (NodeChanged) isEvent()    {}
func (Reloaded) isEvent()       {}
