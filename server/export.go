package server

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"path"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/files"
	"quire/notebook/ipynb"
	"quire/notebook/zpln"
)

type exportIn struct {
	NotePath
	stream
	Format  string `query:"format" default:"ipynb" enum:"ipynb,zpln,zip" doc:"a Jupyter notebook, a Zeppelin note, or an archive with a notebook and the note's files"`
	Outputs bool   `query:"outputs" default:"true" doc:"with what the paragraphs show you"`
	Files   bool   `query:"files" doc:"with the note's files; for zip"`
}

// exportsAtOnce bounds what is written out at the same time: each holds the output
// of one run in memory.
const exportsAtOnce = 4

// What stands in an archive.
const (
	archiveNote  = "note.ipynb"
	archiveFiles = "files/"
	archiveLeft  = "LEFT-OUT.txt"
)

// exportRoutes declares how a note leaves as a file.
func (n *NotebookServer) exportRoutes() {
	turns := make(chan struct{}, exportsAtOnce)
	streamed(n, auth.NoteExport, huma.Operation{Method: http.MethodGet, Path: "/notes/{id}/export", Summary: "Export a note as a file",
		Responses: map[string]*huma.Response{"200": {Description: "the file", Content: octets}}},
		func(ctx context.Context, in *exportIn) (*huma.StreamResponse, error) {
			if in.Files && in.Format != "zip" {
				return nil, fault.New(fault.Invalid, "Files go along in the format zip only.")
			}
			node, err := n.tree.Show(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			note, err := n.notes.Export(ctx, in.ID, node.Name)
			if err != nil {
				return nil, err
			}
			return &huma.StreamResponse{Body: func(huma.Context) { n.export(ctx, in, note, turns) }}, nil
		})
}

// export writes the file. What fails after it has begun breaks the connection off,
// so that nobody takes a part for the whole.
func (n *NotebookServer) export(ctx context.Context, in *exportIn, note *notebook.Exported, turns chan struct{}) {
	select {
	case turns <- struct{}{}:
		defer func() { <-turns }()
	case <-ctx.Done():
		return
	}
	w, end := in.steady()
	defer end()
	kinds := map[string]string{"ipynb": "application/x-ipynb+json", "zpln": "application/json", "zip": "application/zip"}
	asFile(w.Header(), safeName(note.Name)+"."+in.Format, kinds[in.Format])
	w.Header().Set("Cache-Control", "no-store")
	if err := n.writeExport(ctx, w, in, note); err != nil {
		n.log.WarnContext(ctx, "an export broke off", "note", in.ID, "error", err, "request", requestID(ctx))
		panic(http.ErrAbortHandler)
	}
}

func (n *NotebookServer) writeExport(ctx context.Context, w io.Writer, in *exportIn, note *notebook.Exported) error {
	switch in.Format {
	case "zpln":
		return zpln.Write(w, note, zpln.Options{Outputs: in.Outputs})
	case "zip":
		return n.writeArchive(ctx, w, in, note)
	}
	return ipynb.Write(w, note, ipynb.Options{Outputs: in.Outputs})
}

func (n *NotebookServer) writeArchive(ctx context.Context, w io.Writer, in *exportIn, note *notebook.Exported) error {
	archive := zip.NewWriter(w)
	one, err := create(archive, archiveNote, time.Now())
	if err != nil {
		return err
	}
	if err := ipynb.Write(one, note, ipynb.Options{Outputs: in.Outputs}); err != nil {
		return err
	}
	if in.Files {
		left, err := n.files.Each(ctx, in.ID, func(p string, f *files.File) error {
			one, err := create(archive, path.Join(archiveFiles, p), f.ChangedAt)
			if err != nil {
				return err
			}
			_, err = io.CopyN(one, f, f.Size)
			if err == io.EOF { // it has become shorter meanwhile
				err = nil
			}
			return err
		})
		if err != nil {
			return err
		}
		if err := leftOut(archive, left); err != nil {
			return err
		}
	}
	return archive.Close()
}

func create(archive *zip.Writer, name string, at time.Time) (io.Writer, error) {
	return archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at})
}

// leftOut tells in the archive what is not in it.
func leftOut(archive *zip.Writer, left int) error {
	var b bytes.Buffer
	b.WriteString("Folders at the top of the note's files whose names begin with a dot are not in this archive:\nthey hold installed packages and what programs remember.\n")
	if left > 0 {
		fmt.Fprintf(&b, "\n%d other things were left out: links, pipes, files that cannot be read or are too large.\n", left)
	}
	one, err := create(archive, archiveLeft, time.Now())
	if err == nil {
		_, err = one.Write(b.Bytes())
	}
	return err
}
