package wire

import (
	"encoding/json"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// EntryOf returns the frame of a committed operation.
func EntryOf(note auth.ID, e notebook.Entry) Entry {
	return Entry{
		Op: OpEntry, Note: note, Seq: e.Seq, ID: e.Op, By: Person{ID: e.By, Name: e.ByName},
		At: e.At, Kind: e.Kind, Body: e.Body,
	}
}

// EntriesOf returns the frames of committed operations; never nil.
func EntriesOf(note auth.ID, list []notebook.Entry) []Entry {
	entries := make([]Entry, len(list))
	for i, e := range list {
		entries[i] = EntryOf(note, e)
	}
	return entries
}

// RunOf returns a run as the browser sees it, without its text.
func RunOf(r notebook.Run) Run {
	return Run{
		ID: r.ID, Paragraph: r.Paragraph, Imported: r.Imported, Copied: r.Copied, Own: r.Own, By: Person{ID: r.By, Name: r.ByName},
		Version: r.Version, Interpreter: r.Interpreter, State: string(r.State), Reason: r.Reason,
		CancelledBy: r.CancelledBy, ExecutionCount: r.ExecutionCount, Position: r.Position, Asks: r.Asks,
		QueuedAt: r.QueuedAt, SentAt: r.SentAt, EndedAt: r.EndedAt, Dropped: r.Dropped,
	}
}

// RunsOf returns runs as the browser sees them; never nil.
func RunsOf(list []notebook.Run) []Run {
	runs := make([]Run, len(list))
	for i, r := range list {
		runs[i] = RunOf(r)
	}
	return runs
}

// KernelsOf returns kernels as the browser sees them; never nil.
func KernelsOf(list []notebook.KernelState) []Kernel {
	kernels := make([]Kernel, len(list))
	for i, k := range list {
		kernels[i] = Kernel{Interpreter: k.Interpreter, ID: k.Kernel, State: string(k.State), Since: k.Since, Reason: k.Reason, Where: k.Where}
		if k.Person != 0 {
			kernels[i].Person = &Person{ID: k.Person, Name: k.PersonName}
		}
	}
	return kernels
}

// PathOf returns the folders above a note; never nil.
func PathOf(list []notebook.Place) []Place {
	path := make([]Place, len(list))
	for i, p := range list {
		path[i] = Place{ID: p.ID, Name: p.Name}
	}
	return path
}

// PresenceOf returns a tab that has the note open.
func PresenceOf(p notebook.Presence) Presence {
	return Presence{Tab: p.Tab, User: Person{ID: p.User, Name: p.Name}, Writes: p.Writes}
}

// PeopleOf returns the tabs that have the note open; never nil.
func PeopleOf(list []notebook.Presence) []Presence {
	people := make([]Presence, len(list))
	for i, p := range list {
		people[i] = PresenceOf(p)
	}
	return people
}

// CaretOf returns the frame of a caret that moved.
func CaretOf(note auth.ID, e notebook.CaretMoved) Caret {
	ranges := e.Ranges
	if ranges == nil {
		ranges = [][2]int{}
	}
	return Caret{
		Op: OpCaret, Note: note, Tab: e.Presence.Tab, User: Person{ID: e.Presence.User, Name: e.Presence.Name},
		Paragraph: e.Paragraph, TextAt: e.Version, Ranges: ranges,
	}
}

// ParagraphsOf returns the note's paragraphs in order; never nil.
func ParagraphsOf(n *notebook.Note) ([]Paragraph, error) {
	list := make([]Paragraph, len(n.Paragraphs))
	for i, p := range n.Paragraphs {
		settings, err := json.Marshal(p.Settings)
		if err != nil {
			return nil, err
		}
		list[i] = Paragraph{ID: p.ID, Title: p.Title, Text: p.Text.String(), Version: p.Version, Settings: settings, Run: p.Run}
	}
	return list, nil
}

// OutputPartOf returns the description of a part, without content.
func OutputPartOf(p notebook.Part, offset int64) OutputPart {
	return OutputPart{
		Part: p.Index, Kind: string(p.Kind), Name: p.Name, DisplayID: p.DisplayID, Revision: p.Revision,
		Offset: offset, Bytes: p.Bytes, Missing: p.GapBytes,
		Lines: p.Lines, GapLine: p.GapLine, GapLines: p.GapLines, Table: string(p.Table),
	}
}

// RefusedOf returns the answer to a DO (id) or OPEN (no id) that changed nothing.
// request finds the log lines of failures that are ours.
func RefusedOf(note auth.ID, id string, err error, request string) Refused {
	f := fault.Of(err)
	r := Refused{Op: OpRefused, Note: note, ID: id, Code: string(f.Code), Message: f.Message, Request: request}
	if f.Details != nil {
		if details, err := json.Marshal(f.Details); err == nil {
			r.Details = details
		}
	}
	return r
}
