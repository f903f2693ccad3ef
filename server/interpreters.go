package server

import (
	"context"
	"net/http"

	"quire/auth"
	"quire/notebook"
	"quire/socket/wire"
)

// Running tells what code can be run in, and how far it is kept apart.
type Running struct {
	Interpreters []InterpreterBody `json:"interpreters"`
	Python       wire.Python       `json:"python"`
	Separation   SeparationBody    `json:"separation"`
}

// InterpreterBody is a named way to run text.
type InterpreterBody struct {
	Name        string   `json:"name" doc:"as in a first line %name"`
	Aliases     []string `json:"aliases"`
	DisplayName string   `json:"displayName"`
	Language    string   `json:"language"`
	Kind        string   `json:"kind" enum:"kernel,gateway,sql"`
	Spec        string   `json:"spec,omitempty" doc:"the kernelspec that runs it"`
}

// SeparationBody tells how far code is kept apart from the server and other notes.
type SeparationBody struct {
	Level    int    `json:"level"`
	Word     string `json:"word" enum:"sandboxed,own user,not separated"`
	Sentence string `json:"sentence"`
	Refused  string `json:"refused,omitempty" doc:"why code does not run before an administrator agrees to that"`
}

// Interpreters tells what the server can run.
type Interpreters interface {
	Interpreters(ctx context.Context) ([]notebook.Interpreter, error)
	Python() wire.Python
	// Separation tells how far code is kept apart, and why it may not run like that.
	Separation(ctx context.Context) (SeparationBody, error)
}

func interpreterBody(i notebook.Interpreter) InterpreterBody {
	return InterpreterBody{i.Name, orEmpty(i.Aliases), i.DisplayName, i.Language, string(i.Kind), i.Spec}
}

// interpreterRoutes declares what code can be run in.
func (n *NotebookServer) interpreterRoutes() {
	route(n, auth.InterpreterSee, http.MethodGet, "/interpreters", "List what one can run code in",
		func(ctx context.Context, _ *struct{}) (*body[Running], error) {
			if _, err := n.gate.CheckServer(ctx, auth.InterpreterSee); err != nil {
				return nil, err
			}
			list, err := n.interpreters.Interpreters(ctx)
			if err != nil {
				return nil, err
			}
			separation, err := n.interpreters.Separation(ctx)
			if err != nil {
				return nil, err
			}
			out := Running{Interpreters: []InterpreterBody{}, Python: n.interpreters.Python(), Separation: separation}
			for _, i := range list {
				if i.Refused == "" {
					out.Interpreters = append(out.Interpreters, interpreterBody(i))
				}
			}
			return &body[Running]{out}, nil
		})
}
