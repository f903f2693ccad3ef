package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/store/embedded"
)

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root has rights to give up")
	}
}

// serverOf is the unprivileged process of a program.
func serverOf(t *testing.T, p *program) (pid int) {
	t.Helper()
	for _, f := range familyOf(p.cmd.Process.Pid)[1:] {
		info, err := os.Stat(filepath.Join("/proc", strconv.Itoa(f)))
		if err == nil && info.Sys().(*syscall.Stat_t).Uid == spareUID {
			pid = f
		}
	}
	require.NotZero(t, pid)
	return pid
}

func awaitNone(t *testing.T, what func() []int) {
	t.Helper()
	require.Eventually(t, func() bool { return len(what()) == 0 }, 20*time.Second, 20*time.Millisecond, "%v are left", what())
}

// TestServerHasNoRights: what serves is not root, cannot become it, and holds no
// capability; and everything ends in good order.
func TestServerHasNoRights(t *testing.T) {
	needRoot(t)
	p := startProgram(t, newData(t), nil)
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(serverOf(t, p)), "status"))
	require.NoError(t, err)
	for _, want := range []string{"Uid:\t449999\t449999\t449999\t449999", "CapEff:\t0000000000000000", "CapPrm:\t0000000000000000", "NoNewPrivs:\t1", "Groups:\t \n"} {
		require.Contains(t, string(status), want)
	}
	_, _, printed := p.run(p.newNote(), "import os; print(os.getuid() >= 450000, oct(os.stat('.').st_mode))")
	require.Contains(t, printed, "True 0o42770")
	p.end()
	awaitNone(t, func() []int { return processesOf(p.data) })
	entries, err := os.ReadDir(filepath.Join(p.data, "run", "kernels"))
	require.NoError(t, err)
	require.Empty(t, entries)
}

// TestKilled: whichever of the two processes is killed, nothing is left, and the next
// start works.
func TestKilled(t *testing.T) {
	needRoot(t)
	dir := newData(t)
	for name, victim := range map[string]func(*program) int{
		"the parent": func(p *program) int { return p.cmd.Process.Pid },
		"the server": func(p *program) int { return serverOf(t, p) },
	} {
		p := startProgram(t, dir, nil)
		_, _, printed := p.run(p.newNote(), "print('alive')")
		require.Contains(t, printed, "alive")
		server := serverOf(t, p)
		require.NoError(t, syscall.Kill(victim(p), syscall.SIGKILL))
		require.Error(t, p.cmd.Wait(), name)
		awaitNone(t, func() []int { return processesOf(p.data) })
		require.Eventually(t, func() bool { return syscall.Kill(server, 0) != nil }, 20*time.Second, 20*time.Millisecond, name)
	}
}

// TestRootsData: what a server that was root all along has left becomes the server's
// and its notes'.
func TestRootsData(t *testing.T) {
	needRoot(t)
	dir := newData(t)
	p := startProgram(t, dir, nil)
	note := p.newNote()
	_, _, _ = p.run(note, "open('kept', 'w').write('here'); import os; os.makedirs('deep/er')")
	p.end()

	// As it was: the data folder and all in it root's, notes' files their users' alone.
	files := filepath.Join(p.data, "files")
	folder := filepath.Join(files, note)
	for _, path := range []string{p.data, files, filepath.Join(p.data, "python"), filepath.Join(p.data, "run")} {
		require.NoError(t, os.Chown(path, 0, 0))
		require.NoError(t, os.Chmod(path, 0o711))
	}
	uid := ownerOf(t, filepath.Join(folder, "kept"))
	require.NoError(t, filepath.Walk(folder, func(path string, _ os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, uid, uid)
	}))
	uploaded := filepath.Join(folder, "uploaded")
	require.NoError(t, os.WriteFile(uploaded, []byte("by root"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(p.data, "key"), nil, 0o600))
	secret := filepath.Join(dir, "secret")
	require.NoError(t, os.WriteFile(secret, nil, 0o600))
	require.NoError(t, os.Link(secret, filepath.Join(folder, "hard")))
	require.NoError(t, os.Symlink(secret, filepath.Join(p.data, "soft")))

	p = startProgram(t, dir, nil)
	_, _, printed := p.run(note, "print(open('kept').read(), open('uploaded').read())")
	require.Contains(t, printed, "here by root")
	require.Equal(t, spareUID, ownerOf(t, filepath.Join(p.data, "key")))
	require.Zero(t, ownerOf(t, secret))
	info, err := os.Stat(filepath.Join(folder, "deep", "er"))
	require.NoError(t, err)
	require.Equal(t, spareUID, int(info.Sys().(*syscall.Stat_t).Gid), "the server gets into every folder")
	p.end()
}

// TestForeignDataIsRefused: root does not work in folders of somebody else's.
func TestForeignDataIsRefused(t *testing.T) {
	needRoot(t)
	dir := newData(t)
	postgres := filepath.Join(dir, "data", "postgres")
	require.NoError(t, os.MkdirAll(postgres, 0o711))
	require.NoError(t, os.Chown(postgres, 65534, 65534))
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, "serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(dir, "data"))
	cmd.Env = append(os.Environ(), runsAsQuire+"=1")
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "belongs to the user 65534")
	require.Equal(t, 65534, ownerOf(t, postgres))
}

// TestFailureIsSaidOnce: the server's own failure reaches the terminal, and the
// parent ends with it.
func TestFailureIsSaidOnce(t *testing.T) {
	needRoot(t)
	dir := newData(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "password"), []byte("short"), 0o600))
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, "serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(dir, "data"), "--admin-password-file", filepath.Join(dir, "password"))
	cmd.Env = append(os.Environ(), runsAsQuire+"=1")
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "quire: ")
	require.NotContains(t, string(out), errSaid.Error())
	s, err := embedded.Start(t.Context(), embedded.Config{Dir: filepath.Join(dir, "data", "postgres")})
	require.NoError(t, err, "Postgres was stopped")
	require.NoError(t, s.Stop(t.Context()))
}

func ownerOf(t *testing.T, path string) int {
	t.Helper()
	info, err := os.Lstat(path)
	require.NoError(t, err)
	return int(info.Sys().(*syscall.Stat_t).Uid)
}
