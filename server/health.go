package server

import (
	"net/http"
	"time"
)

// healthz tells that the process lives. It asks nothing of the database, so that
// an orchestrator does not restart us for its sake.
func (n *NotebookServer) healthz(w http.ResponseWriter, _ *http.Request) {
	answerText(w, http.StatusOK, "ok, up "+time.Since(n.config.Started).Round(time.Second).String()+"\n")
}

// readyz tells whether requests can be answered: the database can be reached.
func (n *NotebookServer) readyz(w http.ResponseWriter, r *http.Request) {
	if err := n.ready(r.Context()); err != nil {
		answerText(w, http.StatusServiceUnavailable, "not ready: the database cannot be reached\n")
		return
	}
	answerText(w, http.StatusOK, "ready\n")
}

func answerText(w http.ResponseWriter, status int, s string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(s))
}
