package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"quire/auth"
	"quire/notebook"
	"quire/notebook/kernel/gateway"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait in these tests.
const patience = 60 * time.Second

const token = "a-token-of-the-tests"

// server is a program that gives kernels, of this machine.
type server struct {
	name    string
	command func(port string) []string
	env     func(port string) []string
}

// servers are the real gateways there are here, by what they are.
func servers(t *testing.T) []server {
	t.Helper()
	all := []server{jupyterServer()}
	for name, variable := range map[string]string{"kernel gateway": "QUIRE_TEST_KERNEL_GATEWAY", "enterprise gateway": "QUIRE_TEST_ENTERPRISE_GATEWAY"} {
		program := os.Getenv(variable)
		if program == "" {
			t.Logf("no %s: %s does not name its program", name, variable)
			continue
		}
		all = append(all, gatewayServer(name, program))
	}
	return all
}

// jupyterServer is Debian's.
func jupyterServer(args ...string) server {
	return server{
		name: "jupyter server",
		command: func(port string) []string {
			return append([]string{"/usr/bin/python3", "-m", "jupyter_server", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=" + port, "--ServerApp.port_retries=0",
				"--ServerApp.token=" + token, "--no-browser", "--allow-root"}, args...)
		},
	}
}

// gatewayServer is Kernel Gateway or Enterprise Gateway, which take the same settings
// but for their prefix.
func gatewayServer(name, program string, more ...string) server {
	prefix := map[string]string{"kernel gateway": "KG_", "enterprise gateway": "EG_"}[name]
	return server{
		name:    name,
		command: func(string) []string { return []string{program} },
		env: func(port string) []string {
			env := []string{prefix + "IP=127.0.0.1", prefix + "PORT=" + port, prefix + "PORT_RETRIES=0", prefix + "AUTH_TOKEN=" + token,
				"KG_ALLOWED_ENVS=GREETING", "KG_ENV_WHITELIST=GREETING", "EG_CLIENT_ENVS=GREETING"}
			for _, m := range more {
				env = append(env, prefix+m)
			}
			return env
		},
	}
}

// process is a server that runs.
type process struct {
	t    *testing.T
	s    server
	port string
	home string
	cmd  *exec.Cmd
	said *bytes.Buffer
}

func run(t *testing.T, s server) *process {
	t.Helper()
	if program := s.command("0")[0]; program == "/usr/bin/python3" && exec.Command(program, "-c", "import jupyter_server, ipykernel").Run() != nil {
		t.Skip("there is no python3-jupyter-server here")
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	p := &process{t: t, s: s, port: port, home: t.TempDir()}
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
	args := p.s.command(p.port)
	p.cmd = exec.Command(args[0], args[1:]...)
	p.cmd.Dir = p.home
	p.cmd.Env = []string{"PATH=" + filepath.Dir(args[0]) + ":/usr/bin:/bin", "HOME=" + p.home, "JUPYTER_RUNTIME_DIR=" + p.home + "/runtime", "ON_THE_GATEWAY=yes"}
	if p.s.env != nil {
		p.cmd.Env = append(p.cmd.Env, p.s.env(p.port)...)
	}
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

// until waits for what has no signal.
func until(t *testing.T, done func() bool, what string) {
	t.Helper()
	require.Eventually(t, done, patience, 20*time.Millisecond, what)
}

// to returns a gateway at an address.
func to(t *testing.T, url string, change func(*gateway.Config)) *gateway.Gateway {
	t.Helper()
	c := gateway.Config{Name: "hub", URL: url, Token: token, Log: slog.New(slog.DiscardHandler)}
	if testing.Verbose() {
		c.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	if change != nil {
		change(&c)
	}
	g, err := gateway.New(c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	g.Hurry(200*time.Millisecond, time.Second, 5*time.Second)
	return g
}

func (p *process) url() string { return "http://127.0.0.1:" + p.port }

func start(t *testing.T, g *gateway.Gateway, change func(*notebook.StartKernel)) notebook.Kernel {
	t.Helper()
	req := notebook.StartKernel{Spec: "python3", Note: auth.NewID()}
	if change != nil {
		change(&req)
	}
	k, err := g.Start(t.Context(), req)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		require.NoError(t, k.Shutdown(ctx))
	})
	return k
}

// heard collects outputs.
type heard struct {
	mu  sync.Mutex
	all []notebook.Output
	res chan notebook.ExecuteResult
}

func begin(k notebook.Kernel, req notebook.ExecuteRequest) *heard {
	h := &heard{res: make(chan notebook.ExecuteResult, 1)}
	go func() {
		h.res <- k.Execute(context.Background(), req, func(o notebook.Output) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.all = append(h.all, o)
		})
	}()
	return h
}

func (h *heard) outputs() []notebook.Output {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]notebook.Output(nil), h.all...)
}

func (h *heard) text() string {
	var b strings.Builder
	for _, o := range h.outputs() {
		if s, ok := o.(notebook.StreamOutput); ok {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

// dropped are the notices of loss.
func (h *heard) dropped() (all []notebook.DroppedOutput) {
	for _, o := range h.outputs() {
		if d, ok := o.(notebook.DroppedOutput); ok {
			all = append(all, d)
		}
	}
	return all
}

func (h *heard) until(t *testing.T, text string) {
	t.Helper()
	until(t, func() bool { return strings.Contains(h.text(), text) }, "it prints "+text)
}

// question waits for one of the code.
func (h *heard) question(t *testing.T) notebook.InputRequest {
	t.Helper()
	var q notebook.InputRequest
	until(t, func() bool {
		for _, o := range h.outputs() {
			if i, ok := o.(notebook.InputRequest); ok {
				q = i
			}
		}
		return q.Prompt != ""
	}, "it asks")
	return q
}

func (h *heard) end(t *testing.T) notebook.ExecuteResult { t.Helper(); return await(t, h.res) }

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

// eval runs code that must succeed and returns what it printed.
func eval(t *testing.T, k notebook.Kernel, code string) string {
	t.Helper()
	h := begin(k, notebook.ExecuteRequest{Code: code})
	res := h.end(t)
	require.Equal(t, notebook.ExecuteOK, res.Status, "%v %v", res, h.outputs())
	return strings.TrimSpace(h.text())
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(err)
	}
	return string(b)
}

// ask makes a request of its own, past what is tested, and returns the answer.
func (p *process) ask(method, path string) string {
	p.t.Helper()
	req, err := http.NewRequest(method, p.url()+path, nil)
	require.NoError(p.t, err)
	req.Header.Set("Authorization", "token "+token)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	require.NoError(p.t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	return string(b)
}
