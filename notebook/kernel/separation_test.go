package kernel_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel"
)

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root can give a note a user of its own")
	}
}

func needBubblewrap(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("bwrap"); err != nil {
		t.Skip("SKIPPED: bubblewrap is not installed")
	}
}

const firstUID, countUID = 470_000, 10

func separated(s kernel.Separation, more func(*kernel.Config)) func(*kernel.Config) {
	return func(c *kernel.Config) {
		c.Separation = s
		c.UIDBase, c.UIDCount = firstUID, countUID
		if more != nil {
			more(c)
		}
	}
}

func ownerOf(t *testing.T, path string) (uid, gid int) {
	t.Helper()
	info, err := os.Lstat(path)
	require.NoError(t, err)
	st := info.Sys().(*syscall.Stat_t)
	return int(st.Uid), int(st.Gid)
}

// try is Python that prints what comes of opening a file.
const tryOpen = `
def attempt(path):
    try:
        return open(path).read().strip()
    except Exception as e:
        return type(e).__name__
`

func TestOwnUser(t *testing.T) {
	t.Parallel()
	needRoot(t)
	data := openDir(t)
	secret := filepath.Join(data, "secret")
	require.NoError(t, os.WriteFile(secret, []byte("s3cret"), 0o600))
	m := newManager(t, separated(kernel.SeparationUser, func(c *kernel.Config) {
		c.GID = 1
		c.RunDir = filepath.Join(data, "run")
	}))
	require.Equal(t, 1, m.Level().Number)
	require.Contains(t, m.Level().Sentence, "user of its own")

	one, two := filepath.Join(data, "one"), filepath.Join(data, "two")
	a := start(t, m, notebook.StartKernel{Dir: one, Slot: 3})
	b := start(t, m, notebook.StartKernel{Dir: two, Slot: 14})
	const who = "import os; print(os.getuid(), os.getgid(), os.getgroups())"
	require.Equal(t, fmt.Sprintf("%d %[1]d []", firstUID+3), eval(t, a, who))
	require.Equal(t, fmt.Sprintf("%d %[1]d []", firstUID+4), eval(t, b, who), "slots go round the range")

	eval(t, a, "open('mine', 'w').write('of one')")
	info, err := os.Stat(filepath.Join(one, "mine"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o660), info.Mode(), "the server's group may write, others nothing")
	uid, gid := ownerOf(t, filepath.Join(one, "mine"))
	require.Equal(t, []int{firstUID + 3, 1}, []int{uid, gid})

	eval(t, b, tryOpen)
	for _, path := range []string{secret, filepath.Join(one, "mine"), "/etc/shadow", filepath.Join(data, "run", a.ID(), "connection.json")} {
		require.Equal(t, "PermissionError", eval(t, b, fmt.Sprintf("print(attempt(%q))", path)), path)
	}
	require.Equal(t, "PermissionError", eval(t, b, fmt.Sprintf("import os\ntry: os.kill(%d, 9)\nexcept Exception as e: print(type(e).__name__)", kernel.PID(a))))
	require.Equal(t, "of one", eval(t, a, tryOpen+"print(attempt('mine'))"))
}

// TestFolderChangesHands: files that were another user's become the note's user's,
// but a second name of a file elsewhere does not give that file away.
func TestFolderChangesHands(t *testing.T) {
	t.Parallel()
	needRoot(t)
	data := openDir(t)
	secret := filepath.Join(data, "secret")
	require.NoError(t, os.WriteFile(secret, []byte("s3cret"), 0o600))
	note := filepath.Join(data, "note")
	require.NoError(t, os.MkdirAll(filepath.Join(note, "sub"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(note, "sub", "plain"), nil, 0o600))
	require.NoError(t, os.Link(secret, filepath.Join(note, "hard")))
	require.NoError(t, os.Symlink(secret, filepath.Join(note, "soft")))
	m := newManager(t, separated(kernel.SeparationUser, nil))
	k := start(t, m, notebook.StartKernel{Dir: note, Slot: 1})
	require.Equal(t, "ok", eval(t, k, "open('sub/plain', 'w'); print('ok')"))
	require.Equal(t, "PermissionError PermissionError", eval(t, k, tryOpen+"print(attempt('hard'), attempt('soft'))"))
	uid, _ := ownerOf(t, secret)
	require.Zero(t, uid)
}

func TestSandbox(t *testing.T) {
	t.Parallel()
	needRoot(t)
	needBubblewrap(t)
	data := openDir(t)
	secret := filepath.Join(data, "secret")
	// Readable by all: only the sandbox hides it.
	require.NoError(t, os.WriteFile(secret, []byte("s3cret"), 0o644))
	set := filepath.Join(data, "set")
	require.NoError(t, os.WriteFile(set, []byte("a data set"), 0o644))
	m := newManager(t, separated(kernel.SeparationSandbox, func(c *kernel.Config) { c.ReadOnly = []string{set} }))
	require.Equal(t, 2, m.Level().Number)
	one, two := filepath.Join(data, "one"), filepath.Join(data, "two")
	a := start(t, m, notebook.StartKernel{Dir: one, Slot: 1})
	b := start(t, m, notebook.StartKernel{Dir: two, Slot: 2})
	eval(t, a, "open('mine', 'w').write('of one')")
	eval(t, b, tryOpen+"import os")

	require.Equal(t, fmt.Sprint(firstUID+2), eval(t, b, "print(os.getuid())"))
	for _, path := range []string{secret, filepath.Join(one, "mine"), "/root", "/home", "/etc/shadow"} {
		require.Equal(t, "FileNotFoundError", eval(t, b, fmt.Sprintf("print(attempt(%q))", path)), path)
	}
	require.Equal(t, "['set', 'two']", eval(t, b, fmt.Sprintf("print(sorted(os.listdir(%q)))", data)))
	require.Equal(t, "a data set", eval(t, b, fmt.Sprintf("print(attempt(%q))", set)))
	require.Equal(t, "OSError", eval(t, b, "try: open('/usr/x', 'w')\nexcept OSError as e: print('OSError')"))
	require.Equal(t, "note /bin/sh", eval(t, b, "import pwd; p = pwd.getpwuid(os.getuid()); print(p.pw_name, p.pw_shell)"))
	require.Equal(t, "True", eval(t, b, "print(max(int(p) for p in os.listdir('/proc') if p.isdigit()) < 100)"), "other processes are not seen")
	require.Equal(t, "0000000000000000", eval(t, b, "print([l.split()[1] for l in open('/proc/self/status') if l.startswith('CapEff')][0])"))
	require.Equal(t, "written", eval(t, b, "open('/tmp/x', 'w').write('written'); print(attempt('/tmp/x'))"))
	require.NoFileExists(t, "/tmp/x")
}

// TestSandboxLife: signals reach the kernel and not bubblewrap, and everything ends.
func TestSandboxLife(t *testing.T) {
	t.Parallel()
	needRoot(t)
	needBubblewrap(t)
	m := newManager(t, separated(kernel.SeparationSandbox, func(c *kernel.Config) {
		c.StopTimeout = 500 * time.Millisecond
		c.NoNetwork = true
	}))
	t.Run("interrupt", func(t *testing.T) {
		k := start(t, m, notebook.StartKernel{})
		require.Equal(t, "False", eval(t, k, manyDevices), "the network is off here")
		h, res := begin(k, "print('begun')\nwhile True: pass")
		h.await(t, "begun")
		require.NoError(t, k.Interrupt(t.Context()))
		require.Equal(t, notebook.ExecuteError, await(t, res).Status)
		require.Equal(t, "alive", eval(t, k, "print('alive')"))
	})
	t.Run("death", func(t *testing.T) {
		k := start(t, m, notebook.StartKernel{})
		res, _ := run(t, k, "import os; os.kill(os.getpid(), 9)")
		require.Equal(t, notebook.ExecuteDead, res.Status)
		require.Equal(t, "killed (signal 9)", res.Reason)
	})
	t.Run("everything ends", func(t *testing.T) {
		dir := filepath.Join(openDir(t), "note")
		k := start(t, m, notebook.StartKernel{Dir: dir})
		eval(t, k, `import subprocess
subprocess.Popen(["setsid", "sh", "-c", "echo > begun; sleep 1000"], stdin=subprocess.DEVNULL)
import os, time
while not os.path.exists("begun"): time.sleep(.01)`)
		inside := processesIn(t, dir)
		require.GreaterOrEqual(t, len(inside), 2)
		h, _ := begin(k, "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('begun')\nwhile True: pass")
		h.await(t, "begun")
		require.NoError(t, k.Shutdown(t.Context()))
		for _, pid := range inside {
			awaitGone(t, pid)
		}
	})
}

// processesIn lists the processes whose working directory is dir.
func processesIn(t *testing.T, dir string) []int {
	t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/cwd")
	require.NoError(t, err)
	var pids []int
	for _, l := range links {
		if to, err := os.Readlink(l); err == nil && to == dir {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(l)))
			require.NoError(t, err)
			pids = append(pids, pid)
		}
	}
	return pids
}

// manyDevices is Python that tells whether there is a network beside the loopback.
const manyDevices = "print(len(open('/proc/net/dev').readlines()) > 3)"

// TestHidden: a hidden folder stays so when something bound contains it, and what
// is wanted from within it is there.
func TestHidden(t *testing.T) {
	t.Parallel()
	needRoot(t)
	needBubblewrap(t)
	srv := openDir(t)
	data := filepath.Join(srv, "data")
	for _, d := range []string{data, filepath.Join(data, "shared")} {
		require.NoError(t, os.Mkdir(d, 0o711))
	}
	for _, f := range []string{"seen", "data/secret", "data/shared/seen"} {
		require.NoError(t, os.WriteFile(filepath.Join(srv, f), []byte(f), 0o644))
	}
	m := newManager(t, separated(kernel.SeparationSandbox, func(c *kernel.Config) {
		c.ReadOnly = []string{srv, filepath.Join(data, "shared")}
		c.Hidden = []string{data}
	}))
	k := start(t, m, notebook.StartKernel{Dir: filepath.Join(data, "note")})
	require.Equal(t, "True", eval(t, k, manyDevices))
	require.Equal(t, "seen FileNotFoundError data/shared/seen", eval(t, k, tryOpen+fmt.Sprintf(
		"print(*(attempt(%q + f) for f in ('/seen', '/data/secret', '/data/shared/seen')))", srv)))
}

func TestLimits(t *testing.T) {
	needRoot(t)
	m := newManager(t, separated(kernel.SeparationUser, func(c *kernel.Config) {
		c.MaxFiles, c.KernelProcesses, c.MaxMemory, c.MaxKernels = 300, 64, 8<<30, 1
	}))
	k := start(t, m, notebook.StartKernel{Slot: 9}) // nobody else runs as this user
	require.Equal(t, "300 64 8589934592 0", eval(t, k, `from resource import *
print(*(getrlimit(r)[1] for r in (RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_AS, RLIMIT_CORE)))`))
	require.Equal(t, "BlockingIOError", eval(t, k, `import subprocess
try:
    for i in range(100): subprocess.Popen(["sleep", "1000"])
except Exception as e: print(type(e).__name__)`))
}

// TestUnreachable: folders that a note's user cannot enter are told.
func TestUnreachable(t *testing.T) {
	needRoot(t)
	closed := t.TempDir()
	require.NoError(t, os.Chmod(closed, 0o700))
	_, err := kernel.New(kernel.Config{Separation: kernel.SeparationUser, RunDir: filepath.Join(closed, "run")})
	require.ErrorContains(t, err, "0711")
	m := newManager(t, separated(kernel.SeparationUser, nil))
	_, err = m.Start(t.Context(), notebook.StartKernel{Spec: "python3", Dir: filepath.Join(closed, "note")})
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	require.ErrorContains(t, err, "0711")
}

func TestSeparationAskedFor(t *testing.T) {
	_, err := kernel.New(kernel.Config{Separation: "castle"})
	require.ErrorContains(t, err, "castle")
	t.Setenv("PATH", t.TempDir())
	_, err = kernel.New(kernel.Config{Separation: kernel.SeparationSandbox})
	require.ErrorContains(t, err, "does not work here")
	m := newManager(t, func(c *kernel.Config) { c.Separation = kernel.SeparationAuto })
	require.Less(t, m.Level().Number, 2)
	require.Contains(t, m.Level().Sentence, "bubblewrap is not installed")
}

// TestNotRoot: without root, bubblewrap alone keeps notes apart. As root the test
// runs itself again as somebody else.
func TestNotRoot(t *testing.T) {
	t.Parallel()
	needBubblewrap(t)
	if os.Geteuid() == 0 {
		again := openDir(t)
		cmd := reexec(t, "", "-test.run=^TestNotRoot$", "-test.v")
		binary, err := os.ReadFile(cmd.Path)
		require.NoError(t, err)
		cmd.Path = filepath.Join(again, "test")
		require.NoError(t, os.WriteFile(cmd.Path, binary, 0o755))
		cmd.Dir = "/"
		cmd.Env = []string{"PATH=/usr/bin:/bin", "HOME=/nonexistent"}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: firstUID, Gid: firstUID}}
		out, err := cmd.Output()
		require.NoError(t, err, "%s", out)
		require.Contains(t, string(out), "--- PASS: TestNotRoot")
		return
	}
	_, err := kernel.New(kernel.Config{Separation: kernel.SeparationUser})
	require.ErrorContains(t, err, "root")
	data := openDir(t)
	require.NoError(t, os.WriteFile(filepath.Join(data, "secret"), nil, 0o644))
	m := newManager(t, func(c *kernel.Config) { c.Separation = kernel.SeparationAuto })
	require.Equal(t, 2, m.Level().Number)
	require.NotContains(t, m.Level().Sentence, "user of its own")
	k := start(t, m, notebook.StartKernel{Dir: filepath.Join(data, "note")})
	require.Equal(t, "['note']", eval(t, k, fmt.Sprintf("import os; print(os.listdir(%q))", data)))
	h, res := begin(k, "print('begun')\nwhile True: pass")
	h.await(t, "begun")
	require.NoError(t, k.Interrupt(t.Context()))
	require.Equal(t, notebook.ExecuteError, await(t, res).Status)
}
