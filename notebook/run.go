package notebook

import (
	"context"
	"time"

	"quire/auth"
)

// RunState is where a run stands: queued → sent → one of the ends. Its row is
// committed as sent before the first byte goes to a kernel, and it is never sent
// twice.
type RunState string

// The states of a run.
const (
	RunQueued    RunState = "queued"
	RunSent      RunState = "sent"
	RunDone      RunState = "done"
	RunError     RunState = "error"
	RunCancelled RunState = "cancelled" // CancelledBy and Reason say by whom and why
	RunLost      RunState = "lost"      // sent, but nobody knows how it ended; Reason says what happened
)

// Ended reports whether the run is over.
func (s RunState) Ended() bool { return s != RunQueued && s != RunSent }

// Run is one execution of one paragraph's text for one person. Its text never
// changes; its state only goes forward.
type Run struct {
	ID        ID
	Note      ID
	Paragraph string
	// Imported marks results that came with a file or a copy: nobody ran them here.
	// Copied are those of a copy.
	Imported, Copied bool
	// Own marks a run in a kernel of one's own: it is for whoever ran it and for
	// writers (see View).
	Own    bool
	By     auth.PrincipalID
	ByName string
	// Text is the paragraph's text at Version, frozen when run was pressed.
	Text        string
	Version     int64
	Interpreter string
	Kernel      string
	State       RunState
	Reason      string
	CancelledBy auth.PrincipalID
	// CancelledByName is known of stored runs.
	CancelledByName string
	ExecutionCount  int
	QueuedAt        time.Time
	SentAt          time.Time
	EndedAt         time.Time
	// Dropped counts bytes of output that were not stored.
	Dropped int64
	// Position is the place in the kernel's queue, 1 for next; 0 when not queued.
	Position int
	// Asks tells that the code waits for an answer of whoever ran it.
	Asks bool
}

// Owner is whose kernel the run is in; 0 for one that people share.
func (r *Run) Owner() auth.PrincipalID {
	if r.Own {
		return r.By
	}
	return 0
}

// runsOf makes the queued runs that a StartRun has just named, with the text as
// it stands now; nil for other operations.
func runsOf(r *doRequest, n *Note, at time.Time) []Run {
	start, ok := r.op.(*StartRun)
	if !ok {
		return nil
	}
	var runs []Run
	for _, ref := range start.Runs {
		p, _ := n.Find(ref.Paragraph)
		runs = append(runs, Run{
			ID: ref.Run, Note: n.ID, Paragraph: p.ID, By: r.actor.User, ByName: r.actor.Name,
			Own: start.Own, Text: p.Text.String(), Version: p.Version, State: RunQueued, QueuedAt: at,
		})
	}
	return runs
}

// RunStore keeps runs and what they printed. All methods fail with
// fault.Unavailable while the database cannot be reached.
type RunStore interface {
	// Run returns a run; fault.NotFound when there is none.
	Run(ctx context.Context, id ID) (Run, error)
	// Runs returns the named runs that exist, in any order.
	Runs(ctx context.Context, ids []ID) ([]Run, error)
	// History returns runs of a note, newest first.
	History(ctx context.Context, f RunFilter) ([]Run, error)
	// MarkSent moves a queued run to sent, with its kernel. Repeating it with the same
	// kernel and time succeeds, as the outcome of a commit can be unknown.
	// fault.Conflict when the run is not queued any more.
	MarkSent(ctx context.Context, id ID, interpreter, kernel string, at time.Time) error
	// MarkEnded gives a run its end. A run that has one keeps it: fault.Conflict.
	MarkEnded(ctx context.Context, end RunEnd) error
	// EndOpen gives all runs that a previous process left open their end: lost when
	// sent, cancelled when queued. It returns how many of each.
	EndOpen(ctx context.Context, at time.Time, reason string) (lost, cancelled int, err error)

	// AppendOutput stores what was printed since the last call, in one transaction.
	AppendOutput(ctx context.Context, run ID, parts []PartWrite) error
	// Parts lists a run's output parts in order.
	Parts(ctx context.Context, run ID) ([]Part, error)
	// Index returns a part with its marks; fault.NotFound when there is none.
	Index(ctx context.Context, run ID, part int) (Part, []Mark, error)
	// ReadPart returns up to limit stored bytes of a part from offset on.
	ReadPart(ctx context.Context, run ID, part int, offset int64, limit int) ([]byte, error)
}

// RunFilter chooses runs of a note. Zero fields, but for Note and Limit, choose all.
type RunFilter struct {
	Note      ID
	Paragraph string
	By        auth.PrincipalID
	States    []RunState
	// OwnOnly leaves out those of kernels that people share.
	OwnOnly bool
	// Before names a run; only older ones are chosen.
	Before ID
	Limit  int
}

// RunEnd is how a run ended.
type RunEnd struct {
	ID             ID
	State          RunState
	Reason         string
	CancelledBy    auth.PrincipalID
	ExecutionCount int
	At             time.Time
	Dropped        int64
}

// PartKind is what a part of a run's output is.
type PartKind string

// The kinds of parts.
const (
	StreamPart  PartKind = "stream"  // text; Name is stdout or stderr
	DisplayPart PartKind = "display" // JSON of a Bundle
	ResultPart  PartKind = "result"  // JSON of a Bundle
	ErrorPart   PartKind = "error"   // JSON of a Traceback
	NoticePart  PartKind = "notice"  // text from Quire itself, such as what was dropped
)

// Part describes one part of a run's output: an append-only stream of bytes. A
// display that is rewritten gets the next Revision and starts over; a cleared part
// too, with no bytes.
type Part struct {
	Index     int      `json:"part"`
	Kind      PartKind `json:"kind"`
	Name      string   `json:"name,omitempty"`
	DisplayID string   `json:"displayId,omitempty"`
	Revision  int      `json:"revision"`
	// Bytes is the length of the stream, with what was not stored.
	Bytes int64 `json:"bytes"`
	// GapAt and GapBytes tell where how much is missing; GapBytes 0 for nothing.
	GapAt    int64 `json:"gapAt,omitempty"`
	GapBytes int64 `json:"gapBytes,omitempty"`
	// Lines counts the line breaks of a stream, those that were not stored included;
	// of a table its lines, the one that names the columns included.
	Lines int64 `json:"lines"`
	// GapLine and GapLines count the line breaks before the gap and in it.
	GapLine  int64 `json:"gapLine,omitempty"`
	GapLines int64 `json:"gapLines,omitempty"`
	// Table tells that a display or result holds a table that can be read by line.
	Table TableForm `json:"table,omitempty" enum:"plain,escaped"`
}

// TableForm is how the cells of a table are written.
type TableForm string

// The forms of tables.
const (
	NoTable      TableForm = ""
	PlainTable   TableForm = "plain"
	EscapedTable TableForm = "escaped" // as in Postgres's COPY: \N is NULL, \t, \n, \r and \\ stand for themselves
)

// PartWrite is a change of a part: its new description, and bytes to store from
// Start on (nil for none).
type PartWrite struct {
	Part
	Start int64
	Data  []byte
	// Marks are all of the revision, in order; nil when those that are stored are.
	Marks []Mark
}
