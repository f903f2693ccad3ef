// Package zeppelin serves the paths of Apache Zeppelin's REST API, in the shapes
// and with the status codes that its clients expect. Each request becomes one call
// on a service of Quire's; ids of notes are Quire's.
package zeppelin

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// maxBody bounds the body of a request, in bytes.
const maxBody = 1 << 20

// Handler serves what stands below /api. Requests come authenticated: the actor is
// in their contexts.
type Handler struct {
	tree *notebook.Tree
	log  *slog.Logger
	mux  *http.ServeMux
}

// New returns the handler.
func New(tree *notebook.Tree, log *slog.Logger) *Handler {
	h := &Handler{tree: tree, log: log, mux: http.NewServeMux()}
	h.handle("GET /api/notebook/{id}/permissions", h.permissions)
	h.handle("PUT /api/notebook/{id}/permissions", h.setPermissions)
	h.mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, "Quire does not have this part of Zeppelin's API.", nil)
	})
	return h
}

// ServeHTTP implements http.Handler. Zeppelin takes every path with a slash at the
// end as well (JAX-RS), so that is cut off first.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if path := strings.TrimRight(r.URL.Path, "/"); path != r.URL.Path && path != "/api" {
		r = r.Clone(r.Context())
		r.URL.Path, r.URL.RawPath = path, ""
	}
	h.mux.ServeHTTP(w, r)
}

// handle routes to what returns the body of the answer.
func (h *Handler) handle(pattern string, do func(*http.Request) (any, error)) {
	h.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		a, err := auth.ActorFrom(r.Context())
		if err != nil {
			h.refuse(w, a, err)
			return
		}
		out, err := do(r)
		if err != nil {
			h.refuse(w, a, err)
			return
		}
		answer(w, http.StatusOK, "", out)
	})
}

// statuses maps fault codes to Zeppelin's.
var statuses = map[fault.Code]int{
	fault.Invalid:         http.StatusBadRequest,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Stale:           http.StatusConflict,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.TooMany:         http.StatusTooManyRequests,
	fault.Unavailable:     http.StatusServiceUnavailable,
	fault.Internal:        http.StatusInternalServerError,
}

func (h *Handler) refuse(w http.ResponseWriter, a auth.Actor, err error) {
	f := fault.Of(err)
	if f.Code == fault.Internal {
		h.log.Error("request failed", "error", err, "request", a.Request)
	}
	answer(w, statuses[f.Code], f.Message, nil)
}

// envelope is what every answer of Zeppelin's is wrapped in (JsonResponse): the
// name of the status, a message and perhaps a body.
type envelope struct {
	Status  string `json:"status"`
	Message string `json:"message"`
	Body    any    `json:"body,omitempty"`
}

// answer writes an envelope. The status is named as JAX-RS names it: NOT_FOUND.
func answer(w http.ResponseWriter, status int, message string, body any) {
	name := strings.ToUpper(strings.ReplaceAll(http.StatusText(status), " ", "_"))
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(envelope{Status: name, Message: message, Body: body})
}
