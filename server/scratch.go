package server

import (
	"context"
	"net/http"

	"quire/auth"
	"quire/notebook"
)

type scratchIn struct {
	NodePath
	Body *struct {
		Files bool `json:"files,omitempty" doc:"copy the note's files too"`
	}
}

type keepIn struct {
	NodePath
	Body struct {
		Name   string  `json:"name"`
		Parent auth.ID `json:"parent,omitzero" doc:"the folder to put it into; the top when left out"`
	}
}

// scratchRoutes declares what is done with scratch copies, besides what is done with
// all notes.
func (n *NotebookServer) scratchRoutes() {
	route(n, auth.NoteScratch, http.MethodPost, "/nodes/{id}/scratch", "Copy a note to try things in: one's own, in no list, gone some time after it is closed",
		func(ctx context.Context, in *scratchIn) (*body[ClonedBody], error) {
			d, left, err := n.tree.Scratch(ctx, in.ID, orZero(in.Body).Files)
			return &body[ClonedBody]{ClonedBody{nodeBody(d), left}}, err
		})
	route(n, auth.ScratchKeep, http.MethodPost, "/nodes/{id}/keep", "Make a scratch copy a note of one's own",
		func(ctx context.Context, in *keepIn) (*body[NodeBody], error) {
			return answerNode(n.tree.KeepScratch(ctx, in.ID, notebook.CloneNote{Name: in.Body.Name, Parent: in.Body.Parent}))
		})
}
