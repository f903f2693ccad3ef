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
}

// SeparationBody tells how far code is kept apart from the server and other notes.
type SeparationBody struct {
	Level    int    `json:"level"`
	Sentence string `json:"sentence"`
}

// Interpreters tells what the server can run.
type Interpreters interface {
	Interpreters(ctx context.Context) ([]notebook.Interpreter, error)
	Python() wire.Python
	Separation() (level int, sentence string)
}

// interpreterRoutes declares what code can be run in.
func (n *NotebookServer) interpreterRoutes() {
	route(n, auth.InterpreterSee, http.MethodGet, "/interpreters", "List what code can be run in",
		func(ctx context.Context, _ *struct{}) (*body[Running], error) {
			if _, err := n.gate.CheckServer(ctx, auth.InterpreterSee); err != nil {
				return nil, err
			}
			list, err := n.interpreters.Interpreters(ctx)
			if err != nil {
				return nil, err
			}
			out := Running{Interpreters: []InterpreterBody{}, Python: n.interpreters.Python()}
			out.Separation.Level, out.Separation.Sentence = n.interpreters.Separation()
			for _, i := range list {
				out.Interpreters = append(out.Interpreters, InterpreterBody{i.Name, i.Aliases, i.DisplayName, i.Language})
			}
			return &body[Running]{out}, nil
		})
}
