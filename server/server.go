// Package server turns HTTP requests of Quire's own API into calls on services.
// NotebookServer ties the surfaces together and authenticates every request once.
// Nothing here decides who may do what: the services ask the gate.
package server

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"

	"quire/auth"
	"quire/auth/account"
	"quire/notebook"
	"quire/notebook/files"
	"quire/notebook/interpreter"
)

// Config is what the surfaces need to know besides the services.
type Config struct {
	// PublicURL is where people reach the server; its origin is the only one that
	// browsers may come from. Empty while the server listens on loopback: then any
	// loopback name is right.
	PublicURL *url.URL
	// Base is where links lead: the public URL, or http:// and the address listened on.
	Base string
	// Build names this build; a page of another build reloads itself.
	Build string
	// Started is when the process started, for /healthz.
	Started time.Time
}

// NotebookServer holds the sessions of everybody: it authenticates requests and
// sockets, and hands what they ask for to the services.
type NotebookServer struct {
	config   Config
	log      *slog.Logger
	gate     *auth.Gate
	accounts *account.Service
	tree     *notebook.Tree
	notes    *notebook.Service
	files    *files.Service

	interpreters Interpreters
	setUp        *interpreter.Service
	ready        func(context.Context) error
	countFiles   CountFiles
	requests     *prometheus.HistogramVec
	metrics      http.Handler

	router chi.Router
	api    huma.API
}

// Services are what the server hands requests to.
type Services struct {
	Gate     *auth.Gate
	Accounts *account.Service
	Tree     *notebook.Tree
	Notes    *notebook.Service
	Files    *files.Service
	// Interpreters tells what can be run.
	Interpreters Interpreters
	// SetUp is what administrators do with interpreters, connections and gateways.
	SetUp *interpreter.Service
	// Ready fails while requests cannot be answered.
	Ready func(context.Context) error
	// CountFiles counts the files of notes, for previews; nil counts none.
	CountFiles CountFiles
	// Socket serves the upgraded connections of authenticated people.
	Socket http.Handler
	// Zeppelin serves the paths of Zeppelin's API, /api/notebook and the like.
	Zeppelin http.Handler
	// Pages serves the browser interface.
	Pages http.Handler
	// Metrics is read at /metrics, and gets the server's own.
	Metrics *prometheus.Registry
}

// New returns a server with all its routes.
func New(c Config, s Services, log *slog.Logger) *NotebookServer {
	n := &NotebookServer{
		config: c, log: log, gate: s.Gate, accounts: s.Accounts, tree: s.Tree, notes: s.Notes, files: s.Files,
		interpreters: s.Interpreters, setUp: s.SetUp, ready: s.Ready, countFiles: s.CountFiles,
		router: chi.NewRouter(),
	}
	n.measure(s.Metrics)
	n.router.Use(n.withRequestID, n.logged, n.recovered)
	// Probes come by whatever name or address an orchestrator has for us.
	n.router.Get("/healthz", n.healthz)
	n.router.Get("/readyz", n.readyz)
	surfaces := n.router.With(n.sameOrigin, n.authenticated)
	n.api = humachi.New(surfaces, apiConfig())
	n.routes()
	describeSocket(n.api.OpenAPI().Components.Schemas)
	if n.metrics != nil {
		surfaces.Get("/metrics", n.serveMetrics)
	}
	mount(surfaces, "/api/v1/socket", s.Socket)
	mount(surfaces, "/api/*", s.Zeppelin)
	mount(surfaces, "/*", s.Pages)
	return n
}

func mount(r chi.Router, pattern string, h http.Handler) {
	if h != nil {
		r.Handle(pattern, h)
	}
}

// routes declares Quire's own REST API, subject by subject.
func (n *NotebookServer) routes() {
	n.sessionRoutes()
	n.meRoutes()
	n.peopleRoutes()
	n.groupRoutes()
	n.capRoutes()
	n.ownerlessRoutes()
	n.settingsRoutes()
	n.auditRoutes()
	n.treeRoutes()
	n.grantRoutes()
	n.linkRoutes()
	n.requestRoutes()
	n.accessRoutes()
	n.previewRoutes()
	n.searchRoutes()
	n.noteRoutes()
	n.runRoutes()
	n.importRoutes()
	n.exportRoutes()
	n.fileRoutes()
	n.interpreterRoutes()
	n.setUpRoutes()
}

// Handler returns everything the server answers.
func (n *NotebookServer) Handler() http.Handler { return n.router }

// OpenAPI returns the document of the REST API as JSON, with the socket's frames
// among its schemas.
func (n *NotebookServer) OpenAPI() ([]byte, error) { return n.api.OpenAPI().MarshalJSON() }

func apiConfig() huma.Config {
	c := huma.DefaultConfig("Quire", "1")
	c.OpenAPIPath = "/api/v1/openapi"
	c.DocsPath = ""
	c.SchemasPath = ""
	c.CreateHooks = nil
	c.Components.Schemas = newSchemas()
	c.RejectUnknownQueryParameters = true
	return c
}
