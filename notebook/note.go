package notebook

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"quire/auth"
)

// Limits of one note.
const (
	MaxParagraphs = 10000
	MaxTitle      = 1000 // characters
	MaxSettings   = 64 << 10
)

// Note is the state of a note: everything its log says, applied. A Note that
// others can see is never modified; Draft makes the next one.
type Note struct {
	ID ID
	// Epoch changes only when the log is not the one it was: a restored backup, a
	// cut log. Clients that know another epoch start over.
	Epoch ID
	// Seq is the number of the last operation applied; 0 for a fresh note.
	Seq        int64
	Settings   NoteSettings
	Paragraphs []*Paragraph
	// Bin holds deleted paragraphs, by id.
	Bin map[string]*Paragraph
}

// NoteSettings are what a note is set to. The zero value is the default.
type NoteSettings struct {
	// DefaultInterpreter runs paragraphs that name none; empty means python.
	DefaultInterpreter string `json:"defaultInterpreter,omitempty"`
	// Kernels says whose kernels run the note; empty leaves it to the folders above,
	// and then to how many may run it (see KernelDefaults).
	Kernels KernelMode `json:"kernels,omitempty" enum:"together,own"`
	// Imported keeps what the file a note came from said and Quire does not know, so
	// that exporting it loses nothing.
	Imported json.RawMessage `json:"imported,omitempty"`
}

// Paragraph is one paragraph of a note. It is never modified in place.
type Paragraph struct {
	ID    string
	Title string
	Text  Text
	// Version counts the changes to the text.
	Version  int64
	Settings ParagraphSettings
	// Run is the latest run of the paragraph in a kernel that people share; zero for
	// none, or after clearing. As one person sees the note (see View) it is what the
	// paragraph shows them, and Own is nil.
	Run ID
	// Own are the latest runs in kernels of one's own, by person. It is never modified.
	Own map[auth.PrincipalID]ID
	// DeletedAt and DeletedBy are set in the bin.
	DeletedAt time.Time
	DeletedBy auth.PrincipalID
}

// ParagraphSettings are what a paragraph is set to. The zero value is the default.
type ParagraphSettings struct {
	Width       int             `json:"width,omitempty" minimum:"0" maximum:"12"` // in twelfths of the column; 0 is 12
	FontSize    int             `json:"fontSize,omitempty" minimum:"0" maximum:"40"`
	HideCode    bool            `json:"hideCode,omitempty"`
	HideOutput  bool            `json:"hideOutput,omitempty"`
	LineNumbers bool            `json:"lineNumbers,omitempty"`
	Disabled    bool            `json:"disabled,omitempty"` // left out by "run all"
	Imported    json.RawMessage `json:"imported,omitempty"`
}

// latest tells whether a run is one that the paragraph shows to somebody.
func (p *Paragraph) latest(r Run) bool {
	return p.Run == r.ID || r.Own && p.Own[r.By] == r.ID
}

// Find returns the paragraph and its place, or nil and -1.
func (n *Note) Find(id string) (*Paragraph, int) {
	i := slices.IndexFunc(n.Paragraphs, func(p *Paragraph) bool { return p.ID == id })
	if i < 0 {
		return nil, -1
	}
	return n.Paragraphs[i], i
}

// Draft returns a copy that operations may be applied to, without touching n.
func (n *Note) Draft() *Note {
	d := *n
	d.Paragraphs = slices.Clone(n.Paragraphs)
	d.Bin = maps.Clone(n.Bin)
	if d.Bin == nil {
		d.Bin = map[string]*Paragraph{}
	}
	return &d
}

// change replaces a paragraph by a changed copy.
func (n *Note) change(place int, f func(*Paragraph)) {
	p := *n.Paragraphs[place]
	f(&p)
	n.Paragraphs[place] = &p
}
