package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"quire/auth"
)

// requestSeconds counts requests and their time by method and kind of status.
// Paths are left out: they hold ids.
var requestSeconds = prometheus.HistogramOpts{
	Name: "quire_http_request_seconds", Help: "Time to answer requests, by method and status class.",
	Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5},
}

// measure prepares the server's own metrics; without a registry nothing is kept.
func (n *NotebookServer) measure(r *prometheus.Registry) {
	if r == nil {
		return
	}
	n.requests = prometheus.NewHistogramVec(requestSeconds, []string{"method", "status"})
	r.MustRegister(n.requests)
	n.metrics = promhttp.HandlerFor(r, promhttp.HandlerOpts{})
}

func (n *NotebookServer) observe(method string, status int, took time.Duration) {
	if n.requests != nil {
		n.requests.WithLabelValues(method, strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
	}
}

// serveMetrics lets administrators read the metrics, such as by a token of theirs.
func (n *NotebookServer) serveMetrics(w http.ResponseWriter, r *http.Request) {
	if _, err := n.gate.CheckServer(r.Context(), auth.MetricsShow); err != nil {
		answerError(w, r, err)
		return
	}
	n.metrics.ServeHTTP(w, r)
}
