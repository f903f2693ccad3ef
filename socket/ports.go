package socket

import (
	"context"

	"quire/auth"
	"quire/notebook"
)

// Notes is the door to open notes; NotesOf makes one of notebook.Service. Its
// methods take the actor from the context and check it.
type Notes interface {
	// Open subscribes to a note and returns what to start from. sub gets every event
	// after that moment, none twice.
	Open(ctx context.Context, note auth.ID, known *notebook.Position, tab string, sub notebook.Subscriber) (Handle, notebook.Opening, error)
	// Do commits an operation, or gives the first answer to a repeat of id. Entries
	// reach the subscribers before Do returns.
	Do(ctx context.Context, note auth.ID, id string, op notebook.Op) (notebook.Entry, error)
	persons
}

// persons is what is between a person and the code they ran.
type persons interface {
	// Attend gives ready what waits for the actor in a note; all that comes later is
	// told to Server.Tell.
	Attend(ctx context.Context, note auth.ID, ready func([]notebook.PersonalEvent)) error
	// Answer answers the question of a run of the actor's; zero means the one there is.
	Answer(ctx context.Context, note, run, question auth.ID, text string) error
	// SendComm hands a message to an object of the actor's in a kernel.
	SendComm(ctx context.Context, note auth.ID, kernel, id string, c notebook.Comm) error
}

// Handle is a subscription to an open note. Its methods do not wait.
type Handle interface {
	// Close ends the subscription; more than once is fine.
	Close()
	// Caret tells the others where this subscriber's caret is.
	Caret(paragraph string, version int64, ranges [][2]int)
	// Allowed tells the others whether this subscriber may write from now on.
	Allowed(auth.Actions)
}

// Places tells what a note is called and where it stands; notebook.Tree does.
type Places interface {
	// Show returns the note and the folders above it as the actor of ctx may see
	// them; NotFound when there is none.
	Show(ctx context.Context, note auth.ID) (notebook.NodeDetail, error)
}

// Outputs reads what runs printed, also while they run. It checks nothing:
// whoever asks has asked whether the run may be seen.
type Outputs interface {
	// Parts lists a run's parts, and whether more may come.
	Parts(ctx context.Context, run auth.ID) (parts []notebook.Part, live bool, err error)
	// Read returns up to limit bytes of a part at a revision from offset on.
	Read(ctx context.Context, run auth.ID, part, revision int, offset int64, limit int) ([]byte, error)
	// Watch gives a token whenever Parts answers something else than before, the end
	// included. stop ends that.
	Watch(run auth.ID) (changed <-chan struct{}, stop func())
}

// door is what NotesOf needs of notebook.Service: it opens notes as handles of a
// type of its own.
type door[H Handle] interface {
	Open(context.Context, auth.ID, *notebook.Position, string, notebook.Subscriber) (H, notebook.Opening, error)
	Do(context.Context, auth.ID, string, notebook.Op) (notebook.Entry, error)
	persons
}

// NotesOf returns the service as the socket uses it.
func NotesOf[H Handle](service door[H]) Notes { return notes[H]{service} }

type notes[H Handle] struct{ door[H] }

func (n notes[H]) Open(ctx context.Context, note auth.ID, known *notebook.Position, tab string,
	sub notebook.Subscriber) (Handle, notebook.Opening, error) {
	h, opening, err := n.door.Open(ctx, note, known, tab, sub)
	if err != nil {
		return nil, opening, err // not a handle that holds nil
	}
	return h, opening, nil
}
