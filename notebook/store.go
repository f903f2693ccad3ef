package notebook

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"quire/auth"
)

// Store keeps open notes: logs and checkpoints. The implementation is in store.
type Store interface {
	// LoadNote returns the note's checkpoint with all later operations applied, and
	// the number at which the checkpoint itself stands. fault.NotFound when there is
	// no such note.
	LoadNote(ctx context.Context, id ID) (n *Note, checkpoint int64, err error)
	// Append commits entries as the note's next ones, with the runs they start, in
	// one transaction. Before it commits it calls confirm with the authority epoch of
	// that transaction; an error from it changes nothing and is returned. ErrRepeated
	// means that one of the op ids is in the log already, ErrFenced that somebody
	// else has written, ErrUnknown that nobody knows whether the commit happened.
	Append(ctx context.Context, batch Batch, confirm func(context.Context, uint64) error) error
	// Entries returns the log after seq, oldest first, at most limit.
	Entries(ctx context.Context, note ID, after int64, limit int) ([]Entry, error)
	// EntryByOp finds a committed entry by its id and actor; nil when there is none.
	EntryByOp(ctx context.Context, note ID, actor auth.PrincipalID, op string) (*Entry, error)
	// KernelDefaults returns what decides about a note's kernels unless its settings do.
	KernelDefaults(ctx context.Context, note ID) (KernelDefaults, error)
	// Checkpoint writes the state as it stands at n.Seq. prev is what the last
	// checkpoint wrote, so that only the difference needs writing; nil if unknown.
	Checkpoint(ctx context.Context, n, prev *Note) error
}

// What Append may answer beside failures of the database.
var (
	// ErrRepeated: one of the op ids is in the log already.
	ErrRepeated = errors.New("an operation with this id is in the log")
	// ErrFenced: the log has entries that this keeper did not write.
	ErrFenced = errors.New("somebody else has written the note")
	// ErrUnknown: the connection was lost during the commit.
	ErrUnknown = errors.New("it is not known whether the commit happened")
)

// Batch is what a keeper commits at once.
type Batch struct {
	Note    ID
	Epoch   ID
	Entries []Entry
	Runs    []Run
	// Deeds are what the audit log says of the batch.
	Deeds []Deed
}

// Deed is a line of the audit log. What somebody writes in a note during one
// sign-in is one line, EditDeed, however often it is handed in.
type Deed struct {
	Operation string
	By        auth.PrincipalID
	ByName    string
	SignIn    ID
	Request   string
	Detail    map[string]any
}

// EditDeed is the operation that stands in the audit log for all edits of a note.
const EditDeed = "note.edit"

// Entry is a committed operation, and the event that tells everybody of it.
type Entry struct {
	Seq int64
	// Op is the id its client chose: unique for the note and actor.
	Op     string
	By     auth.PrincipalID
	ByName string
	SignIn ID
	At     time.Time
	Kind   string
	Body   json.RawMessage
}
