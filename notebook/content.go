package notebook

import (
	"crypto/rand"
	"strings"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// NewContent is what a note starts with: a file that was imported, or a copy. The
// zero value is an empty note.
type NewContent struct {
	Settings   NoteSettings
	Paragraphs []NewParagraph
}

// NewParagraph is a paragraph of a note that does not exist yet.
type NewParagraph struct {
	// ID is 1 to 64 of letters, digits, _ and -; empty for one to be chosen.
	ID       string
	Title    string
	Text     string
	Settings ParagraphSettings
	// Result is what it showed last; nil for nothing.
	Result *NewResult
}

// NewResult is a result that a paragraph starts with. It becomes a run that nobody
// made here, marked as imported.
type NewResult struct {
	// State is one of the ends of a run.
	State          RunState
	Interpreter    string
	Kernel         string
	ExecutionCount int
	StartedAt      time.Time
	EndedAt        time.Time
	Dropped        int64
	// Parts are its output. Several writes to one part append to it.
	Parts []PartWrite
	// CopyOf names a stored run whose output this one gets, instead of Parts. Who
	// calls has checked that it may be read.
	CopyOf ID
}

// StartingNote is a note's first state with the runs it shows.
type StartingNote struct {
	Note *Note
	Runs []StartingRun
}

// StartingRun is an imported run with its output.
type StartingRun struct {
	Run    Run
	Parts  []PartWrite
	CopyOf ID
}

// begin makes the first state of a note from content, under the rules that
// operations on notes obey.
func (c *NewContent) begin(id ID, at time.Time) (*StartingNote, error) {
	n := &Note{ID: id, Epoch: auth.NewID(), Bin: map[string]*Paragraph{}}
	if c == nil {
		return &StartingNote{Note: n}, nil
	}
	if err := c.Settings.valid(); err != nil {
		return nil, err
	}
	n.Settings = c.Settings
	start := &StartingNote{Note: n}
	for i := range c.Paragraphs {
		if err := start.add(&c.Paragraphs[i], at); err != nil {
			return nil, err
		}
	}
	return start, nil
}

func (s *StartingNote) add(p *NewParagraph, at time.Time) error {
	id := p.ID
	if id == "" {
		id = NewParagraphID()
	}
	insert := &InsertParagraph{Paragraph: id, After: s.Note.last(), Title: p.Title, Text: p.Text, Settings: p.Settings}
	if err := insert.apply(s.Note, Stamp{At: at}); err != nil {
		return err
	}
	if p.Result == nil {
		return nil
	}
	if !p.Result.State.Ended() {
		return fault.New(fault.Invalid, "A result that is imported has ended, but that of paragraph %s is %s.", id, p.Result.State)
	}
	paragraph := s.Note.Paragraphs[len(s.Note.Paragraphs)-1]
	run := p.Result.run(s.Note.ID, paragraph, at)
	paragraph.Run = run.ID
	s.Runs = append(s.Runs, StartingRun{Run: run, Parts: p.Result.Parts, CopyOf: p.Result.CopyOf})
	return nil
}

func (r *NewResult) run(note ID, p *Paragraph, at time.Time) Run {
	run := Run{
		ID: auth.NewID(), Note: note, Paragraph: p.ID, Imported: true, Copied: r.CopyOf != ID{}, Text: p.Text.String(), Version: p.Version,
		Interpreter: r.Interpreter, Kernel: r.Kernel, State: r.State, ExecutionCount: r.ExecutionCount,
		QueuedAt: r.StartedAt, SentAt: r.StartedAt, EndedAt: r.EndedAt, Dropped: r.Dropped,
	}
	if run.QueuedAt.IsZero() {
		run.QueuedAt = at
	}
	if run.EndedAt.IsZero() {
		run.EndedAt = run.QueuedAt
	}
	return run
}

// NewParagraphID returns an id for a paragraph that has none.
func NewParagraphID() string { return strings.ToLower(rand.Text()[:12]) }

func (s NoteSettings) valid() error {
	if err := s.Kernels.valid(); err != nil {
		return err
	}
	if len(s.DefaultInterpreter) > 100 || len(s.Imported) > 16*MaxSettings {
		return fault.New(fault.TooLarge, "The note's settings are too long.")
	}
	return nil
}
