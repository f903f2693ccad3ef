package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/ipynb"
	"quire/notebook/zpln"
)

type importIn struct {
	stream
	Name   string  `query:"name" maxLength:"1000" doc:"the note's name, perhaps with folders before it; from the file when left out"`
	File   string  `query:"file" maxLength:"255" doc:"the file's own name, for a note whose file does not name it"`
	Parent auth.ID `query:"parent" doc:"the folder to import into; the top when left out"`
}

// ImportedBody is the note that was made of a file.
type ImportedBody struct {
	NodeBody
	Warnings []string `json:"warnings" doc:"what could not be kept as it was, in whole sentences"`
}

// importRoutes declares how notes come from files. A file is sent as it is.
func (n *NotebookServer) importRoutes() {
	streamed(n, auth.NoteImport, huma.Operation{Method: http.MethodPost, Path: "/notes/import",
		Summary:     "Import a Jupyter notebook, a Zeppelin note, or an archive that was exported here",
		RequestBody: &huma.RequestBody{Required: true, Content: octets}},
		func(ctx context.Context, in *importIn) (*body[ImportedBody], error) {
			out, err := n.importNote(ctx, in)
			if err != nil {
				return nil, err
			}
			return &body[ImportedBody]{*out}, nil
		})
	route(n, auth.NoteImport, http.MethodPost, "/notes/example", "Make an example note of one's own",
		func(ctx context.Context, _ *struct{}) (*body[NodeBody], error) {
			d, err := n.tree.CreateWith(ctx, "Example note", auth.ID{}, exampleNote())
			if fault.Is(err, fault.Conflict) {
				d, err = n.tree.CreateWith(ctx, "Example note "+auth.NewID().String()[20:], auth.ID{}, exampleNote())
			}
			return &body[NodeBody]{nodeBody(d)}, err
		})
}

func (n *NotebookServer) importNote(ctx context.Context, in *importIn) (*ImportedBody, error) {
	if _, err := n.gate.CheckServer(ctx, auth.NoteImport); err != nil {
		return nil, err
	}
	from := bufio.NewReader(in.upload())
	if head, _ := from.Peek(len(zipHead)); string(head) == zipHead {
		return n.importArchive(ctx, in, from)
	}
	data, err := readAll(from, notebook.MaxImport)
	if err != nil {
		return nil, err
	}
	file, err := readNoteFile(data)
	if err != nil {
		return nil, err
	}
	return n.makeImported(ctx, in, file, nil)
}

// readAll reads what has at most so many bytes.
func readAll(from io.Reader, most int64) ([]byte, error) {
	var b bytes.Buffer
	if _, err := b.ReadFrom(io.LimitReader(from, most+1)); err != nil {
		return nil, err
	}
	if int64(b.Len()) > most {
		return nil, fault.New(fault.TooLarge, "The file has more than %d bytes, which is what a note's may have.", most)
	}
	return b.Bytes(), nil
}

func (n *NotebookServer) makeImported(ctx context.Context, in *importIn, file *notebook.Imported, fill func(auth.ID) error) (*ImportedBody, error) {
	d, err := n.tree.CreateFilled(ctx, nameOf(in, file), in.Parent, &file.Content, fill)
	if err != nil {
		return nil, err
	}
	return &ImportedBody{nodeBody(d), append([]string{}, file.Warnings...)}, nil
}

// readNoteFile tells the formats apart by what only one of them has.
func readNoteFile(data []byte) (*notebook.Imported, error) {
	var head map[string]json.RawMessage
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The file is neither a Jupyter notebook (.ipynb) nor a Zeppelin note (.zpln, note.json) nor an archive exported here (.zip): %s.", err)
	}
	if _, ok := head["nbformat"]; ok {
		return ipynb.Read(data)
	}
	return zpln.Read(data)
}

// nameOf is what an imported note is called: as asked, as its file says, or as
// the file itself is called.
func nameOf(in *importIn, file *notebook.Imported) string {
	name := file.Name
	if in.Name != "" {
		name = in.Name
	}
	if name == "" {
		name = strings.TrimSuffix(path.Base(in.File), path.Ext(in.File))
	}
	if name == "" || name == "." || name == "/" {
		name = "Imported note"
	}
	return name
}
