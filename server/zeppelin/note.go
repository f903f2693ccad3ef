package zeppelin

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/zpln"
)

// Notes are the open notes.
type Notes interface {
	// Export returns a note as whoever acts sees it.
	Export(ctx context.Context, note auth.ID, name string) (*notebook.Exported, error)
}

// maxNote bounds a note in an answer, in bytes: it is put together in memory, as
// Zeppelin's clients expect one JSON text.
const maxNote = 64 << 20

// read answers GET /api/notebook/{id}: the note as a .zpln file has it, with its id
// and its path here.
func (h *Handler) read(r *http.Request) (any, error) {
	id, err := h.noteID(r)
	if err != nil {
		return nil, err
	}
	node, err := h.Tree.Show(r.Context(), id)
	if err != nil {
		return nil, h.tellApart(r, id, err)
	}
	exported, err := h.Notes.Export(r.Context(), id, node.Name)
	if err != nil {
		return nil, h.tellApart(r, id, err)
	}
	var file bounded
	if err := zpln.Write(&file, exported, zpln.Options{Outputs: true}); err != nil {
		return nil, err
	}
	var note map[string]json.RawMessage
	if err := json.Unmarshal(file.Bytes(), &note); err != nil {
		return nil, err
	}
	path := ""
	for _, folder := range node.Path {
		path += "/" + folder.Name
	}
	for key, text := range map[string]string{"id": id.String(), "path": path + "/" + node.Name} {
		if note[key], err = json.Marshal(text); err != nil {
			return nil, err
		}
	}
	return note, nil
}

// bounded refuses to hold more than a note may be.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxNote {
		return 0, fault.New(fault.TooLarge, "With its results the note has more than %d MB. Export it as a file instead.", maxNote>>20)
	}
	return b.Buffer.Write(p)
}
