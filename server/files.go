package server

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook/files"
)

// FileEntry is what stands in a folder of a note's files.
type FileEntry struct {
	Name      string    `json:"name" doc:"bytes that are no text, control characters and backslashes stand as \\xhh"`
	Kind      string    `json:"kind" enum:"file,folder,link,other"`
	Size      int64     `json:"size" doc:"in bytes, of a file"`
	ChangedAt time.Time `json:"changedAt"`
}

// FileList is a folder of a note's files.
type FileList struct {
	Path    string      `json:"path"`
	Entries []FileEntry `json:"entries" doc:"folders first, then by name; those that begin with a dot last"`
	More    int         `json:"more" doc:"how many are not listed"`
	AtLeast bool        `json:"atLeast" doc:"there are more than were counted"`
	Used    int64       `json:"used" doc:"what all files of the note take, in bytes"`
	Quota   int64       `json:"quota" doc:"what they may take"`
	TooMany bool        `json:"tooMany" doc:"there are too many to count them all: they take more than used says"`
}

type folderPathIn struct {
	NotePath
	Path string `query:"path" maxLength:"16000" doc:"names with slashes between, as listed; empty for the note's folder"`
}

// FilePath is one of a note's files in a request; exported like PrincipalPath.
type FilePath struct {
	NotePath
	Path string `query:"path" required:"true" maxLength:"16000" doc:"names with slashes between, as listed"`
}

type fileReadIn struct {
	FilePath
	stream
	Download bool `query:"download" doc:"always so: files are never shown on our origin"`
}

type fileWriteIn struct {
	FilePath
	stream
	Replace bool `query:"replace" default:"true" doc:"0 refuses to replace a file that is there"`
}

// stream is the connection under a request.
type stream struct {
	w http.ResponseWriter
	r *http.Request
}

// Resolve implements huma.Resolver.
func (s *stream) Resolve(c huma.Context) []error {
	s.r, s.w = humachi.Unwrap(c)
	return nil
}

type newFolderIn struct {
	NotePath
	Body struct {
		Path string `json:"path" maxLength:"16000" doc:"the new folder; the one it is in must be there"`
	}
}

type fileRenameIn struct {
	NotePath
	Body struct {
		From string `json:"from" maxLength:"16000"`
		To   string `json:"to" maxLength:"16000"`
	}
}

// octets is how bytes are described in the document.
var octets = map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}

// fileRoutes declares what is done with a note's files.
func (n *NotebookServer) fileRoutes() {
	route(n, auth.FileList, http.MethodGet, "/notes/{id}/files", "List a folder of a note's files",
		func(ctx context.Context, in *folderPathIn) (*body[FileList], error) {
			l, err := n.files.List(ctx, in.ID, in.Path)
			return &body[FileList]{fileList(l)}, err
		})
	n.streamRoutes()
	route(n, auth.FileWrite, http.MethodPost, "/notes/{id}/files/folder", "Make a folder among a note's files",
		func(ctx context.Context, in *newFolderIn) (*nothing, error) {
			return nil, n.files.MakeFolder(ctx, in.ID, in.Body.Path)
		})
	route(n, auth.FileWrite, http.MethodPost, "/notes/{id}/files/rename", "Rename or move one of a note's files or folders",
		func(ctx context.Context, in *fileRenameIn) (*nothing, error) {
			return nil, n.files.Rename(ctx, in.ID, in.Body.From, in.Body.To)
		})
	route(n, auth.FileDelete, http.MethodDelete, "/notes/{id}/files", "Delete one of a note's files, or a folder with all in it, for good",
		func(ctx context.Context, in *FilePath) (*nothing, error) {
			return nil, n.files.Delete(ctx, in.ID, in.Path)
		})
}

func (n *NotebookServer) streamRoutes() {
	streamed(n, auth.FileRead, huma.Operation{Method: http.MethodGet, Path: "/notes/{id}/files/content", Summary: "Download one of a note's files",
		Responses: map[string]*huma.Response{"200": {Description: "the file's bytes", Content: octets}, "206": {Description: "a part of them", Content: octets}}},
		func(ctx context.Context, in *fileReadIn) (*huma.StreamResponse, error) {
			f, err := n.files.Open(ctx, in.ID, in.Path)
			if err != nil {
				return nil, err
			}
			return &huma.StreamResponse{Body: func(huma.Context) { in.download(f) }}, nil
		})
	streamed(n, auth.FileWrite, huma.Operation{Method: http.MethodPut, Path: "/notes/{id}/files/content", Summary: "Upload a file into a note",
		RequestBody: &huma.RequestBody{Required: true, Content: octets}},
		func(ctx context.Context, in *fileWriteIn) (*body[FileEntry], error) {
			from := in.upload()
			e, err := n.files.Write(ctx, in.ID, files.Upload{Path: in.Path, Size: in.r.ContentLength, Keep: !in.Replace}, from)
			return &body[FileEntry]{fileEntry(e)}, err
		})
}

// streamed declares a route whose body or answer is bytes of any length.
func streamed[In, Out any](n *NotebookServer, op auth.Operation, o huma.Operation, handle func(context.Context, *In) (*Out, error)) {
	o.OperationID = op.Name() + "." + o.Method + o.Path
	o.Path = "/api/v1" + o.Path
	o.Extensions = map[string]any{operationKey: op.Name()}
	o.Errors = []int{400, 401, 403, 404, 409, 413, 429, 503}
	huma.Register(n.api, o, func(ctx context.Context, in *In) (*Out, error) {
		if _, err := auth.ActorFrom(ctx); err != nil {
			return nil, newErrorBody(ctx, fault.Of(err))
		}
		out, err := handle(ctx, in)
		if err != nil {
			return nil, n.failed(ctx, err)
		}
		return out, nil
	})
}

// stall is how long nothing may move on a connection that sends or takes bytes.
const stall = 60 * time.Second

// upload returns the request's body. Who sends nothing for long is cut off.
func (s *stream) upload() io.Reader {
	return &steadyReader{s.r.Body, http.NewResponseController(s.w)}
}

type steadyReader struct {
	from io.Reader
	conn *http.ResponseController
}

// Read implements io.Reader.
func (r *steadyReader) Read(b []byte) (int, error) {
	_ = r.conn.SetReadDeadline(time.Now().Add(stall))
	n, err := r.from.Read(b)
	if err != nil {
		_ = r.conn.SetReadDeadline(time.Time{})
		if err != io.EOF {
			err = fault.Wrap(err, fault.Invalid, "The upload broke off; nothing was changed.")
		}
	}
	return n, err
}

// steadyWriter cuts off who takes nothing for long.
type steadyWriter struct {
	http.ResponseWriter
	conn *http.ResponseController
}

// Write implements http.ResponseWriter.
func (w *steadyWriter) Write(b []byte) (int, error) {
	_ = w.conn.SetWriteDeadline(time.Now().Add(stall))
	return w.ResponseWriter.Write(b)
}

// steady returns what an answer of any length is written to; end gives the
// connection back.
func (s *stream) steady() (w *steadyWriter, end func()) {
	conn := http.NewResponseController(s.w)
	return &steadyWriter{s.w, conn}, func() { _ = conn.SetWriteDeadline(time.Time{}) }
}

// download answers with a file, or the part of it that was asked for.
func (s *stream) download(f *files.File) {
	defer f.Close()
	w, end := s.steady()
	defer end()
	asFile(w.Header(), f.Name, "application/octet-stream")
	http.ServeContent(w, s.r, "", f.ChangedAt, f)
}

func fileEntry(e files.Entry) FileEntry {
	return FileEntry{Name: e.Name, Kind: string(e.Kind), Size: e.Size, ChangedAt: e.ChangedAt.UTC()}
}

func fileList(l files.Listing) FileList {
	out := FileList{Path: l.Path, Entries: make([]FileEntry, len(l.Entries)), More: l.More, AtLeast: l.AtLeast,
		Used: l.Used, Quota: l.Quota, TooMany: l.TooMany}
	for i, e := range l.Entries {
		out.Entries[i] = fileEntry(e)
	}
	return out
}
