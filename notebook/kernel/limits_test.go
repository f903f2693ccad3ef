package kernel_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel"
)

// levels are the separations that work here.
func levels(t *testing.T, try func(t *testing.T, s kernel.Separation)) {
	for _, s := range []kernel.Separation{kernel.SeparationNone, kernel.SeparationUser, kernel.SeparationSandbox} {
		t.Run(string(s), func(t *testing.T) {
			if s != kernel.SeparationNone {
				needRoot(t)
			}
			if s == kernel.SeparationSandbox {
				needBubblewrap(t)
			}
			try(t, s)
		})
	}
}

const hungry = `import subprocess, sys
child = "x = bytearray(120 << 20); print('full', flush=True); input()"
for i in range(4):
    p = subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE, stdout=subprocess.PIPE%s)
    p.stdout.readline()
import time; time.sleep(60)`

// TestMemoryLimit: what a kernel's children use counts too, whatever they do to be
// taken for somebody else's, and the person is told.
func TestMemoryLimit(t *testing.T) {
	levels(t, func(t *testing.T, s kernel.Separation) {
		m := newManager(t, separated(s, nil))
		for _, how := range []string{"", ", start_new_session=True"} {
			k := start(t, m, notebook.StartKernel{Slot: 6, Memory: 300e6})
			require.Equal(t, "fine", eval(t, k, "x = bytearray(100 << 20); print('fine'); del x"))
			res, _ := run(t, k, fmt.Sprintf(hungry, how))
			require.Equal(t, notebook.ExecuteDead, res.Status)
			require.Equal(t, "it used more than 300 MB of memory, the limit of this kernel", res.Reason)
		}
	})
}

// TestSharedMemoryCountsOnce: children that share their parent's pages do not make a
// kernel larger than it is.
func TestSharedMemoryCountsOnce(t *testing.T) {
	m := newManager(t, nil)
	k := start(t, m, notebook.StartKernel{Memory: 700 << 20})
	eval(t, k, `import os, signal
x = bytearray(300 << 20)
children = []
for i in range(4):
    pid = os.fork()
    if pid == 0:
        signal.pause(); os._exit(0)
    children.append(pid)`)
	beLookedAt(t, m)
	require.Equal(t, "alive", eval(t, k, `for pid in children: os.kill(pid, signal.SIGKILL)
print('alive')`))
}

// beLookedAt returns when the watchdog has compared every kernel with its limits: it
// kills another one, and in a later look one more.
func beLookedAt(t *testing.T, m *kernel.Manager) {
	t.Helper()
	for range 2 {
		res, _ := run(t, start(t, m, notebook.StartKernel{Slot: 6, Memory: 300e6}), "import signal; x = bytearray(400 << 20); signal.pause()")
		require.Equal(t, notebook.ExecuteDead, res.Status)
	}
}

func TestProcessLimit(t *testing.T) {
	m := newManager(t, nil)
	k := start(t, m, notebook.StartKernel{Processes: 100})
	res, _ := run(t, k, `import subprocess, time
for i in range(150): subprocess.Popen(["sleep", "1000"])
time.sleep(60)`)
	require.Equal(t, notebook.ExecuteDead, res.Status)
	require.Equal(t, "it had more than 100 processes and threads, the limit of this kernel", res.Reason)
}

// TestProcessLimitOfAClass: kernels of one note, which share its user, do not use up
// each other's processes and threads.
func TestProcessLimitOfAClass(t *testing.T) {
	needRoot(t)
	for _, s := range []kernel.Separation{kernel.SeparationUser, kernel.SeparationSandbox} {
		t.Run(string(s), func(t *testing.T) {
			if s == kernel.SeparationSandbox {
				needBubblewrap(t)
			}
			m := newManager(t, separated(s, func(c *kernel.Config) { c.KernelProcesses = 40 }))
			dir := filepath.Join(openDir(t), "note")
			var kernels []notebook.Kernel
			for range 4 { // of a dozen threads each
				kernels = append(kernels, start(t, m, notebook.StartKernel{Slot: 11, Dir: dir}))
			}
			beLookedAt(t, m)
			for _, k := range kernels {
				require.Equal(t, "alive", eval(t, k, "print('alive')"))
			}
		})
	}
}

func TestFolderLimit(t *testing.T) {
	m := newManager(t, func(c *kernel.Config) { c.FolderSize = 20e6 })
	k := start(t, m, notebook.StartKernel{})
	res, _ := run(t, k, `import os, time
os.makedirs("a/b", exist_ok=True)
with open("a/b/large", "wb") as f:
    f.write(b"x" * (30 << 20)); f.flush(); os.fsync(f.fileno())
time.sleep(60)`)
	require.Equal(t, notebook.ExecuteDead, res.Status)
	require.Contains(t, res.Reason, "the note's files grew beyond 20 MB")
}

// TestFileSizeLimit: one file cannot fill the disk between two looks.
func TestFileSizeLimit(t *testing.T) {
	m := newManager(t, func(c *kernel.Config) { c.MaxFileSize = 1 << 20 })
	k := start(t, m, notebook.StartKernel{})
	require.Equal(t, "EFBIG", eval(t, k, `import errno
try:
    with open("large", "wb") as f: f.write(b"x" * (2 << 20))
except OSError as e: print(errno.errorcode[e.errno])`))
}

// TestConsent: what is not kept apart starts only when that is allowed; what is kept
// apart is not asked about.
func TestConsent(t *testing.T) {
	levels(t, func(t *testing.T, s kernel.Separation) {
		m := newManager(t, separated(s, func(c *kernel.Config) {
			c.Unseparated = func(context.Context) error { return fault.New(fault.Forbidden, "ask boss") }
		}))
		dir := filepath.Join(openDir(t), "note")
		k, err := m.Start(t.Context(), notebook.StartKernel{Spec: "python3", Dir: dir})
		if s == kernel.SeparationNone {
			require.True(t, fault.Is(err, fault.Forbidden), "%v", err)
			require.NoDirExists(t, dir)
			return
		}
		require.NoError(t, err)
		require.Equal(t, "1", eval(t, k, "print(1)"))
	})
}
