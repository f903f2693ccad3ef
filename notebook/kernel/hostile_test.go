package kernel_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel"
)

func newFake(t *testing.T, more func(*kernel.Config)) notebook.Kernel {
	t.Helper()
	m := newManager(t, func(c *kernel.Config) {
		fakeSpec(t, "")(c)
		c.MaxMessage = 1 << 20
		if more != nil {
			more(c)
		}
	})
	return start(t, m, notebook.StartKernel{Spec: "fake"})
}

func TestFakeKernel(t *testing.T) {
	for code, want := range map[string]notebook.ExecuteStatus{
		"well":             notebook.ExecuteOK,
		"wrong signatures": notebook.ExecuteOK,
		"unknown types":    notebook.ExecuteOK,
		"twice":            notebook.ExecuteAborted,
		"aborted":          notebook.ExecuteAborted,
		"payload":          notebook.ExecuteOK,
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			k := newFake(t, nil)
			res, outs := run(t, k, code)
			require.Equal(t, want, res.Status, "%v", res)
			if want == notebook.ExecuteOK {
				require.Equal(t, 7, res.Count)
				require.Equal(t, []notebook.Output{notebook.StreamOutput{Name: "stdout", Text: "end of " + code}}, outs)
			} else {
				require.NotEmpty(t, res.Reason)
			}
			_, outs = run(t, k, "well")
			require.Equal(t, "end of well", textOf(outs), "and it goes on")
		})
	}
}

func TestOrphanOutput(t *testing.T) {
	_, outs := run(t, newFake(t, nil), "no parent")
	require.Equal(t, "orphan end of no parent", textOf(outs))
}

// TestLateOutput: what comes after the end of its execution is not the next one's.
func TestLateOutput(t *testing.T) {
	k := newFake(t, nil)
	run(t, k, "late")
	_, outs := run(t, k, "well")
	require.Equal(t, "end of well", textOf(outs))
}

// TestLastWords: what a kernel sent before it died is delivered.
func TestLastWords(t *testing.T) {
	m := newManager(t, fakeSpec(t, ""))
	for range 10 {
		res, outs := run(t, start(t, m, notebook.StartKernel{Spec: "fake"}), "burst")
		require.Equal(t, notebook.ExecuteDead, res.Status)
		require.Len(t, textOf(outs), 5000)
	}
}

func TestUnreadableOutput(t *testing.T) {
	res, outs := run(t, newFake(t, nil), "unreadable")
	require.Equal(t, notebook.ExecuteOK, res.Status)
	require.Len(t, outs, 3)
	for _, o := range outs[:2] {
		require.Equal(t, 1, o.(notebook.DroppedOutput).Messages)
		require.NotEmpty(t, o.(notebook.DroppedOutput).Reason)
	}
}

func TestTooLargeOutput(t *testing.T) {
	res, outs := run(t, newFake(t, nil), "too large")
	require.Equal(t, notebook.ExecuteOK, res.Status)
	dropped := outs[0].(notebook.DroppedOutput)
	require.Equal(t, 1, dropped.Messages)
	require.Greater(t, dropped.Bytes, int64(2<<20))
	require.Equal(t, "end of too large", textOf(outs))
}

func TestBrokenProtocol(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"huge frame", "garbage"} {
		t.Run(code, func(t *testing.T) {
			k := newFake(t, nil)
			res, _ := run(t, k, code)
			require.Equal(t, notebook.ExecuteDead, res.Status)
			require.Equal(t, "its connection broke", res.Reason)
			await(t, k.Done())
		})
	}
}

// TestFlood: output without end fills neither memory nor the way to interrupt it.
func TestFlood(t *testing.T) {
	const limit = 4 << 20
	k := newFake(t, func(c *kernel.Config) { c.MaxQueue = limit })
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	release := make(chan struct{})
	var first notebook.DroppedOutput
	res := make(chan notebook.ExecuteResult, 1)
	go func() {
		res <- k.Execute(context.Background(), notebook.ExecuteRequest{Code: "flood"}, func(o notebook.Output) {
			<-release
			if d, ok := o.(notebook.DroppedOutput); ok && first.Messages == 0 {
				first = d
			}
		})
	}()
	kernel.AwaitDropped(k, 100<<20)
	runtime.GC()
	runtime.ReadMemStats(&after)
	require.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(4*limit))
	require.NoError(t, k.Interrupt(t.Context()))
	close(release)
	require.Equal(t, notebook.ExecuteOK, await(t, res).Status)
	require.GreaterOrEqual(t, first.Bytes, int64(100<<20))
}

// TestLostIdle: an execution ends although the kernel's last word got lost, and
// says so.
func TestLostIdle(t *testing.T) {
	t.Parallel()
	res, outs := run(t, newFake(t, nil), "no idle")
	require.Equal(t, notebook.ExecuteOK, res.Status)
	require.Len(t, outs, 2)
	require.Contains(t, outs[1].(notebook.DroppedOutput).Reason, "lost")
	require.Greater(t, res.Took, time.Second, "only after it was waited for")
}

// TestLostReply: nor does it wait for a reply that will not come.
func TestLostReply(t *testing.T) {
	t.Parallel()
	k := newFake(t, nil)
	res, _ := run(t, k, "no reply")
	require.Equal(t, notebook.ExecuteError, res.Status)
	require.NotEmpty(t, res.Reason)
	_, outs := run(t, k, "well")
	require.Equal(t, "end of well", textOf(outs))
}

func TestInterruptByMessage(t *testing.T) {
	k := newFake(t, nil)
	_, res := begin(k, "wait")
	kernel.AwaitSent(k)
	require.NoError(t, k.Interrupt(t.Context()))
	require.Equal(t, notebook.ExecuteOK, await(t, res).Status)
}

func TestKernelsThatDoNotStart(t *testing.T) {
	for behaviour, want := range map[string]string{
		"mute":   "did not answer",
		"refuse": "no licence found",
	} {
		t.Run(behaviour, func(t *testing.T) {
			t.Parallel()
			m := newManager(t, func(c *kernel.Config) {
				fakeSpec(t, behaviour)(c)
				c.StartTimeout = time.Second
			})
			_, err := m.Start(t.Context(), notebook.StartKernel{Spec: "fake", Dir: openDir(t)})
			require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
			require.ErrorContains(t, err, want)
		})
	}
}

// TestColonSockets: some kernels name their sockets in another way.
func TestColonSockets(t *testing.T) {
	m := newManager(t, fakeSpec(t, "colon"))
	_, outs := run(t, start(t, m, notebook.StartKernel{Spec: "fake"}), "well")
	require.Equal(t, "end of well", textOf(outs))
}

// TestTCP: a kernel without unix sockets gets ports, but not where notes are kept
// apart unless it was allowed.
func TestTCP(t *testing.T) {
	t.Parallel()
	t.Run("level 0", func(t *testing.T) {
		m := newManager(t, fakeSpec(t, "tcp"))
		for range 2 {
			_, outs := run(t, start(t, m, notebook.StartKernel{Spec: "fake"}), "well")
			require.Equal(t, "end of well", textOf(outs))
		}
	})
	for _, allowed := range []bool{false, true} {
		t.Run(fmt.Sprintf("kept apart, allowed %v", allowed), func(t *testing.T) {
			needRoot(t)
			bin := openDir(t)
			require.NoError(t, os.Chmod(bin, 0o755))
			m := newManager(t, separated(kernel.SeparationUser, func(c *kernel.Config) {
				fakeSpec(t, "tcp")(c)
				c.LoopbackTCP = allowed
				c.SpecPath = []string{copyFake(t, c.SpecPath[0], bin)}
			}))
			k, err := m.Start(t.Context(), notebook.StartKernel{Spec: "fake", Dir: filepath.Join(openDir(t), "note")})
			if !allowed {
				require.ErrorContains(t, err, "need TCP")
				return
			}
			require.NoError(t, err)
			_, outs := run(t, k, "well")
			require.Equal(t, "end of well", textOf(outs))
		})
	}
}

// copyFake puts the fake kernel's program where every user can run it.
func copyFake(t *testing.T, specs, bin string) string {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	b, err := os.ReadFile(exe)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(bin, "fake"), b, 0o755))
	b, err = os.ReadFile(filepath.Join(specs, "fake", "kernel.json"))
	require.NoError(t, err)
	b = bytes.ReplaceAll(b, []byte(exe), []byte(filepath.Join(bin, "fake")))
	require.NoError(t, os.WriteFile(filepath.Join(specs, "fake", "kernel.json"), b, 0o644))
	return specs
}
