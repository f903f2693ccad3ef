package zeppelin

import (
	"net/http"
	"strings"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// listed is a note in a list.
type listed struct {
	ID   string `json:"id"`
	Path string `json:"path"`
}

// list answers GET /api/notebook: the notes one may read, with their paths from the
// topmost folder one may read.
func (h *Handler) list(r *http.Request) (any, error) {
	nodes, _, err := h.Tree.List(r.Context(), 0)
	if err != nil {
		return nil, err
	}
	paths := pathsOf(nodes)
	notes := []listed{}
	for _, n := range nodes {
		if n.Kind == notebook.NoteNode {
			notes = append(notes, listed{n.ID.String(), paths[n.ID]})
		}
	}
	return notes, nil
}

// pathsOf names each node from the top, as Zeppelin does: /folder/note.
func pathsOf(nodes []notebook.Node) map[auth.ID]string {
	byID := map[auth.ID]notebook.Node{}
	for _, n := range nodes {
		byID[n.ID] = n
	}
	paths := map[auth.ID]string{}
	var path func(auth.ID) string
	path = func(id auth.ID) string {
		n, ok := byID[id]
		if !ok {
			return ""
		}
		if paths[id] == "" {
			paths[id] = path(n.Parent) + "/" + n.Name
		}
		return paths[id]
	}
	for id := range byID {
		path(id)
	}
	return paths
}

// newNote is a note to be. Clients of before 0.9 say name for notePath.
type newNote struct {
	NotePath   string         `json:"notePath"`
	Name       string         `json:"name"`
	Default    string         `json:"defaultInterpreterGroup"`
	Empty      bool           `json:"addingEmptyParagraph"`
	Paragraphs []newParagraph `json:"paragraphs"`
}

type newParagraph struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

// untitled is the path of a note without one.
const untitled = "/Untitled Note"

// create answers POST /api/notebook with the new note's id. Unlike Zeppelin it keeps
// the paragraphs that came along.
func (h *Handler) create(r *http.Request) (any, error) {
	var put newNote
	if err := readBody(r, &put); err != nil {
		return nil, err
	}
	content := &notebook.NewContent{Settings: notebook.NoteSettings{DefaultInterpreter: put.Default}}
	for _, p := range put.Paragraphs {
		content.Paragraphs = append(content.Paragraphs, notebook.NewParagraph{Title: p.Title, Text: p.Text})
	}
	if put.Empty && len(put.Paragraphs) == 0 {
		content.Paragraphs = append(content.Paragraphs, notebook.NewParagraph{})
	}
	made, err := h.Tree.Create(r.Context(), notebook.CreateNode{
		Kind: notebook.NoteNode, Name: pathOr(put.NotePath, put.Name, untitled), Content: content,
	})
	return made.ID.String(), err
}

// pathOr returns the first path that says something, without the slashes around it.
func pathOr(paths ...string) string {
	for _, p := range paths {
		if p = strings.Trim(strings.TrimSpace(p), "/"); p != "" {
			return p
		}
	}
	return ""
}

// remove answers DELETE /api/notebook/{id}. Zeppelin deletes at once and for good;
// here the note goes to the trash, from where its owners can take it back.
func (h *Handler) remove(r *http.Request) (any, error) {
	id, err := h.noteID(r)
	if err != nil {
		return nil, err
	}
	return nil, h.tellApart(r, id, h.Tree.TrashNode(r.Context(), id))
}

// rename answers PUT /api/notebook/{id}/rename; name is a whole path.
func (h *Handler) rename(r *http.Request) (any, error) {
	id, err := h.noteID(r)
	if err != nil {
		return nil, err
	}
	var put struct {
		Name string `json:"name"`
	}
	if err := readBody(r, &put); err != nil {
		return nil, err
	}
	path := pathOr(put.Name)
	if path == "" {
		return nil, fault.New(fault.Invalid, "name can not be empty")
	}
	_, err = h.Tree.MoveToPath(r.Context(), id, path)
	return nil, h.tellApart(r, id, err)
}

// clone answers POST /api/notebook/{id} with the copy's id. A copy takes reading,
// where Zeppelin asks for writing by REST and for nothing by its socket.
func (h *Handler) clone(r *http.Request) (any, error) {
	id, err := h.noteID(r)
	if err != nil {
		return nil, err
	}
	var put newNote
	if r.ContentLength != 0 {
		if err := readBody(r, &put); err != nil {
			return nil, err
		}
	}
	made, err := h.Tree.Clone(r.Context(), id, notebook.CloneNote{Name: pathOr(put.NotePath, put.Name, "/Cloned Note_"+id.String())})
	return made.ID.String(), h.tellApart(r, id, err)
}

// noteID reads the note's id from the path. What is no id of ours, and a folder's, is
// no note.
func (h *Handler) noteID(r *http.Request) (auth.ID, error) {
	id, err := auth.ParseID(r.PathValue("id"))
	if err != nil {
		return id, errNoNote
	}
	if node, err := h.Tree.Show(r.Context(), id); err == nil && node.Kind != notebook.NoteNode {
		return id, errNoNote
	}
	return id, nil
}
