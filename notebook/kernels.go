package notebook

import (
	"context"
	"encoding/json"
	"time"
)

// Kernels starts the processes that run code. The implementation is
// notebook/kernel for this machine, and notebook/kernel/gateway for others.
type Kernels interface {
	// Specs lists what can be started, by name, as Jupyter would find it.
	Specs(ctx context.Context) ([]KernelSpec, error)
	// Start launches a kernel and returns when it has answered kernel_info and its
	// output channel is known to be connected. fault.NotFound names the specs there
	// are; fault.Unavailable tells why none can start now.
	Start(ctx context.Context, req StartKernel) (Kernel, error)
}

// KernelSpec describes a kernel that can be started (kernel.json of Jupyter).
type KernelSpec struct {
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
	Language    string `json:"language"`
}

// StartKernel says which kernel to start, for which note and where.
type StartKernel struct {
	Spec string
	Note ID
	// Slot is a small number of the note's own, never reused: with root rights the
	// kernel runs under the uid at this place of the configured range.
	Slot int
	// Dir is the note's folder of files: working directory and HOME.
	Dir string
	// Env is added to the kernel's environment, which holds nothing of the server's.
	Env map[string]string
	// Args are added to the command line of the spec.
	Args []string
	// Memory and Processes bound the kernel with all its children; 0 is the server's
	// default.
	Memory    int64 // bytes
	Processes int
	// Person is whom the kernel is for, as a name: KERNEL_USERNAME of gateways. Empty
	// when the note's people share it.
	Person string
	// Late is told what belongs to no execution that is under way: what threads print
	// after their cell has ended, and everything that answers a comm message. parent
	// is the id of the request it belongs to (see ExecuteRequest.ID and SendComm). It
	// must be quick. nil drops it.
	Late func(parent string, out Output)
}

// Kernel is a running kernel. Its methods may be called from any goroutine.
type Kernel interface {
	// ID names this process; a restarted kernel is another one.
	ID() string
	// Execute runs code and calls sink for each output, in order, from one
	// goroutine, until both the reply and the idle status of this request were seen
	// (Jupyter messaging, "Order of messages"). sink must be quick. ctx counts only
	// while other code runs and this waits for its turn; once sent, the caller
	// interrupts and waits. If the kernel dies the result says Dead and why. What
	// threads print after the end has nowhere to go and is dropped.
	Execute(ctx context.Context, req ExecuteRequest, sink func(Output)) ExecuteResult
	// Answer answers the input request that the running code waits for; it fails as
	// fault.Conflict when none does.
	Answer(ctx context.Context, text string) error
	// SendComm sends a message to an object in the kernel, such as a widget's, while
	// code runs or not; id names the request, which what answers it bears as parent.
	// fault.TooMany when the kernel takes no more.
	SendComm(ctx context.Context, id string, c Comm) error
	// Interrupt asks the running code to stop, as KeyboardInterrupt in Python.
	Interrupt(ctx context.Context) error
	// Complete and Inspect ask about code at a position in Unicode code points. They
	// may execute code in the kernel (an import), so they need the right to write.
	Complete(ctx context.Context, code string, pos int) (json.RawMessage, error)
	Inspect(ctx context.Context, code string, pos, detail int) (json.RawMessage, error)
	// Shutdown ends the process: politely, then by force. It returns when it is gone.
	Shutdown(ctx context.Context) error
	// Done is closed when the process has ended, for whatever reason.
	Done() <-chan struct{}
	// Death tells why, once Done is closed: "stopped", "killed (signal 9)", …
	Death() string
}

// Elsewhere is a Kernel that does not work in the note's folder of files.
type Elsewhere interface {
	// Where tells in a sentence where it does; empty: in the note's folder after all.
	Where() string
}

// ExecuteRequest is code to run.
type ExecuteRequest struct {
	Code string
	// ID becomes the id of the request's message, by which what comes late is
	// known; empty for any.
	ID string
	// Input lets the code ask for input (input_request of the stdin channel): it comes
	// to the sink as an InputRequest and waits for Answer. Without it asking fails in
	// the code (StdinNotImplementedError in Python).
	Input bool
}

// ExecuteResult is how an execution ended.
type ExecuteResult struct {
	Status ExecuteStatus
	// Count is Jupyter's execution_count; 0 when the kernel gave none.
	Count int
	// Reason says in words why for Aborted, Dead and Lost, and for an Error without a
	// reply.
	Reason string
	// Took is the time between sending the request and its end.
	Took time.Duration
}

// ExecuteStatus is the end of an execution as the kernel tells it.
type ExecuteStatus string

// The ends of an execution.
const (
	ExecuteOK      ExecuteStatus = "ok"
	ExecuteError   ExecuteStatus = "error"   // the code raised; the error is among the outputs
	ExecuteAborted ExecuteStatus = "aborted" // never ran, as an earlier one failed or ctx ended before it was sent
	ExecuteDead    ExecuteStatus = "dead"    // the kernel ended before it answered
	ExecuteLost    ExecuteStatus = "lost"    // it was sent, but how it ended cannot be known any more
)

// Output is one thing a kernel said while executing: a StreamOutput,
// DisplayOutput, ErrorOutput, ClearOutput, DroppedOutput, InputRequest, Comm or
// CommHandled.
type Output interface{ isOutput() }

// StreamOutput is text written to stdout or stderr; valid UTF-8.
type StreamOutput struct{ Name, Text string }

// DisplayOutput is a MIME bundle: display_data, execute_result, or with Update an
// update_display_data for every earlier output of the same DisplayID.
type DisplayOutput struct {
	Data      map[string]json.RawMessage
	Metadata  json.RawMessage
	DisplayID string
	Update    bool
	// Count is the execution count of an execute_result, 0 for a display.
	Count int
}

// ErrorOutput is an exception: name, value and the lines of its traceback, with
// ANSI colours.
type ErrorOutput struct {
	Name, Value string
	Traceback   []string
}

// ClearOutput empties what was shown; with Wait only when the next output comes.
type ClearOutput struct{ Wait bool }

// DroppedOutput tells how much was lost on the way, with the reason. Without messages
// it is not known whether anything was.
type DroppedOutput struct {
	Messages int
	Bytes    int64
	Reason   string
}

// InputRequest is a question of the running code, which waits for an Answer.
type InputRequest struct {
	Prompt   string
	Password bool
}

// Comm is a message to or from an object that lives both in the kernel and in a
// browser (Jupyter messaging, "Custom messages"), such as a widget.
type Comm struct {
	Kind     CommKind
	ID       string
	Target   string // of an opening one
	Data     json.RawMessage
	Metadata json.RawMessage
	Buffers  [][]byte
}

// CommHandled tells StartKernel.Late that the kernel has done with a message of
// SendComm: all that answers it came before, but for what threads say later.
type CommHandled struct{}

// CommKind is what a Comm does.
type CommKind string

// The kinds of comm messages.
const (
	CommOpen  CommKind = "open"
	CommMsg   CommKind = "msg"
	CommClose CommKind = "close"
)

func (InputRequest) isOutput()  {}
func (Comm) isOutput()          {}
func (CommHandled) isOutput()   {}
func (StreamOutput) isOutput()  {}
func (DisplayOutput) isOutput() {}
func (ErrorOutput) isOutput()   {}
func (ClearOutput) isOutput()   {}
func (DroppedOutput) isOutput() {}
