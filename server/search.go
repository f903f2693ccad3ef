package server

import (
	"context"
	"net/http"

	"quire/auth"
	"quire/notebook"
	"quire/socket/wire"
)

// Hit is a paragraph that fits, or without one a note whose name does.
type Hit struct {
	Note      auth.ID      `json:"note"`
	Name      string       `json:"name" doc:"the note's"`
	Path      []wire.Place `json:"path" doc:"the folders above the note that one may read, topmost first"`
	Paragraph string       `json:"paragraph,omitempty"`
	Title     string       `json:"title,omitempty" doc:"the paragraph's"`
	Snippet   string       `json:"snippet,omitempty" doc:"text around the first word that was found"`
}

// HitList is what a search found.
type HitList struct {
	Hits  []Hit `json:"hits" doc:"names of notes first, then paragraphs, the best first"`
	Total int   `json:"total" doc:"how many fit, also of those not listed"`
	More  bool  `json:"more,omitempty" doc:"there are more than were counted"`
}

type searchIn struct {
	Query  string `query:"q" maxLength:"1000" doc:"words; those in quotation marks stand behind each other, the last may be the beginning of one"`
	Shared string `query:"shared" enum:"me,some,everyone" doc:"only notes that are shared so"`
	Limit  int    `query:"limit" minimum:"0" maximum:"100" doc:"at most so many hits; 20 when left out"`
}

// searchRoutes declares how text is found.
func (n *NotebookServer) searchRoutes() {
	route(n, auth.Search, http.MethodGet, "/search", "Search what one may read",
		func(ctx context.Context, in *searchIn) (*body[HitList], error) {
			found, err := n.tree.Search(ctx, in.Query, notebook.Sharing(in.Shared), in.Limit)
			out := HitList{Hits: make([]Hit, len(found.Hits)), Total: found.Total, More: found.More}
			for i, h := range found.Hits {
				out.Hits[i] = Hit{Note: h.Note, Name: h.Name, Path: wire.PathOf(h.Path), Paragraph: h.Paragraph,
					Title: h.Title, Snippet: h.Snippet}
			}
			return &body[HitList]{out}, err
		})
}
