package server

import (
	"context"
	"encoding/json"
	"net/http"

	"quire/auth"
	"quire/notebook"
	"quire/socket/wire"
)

// NoteBody is an open note as it stands.
type NoteBody struct {
	ID         auth.ID               `json:"id"`
	Name       string                `json:"name"`
	Epoch      auth.ID               `json:"epoch"`
	Seq        int64                 `json:"seq" doc:"number of the last operation"`
	Settings   notebook.NoteSettings `json:"settings"`
	Paragraphs []wire.Paragraph      `json:"paragraphs"`
	Runs       []wire.Run            `json:"runs" doc:"the latest run of each paragraph that has one"`
}

// NotePath is the id of a note in a path; exported like PrincipalPath.
type NotePath struct {
	ID auth.ID `path:"id" doc:"the note's id"`
}

type operationIn struct {
	NotePath
	Key  string `header:"Idempotency-Key" maxLength:"64" doc:"the operation's id, if the body names none"`
	Body struct {
		ID   string          `json:"id,omitempty" maxLength:"64" doc:"chosen by the client; sending it again gets the first answer and changes nothing"`
		Kind string          `json:"kind" doc:"such as paragraph.insert"`
		Body json.RawMessage `json:"body"`
	}
}

// noteRoutes declares what can be done with an open note.
func (n *NotebookServer) noteRoutes() {
	route(n, auth.NoteOpen, http.MethodGet, "/notes/{id}", "Read a note",
		func(ctx context.Context, in *NotePath) (*body[NoteBody], error) {
			note, runs, err := n.notes.Read(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			node, err := n.tree.Show(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			paragraphs, err := wire.ParagraphsOf(note)
			return &body[NoteBody]{NoteBody{note.ID, node.Name, note.Epoch, note.Seq, note.Settings, paragraphs, wire.RunsOf(runs)}}, err
		})
	// Which action is needed depends on the kind: every kind is an operation of its own.
	route(n, auth.NoteOpen, http.MethodPost, "/notes/{id}/operations", "Do an operation on a note, as sockets do",
		func(ctx context.Context, in *operationIn) (*body[wire.Entry], error) {
			op, err := notebook.DecodeOp(in.Body.Kind, in.Body.Body)
			if err != nil {
				return nil, err
			}
			id := in.Body.ID
			if id == "" {
				id = in.Key
			}
			e, err := n.notes.Do(ctx, in.ID, id, op)
			return &body[wire.Entry]{wire.EntryOf(in.ID, e)}, err
		})
}
