package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"quire/auth"
	"quire/notebook"
	"quire/notebook/kernel/gateway"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait in these tests.
const patience = 60 * time.Second

// until waits for what has no signal.
func until(t *testing.T, done func() bool, what string) {
	t.Helper()
	require.Eventually(t, done, patience, 20*time.Millisecond, what)
}

// to returns a gateway at an address.
func to(t *testing.T, url string, change func(*gateway.Config)) *gateway.Gateway {
	t.Helper()
	c := gateway.Config{Name: "hub", URL: url, Token: token, Log: slog.New(slog.DiscardHandler)}
	if testing.Verbose() {
		c.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	if change != nil {
		change(&c)
	}
	g, err := gateway.New(c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	g.Hurry(200*time.Millisecond, time.Second, 5*time.Second)
	return g
}

func start(t *testing.T, g *gateway.Gateway, change func(*notebook.StartKernel)) notebook.Kernel {
	t.Helper()
	req := notebook.StartKernel{Spec: "python3", Note: auth.NewID()}
	if change != nil {
		change(&req)
	}
	k, err := g.Start(t.Context(), req)
	require.NoError(t, err)
	endAfter(t, k)
	return k
}

// startTogether starts kernels of several notes at the same time, for a person each.
func startTogether(t *testing.T, g *gateway.Gateway, people ...string) []notebook.Kernel {
	t.Helper()
	kernels, errs := make([]notebook.Kernel, len(people)), make([]error, len(people))
	var all sync.WaitGroup
	for i, person := range people {
		all.Go(func() {
			kernels[i], errs[i] = g.Start(t.Context(), notebook.StartKernel{Spec: "python3", Note: auth.NewID(), Person: person})
		})
	}
	all.Wait()
	for i, k := range kernels {
		require.NoError(t, errs[i])
		endAfter(t, k)
	}
	return kernels
}

func endAfter(t *testing.T, k notebook.Kernel) {
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		require.NoError(t, k.Shutdown(ctx))
	})
}

// heard collects outputs.
type heard struct {
	mu  sync.Mutex
	all []notebook.Output
	res chan notebook.ExecuteResult
}

func begin(k notebook.Kernel, req notebook.ExecuteRequest) *heard {
	h := &heard{res: make(chan notebook.ExecuteResult, 1)}
	go func() {
		h.res <- k.Execute(context.Background(), req, func(o notebook.Output) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.all = append(h.all, o)
		})
	}()
	return h
}

func (h *heard) outputs() []notebook.Output {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]notebook.Output(nil), h.all...)
}

func (h *heard) text() string {
	var b strings.Builder
	for _, o := range h.outputs() {
		if s, ok := o.(notebook.StreamOutput); ok {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

// dropped are the notices of loss.
func (h *heard) dropped() (all []notebook.DroppedOutput) {
	for _, o := range h.outputs() {
		if d, ok := o.(notebook.DroppedOutput); ok {
			all = append(all, d)
		}
	}
	return all
}

func (h *heard) until(t *testing.T, text string) {
	t.Helper()
	until(t, func() bool { return strings.Contains(h.text(), text) }, "it prints "+text)
}

// question waits for one of the code.
func (h *heard) question(t *testing.T) notebook.InputRequest {
	t.Helper()
	var q notebook.InputRequest
	until(t, func() bool {
		for _, o := range h.outputs() {
			if i, ok := o.(notebook.InputRequest); ok {
				q = i
			}
		}
		return q.Prompt != ""
	}, "it asks")
	return q
}

func (h *heard) end(t *testing.T) notebook.ExecuteResult { t.Helper(); return await(t, h.res) }

func await[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		require.FailNow(t, "waited too long")
		panic("unreachable")
	}
}

// eval runs code that must succeed and returns what it printed.
func eval(t *testing.T, k notebook.Kernel, code string) string {
	t.Helper()
	h := begin(k, notebook.ExecuteRequest{Code: code})
	res := h.end(t)
	require.Equal(t, notebook.ExecuteOK, res.Status, "%v %v", res, h.outputs())
	return strings.TrimSpace(h.text())
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(err)
	}
	return string(b)
}
