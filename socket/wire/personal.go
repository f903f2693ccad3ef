package wire

import (
	"encoding/json"
	"time"

	"quire/auth"
	"quire/notebook"
)

// Frames that only one person gets, in all their tabs that have the note open: what
// the code they ran asks them, and the messages of their widgets.

// Input is a question of the code of one's own run, which waits for an ANSWER. It
// comes again when the note is opened; a later one of the same run takes its place.
type Input struct {
	Op        string  `json:"op" enum:"INPUT"`
	Note      auth.ID `json:"note"`
	Run       auth.ID `json:"run"`
	Paragraph string  `json:"paragraph"`
	// Question is repeated in the answer.
	Question auth.ID   `json:"question"`
	Prompt   string    `json:"prompt"`
	Password bool      `json:"password"`
	At       time.Time `json:"at"`
}

// InputDone tells that a run waits for no answer any more.
type InputDone struct {
	Op   string  `json:"op" enum:"INPUT_DONE"`
	Note auth.ID `json:"note"`
	Run  auth.ID `json:"run"`
}

// Comm is a message of an object in a kernel.
type Comm struct {
	Op   string  `json:"op" enum:"COMM"`
	Note auth.ID `json:"note"`
	// Parent is the run that caused it, or the id of the COMM that it answers.
	Parent string `json:"parent"`
	Kind   string `json:"kind" enum:"open,msg,close"`
	CommMessage
}

// CommOutput is output that is no run's: it answers a COMM, or belongs into an output
// widget.
type CommOutput struct {
	Op     string  `json:"op" enum:"COMM_OUTPUT"`
	Note   auth.ID `json:"note"`
	Kernel string  `json:"kernel"`
	Parent string  `json:"parent"`
	// Comm is the output widget's; empty for none.
	Comm   string     `json:"comm,omitempty"`
	Output LateOutput `json:"output"`
}

// LateOutput is one output: Name and Text of a stream; DisplayID and Data (a Bundle)
// of a display, its update or a result; Data (a Traceback) of an error; Wait of a
// clear; Text of what was dropped, in words.
type LateOutput struct {
	Kind      string          `json:"kind" enum:"stream,display,update,result,error,clear,dropped"`
	Name      string          `json:"name,omitempty"`
	Text      string          `json:"text,omitempty"`
	DisplayID string          `json:"displayId,omitempty"`
	Data      json.RawMessage `json:"data,omitempty"`
	Wait      bool            `json:"wait,omitempty"`
}

// CommDone tells that the kernel has done with a COMM of one's own.
type CommDone struct {
	Op     string  `json:"op" enum:"COMM_DONE"`
	Note   auth.ID `json:"note"`
	Kernel string  `json:"kernel"`
	Parent string  `json:"parent"`
}

// Comms lists the objects of a kernel that are one's own, when the note is opened.
// Their state is asked for by a COMM.
type Comms struct {
	Op          string      `json:"op" enum:"COMMS"`
	Note        auth.ID     `json:"note"`
	Kernel      string      `json:"kernel"`
	Interpreter string      `json:"interpreter"`
	Comms       []CommNamed `json:"comms"`
}

// CommNamed is an object in a kernel.
type CommNamed struct {
	Comm   string `json:"comm"`
	Target string `json:"target"`
}

// CommsLost counts the messages that were left out since the note was opened: they
// were too many or too large, or came while nobody was there.
type CommsLost struct {
	Op       string  `json:"op" enum:"COMMS_LOST"`
	Note     auth.ID `json:"note"`
	Messages int     `json:"messages"`
}

// PersonalOf returns the frame of what concerns one person; nil for CommsLost,
// which is counted.
func PersonalOf(note auth.ID, e notebook.PersonalEvent) any {
	switch e := e.(type) {
	case notebook.InputAsked:
		return Input{
			Op: OpInput, Note: note, Run: e.Run, Paragraph: e.Paragraph, Question: e.Question,
			Prompt: e.Prompt, Password: e.Password, At: e.At,
		}
	case notebook.InputDone:
		return InputDone{Op: OpInputDone, Note: note, Run: e.Run}
	case notebook.CommReceived:
		return Comm{Op: OpComm, Note: note, Parent: e.Parent, Kind: string(e.Comm.Kind), CommMessage: commOf(e.Kernel, e.Comm)}
	case notebook.CommHandledFor:
		return CommDone{Op: OpCommDone, Note: note, Kernel: e.Kernel, Parent: e.Parent}
	case notebook.CommPrinted:
		return CommOutput{Op: OpCommOutput, Note: note, Kernel: e.Kernel, Parent: e.Parent, Comm: e.Comm, Output: lateOf(e.Output)}
	case notebook.CommsListed:
		f := Comms{Op: OpComms, Note: note, Kernel: e.Kernel, Interpreter: e.Interpreter, Comms: make([]CommNamed, len(e.Comms))}
		for i, c := range e.Comms {
			f.Comms[i] = CommNamed{c.ID, c.Target}
		}
		return f
	}
	return nil
}

func commOf(kernel string, c notebook.Comm) CommMessage {
	return CommMessage{Kernel: kernel, Comm: c.ID, Target: c.Target, Data: c.Data, Metadata: c.Metadata, Buffers: c.Buffers}
}

// CommOf returns the message that a browser sends.
func CommOf(f Client) notebook.Comm {
	return notebook.Comm{
		Kind: notebook.CommKind(f.Kind), ID: f.Comm, Target: f.Target,
		Data: f.Data, Metadata: f.Metadata, Buffers: f.Buffers,
	}
}

func lateOf(out notebook.Output) LateOutput {
	switch o := out.(type) {
	case notebook.StreamOutput:
		return LateOutput{Kind: "stream", Name: o.Name, Text: o.Text}
	case notebook.DisplayOutput:
		f := LateOutput{Kind: "display", DisplayID: o.DisplayID}
		switch {
		case o.Update:
			f.Kind = "update"
		case o.Count > 0:
			f.Kind = "result"
		}
		f.Data, _ = json.Marshal(Bundle{Data: o.Data, Metadata: o.Metadata, ExecutionCount: o.Count})
		return f
	case notebook.ErrorOutput:
		f := LateOutput{Kind: "error"}
		f.Data, _ = json.Marshal(Traceback(o))
		return f
	case notebook.ClearOutput:
		return LateOutput{Kind: "clear", Wait: o.Wait}
	case notebook.DroppedOutput:
		return LateOutput{Kind: "dropped", Text: o.Reason}
	}
	return LateOutput{Kind: "dropped"}
}
