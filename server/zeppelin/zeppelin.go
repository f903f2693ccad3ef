// Package zeppelin serves the paths of Apache Zeppelin's REST API, in the shapes
// and with the status codes that its clients expect. Each request becomes one call
// on a service of Quire's; ids of notes are Quire's.
package zeppelin

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
	"quire/notebook"
)

// maxBody bounds the body of a request, in bytes.
const maxBody = 1 << 20

// Config is what the handler hands requests to.
type Config struct {
	Tree *notebook.Tree
	// Notes are the open notes.
	Notes    Notes
	Accounts *account.Service
	// Client tells where a request comes from.
	Client func(context.Context) account.Client
	// Cookie makes the cookie of a sign-in out of its secret.
	Cookie func(secret string) *http.Cookie
	// Version is that of this build.
	Version string
	Log     *slog.Logger
}

// Handler serves what stands below /api. Requests come authenticated: the actor is
// in their contexts.
type Handler struct {
	Config
	mux *http.ServeMux
}

// New returns the handler.
func New(c Config) *Handler {
	h := &Handler{Config: c, mux: http.NewServeMux()}
	h.mux.HandleFunc("GET /api/version", h.version)
	h.mux.HandleFunc("GET /api/login", h.loginWanted)
	h.mux.HandleFunc("POST /api/login", h.login)
	h.mux.HandleFunc("POST /api/login/logout", h.logout)
	h.handle("GET /api/security/ticket", h.ticket)
	h.handle("GET /api/security/userlist/{text}", h.userList)
	h.handle("GET /api/notebook", h.list)
	h.handle("POST /api/notebook", h.create)
	h.handle("GET /api/notebook/{id}", h.read)
	h.handle("DELETE /api/notebook/{id}", h.remove)
	h.handle("POST /api/notebook/{id}", h.clone)
	h.handle("PUT /api/notebook/{id}/rename", h.rename)
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

// handle routes to what returns the body of the answer. Whoever is not signed in is
// sent to /api/login, as Shiro does it in front of Zeppelin.
func (h *Handler) handle(pattern string, do func(*http.Request) (any, error)) {
	h.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if _, err := auth.ActorFrom(r.Context()); err != nil {
			w.Header().Set("Location", "/api/login")
			w.WriteHeader(http.StatusFound)
			return
		}
		out, err := do(r)
		if err != nil {
			h.refuse(w, r, err)
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

// errMediaType refuses a body that is not JSON.
var errMediaType = errors.New("the body must be JSON, and the Content-Type application/json")

func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, errMediaType) {
		answer(w, http.StatusUnsupportedMediaType, err.Error(), nil)
		return
	}
	f := fault.Of(err)
	if f.Code == fault.Internal {
		a, _ := auth.ActorFrom(r.Context())
		h.Log.Error("request failed", "error", err, "request", a.Request)
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
