package kernel_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"quire/auth"
	"quire/notebook"
	"quire/notebook/kernel"
)

// rolePlayed names, in the environment, what the test binary is when a test starts
// it as another process.
const rolePlayed = "QUIRE_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(rolePlayed) {
	case "server":
		serveUntilKilled()
	case "fake":
		runFake()
	default:
		goleak.VerifyTestMain(m)
	}
}

// reexec is a command of this very test binary in another role.
func reexec(t *testing.T, role string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), rolePlayed+"="+role)
	cmd.Stderr = os.Stderr
	return cmd
}

// patience bounds every wait in these tests.
const patience = 30 * time.Second

func newManager(t *testing.T, change func(*kernel.Config)) *kernel.Manager {
	t.Helper()
	cfg := kernel.Config{
		Separation:  kernel.SeparationNone,
		SpecPath:    []string{"/usr/share/jupyter/kernels"},
		StopTimeout: time.Second,
		Log:         slog.New(slog.DiscardHandler),
	}
	if testing.Verbose() {
		cfg.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	if change != nil {
		change(&cfg)
	}
	m, err := kernel.New(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	return m
}

// openDir makes a folder that every user can reach; t.TempDir's parents cannot be.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "quire-test-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o711))
	return dir
}

func start(t *testing.T, m *kernel.Manager, req notebook.StartKernel) notebook.Kernel {
	t.Helper()
	if req.Spec == "" {
		req.Spec = "python3"
	}
	if req.Dir == "" {
		req.Dir = filepath.Join(openDir(t), "note")
	}
	req.Note = auth.NewID()
	k, err := m.Start(t.Context(), req)
	require.NoError(t, err)
	return k
}

// newKernel is a Python kernel without separation.
func newKernel(t *testing.T) notebook.Kernel {
	t.Helper()
	return start(t, newManager(t, nil), notebook.StartKernel{})
}

// heard collects outputs.
type heard struct {
	mu  sync.Mutex
	all []notebook.Output
	has chan struct{}
}

func newHeard() *heard { return &heard{has: make(chan struct{}, 1)} }

func (h *heard) sink(o notebook.Output) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, o)
	select {
	case h.has <- struct{}{}:
	default:
	}
}

func (h *heard) text() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return textOf(h.all)
}

// await waits until the text that was printed contains want.
func (h *heard) await(t *testing.T, want string) {
	t.Helper()
	deadline := time.After(patience)
	for !strings.Contains(h.text(), want) {
		select {
		case <-h.has:
		case <-deadline:
			require.Contains(t, h.text(), want)
		}
	}
}

func textOf(outs []notebook.Output) string {
	var b strings.Builder
	for _, o := range outs {
		if s, ok := o.(notebook.StreamOutput); ok {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

func run(t *testing.T, k notebook.Kernel, code string) (notebook.ExecuteResult, []notebook.Output) {
	t.Helper()
	h := newHeard()
	res := k.Execute(t.Context(), notebook.ExecuteRequest{Code: code}, h.sink)
	return res, h.all
}

// eval runs code that must succeed and returns what it printed.
func eval(t *testing.T, k notebook.Kernel, code string) string {
	t.Helper()
	res, outs := run(t, k, code)
	require.Equal(t, notebook.ExecuteOK, res.Status, "%v %v", res, outs)
	return strings.TrimSpace(textOf(outs))
}

// begin runs code in the background.
func begin(k notebook.Kernel, code string) (*heard, <-chan notebook.ExecuteResult) {
	h := newHeard()
	res := make(chan notebook.ExecuteResult, 1)
	go func() { res <- k.Execute(context.Background(), notebook.ExecuteRequest{Code: code}, h.sink) }()
	return h, res
}

// waitForFile is Python that waits until letGo was called for its folder.
const waitForFile = `
import os
while not os.path.exists("go"): pass
`

func letGo(t *testing.T, dir string) {
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), nil, 0o644))
}

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
