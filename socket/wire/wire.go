// Package wire is the JSON that server and browser exchange over the socket. The
// TypeScript of it is generated from the OpenAPI document, where these types stand
// as schemas.
//
// One socket per tab, text frames, one JSON object each with "op" first. The first
// frame each way is HELLO. Every frame about a note names it. A frame of a kind one
// does not know means: close and open the note again.
package wire

import (
	"encoding/json"
	"time"

	"quire/auth"
	"quire/notebook"
)

// Version is the protocol spoken; the server also speaks the one before.
const Version = 1

// Subprotocol is offered and selected when the socket is opened.
const Subprotocol = "quire.v1"

// Frames from the browser.
const (
	OpHello  = "HELLO" // both ways
	OpOpen   = "OPEN"
	OpClose  = "CLOSE"
	OpDo     = "DO"
	OpCaret  = "CARET" // both ways
	OpWatch  = "WATCH"
	OpAnswer = "ANSWER"
	OpComm   = "COMM" // both ways
)

// Frames from the server.
const (
	OpNote    = "NOTE"
	OpResume  = "RESUME"
	OpEntry   = "ENTRY"
	OpRefused = "REFUSED"
	OpRun     = "RUN"
	OpKernels = "KERNELS"
	OpOutput  = "OUTPUT"
	OpPeople  = "PEOPLE"
	OpAllowed = "ALLOWED"
	OpGone    = "GONE"
	OpTree    = "TREE"
	OpStatus  = "STATUS"

	OpInput      = "INPUT"
	OpInputDone  = "INPUT_DONE"
	OpCommOutput = "COMM_OUTPUT"
	OpCommDone   = "COMM_DONE"
	OpComms      = "COMMS"
	OpCommsLost  = "COMMS_LOST"
)

// Close codes. 4000–4499: do not come back by yourself; 4500–4999: come back.
const (
	CloseSignedOut   = 4401 // the sign-in is over; sign in again
	CloseProtocol    = 4400 // a frame that cannot be understood
	CloseVersion     = 4426 // this page is too old or too new; reload it
	CloseSlow        = 4508 // too slow to take what was sent; come back and resume
	CloseRestart     = 4512 // the server is stopping
	CloseUnavailable = 4503 // the database cannot be reached
)

// Client is every frame a browser sends: Op says which fields count.
type Client struct {
	Op string `json:"op" enum:"HELLO,OPEN,CLOSE,DO,CARET,WATCH,ANSWER,COMM"`
	// HELLO
	Version int    `json:"version,omitempty"`
	Build   string `json:"build,omitempty"`
	// Tab names this tab for presence; chosen by the browser, kept over reconnects.
	Tab string `json:"tab,omitempty" maxLength:"64"`

	Note auth.ID `json:"note,omitzero"`
	// OPEN: what is known, to get only what was missed. Both or none.
	Epoch auth.ID `json:"epoch,omitzero"`
	Seq   int64   `json:"seq,omitempty"`
	// DO: ID is unique for the note and person; sending it again is harmless. ANSWER
	// and COMM: REFUSED bears it, and what answers a COMM as parent.
	ID   string          `json:"id,omitempty" maxLength:"64"`
	Kind string          `json:"kind,omitempty"`
	Body json.RawMessage `json:"body,omitempty"`
	// CARET: where the caret is; empty Paragraph for nowhere. Never stored.
	Paragraph string   `json:"paragraph,omitempty"`
	TextAt    int64    `json:"textVersion,omitempty"`
	Ranges    [][2]int `json:"ranges,omitempty"`
	// WATCH: the paragraphs near the viewport, whose output is wanted; replaces the
	// earlier list.
	Paragraphs []string `json:"paragraphs,omitempty"`
	// ANSWER: to a question of a run of one's own. Question is that of INPUT; without
	// it the one there is.
	Run      auth.ID `json:"run,omitzero"`
	Question auth.ID `json:"question,omitzero"`
	Text     string  `json:"text,omitempty"`
	// COMM: a message to an object of one's own in a kernel; Kind is open, msg or close.
	CommMessage
}

// CommMessage is what a COMM says, either way (Jupyter messaging, "Custom messages").
type CommMessage struct {
	// Kernel names the process that the object lives in.
	Kernel string `json:"kernel,omitempty"`
	Comm   string `json:"comm,omitempty" maxLength:"200"`
	// Target is what an object is opened as, such as "jupyter.widget".
	Target   string          `json:"target,omitempty" maxLength:"200"`
	Data     json.RawMessage `json:"data,omitempty"`
	Metadata json.RawMessage `json:"metadata,omitempty"`
	// Buffers are base64.
	Buffers [][]byte `json:"buffers,omitempty"`
}

// Hello is the server's first frame.
type Hello struct {
	Op      string `json:"op" enum:"HELLO"`
	Version int    `json:"version"`
	Build   string `json:"build"`
	User    Person `json:"user"`
	Admin   bool   `json:"admin"`
	// PingSeconds: the server pings this often; silence of three times that means
	// the connection is gone.
	PingSeconds int `json:"pingSeconds"`
}

// Person is somebody as others see them.
type Person struct {
	ID   auth.PrincipalID `json:"id"`
	Name string           `json:"name"`
}

// Note answers OPEN with everything: the state at Seq.
type Note struct {
	Op       string          `json:"op" enum:"NOTE"`
	Note     auth.ID         `json:"note"`
	Epoch    auth.ID         `json:"epoch"`
	Seq      int64           `json:"seq"`
	Name     string          `json:"name"`
	Path     []Place         `json:"path"`
	Trashed  bool            `json:"trashed,omitempty"`
	Allowed  []string        `json:"allowed"`
	Settings json.RawMessage `json:"settings"`
	// Paragraphs in order.
	Paragraphs []Paragraph `json:"paragraphs"`
	Runs       []Run       `json:"runs"`
	Kernels    []Kernel    `json:"kernels"`
	People     []Presence  `json:"people"`
}

// Place is a folder above a note, topmost first.
type Place struct {
	ID   auth.ID `json:"id"`
	Name string  `json:"name"`
}

// Paragraph is one paragraph as it stands.
type Paragraph struct {
	ID       string          `json:"id"`
	Title    string          `json:"title,omitempty"`
	Text     string          `json:"text"`
	Version  int64           `json:"version"`
	Settings json.RawMessage `json:"settings"`
	// Run is the latest run; absent for none. It stands in Runs.
	Run auth.ID `json:"run,omitzero"`
}

// Resume answers OPEN with what was missed since the known position; first the
// entries, then the state of the runs.
type Resume struct {
	Op      string     `json:"op" enum:"RESUME"`
	Note    auth.ID    `json:"note"`
	Epoch   auth.ID    `json:"epoch"`
	Seq     int64      `json:"seq"`
	Name    string     `json:"name"`
	Path    []Place    `json:"path"`
	Trashed bool       `json:"trashed,omitempty"`
	Allowed []string   `json:"allowed"`
	Entries []Entry    `json:"entries"`
	Runs    []Run      `json:"runs"`
	Kernels []Kernel   `json:"kernels"`
	People  []Presence `json:"people"`
}

// Entry is a committed operation. Everybody on the note gets every entry, in
// order; the sender knows its own by ID, and takes it as the acknowledgement.
type Entry struct {
	Op   string          `json:"op" enum:"ENTRY"`
	Note auth.ID         `json:"note"`
	Seq  int64           `json:"seq"`
	ID   string          `json:"id"`
	By   Person          `json:"by"`
	At   time.Time       `json:"at"`
	Kind string          `json:"kind"`
	Body json.RawMessage `json:"body"`
}

// Refused answers a DO or OPEN that changed nothing. Code is a fault code; with
// "stale" the entries that made it so were sent before; with "unavailable" and
// "too_many" the same frame may be sent again.
type Refused struct {
	Op      string          `json:"op" enum:"REFUSED"`
	Note    auth.ID         `json:"note"`
	ID      string          `json:"id,omitempty"`
	Code    string          `json:"code"`
	Message string          `json:"message"`
	Details json.RawMessage `json:"details,omitempty"`
	Request string          `json:"request,omitempty"`
}

// Run tells where a run stands.
type Run struct {
	ID        auth.ID `json:"id"`
	Paragraph string  `json:"paragraph"`
	Imported  bool    `json:"imported,omitempty" doc:"it came with a file or a copy: nobody ran it here"`
	Copied    bool    `json:"copied,omitempty" doc:"it came with a copy"`
	// Own marks a run in a kernel of one's own, which is seen by whoever ran it and by
	// writers.
	Own            bool             `json:"own,omitempty"`
	By             Person           `json:"by"`
	Version        int64            `json:"version"`
	Interpreter    string           `json:"interpreter,omitempty"`
	State          string           `json:"state" enum:"queued,sent,done,error,cancelled,lost"`
	Reason         string           `json:"reason,omitempty"`
	CancelledBy    auth.PrincipalID `json:"cancelledBy,omitempty"`
	ExecutionCount int              `json:"executionCount,omitempty"`
	Position       int              `json:"position,omitempty"`
	// Asks tells that the code waits for an answer of whoever ran it (see Input).
	Asks     bool      `json:"asks,omitempty"`
	QueuedAt time.Time `json:"queuedAt"`
	SentAt   time.Time `json:"sentAt,omitzero"`
	EndedAt  time.Time `json:"endedAt,omitzero"`
	Dropped  int64     `json:"dropped,omitempty"`
}

// RunChanged tells that runs stand elsewhere now.
type RunChanged struct {
	Op   string  `json:"op" enum:"RUN"`
	Note auth.ID `json:"note"`
	Runs []Run   `json:"runs"`
}

// Kernel tells how the kernel of one of the note's interpreters is. Interpreters
// without a kernel are not listed, but for one that was ended: since tells when, and
// reason why.
type Kernel struct {
	Interpreter string `json:"interpreter"`
	// ID is that of the process, as COMM names it; absent while there is none.
	ID string `json:"id,omitempty"`
	// Person is whose own kernel it is; absent for one that people share.
	Person *Person   `json:"person,omitempty"`
	State  string    `json:"state" enum:"starting,idle,busy,dead,ended"`
	Since  time.Time `json:"since"`
	Reason string    `json:"reason,omitempty"`
	// Where tells in a sentence where it works, when that is not the note's folder.
	Where string `json:"where,omitempty"`
}

// KernelsChanged tells how the note's kernels are, whenever that changes.
type KernelsChanged struct {
	Op      string   `json:"op" enum:"KERNELS"`
	Note    auth.ID  `json:"note"`
	Kernels []Kernel `json:"kernels"`
}

// Output brings output of a run of a watched paragraph. A socket gets for each
// part what it does not have yet, at most ten times a second; of a long stream the
// first megabyte and then always the newest 200 KB.
type Output struct {
	Op        string       `json:"op" enum:"OUTPUT"`
	Note      auth.ID      `json:"note"`
	Run       auth.ID      `json:"run"`
	Paragraph string       `json:"paragraph"`
	Parts     []OutputPart `json:"parts"`
	// Complete says that the run has ended and all that is sent unasked was sent.
	Complete bool `json:"complete,omitempty"`
}

// OutputPart is a piece of one part. When Revision is higher than the known one,
// forget the part's earlier content. Offset beyond the known end means a gap: the
// bytes between were left out, and can be read over REST.
type OutputPart struct {
	Part      int    `json:"part"`
	Kind      string `json:"kind" enum:"stream,display,result,error,notice"`
	Name      string `json:"name,omitempty"`
	DisplayID string `json:"displayId,omitempty"`
	Revision  int    `json:"revision"`
	Offset    int64  `json:"offset"`
	// Text is the piece of a stream or notice, cut at a character; for the other
	// kinds Data holds the whole JSON at once, or nothing if it is over 5 MB.
	Text string          `json:"text,omitempty"`
	Data json.RawMessage `json:"data,omitempty"`
	// Bytes is the part's length so far; Missing of them were not stored.
	Bytes   int64 `json:"bytes"`
	Missing int64 `json:"missing,omitempty"`
	// Lines counts the line breaks of a stream so far, with those that were not
	// stored; GapLines are these, and GapLine those before. Of a display with Table
	// it counts the table's lines, the one that names the columns included.
	Lines    int64  `json:"lines"`
	GapLine  int64  `json:"gapLine,omitempty"`
	GapLines int64  `json:"gapLines,omitempty"`
	Table    string `json:"table,omitempty" enum:"plain,escaped"`
}

// Bundle is the JSON of display and result parts, Traceback that of error parts.
type (
	Bundle    = notebook.Bundle
	Traceback = notebook.Traceback
)

// Presence is a tab that has the note open.
type Presence struct {
	Tab  string `json:"tab"`
	User Person `json:"user"`
	// Writes tells whether the person may write: readers have no caret.
	Writes bool `json:"writes"`
}

// People tells who has the note open, whenever that changes.
type People struct {
	Op     string     `json:"op" enum:"PEOPLE"`
	Note   auth.ID    `json:"note"`
	People []Presence `json:"people"`
}

// Caret tells where somebody's caret is, at a version of the paragraph's text.
type Caret struct {
	Op        string   `json:"op" enum:"CARET"`
	Note      auth.ID  `json:"note"`
	Tab       string   `json:"tab"`
	User      Person   `json:"user"`
	Paragraph string   `json:"paragraph,omitempty"`
	TextAt    int64    `json:"textVersion"`
	Ranges    [][2]int `json:"ranges"`
}

// Allowed tells that one may do something else on the note from now on, or that
// its name or place changed.
type Allowed struct {
	Op      string   `json:"op" enum:"ALLOWED"`
	Note    auth.ID  `json:"note"`
	Allowed []string `json:"allowed"`
	Name    string   `json:"name"`
	Path    []Place  `json:"path"`
	Trashed bool     `json:"trashed,omitempty"`
}

// Gone tells that the note is closed for this socket: forget everything of it but
// one's own unsent edits. No further frame about it follows.
type Gone struct {
	Op   string  `json:"op" enum:"GONE"`
	Note auth.ID `json:"note"`
	// Why is access (may not be read any more, or deleted), or resync (open it again).
	Why     string `json:"why" enum:"access,resync"`
	Message string `json:"message"`
}

// Tree says that the tree may look different now: fetch it again.
type Tree struct {
	Op string `json:"op" enum:"TREE"`
}

// Status tells of the server's own preparations, when they change.
type Status struct {
	Op     string `json:"op" enum:"STATUS"`
	Python Python `json:"python"`
}

// Python tells whether Python code can run, and what is being done about it.
type Python struct {
	Phase   string `json:"phase" enum:"checking,installing,ready,failed"`
	Message string `json:"message"`
	// Detail is the last line of what the installation printed.
	Detail string `json:"detail,omitempty"`
	// Command is what an administrator can type when it failed.
	Command string `json:"command,omitempty"`
}
