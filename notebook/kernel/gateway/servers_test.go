package gateway_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const token = "a-token-of-the-tests"

// server is a program that gives kernels, of this machine.
type server struct {
	name    string
	command []string
	env     []string
	// port and token begin the settings of those.
	port, token string
	// app begins the settings that only this program has.
	app string
}

const (
	jupyterServer     = "jupyter server"
	kernelGateway     = "kernel gateway"
	enterpriseGateway = "enterprise gateway"
)

// servers are those there are here: Debian's Jupyter Server, or the one that a
// variable names, and the gateways that variables name.
func servers(t *testing.T) []server {
	t.Helper()
	program := []string{"/usr/bin/python3", "-m", "jupyter_server"}
	if other := os.Getenv("QUIRE_TEST_JUPYTER_SERVER"); other != "" {
		program = []string{other}
	}
	all := []server{{
		name: jupyterServer, app: "ServerApp", port: "--ServerApp.port=", token: "--ServerApp.token=",
		command: append(program, "--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0", "--no-browser", "--allow-root"),
	}}
	for _, g := range []struct{ name, app, variable, prefix string }{
		{kernelGateway, "KernelGatewayApp", "QUIRE_TEST_KERNEL_GATEWAY", "KG_"},
		{enterpriseGateway, "EnterpriseGatewayApp", "QUIRE_TEST_ENTERPRISE_GATEWAY", "EG_"},
	} {
		program := os.Getenv(g.variable)
		if program == "" {
			t.Logf("no %s: %s does not name its program", g.name, g.variable)
			continue
		}
		all = append(all, server{
			name: g.name, app: g.app, command: []string{program}, port: "--" + g.app + ".port=", token: "--" + g.app + ".auth_token=",
			// Lists of what may be passed on have other names in other versions.
			env: []string{g.prefix + "IP=127.0.0.1", g.prefix + "PORT_RETRIES=0", g.prefix + "LIST_KERNELS=True",
				"KG_ALLOWED_ENVS=GREETING", "KG_ENV_WHITELIST=GREETING", "EG_CLIENT_ENVS=GREETING"},
		})
	}
	return all
}

// everyServer runs a test against each server there is, set so besides.
func everyServer(t *testing.T, do func(t *testing.T, p *process), settings ...string) {
	t.Helper()
	for _, s := range servers(t) {
		t.Run(s.name, func(t *testing.T) { do(t, run(t, s, settings...)) })
	}
}

// everyGateway is everyServer without the plain Jupyter Server; settings are the
// gateways' own.
func everyGateway(t *testing.T, do func(t *testing.T, p *process), settings ...string) {
	t.Helper()
	gateways := servers(t)[1:]
	if len(gateways) == 0 {
		t.Skip("there is no gateway here")
	}
	for _, s := range gateways {
		var own []string
		for _, x := range settings {
			own = append(own, "--"+s.app+"."+x)
		}
		t.Run(s.name, func(t *testing.T) { do(t, run(t, s, own...)) })
	}
}

// process is a server that runs.
type process struct {
	t        *testing.T
	s        server
	settings []string
	token    string
	port     string
	home     string
	cmd      *exec.Cmd
	said     *bytes.Buffer
}

func run(t *testing.T, s server, settings ...string) *process {
	t.Helper()
	if program := s.command[0]; program == "/usr/bin/python3" && exec.Command(program, "-c", "import jupyter_server, ipykernel").Run() != nil {
		t.Skip("there is no python3-jupyter-server here")
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	p := &process{t: t, s: s, settings: settings, token: token, port: port, home: t.TempDir()}
	p.start()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Log(p.said.String())
		}
	})
	return p
}

func (p *process) start() {
	p.t.Helper()
	args := append(append([]string{}, p.s.command[1:]...), p.s.port+p.port, p.s.token+p.token)
	p.cmd = exec.Command(p.s.command[0], append(args, p.settings...)...)
	p.cmd.Dir = p.home
	p.cmd.Env = append([]string{"PATH=" + filepath.Dir(p.s.command[0]) + ":/usr/bin:/bin", "HOME=" + p.home,
		"JUPYTER_RUNTIME_DIR=" + p.home + "/runtime", "ON_THE_GATEWAY=yes"}, p.s.env...)
	p.said = &bytes.Buffer{}
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.cmd.WaitDelay = time.Second
	require.NoError(p.t, p.cmd.Start())
	until(p.t, func() bool {
		conn, err := net.Dial("tcp4", "127.0.0.1:"+p.port)
		if err == nil {
			conn.Close()
		}
		return err == nil
	}, p.s.name+" answers")
}

// kill ends the server without a chance to say so, and its kernels with it.
func (p *process) kill() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	_ = p.cmd.Wait()
}

func (p *process) url() string { return "http://127.0.0.1:" + p.port }

// ask makes a request of its own, past what is tested, and returns the answer.
func (p *process) ask(method, path, body string) string {
	p.t.Helper()
	req, err := http.NewRequest(method, p.url()+path, strings.NewReader(body))
	require.NoError(p.t, err)
	req.Header.Set("Authorization", "token "+p.token)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	require.NoError(p.t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	return string(b)
}
