//go:build linux

package kernel_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"quire/auth"
	"quire/notebook"
	"quire/notebook/kernel"
)

const serverUID = 470_900

// split is a root parent and what a server needs to speak to it.
type split struct {
	files  string
	end    *os.File   // the server's
	served chan error // how the parent's service ended
}

func newSplit(t *testing.T, s kernel.Separation) split {
	t.Helper()
	needRoot(t)
	data := openDir(t)
	files := filepath.Join(data, "files")
	require.NoError(t, os.Mkdir(files, 0o711))
	cfg := kernel.Config{
		RunDir: filepath.Join(data, "run"), Separation: s, UIDBase: firstUID, UIDCount: countUID,
		GID: serverUID, ServerUID: serverUID, Hidden: []string{data},
	}
	p, err := kernel.NewRootParent(cfg, files)
	require.NoError(t, err)
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	require.NoError(t, err)
	sp := split{files, os.NewFile(uintptr(fds[1]), "server"), make(chan error, 1)}
	go func() { sp.served <- p.Serve(os.NewFile(uintptr(fds[0]), "parent")) }()
	return sp
}

// noteDir makes a note's folder as the server would.
func (s split) noteDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(s.files, auth.NewID().String())
	require.NoError(t, os.Mkdir(dir, 0o770))
	require.NoError(t, os.Chown(dir, serverUID, serverUID))
	return dir
}

func (s split) manager(t *testing.T) *kernel.Manager {
	t.Helper()
	parent, err := kernel.ConnectParent(s.end)
	require.NoError(t, err)
	return newManager(t, func(c *kernel.Config) {
		c.Parent, c.LogDir = parent, t.TempDir()
	})
}

// TestThroughParent: a manager without rights of its own starts kernels, tells them
// things and hears of their ends.
func TestThroughParent(t *testing.T) {
	for _, level := range []kernel.Separation{kernel.SeparationUser, kernel.SeparationSandbox} {
		t.Run(string(level), func(t *testing.T) {
			if level == kernel.SeparationSandbox {
				needBubblewrap(t)
			}
			s := newSplit(t, level)
			m := s.manager(t)
			dir := s.noteDir(t)
			k := start(t, m, notebook.StartKernel{Dir: dir, Slot: 4, Env: map[string]string{"GREETING": "hello"}})
			require.Equal(t, fmt.Sprintf("%d hello", firstUID+4), eval(t, k, "import os; print(os.getuid(), os.environ['GREETING'])"))
			uid, gid := ownerOf(t, dir)
			require.Equal(t, []int{firstUID + 4, serverUID}, []int{uid, gid})

			h, res := begin(k, "print('begun')\nwhile True: pass")
			h.await(t, "begun")
			require.NoError(t, k.Interrupt(t.Context()))
			require.Equal(t, notebook.ExecuteError, await(t, res).Status)
			died, _ := run(t, k, "import os; os.kill(os.getpid(), 11)")
			require.Equal(t, "killed (signal 11): segmentation fault", died.Reason)

			k = start(t, m, notebook.StartKernel{Dir: dir, Slot: 4})
			require.NoError(t, k.Shutdown(t.Context()))
			require.Equal(t, "stopped", k.Death())
			require.NoError(t, m.Close())
			await(t, s.served)
		})
	}
}

// TestServerGone: when the server's end closes, its kernels are killed.
func TestServerGone(t *testing.T) {
	s := newSplit(t, kernel.SeparationUser)
	m := s.manager(t)
	dir := s.noteDir(t)
	k := start(t, m, notebook.StartKernel{Dir: dir, Slot: 5})
	inside := processesIn(t, dir)
	require.NotEmpty(t, inside)
	kernel.HangUp(m)
	await(t, s.served)
	for _, pid := range inside {
		awaitGone(t, pid)
	}
	await(t, k.Done())
}

// TestParentRefuses: what a server that was taken over could ask for.
func TestParentRefuses(t *testing.T) {
	s := newSplit(t, kernel.SeparationUser)
	raw, err := kernel.NewRawLink(s.end)
	require.NoError(t, err)
	dir := s.noteDir(t)
	order := func(change func(*kernel.Order)) *kernel.Order {
		o := &kernel.Order{ID: auth.NewID().String(), Slot: 1, Dir: dir, Argv: []string{"/usr/bin/env", "true"}, Env: []string{"A=b"}}
		change(o)
		return o
	}
	for name, o := range map[string]*kernel.Order{
		"a kernel's name with a path":  order(func(o *kernel.Order) { o.ID = "../x" }),
		"a folder that is no note's":   order(func(o *kernel.Order) { o.Dir = "/etc" }),
		"a number below the range":     order(func(o *kernel.Order) { o.Slot = -450_000 }),
		"a program by its name":        order(func(o *kernel.Order) { o.Argv = []string{"env"} }),
		"no program":                   order(func(o *kernel.Order) { o.Argv = nil }),
		"a zero byte in an argument":   order(func(o *kernel.Order) { o.Argv = []string{"/usr/bin/env", "a\x00b"} }),
		"a setting without a name":     order(func(o *kernel.Order) { o.Env = []string{"=x"} }),
		"the whole system to be shown": order(func(o *kernel.Order) { o.ReadOnly = []string{"/"} }),
		"a winding path to be shown":   order(func(o *kernel.Order) { o.ReadOnly = []string{"/usr/../root"} }),
		"a huge connection file":       order(func(o *kernel.Order) { o.Connection = make([]byte, 70<<10) }),
		"limits below nothing":         order(func(o *kernel.Order) { o.Limits.Memory = -1 }),
	} {
		require.ErrorContains(t, raw.Start(o), "does not do that", name)
	}
	require.ErrorContains(t, raw.Tell("nobody", "kill"), "finished")
	require.ErrorContains(t, raw.Ask("/usr/bin/env", "anything else"), "does not do that")
	require.ErrorContains(t, raw.Ask("env", "what it is"), "does not do that")
	require.ErrorContains(t, raw.Note(filepath.Join(s.files, "..", "run"), 1, ""), "does not do that")
	require.ErrorContains(t, raw.Note(dir, 1, "../../etc"), "does not do that")
	require.ErrorContains(t, raw.Nothing(), "does not do that")

	for name, prepare := range map[string]func(dir string){
		"a link in its place":    func(dir string) { require.NoError(t, os.Symlink("/etc", dir)) },
		"somebody else's folder": func(dir string) { require.NoError(t, os.Mkdir(dir, 0o700)) },
	} {
		dir := filepath.Join(s.files, auth.NewID().String())
		prepare(dir)
		before, _ := ownerOf(t, dir)
		require.Error(t, raw.Note(dir, 1, ""), name)
		after, _ := ownerOf(t, dir)
		require.Equal(t, before, after, name)
	}
	uid, _ := ownerOf(t, "/etc")
	require.Zero(t, uid)

	require.NoError(t, raw.Note(dir, 1, ""), "it still does what it is there for")
	raw.Garbage()
	require.Error(t, await(t, s.served), "who does not keep to the rules is cut off")
}

// TestFolderTricks: what a note's code, or a taken-over server, leaves in a note's
// folder does not make root give away other things.
func TestFolderTricks(t *testing.T) {
	s := newSplit(t, kernel.SeparationUser)
	raw, err := kernel.NewRawLink(s.end)
	require.NoError(t, err)
	dir, secret := s.noteDir(t), filepath.Join(openDir(t), "secret")
	require.NoError(t, os.WriteFile(secret, nil, 0o600))
	require.NoError(t, os.Link(secret, filepath.Join(dir, "hard")))
	require.NoError(t, os.Symlink(secret, filepath.Join(dir, "soft")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "roots"), nil, 0o600))
	require.NoError(t, unix.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	mine := filepath.Join(dir, "mine")
	require.NoError(t, os.WriteFile(mine, nil, 0o600))
	require.NoError(t, os.Chown(mine, serverUID, serverUID))
	require.NoError(t, raw.Note(dir, 2, ".local/lib"))
	owners := map[string]int{}
	for _, name := range []string{"hard", "soft", "roots", "pipe", "mine", ".local/lib"} {
		owners[name], _ = ownerOf(t, filepath.Join(dir, name))
	}
	require.Equal(t, map[string]int{"hard": 0, "soft": 0, "roots": 0, "pipe": 0, "mine": firstUID + 2, ".local/lib": firstUID + 2}, owners)
	raw.Garbage()
	await(t, s.served)
}

// TestReclaim: what a note's code has shut away can be deleted by the server, once the
// parent has given the folder back, and nothing else is given.
func TestReclaim(t *testing.T) {
	s := newSplit(t, kernel.SeparationUser)
	m := s.manager(t)
	dir := s.noteDir(t)
	shut := filepath.Join(dir, "shut", "deeper")
	require.NoError(t, os.MkdirAll(shut, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(shut, "file"), nil, 0o600))
	for _, path := range []string{dir, filepath.Dir(shut), shut, filepath.Join(shut, "file")} {
		require.NoError(t, os.Chown(path, firstUID+3, serverUID))
	}
	require.NoError(t, os.Chmod(filepath.Dir(shut), 0))
	roots := filepath.Join(dir, "roots")
	require.NoError(t, os.WriteFile(roots, nil, 0o600))
	require.NoError(t, m.Reclaim(dir))
	for path, want := range map[string]int{dir: serverUID, shut: serverUID, filepath.Join(shut, "file"): serverUID, roots: 0} {
		uid, _ := ownerOf(t, path)
		require.Equal(t, want, uid, path)
	}
	info, err := os.Stat(filepath.Dir(shut))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o770), info.Mode().Perm())
	require.Error(t, m.Reclaim(filepath.Dir(dir)), "what is no note's folder stays whose it is")
}
