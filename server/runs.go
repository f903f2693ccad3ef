package server

import (
	"context"
	"encoding/json"
	"net/http"

	"quire/auth"
	"quire/notebook"
	"quire/socket/wire"
)

type cancelIn struct {
	NotePath
	Body struct {
		Runs []auth.ID `json:"runs,omitempty" maxItems:"10000" doc:"which to cancel; all of the note's when empty"`
	}
}

type kernelIn struct {
	NotePath
	Body struct {
		Interpreter string           `json:"interpreter,omitempty" maxLength:"100" doc:"whose kernel; all when empty"`
		Person      auth.PrincipalID `json:"person,omitempty" doc:"whose own kernels, which others need to be writers for; left out: those that one uses, one's own and the shared"`
	}
}

func (in *kernelIn) choice() notebook.KernelChoice {
	return notebook.KernelChoice{Note: in.ID, Interpreter: in.Body.Interpreter, Person: in.Body.Person}
}

type historyIn struct {
	NotePath
	Paragraph string           `query:"paragraph" maxLength:"64"`
	By        auth.PrincipalID `query:"by" doc:"who ran it"`
	State     []string         `query:"state" maxItems:"6" enum:"queued,sent,done,error,cancelled,lost" doc:"any of these, with commas between"`
	Before    auth.ID          `query:"before" doc:"only runs older than this one"`
	Limit     int              `query:"limit" default:"50" minimum:"1" maximum:"200"`
}

func (in *historyIn) filter() notebook.RunFilter {
	f := notebook.RunFilter{Note: in.ID, Paragraph: in.Paragraph, By: in.By, Before: in.Before, Limit: in.Limit}
	for _, state := range in.State {
		f.States = append(f.States, notebook.RunState(state))
	}
	return f
}

// RunRecord is a run as a record: what was run, and whether that is what stands
// there now.
type RunRecord struct {
	wire.Run
	Text            *string `json:"text,omitempty" doc:"what ran; for writers only"`
	Kernel          string  `json:"kernel,omitempty" doc:"the id of the process"`
	CurrentVersion  int64   `json:"currentVersion,omitempty" doc:"of the paragraph's text now; absent when the paragraph was deleted"`
	ChangedSince    bool    `json:"changedSince" doc:"the text is not what ran"`
	CancelledByName string  `json:"cancelledByName,omitempty"`
}

// RunList is a list of runs, newest first.
type RunList struct {
	Runs []RunRecord `json:"runs"`
}

func runRecord(r notebook.RunRecord) RunRecord {
	out := RunRecord{Run: wire.RunOf(r.Run), Kernel: r.Kernel, CurrentVersion: r.CurrentVersion,
		ChangedSince: r.ChangedSince(), CancelledByName: r.CancelledByName}
	if r.WithText {
		out.Text = &r.Text
	}
	return out
}

// RunPath is the ids of a note and a run in a path; exported like PrincipalPath.
type RunPath struct {
	NotePath
	Run auth.ID `path:"run"`
}

type inputIn struct {
	RunPath
	Body struct {
		Text     string  `json:"text" maxLength:"1048576" doc:"the answer"`
		Question auth.ID `json:"question,omitzero" doc:"which question is meant, as told by INPUT; the one there is when left out"`
	}
}

// PartList is what a run printed, described.
type PartList struct {
	Parts []notebook.Part `json:"parts"`
	Live  bool            `json:"live" doc:"more may come"`
}

type askIn struct {
	NotePath
	Body struct {
		Interpreter string `json:"interpreter,omitempty" maxLength:"100"`
		Code        string `json:"code" maxLength:"2000000"`
		Position    int    `json:"position" minimum:"0" doc:"in Unicode code points"`
		Detail      int    `json:"detail,omitempty" minimum:"0" maximum:"1"`
	}
}

// Answer is what a kernel said: the content of its complete_reply or
// inspect_reply (Jupyter messaging); null when no kernel runs.
type Answer struct {
	Reply json.RawMessage `json:"reply"`
}

// runRoutes declares runs, their output, and what can be asked of kernels.
func (n *NotebookServer) runRoutes() {
	route(n, auth.RunList, http.MethodGet, "/notes/{id}/runs", "List a note's runs",
		func(ctx context.Context, in *historyIn) (*body[RunList], error) {
			runs, err := n.notes.History(ctx, in.filter())
			out := RunList{Runs: make([]RunRecord, len(runs))}
			for i, r := range runs {
				out.Runs[i] = runRecord(r)
			}
			return &body[RunList]{out}, err
		})
	route(n, auth.RunList, http.MethodGet, "/notes/{id}/runs/{run}", "Show a run",
		func(ctx context.Context, in *RunPath) (*body[RunRecord], error) {
			r, err := n.notes.RunOf(ctx, in.ID, in.Run)
			return &body[RunRecord]{runRecord(r)}, err
		})
	route(n, auth.RunCancel, http.MethodPost, "/notes/{id}/runs/cancel", "Cancel queued and running runs",
		func(ctx context.Context, in *cancelIn) (*nothing, error) {
			return nil, n.notes.CancelRuns(ctx, in.ID, in.Body.Runs)
		})
	route(n, auth.KernelInterrupt, http.MethodPost, "/notes/{id}/kernel/interrupt", "Interrupt what a kernel is doing",
		func(ctx context.Context, in *kernelIn) (*nothing, error) {
			return nil, n.notes.Interrupt(ctx, in.choice())
		})
	route(n, auth.KernelRestart, http.MethodPost, "/notes/{id}/kernel/restart", "Restart a kernel; what it held in memory is lost",
		func(ctx context.Context, in *kernelIn) (*nothing, error) {
			return nil, n.notes.Restart(ctx, in.choice())
		})
	route(n, auth.KernelStop, http.MethodPost, "/notes/{id}/kernel/stop", "Stop kernels, with what runs and waits there",
		func(ctx context.Context, in *kernelIn) (*nothing, error) {
			return nil, n.notes.StopKernels(ctx, in.choice())
		})
	route(n, auth.OutputShow, http.MethodGet, "/notes/{id}/runs/{run}/parts", "List the parts of a run's output",
		func(ctx context.Context, in *RunPath) (*body[PartList], error) {
			parts, live, err := n.notes.Parts(ctx, in.ID, in.Run)
			return &body[PartList]{PartList{parts, live}}, err
		})
	route(n, auth.OutputShow, http.MethodGet, "/notes/{id}/runs/{run}/parts/{part}", "Read a part of a run's output", n.readPart)
	route(n, auth.InputAnswer, http.MethodPost, "/notes/{id}/runs/{run}/input", "Answer what the code of one's own run asks",
		func(ctx context.Context, in *inputIn) (*nothing, error) {
			return nil, n.notes.Answer(ctx, in.ID, in.Run, in.Body.Question, in.Body.Text)
		})
	route(n, auth.CodeComplete, http.MethodPost, "/notes/{id}/complete", "Ask the kernel how code could go on",
		func(ctx context.Context, in *askIn) (*body[Answer], error) {
			answer, err := n.notes.Complete(ctx, in.ID, in.Body.Interpreter, in.Body.Code, in.Body.Position)
			return &body[Answer]{Answer{answer}}, err
		})
	route(n, auth.CodeInspect, http.MethodPost, "/notes/{id}/inspect", "Ask the kernel about something in the code",
		func(ctx context.Context, in *askIn) (*body[Answer], error) {
			answer, err := n.notes.Inspect(ctx, in.ID, in.Body.Interpreter, in.Body.Code, in.Body.Position, in.Body.Detail)
			return &body[Answer]{Answer{answer}}, err
		})
}
