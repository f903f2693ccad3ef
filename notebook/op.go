package notebook

import (
	"bytes"
	"encoding/json"
	"sort"
	"strings"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// Op is an operation on an open note. The set is closed: Decode knows all of them.
// Its JSON form is both the body of the frame that asks for it and of its log entry.
type Op interface {
	// Needs lists the registered operations the actor must be allowed.
	Needs() []auth.Operation
	// apply changes a draft, or refuses and may leave it half changed.
	apply(*Note, Stamp) error
}

// Stamp says who did an operation and when.
type Stamp struct {
	By auth.PrincipalID
	At time.Time
}

// The operations on an open note. After names the paragraph to stand behind; empty
// means first. Ids of new paragraphs are chosen by the client.
type (
	// InsertParagraph adds a paragraph.
	InsertParagraph struct {
		Paragraph string            `json:"paragraph"`
		After     string            `json:"after"`
		Title     string            `json:"title,omitempty"`
		Text      string            `json:"text,omitempty"`
		Settings  ParagraphSettings `json:"settings,omitzero"`
	}
	// EditText changes a paragraph's text from Version on by CodeMirror ChangeSets.
	// It is accepted only at the head version (Stale otherwise), and raises it by one
	// per change. Client names the editor that made the changes, so that it knows its
	// own again.
	EditText struct {
		Paragraph string            `json:"paragraph"`
		Version   int64             `json:"version"`
		Client    string            `json:"client"`
		Changes   []json.RawMessage `json:"changes"`
	}
	// SetTitle sets a paragraph's title.
	SetTitle struct {
		Paragraph string `json:"paragraph"`
		Title     string `json:"title"`
	}
	// SetParagraph changes the settings that are present in Settings.
	SetParagraph struct {
		Paragraph string          `json:"paragraph"`
		Settings  json.RawMessage `json:"settings"`
	}
	// MoveParagraph moves a paragraph behind another.
	MoveParagraph struct {
		Paragraph string `json:"paragraph"`
		After     string `json:"after"`
	}
	// DeleteParagraph puts a paragraph into the note's bin.
	DeleteParagraph struct {
		Paragraph string `json:"paragraph"`
	}
	// RestoreParagraph takes a paragraph out of the bin.
	RestoreParagraph struct {
		Paragraph string `json:"paragraph"`
		After     string `json:"after"`
	}
	// SetNote changes the note's settings that are present in Settings.
	SetNote struct {
		Settings json.RawMessage `json:"settings"`
	}
	// ClearResults forgets the results of paragraphs; all when none is named.
	ClearResults struct {
		Paragraphs []string `json:"paragraphs,omitempty"`
	}
	// StartRun first applies Edits (which need the right to write) and then queues a
	// run of each paragraph's text as it then stands. Runs and Own are the server's:
	// they name the runs that were made, and say that they are in kernels of one's own.
	StartRun struct {
		Paragraphs []string   `json:"paragraphs"`
		Edits      []EditText `json:"edits,omitempty"`
		Runs       []RunRef   `json:"runs,omitempty"`
		Own        bool       `json:"own,omitempty"`
	}
	// RunRef ties a run to the paragraph and text version it runs.
	RunRef struct {
		Paragraph string `json:"paragraph"`
		Run       ID     `json:"run"`
		Version   int64  `json:"version"`
	}
)

var kinds = map[string]func() Op{
	"paragraph.insert":   func() Op { return &InsertParagraph{} },
	"paragraph.edit":     func() Op { return &EditText{} },
	"paragraph.title":    func() Op { return &SetTitle{} },
	"paragraph.settings": func() Op { return &SetParagraph{} },
	"paragraph.move":     func() Op { return &MoveParagraph{} },
	"paragraph.delete":   func() Op { return &DeleteParagraph{} },
	"paragraph.restore":  func() Op { return &RestoreParagraph{} },
	"note.configure":     func() Op { return &SetNote{} },
	"output.clear":       func() Op { return &ClearResults{} },
	"run.start":          func() Op { return &StartRun{} },
}

// Kinds lists the names of all operations on an open note, sorted. Each is the
// name of the registered operation it needs.
func Kinds() []string {
	names := make([]string, 0, len(kinds))
	for k := range kinds {
		names = append(names, k)
	}
	sort.Strings(names)
	return names
}

// KindOf returns the operation's name.
func KindOf(op Op) string { return op.Needs()[0].Name() }

// DecodeOp reads an operation of a kind from its JSON body. Unknown kinds and
// unknown fields are refused.
func DecodeOp(kind string, body []byte) (Op, error) {
	fresh, ok := kinds[kind]
	if !ok {
		return nil, fault.New(fault.Invalid, "%q is not an operation on a note: %s are.", kind, strings.Join(Kinds(), ", "))
	}
	op := fresh()
	if err := decodeStrictly(body, op); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The body of %s is not right: %s.", kind, err)
	}
	return op, nil
}

func decodeStrictly(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	return nil
}

// Apply returns the state after op, with the next number. The note itself is
// untouched, also when op is refused.
func (n *Note) Apply(op Op, s Stamp) (*Note, error) {
	d := n.Draft()
	if err := op.apply(d, s); err != nil {
		return nil, err
	}
	d.Seq++
	return d, nil
}

func (o *InsertParagraph) Needs() []auth.Operation  { return []auth.Operation{auth.ParagraphInsert} }
func (o *EditText) Needs() []auth.Operation         { return []auth.Operation{auth.ParagraphEdit} }
func (o *SetTitle) Needs() []auth.Operation         { return []auth.Operation{auth.ParagraphTitle} }
func (o *SetParagraph) Needs() []auth.Operation     { return []auth.Operation{auth.ParagraphSettings} }
func (o *MoveParagraph) Needs() []auth.Operation    { return []auth.Operation{auth.ParagraphMove} }
func (o *DeleteParagraph) Needs() []auth.Operation  { return []auth.Operation{auth.ParagraphDelete} }
func (o *RestoreParagraph) Needs() []auth.Operation { return []auth.Operation{auth.ParagraphRestore} }
func (o *SetNote) Needs() []auth.Operation          { return []auth.Operation{auth.NoteConfigure} }
func (o *ClearResults) Needs() []auth.Operation     { return []auth.Operation{auth.OutputClear} }
func (o *StartRun) Needs() []auth.Operation {
	if len(o.Edits) > 0 {
		return []auth.Operation{auth.RunStart, auth.ParagraphEdit}
	}
	return []auth.Operation{auth.RunStart}
}
