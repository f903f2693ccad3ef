package kernel

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"quire/notebook"
	"quire/notebook/kernel/message"
)

// Channel is one of the ways by which a kernel and its client exchange messages
// (Jupyter messaging, "Introduction").
type Channel string

// The channels.
const (
	Shell   Channel = "shell"
	IOPub   Channel = "iopub"
	Stdin   Channel = "stdin"
	Control Channel = "control"
)

// Conn carries the messages of one channel as frames: delimiter, signature, header,
// parent header, metadata, content, buffers. A *zmtp.Conn is one.
type Conn interface {
	// Recv returns the next message. After a *zmtp.TooLargeError or *CutError, which
	// tell of something missed, it can be called again; after other errors it cannot.
	Recv() ([][]byte, error)
	// Send writes a message. A fault.Unavailable means that nothing of it went out and
	// later ones may; other errors are the end of the kernel. Without an error a
	// connection that can be cut may still have lost it, which Recv then tells.
	Send(frames ...[]byte) error
	Close() error
}

// CutError tells that the connection was cut: what the kernel said from some moment
// before this on may not all come, nor what was sent to it have arrived. The output
// channel tells it for all.
type CutError struct {
	// Reason is for whoever ran the code: "the connection to … was cut".
	Reason string
}

// Error implements error.
func (e *CutError) Error() string { return fmt.Sprintf("messages may be missing: %s", e.Reason) }

// Backing is what stands behind a kernel: a process of this machine, or one that a
// gateway has.
type Backing interface {
	// Ready returns when the kernel can be spoken to: at once, or when a connection
	// that was cut is there again. It fails when ctx or the kernel has ended.
	Ready(ctx context.Context) error
	// Interrupt stops the running code as SIGINT does.
	Interrupt(ctx context.Context) error
	// Stop ends the kernel politely, then by force, and may return before it is gone;
	// ask sends it a shutdown_request.
	Stop(ctx context.Context, ask func() error)
	// Kill ends the kernel by force, or what there is of it here.
	Kill()
	// Ended is closed when the kernel is gone.
	Ended() <-chan struct{}
	// Cause tells why in a few words, once Ended is closed.
	Cause() string
	// LastWords is what it wrote last past its protocol; may be empty.
	LastWords() string
}

// Attachment is all that a client of a kernel needs to know.
type Attachment struct {
	// ID names the kernel, and Spec what it is one of.
	ID, Spec string
	// Session is the client's in the headers of messages.
	Session string
	// Where is what notebook.Elsewhere tells.
	Where string
	// Key signs messages; empty where the carrier does it.
	Key message.Key
	// Dial connects to a channel.
	Dial    func(ctx context.Context, ch Channel) (Conn, error)
	Backing Backing
	// Replaceable says that another process may come to stand behind the same Backing,
	// which ends the kernel.
	Replaceable bool
	// ByMessage interrupts by interrupt_request (Jupyter client, "interrupt_mode").
	ByMessage bool
	// Late is notebook.StartKernel's.
	Late func(parent string, out notebook.Output)
	// Status is told of each status message that answers nothing: what a gateway says
	// about the kernel, or the kernel itself.
	Status func(state string)
	// Begun is called when the kernel can be used; if it returns false the kernel ends
	// and was never there. Ended is called when one that has begun is gone.
	Begun func(notebook.Kernel) bool
	Ended func(notebook.Kernel)

	// MaxQueue and AskTimeout are as in Config.
	MaxQueue   int64
	AskTimeout time.Duration
	Log        *slog.Logger
}

// Attach makes a kernel of something that runs and speaks the messaging protocol. It
// returns when the kernel has answered and its output is heard. Without success the
// backing is killed.
func Attach(ctx context.Context, a Attachment) (notebook.Kernel, error) {
	k, err := attach(ctx, a)
	if err != nil {
		return nil, err // and no kernel that is nil inside
	}
	return k, nil
}

func (a *Attachment) setDefaults() {
	if a.Late == nil {
		a.Late = func(string, notebook.Output) {}
	}
	if a.Status == nil {
		a.Status = func(string) {}
	}
	if a.Begun == nil {
		a.Begun = func(notebook.Kernel) bool { return true }
	}
	if a.Ended == nil {
		a.Ended = func(notebook.Kernel) {}
	}
	fallback(&a.MaxQueue, 64<<20)
	fallback(&a.AskTimeout, 5*time.Second)
	if a.Log == nil {
		a.Log = slog.Default()
	}
}
