package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"quire/notebook"
	"quire/notebook/kernel"
	"quire/socket"
)

// newMetrics returns what Prometheus reads beside the requests.
func newMetrics(sockets *socket.Server, runner *notebook.Runner, kernels *kernel.Manager, ready func(context.Context) error) *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	gauge := func(name, help string, value func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "quire_" + name, Help: help}, value))
	}
	gauge("sockets", "Open sockets of browsers.", func() float64 { return float64(sockets.Count()) })
	gauge("runs_open", "Runs that are queued or running.", func() float64 { return float64(len(runner.OpenRuns())) })
	gauge("kernels", "Kernels that run.", func() float64 { return float64(kernels.Count()) })
	gauge("database_up", "1 while the database answers.", func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if ready(ctx) != nil {
			return 0
		}
		return 1
	})
	return r
}
