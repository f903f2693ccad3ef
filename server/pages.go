package server

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// appPolicy is the content security policy of the interface: scripts only from
// our own files, and no text ever becomes one (Trusted Types). Styles may be
// inline because the editor writes its theme that way.
const appPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' blob: data:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; frame-src 'self'; " +
	"manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'"

// framePolicy is that of the page in which outputs run their scripts. "sandbox"
// keeps its origin opaque even when somebody opens it by itself, and nothing may be
// fetched from there.
const framePolicy = "sandbox allow-scripts allow-downloads; default-src 'none'; " +
	"script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; " +
	"media-src data: blob:; connect-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"

const notBuilt = "<!doctype html><title>Quire</title><p>The server runs, but its interface was not built. " +
	"Run <code>make build</code> and start the server again."

// asset is a file of the interface, ready to be sent.
type asset struct {
	kind    string
	plain   []byte
	zipped  []byte // nil when that is no shorter
	headers map[string]string
}

// Pages serves the browser interface: hashed files that may be kept for ever, the
// frame page with its own policy, and for every other path the interface itself,
// which knows what to show there.
type Pages struct {
	assets map[string]asset
	index  asset
}

// NewPages reads the built interface.
func NewPages(files fs.FS, log *slog.Logger) *Pages {
	p := &Pages{assets: map[string]asset{}}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Base(name) == ".keep" {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err == nil {
			p.assets["/"+name] = newAsset(name, data)
		}
		return err
	})
	if err != nil {
		log.Error("the interface cannot be read", "error", err)
	}
	index, ok := p.assets["/index.html"]
	if !ok {
		log.Warn("the interface was not built; run make build")
		index = newAsset("index.html", []byte(notBuilt))
	}
	p.index = index
	return p
}

func newAsset(name string, data []byte) asset {
	a := asset{kind: mime.TypeByExtension(path.Ext(name)), plain: data, headers: map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-cache",
		"Content-Security-Policy": appPolicy, "Cross-Origin-Opener-Policy": "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
	}}
	if a.kind == "" {
		a.kind = "application/octet-stream"
	}
	switch {
	case strings.HasPrefix(name, "_frame/"):
		a.headers["Content-Security-Policy"] = framePolicy
		a.headers["Referrer-Policy"] = "no-referrer"
		a.headers["Cache-Control"] = "public, max-age=31536000, immutable"
		delete(a.headers, "Cross-Origin-Opener-Policy")
	case strings.HasPrefix(name, "assets/"):
		a.headers["Cache-Control"] = "public, max-age=31536000, immutable"
	}
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = z.Write(data)
	_ = z.Close()
	if b.Len() < len(data)*9/10 {
		a.zipped = b.Bytes()
	}
	return a
}

// ServeHTTP implements http.Handler.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		answerText(w, http.StatusMethodNotAllowed, "Pages can only be read.\n")
		return
	}
	a, ok := p.assets[r.URL.Path]
	switch {
	case ok && r.URL.Path != "/index.html":
	case strings.HasPrefix(r.URL.Path, "/assets/"), strings.HasPrefix(r.URL.Path, "/_frame/"):
		answerText(w, http.StatusNotFound, "There is no such file. The page may be of another version; reload it.\n")
		return
	default:
		a = p.index
	}
	a.send(w, r)
}

func (a asset) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for k, v := range a.headers {
		h.Set(k, v)
	}
	h.Set("Content-Type", a.kind)
	data := a.plain
	if a.zipped != nil {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			data = a.zipped
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(data)
	}
}
