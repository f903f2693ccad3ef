package server_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth/account"
	"quire/server"
)

// counter answers the operator at a socket in a folder of its own.
func (o *office) counter(t *testing.T, path string) *visitor {
	t.Helper()
	l, err := server.ListenOperator(path)
	require.NoError(t, err)
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: o.OperatorHandler()}}
	s.Start()
	t.Cleanup(s.Close)
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return server.DialOperator(ctx, path) },
	}}
	t.Cleanup(client.CloseIdleConnections)
	return &visitor{t, "http://localhost", client, http.Header{}}
}

func TestTheOperatorNeedsNoSecret(t *testing.T) {
	o := newOffice(t)
	boss := o.setUp(t)
	path := filepath.Join(t.TempDir(), "operator.sock")
	operator := o.counter(t, path)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	made := get[server.NewUserBody](operator, "POST", "/users", m{"name": "ana"})
	secretOf(t, made.Link.URL)
	entries := get[server.AuditPage](boss, "GET", "/audit?object=ana", nil).Entries
	require.Equal(t, "operator", entries[0].Actor)
	require.NotEmpty(t, entries[0].Request)
	require.Equal(t, http.StatusForbidden, operator.do("GET", "/me", nil).StatusCode)
}

func TestTheOperatorActsAsSomebodyByHeader(t *testing.T) {
	o := newOffice(t)
	o.setUp(t)
	operator := o.counter(t, filepath.Join(t.TempDir(), "operator.sock"))
	operator.header.Set(server.ActAs, "BOSS")
	require.Equal(t, "boss", get[account.Me](operator, "GET", "/me", nil).Name)
	operator.header.Set(server.ActAs, "nobody")
	require.Equal(t, http.StatusNotFound, operator.do("GET", "/me", nil).StatusCode)

	stranger := o.visitor(t)
	stranger.header.Set(server.ActAs, "boss")
	require.Equal(t, http.StatusUnauthorized, stranger.do("GET", "/me", nil).StatusCode, "only at the operator's socket")
}

func TestOnlyTheAPIIsAnsweredToTheOperator(t *testing.T) {
	o := newOffice(t)
	operator := o.counter(t, filepath.Join(t.TempDir(), "operator.sock"))
	r, err := http.NewRequestWithContext(t.Context(), "GET", "http://localhost/readyz", nil)
	require.NoError(t, err)
	a, err := operator.client.Do(r)
	require.NoError(t, err)
	a.Body.Close()
	require.Equal(t, http.StatusNotFound, a.StatusCode)
}

func TestOneServerHoldsTheSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "operator.sock")
	l, err := server.ListenOperator(path)
	require.NoError(t, err)
	_, err = server.ListenOperator(path)
	require.ErrorContains(t, err, "another server")
	require.NoError(t, l.Close())
	require.NoFileExists(t, path)

	// A crashed server leaves its socket behind.
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	require.NoError(t, err)
	left.SetUnlinkOnClose(false)
	require.NoError(t, left.Close())
	l, err = server.ListenOperator(path)
	require.NoError(t, err)
	require.NoError(t, l.Close())
}

func TestThePathOfTheSocketMayBeLong(t *testing.T) {
	o := newOffice(t)
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 40))
	require.NoError(t, os.Mkdir(dir, 0o700))
	operator := o.counter(t, filepath.Join(dir, "operator.sock"))
	get[server.GroupList](operator, "GET", "/groups", nil)
}

// Even where the socket's mode would let them in.
func TestOtherUsersAreSentAway(t *testing.T) {
	const python = "/usr/bin/python3" // one that others may run too
	if _, err := os.Stat(python); os.Geteuid() != 0 || err != nil {
		t.Skip("needs root and " + python)
	}
	o := newOffice(t)
	dir, err := os.MkdirTemp("", "quire")
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	require.NoError(t, os.Chmod(dir, 0o755))
	path := filepath.Join(dir, "operator.sock")
	o.counter(t, path)
	require.NoError(t, os.Chmod(path, 0o666))
	const ask = `
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
try:
    s.sendall(b"GET /api/v1/groups HTTP/1.0\r\nHost: localhost\r\n\r\n")
    print(s.recv(100))
except OSError:
    print(b"")
`
	for uid, want := range map[uint32]string{65534: "b''", 0: "200 OK"} {
		cmd := exec.Command(python, "-c", ask, path)
		cmd.Dir = "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		require.Contains(t, string(out), want, "uid %d", uid)
	}
}
