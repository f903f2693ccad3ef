package kernel_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel"
)

func TestInterrupt(t *testing.T) {
	t.Parallel()
	k := newKernel(t)
	for name, code := range map[string]string{
		"loop":  "print('begun')\nwhile True: pass",
		"sleep": "import time; print('begun'); time.sleep(1000)",
		"child": "import subprocess; print('begun'); subprocess.run(['sleep', '1000'])",
	} {
		t.Run(name, func(t *testing.T) {
			h, res := begin(k, code)
			h.await(t, "begun")
			require.NoError(t, k.Interrupt(t.Context()))
			require.Equal(t, notebook.ExecuteError, await(t, res).Status)
			require.Equal(t, "KeyboardInterrupt", h.all[len(h.all)-1].(notebook.ErrorOutput).Name)
			require.Equal(t, "alive", eval(t, k, "print('alive')"))
		})
	}
	t.Run("at once", func(t *testing.T) { interruptAtOnce(t, k) })
	t.Run("nothing", func(t *testing.T) {
		require.NoError(t, k.Interrupt(t.Context()))
		require.Equal(t, "alive", eval(t, k, "print('alive')"))
	})
	t.Run("questions", func(t *testing.T) { questions(t, k) })
}

// interruptAtOnce: an interrupt that follows the request at once is not lost
// although the kernel has not begun.
func interruptAtOnce(t *testing.T, k notebook.Kernel) {
	for range 5 {
		_, res := begin(k, "while True: pass")
		kernel.AwaitSent(k)
		require.NoError(t, k.Interrupt(t.Context()))
		require.Equal(t, notebook.ExecuteError, await(t, res).Status)
	}
}

// questions are answered when no code runs.
func questions(t *testing.T, k notebook.Kernel) {
	eval(t, k, "some_name = 1")
	b, err := k.Complete(t.Context(), "some_na", 7)
	require.NoError(t, err)
	require.Contains(t, string(b), `"some_name"`)
	b, err = k.Inspect(t.Context(), "some_name", 3, 0)
	require.NoError(t, err)
	require.Contains(t, string(b), `"found": true`)

	h, res := begin(k, "print('begun')\nwhile True: pass")
	h.await(t, "begun")
	_, err = k.Complete(t.Context(), "some_na", 7)
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	require.ErrorContains(t, err, "running code")
	require.NoError(t, k.Interrupt(t.Context()))
	await(t, res)
}

func TestDeath(t *testing.T) {
	m := newManager(t, nil)
	for _, c := range []struct{ name, code, death string }{
		{"kill", "os.kill(os.getpid(), 9)", "killed (signal 9)"},
		{"crash", "import ctypes; ctypes.string_at(0)", "killed (signal 11): segmentation fault"},
		{"exit", "os._exit(3)", "ended by itself (exit code 3)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := openDir(t)
			k := start(t, m, notebook.StartKernel{Dir: dir})
			require.Empty(t, k.Death())
			var outs []notebook.Output
			res := k.Execute(t.Context(), notebook.ExecuteRequest{Code: "import os\nprint('last words')\n" + waitForFile + c.code}, func(o notebook.Output) {
				outs = append(outs, o)
				letGo(t, dir)
			})
			await(t, k.Done())
			require.Equal(t, notebook.ExecuteDead, res.Status)
			require.Equal(t, c.death, res.Reason)
			require.Equal(t, c.death, k.Death())
			require.Equal(t, "last words\n", textOf(outs), "what was said before the end is kept")

			res, _ = run(t, k, "1")
			require.Equal(t, notebook.ExecuteDead, res.Status)
			require.Equal(t, c.death, res.Reason)
			_, err := k.Complete(t.Context(), "a", 1)
			require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
			require.Error(t, k.Interrupt(t.Context()))
			require.NoError(t, k.Shutdown(t.Context()))
		})
	}
}

// TestKilledFromOutside: a kernel that dies while it runs code ends that at once.
func TestKilledFromOutside(t *testing.T) {
	k := newKernel(t)
	h, res := begin(k, "import time; print('begun'); time.sleep(1000)")
	h.await(t, "begun")
	killed := time.Now()
	require.NoError(t, syscall.Kill(kernel.PID(k), syscall.SIGKILL))
	r := await(t, res)
	require.Equal(t, notebook.ExecuteDead, r.Status)
	require.Equal(t, "killed (signal 9)", r.Reason)
	require.Less(t, time.Since(killed), 500*time.Millisecond)
	await(t, k.Done())
}

// TestClosedChannel: a kernel that closes a channel but lives on is no kernel.
func TestClosedChannel(t *testing.T) {
	t.Parallel()
	k := newKernel(t)
	res, _ := run(t, k, `import os, stat, time
for fd in range(3, 200):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode): os.close(fd)
    except OSError: pass
time.sleep(1000)`)
	require.Equal(t, notebook.ExecuteDead, res.Status)
	require.NotEmpty(t, res.Reason)
	await(t, k.Done())
}

func TestShutdown(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	m := newManager(t, func(c *kernel.Config) {
		c.RunDir = filepath.Join(dir, "run")
		c.StopTimeout = 300 * time.Millisecond
	})
	for name, code := range map[string]string{
		"idle":     "print('begun')",
		"busy":     "import time; print('begun')\nwhile True: time.sleep(1)",
		"stubborn": "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('begun')\nwhile True: time.sleep(1)",
	} {
		t.Run(name, func(t *testing.T) {
			k := start(t, m, notebook.StartKernel{})
			h, res := begin(k, code)
			h.await(t, "begun")
			pid := kernel.PID(k)
			require.NoError(t, k.Shutdown(t.Context()))
			require.Equal(t, "stopped", k.Death())
			require.ErrorIs(t, syscall.Kill(pid, 0), syscall.ESRCH)
			await(t, res)
			left, err := os.ReadDir(filepath.Join(dir, "run"))
			require.NoError(t, err)
			require.Empty(t, left, "connection file, sockets and log are removed")
		})
	}
}

// TestShutdownInHaste: when the context has ended nobody is asked politely.
func TestShutdownInHaste(t *testing.T) {
	t.Parallel()
	m := newManager(t, func(c *kernel.Config) { c.StopTimeout = time.Hour })
	k := start(t, m, notebook.StartKernel{})
	h, _ := begin(k, "import time; print('begun')\nwhile True: time.sleep(1)")
	h.await(t, "begun")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, k.Shutdown(ctx))
	require.Equal(t, "stopped", k.Death())
}

// TestChildrenEnd: what a kernel started ends with it, in its process group or not.
func TestChildrenEnd(t *testing.T) {
	t.Parallel()
	k := newKernel(t)
	child, err := strconv.Atoi(eval(t, k, "import subprocess; print(subprocess.Popen(['sleep', '1000']).pid)"))
	require.NoError(t, err)
	daemon, err := strconv.Atoi(eval(t, k, "print(subprocess.Popen(['sleep', '1000'], start_new_session=True).pid)"))
	require.NoError(t, err)
	bare, err := strconv.Atoi(eval(t, k, "print(subprocess.Popen(['/bin/sleep', '1000'], env={}).pid)"))
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(kernel.PID(k), syscall.SIGKILL), "so that it cannot end them itself")
	await(t, k.Done())
	awaitGone(t, child)
	awaitGone(t, daemon)
	awaitGone(t, bare)
}

// awaitGone waits until a process has ended; one that nobody reaps counts as ended.
func awaitGone(t *testing.T, pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		return err != nil || strings.Contains(string(b), ") Z ")
	}, patience, 5*time.Millisecond, "process %d lives", pid)
}

func TestRestart(t *testing.T) {
	t.Parallel()
	m := newManager(t, nil)
	req := notebook.StartKernel{Dir: filepath.Join(openDir(t), "note")}
	first := start(t, m, req)
	eval(t, first, "x = 1; open('kept', 'w').close()")
	require.NoError(t, first.Shutdown(t.Context()))
	second := start(t, m, req)
	require.NotEqual(t, first.ID(), second.ID())
	require.Equal(t, "False True", eval(t, second, "import os; print('x' in globals(), os.path.exists('kept'))"))
}

func TestTwoKernels(t *testing.T) {
	t.Parallel()
	m := newManager(t, nil)
	a, b := start(t, m, notebook.StartKernel{}), start(t, m, notebook.StartKernel{})
	ha, resA := begin(a, "import time; x = 'a'; print('begun')\nwhile x == 'a': time.sleep(.01)")
	ha.await(t, "begun")
	require.Equal(t, "False", eval(t, b, "print('x' in globals())"), "while the other is busy")
	require.NoError(t, a.Interrupt(t.Context()))
	require.Equal(t, notebook.ExecuteError, await(t, resA).Status)
	require.NoError(t, a.Shutdown(t.Context()))
	require.Equal(t, "alive", eval(t, b, "print('alive')"))
}

func TestMaxKernels(t *testing.T) {
	t.Parallel()
	m := newManager(t, func(c *kernel.Config) {
		fakeSpec(t, "")(c)
		c.MaxKernels = 1
	})
	req := notebook.StartKernel{Spec: "fake", Dir: openDir(t)}
	k, err := m.Start(t.Context(), req)
	require.NoError(t, err)
	_, err = m.Start(t.Context(), req)
	require.True(t, fault.Is(err, fault.TooMany), "%v", err)
	require.ErrorContains(t, err, "1 kernels")
	require.NoError(t, k.Shutdown(t.Context()))
	k, err = m.Start(t.Context(), req)
	require.NoError(t, err, "an ended kernel makes room")
	require.NoError(t, k.Shutdown(t.Context()))
}

func TestClose(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	m := newManager(t, func(c *kernel.Config) { c.RunDir = filepath.Join(dir, "run") })
	k := start(t, m, notebook.StartKernel{})
	h, res := begin(k, "print('begun')\nwhile True: pass")
	h.await(t, "begun")
	require.NoError(t, m.Close())
	await(t, k.Done())
	require.Equal(t, notebook.ExecuteDead, await(t, res).Status)
	_, err := m.Start(t.Context(), notebook.StartKernel{Spec: "python3", Dir: dir})
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	require.NoError(t, m.Close(), "closing twice is no error")
}

func TestStartFailures(t *testing.T) {
	m := newManager(t, nil)
	dir := openDir(t)
	_, err := m.Start(t.Context(), notebook.StartKernel{Spec: "cobol", Dir: dir})
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
	require.ErrorContains(t, err, "python3")

	_, err = m.Start(t.Context(), notebook.StartKernel{Spec: "python3", Dir: dir, Env: map[string]string{"A=B": "c"}})
	require.True(t, fault.Is(err, fault.Invalid), "%v", err)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = m.Start(ctx, notebook.StartKernel{Spec: "python3", Dir: dir})
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)

	link := filepath.Join(dir, "link")
	require.NoError(t, os.Symlink("/etc", link))
	_, err = m.Start(t.Context(), notebook.StartKernel{Spec: "python3", Dir: link})
	require.True(t, fault.Is(err, fault.Conflict), "%v", err)
}

// TestEnvironment: a kernel gets nothing of the server's.
func TestEnvironment(t *testing.T) {
	t.Setenv("QUIRE_SECRET", "s3cret")
	m := newManager(t, func(c *kernel.Config) { c.Env = map[string]string{"FOR_ALL": "1"} })
	dir := openDir(t)
	k := start(t, m, notebook.StartKernel{Dir: dir, Env: map[string]string{"FOR_ONE": "2"}})
	require.Equal(t, "None 1 2 True True", eval(t, k, `import os
e = os.environ
print(e.get("QUIRE_SECRET"), e["FOR_ALL"], e["FOR_ONE"], e["HOME"] == os.getcwd() == `+strconv.Quote(dir)+`, "root" not in e["PATH"])`))
	require.Equal(t, "set()", eval(t, k, `print({n for n in e if n not in
  "QUIRE_KERNEL_ID FOR_ALL FOR_ONE HOME LANG LOGNAME PATH USER PIP_BREAK_SYSTEM_PACKAGES PWD".split()
  and not n.startswith(("JPY_", "MPL", "PY", "LC_", "CLICOLOR", "FORCE_COLOR", "TERM", "PAGER", "GIT_PAGER"))})`))
}
