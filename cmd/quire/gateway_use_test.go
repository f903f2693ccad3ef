package main

import (
	"bytes"
	"fmt"
	"net"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// jupyterServer starts Debian's Jupyter Server, which is a gateway too, and returns its
// address.
func jupyterServer(t *testing.T, token string) string {
	t.Helper()
	if exec.Command("/usr/bin/python3", "-c", "import jupyter_server, ipykernel").Run() != nil {
		t.Skip("there is no python3-jupyter-server here")
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(address)
	home := t.TempDir()
	cmd := exec.Command("/usr/bin/python3", "-m", "jupyter_server", "--ServerApp.ip=127.0.0.1", "--ServerApp.port="+port, "--ServerApp.port_retries=0",
		"--ServerApp.token="+token, "--no-browser", "--allow-root")
	cmd.Dir, cmd.Env = home, []string{"PATH=/usr/bin:/bin", "HOME=" + home}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &said, &said, time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
	})
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp4", address)
		if err == nil {
			conn.Close()
		}
		return err == nil
	}, time.Minute, 50*time.Millisecond, "it answers")
	return "http://" + address
}

// An interpreter of a gateway runs as any other, for those who may use it.
func TestRunsOnAGateway(t *testing.T) {
	const token = "t0ken-of-the-gateway"
	s := newSite(t)
	f := s.fixture()
	hub := s.must("root", "POST", "/api/v1/admin/gateways", map[string]any{"name": "hub", "url": jupyterServer(t, token), "token": token})
	specs := s.must("root", "GET", "/api/v1/admin/gateways/"+fmt.Sprint(hub["id"])+"/specs", nil)
	require.Contains(t, fmt.Sprint(specs["specs"]), "python3")
	s.must("root", "POST", "/api/v1/admin/interpreters", map[string]any{
		"name": "remote", "kind": "gateway", "gateway": hub["id"], "spec": "python3", "users": []any{map[string]any{"name": "wim"}}})
	state, reason := f.endOf("wim", "%remote\nimport os; assert 'QUIRE' not in str(os.environ)")
	require.Equal(t, "done", state, reason)
	state, reason = f.endOf("rita", "%remote\n1")
	require.Equal(t, "error", state)
	require.Contains(t, reason, "You may not use %remote")
	s.must("root", "PUT", "/api/v1/admin/gateways/"+fmt.Sprint(hub["id"]), map[string]any{"name": "hub", "url": hub["url"], "token": "wrong"})
	require.Contains(t, string(s.send("root", "GET", "/api/v1/admin/gateways/"+fmt.Sprint(hub["id"])+"/specs", nil).body), "token may be wrong")
}
