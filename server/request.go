package server

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"quire/auth"
)

type (
	requestKey struct{}
	remoteKey  struct{}
	agentKey   struct{}
)

// withRequestID gives every request an id that the answer and all its log lines
// carry.
func (n *NotebookServer) withRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := auth.NewID().String()
		w.Header().Set("X-Request-Id", id)
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			host = r.RemoteAddr
		}
		ctx := context.WithValue(r.Context(), requestKey{}, id)
		ctx = context.WithValue(ctx, remoteKey{}, host)
		ctx = context.WithValue(ctx, agentKey{}, r.UserAgent())
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func requestID(ctx context.Context) string {
	if ctx == nil {
		return ""
	}
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// userAgent is what the browser calls itself, for the list of sign-ins.
func userAgent(ctx context.Context) string {
	a, _ := ctx.Value(agentKey{}).(string)
	return a
}

// logged writes one line for each request, without query or body: those may hold
// what is nobody else's business.
func (n *NotebookServer) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		rec := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(rec, r)
		n.observe(r.Method, rec.status, time.Since(began))
		level := slog.LevelDebug
		if rec.status >= http.StatusInternalServerError && !gone(r.Context()) {
			level = slog.LevelWarn
		}
		n.log.Log(r.Context(), level, "request", "method", r.Method, "path", r.URL.Path,
			"status", rec.status, "took", time.Since(began), "request", requestID(r.Context()))
	})
}

// gone tells that whoever asked has not waited for the answer, so that nothing is
// wrong with its failing.
func gone(ctx context.Context) bool { return errors.Is(ctx.Err(), context.Canceled) }

// statusRecorder remembers the status that was sent, and lets sockets through.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (s *statusRecorder) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *statusRecorder) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// Hijack lets the socket take the connection over.
func (s *statusRecorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	s.status = http.StatusSwitchingProtocols
	return http.NewResponseController(s.ResponseWriter).Hijack()
}

// recovered turns a panic into an answer and a log line; the other requests go on.
func (n *NotebookServer) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			n.log.ErrorContext(r.Context(), "panic in a request", "panic", fmt.Sprint(v),
				"request", requestID(r.Context()), "stack", string(debug.Stack()))
			answerError(w, r, fmt.Errorf("panic: %v", v))
		}()
		next.ServeHTTP(w, r)
	})
}
