package gateway_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel/gateway"
)

// everyServer runs a test against each real server there is.
func everyServer(t *testing.T, do func(t *testing.T, p *process)) {
	for _, s := range servers(t) {
		t.Run(s.name, func(t *testing.T) { do(t, run(t, s)) })
	}
}

func TestAKernelOfAGatewayIsAsOneOfThisMachine(t *testing.T) {
	everyServer(t, asLocal)
}

func TestAServerThatKnowsOnlyJSON(t *testing.T) {
	asLocal(t, run(t, jupyterServer("--ServerApp.kernel_ws_protocol=")))
}

func asLocal(t *testing.T, p *process) {
	late := make(chan notebook.Output, 100)
	g := to(t, p.url(), nil)
	k := start(t, g, func(r *notebook.StartKernel) { r.Late = func(_ string, o notebook.Output) { late <- o } })
	require.Equal(t, "It runs on the gateway “hub”, where this note's files are not.", k.(notebook.Elsewhere).Where())
	require.Equal(t, "3", eval(t, k, "print(1 + 2)"))
	require.Equal(t, "yes", eval(t, k, "import os; print('ünï' and 'yes')"))

	h := begin(k, notebook.ExecuteRequest{Code: "display({'a': 1}); 1/0"})
	require.Equal(t, notebook.ExecuteError, h.end(t).Status)
	require.Contains(t, jsonOf(h.outputs()), "ZeroDivisionError")
	require.Contains(t, jsonOf(h.outputs()), "text/plain")

	h = begin(k, notebook.ExecuteRequest{Code: "print('got', input('name? '))", Input: true})
	require.Equal(t, "name? ", h.question(t).Prompt)
	require.NoError(t, k.Answer(t.Context(), "Ana"))
	require.Equal(t, notebook.ExecuteOK, h.end(t).Status)
	require.Contains(t, h.text(), "got Ana")

	h = begin(k, notebook.ExecuteRequest{Code: "print('begun', flush=True)\nimport time\ntime.sleep(1000)"})
	h.until(t, "begun")
	require.NoError(t, k.Interrupt(t.Context()))
	require.Equal(t, notebook.ExecuteError, h.end(t).Status)
	require.Contains(t, jsonOf(h.outputs()), "KeyboardInterrupt")

	raw, err := k.Inspect(t.Context(), "print", 5, 0)
	require.NoError(t, err)
	require.Contains(t, string(raw), `"found"`)
	sendsBuffers(t, k, late)

	require.NoError(t, k.Shutdown(t.Context()))
	require.Equal(t, "stopped", k.Death())
	require.Equal(t, notebook.ExecuteDead, begin(k, notebook.ExecuteRequest{Code: "1"}).end(t).Status)
}

// sendsBuffers opens a comm that answers with what it gets, bytes and all.
func sendsBuffers(t *testing.T, k notebook.Kernel, late <-chan notebook.Output) {
	t.Helper()
	eval(t, k, `
def opened(comm, message):
    comm.on_msg(lambda m: comm.send({"back": m["content"]["data"]}, buffers=[bytes(b) for b in m["buffers"]]))
get_ipython().kernel.comm_manager.register_target("echo", opened)`)
	require.NoError(t, k.SendComm(t.Context(), "o", notebook.Comm{Kind: notebook.CommOpen, ID: "c", Target: "echo"}))
	sent := [][]byte{{0, 1, 255}, {}, []byte("text")}
	require.NoError(t, k.SendComm(t.Context(), "m", notebook.Comm{Kind: notebook.CommMsg, ID: "c", Data: []byte(`{"n":1}`), Buffers: sent}))
	for {
		if c, ok := await(t, late).(notebook.Comm); ok {
			require.JSONEq(t, `{"back":{"n":1}}`, string(c.Data))
			require.Len(t, c.Buffers, 3)
			require.Equal(t, sent[0], c.Buffers[0])
			require.Equal(t, "text", string(c.Buffers[2]))
			return
		}
	}
}

func TestOutputOfARunComesWholeAndInOrder(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		k := start(t, to(t, p.url(), nil), nil)
		h := begin(k, notebook.ExecuteRequest{Code: "for i in range(300): display(i)"})
		require.Equal(t, notebook.ExecuteOK, h.end(t).Status)
		require.Len(t, h.outputs(), 300)
		require.Contains(t, jsonOf(h.outputs()[299]), `"299"`)
	})
}

func TestAGatewayIsToldWhomAKernelIsFor(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		if p.s.name == "jupyter server" {
			t.Skip("a plain Jupyter Server takes no environment")
		}
		t.Setenv("KERNEL_USERNAME", "whoever started the server")
		k := start(t, to(t, p.url(), nil), func(r *notebook.StartKernel) {
			r.Person, r.Env = "ana", map[string]string{"GREETING": "hello", "OTHER": "is not on the gateway's list"}
		})
		require.Equal(t, "ana hello None", eval(t, k, "import os; print(os.environ['KERNEL_USERNAME'], os.environ['GREETING'], os.environ.get('OTHER'))"))
	})
}

func TestWhatAGatewayRefuses(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		wrong := to(t, p.url(), func(c *gateway.Config) { c.Token = "wrong" })
		_, err := wrong.Specs(t.Context())
		require.ErrorContains(t, err, "token")
		require.True(t, fault.Is(err, fault.Unavailable))
		g := to(t, p.url(), nil)
		specs, err := g.Specs(t.Context())
		require.NoError(t, err)
		require.Contains(t, jsonOf(specs), `"name":"python3"`)
		_, err = g.Start(t.Context(), notebook.StartKernel{Spec: "fortran"})
		require.True(t, fault.Is(err, fault.NotFound))
		require.ErrorContains(t, err, "python3")
	})
}

func TestAGatewayWithoutRoom(t *testing.T) {
	for _, s := range servers(t) {
		if s.name == "jupyter server" {
			continue // has no limit
		}
		t.Run(s.name, func(t *testing.T) {
			g := to(t, run(t, gatewayServer(s.name, s.command("")[0], "MAX_KERNELS=1")).url(), nil)
			start(t, g, nil)
			_, err := g.Start(t.Context(), notebook.StartKernel{Spec: "python3"})
			require.ErrorContains(t, err, "Resource Limit")
		})
	}
}

func TestAKernelThatDiesOnItsGateway(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		k := start(t, to(t, p.url(), nil), nil)
		res := begin(k, notebook.ExecuteRequest{Code: "import os; os._exit(1)"}).end(t)
		require.Equal(t, notebook.ExecuteDead, res.Status)
		require.Contains(t, res.Reason, "has ended")
	})
}

func TestAKernelThatIsEndedOnItsGateway(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		k := start(t, to(t, p.url(), nil), nil)
		gatewayID := eval(t, k, "import re; from ipykernel.connect import get_connection_file; print(re.search('kernel-(.*).json', get_connection_file())[1])")
		p.ask(http.MethodDelete, "/api/kernels/"+gatewayID)
		await(t, k.Done())
		require.Contains(t, k.Death(), "does not have it any more")
	})
}

func TestAKernelThatIsCulled(t *testing.T) {
	p := run(t, jupyterServer("--MappingKernelManager.cull_idle_timeout=8", "--MappingKernelManager.cull_interval=1", "--MappingKernelManager.cull_connected=True"))
	k := start(t, to(t, p.url(), nil), nil)
	await(t, k.Done())
	require.Contains(t, k.Death(), "does not have it any more")
}

// ticks prints a line, and then another each time a file is there.
const ticks = `
import os, time
open("%DIR%/ran", "a").write("x")
for i in range(1, 4):
    print("tick", i, flush=True)
    while not os.path.exists("%DIR%/" + str(i)): time.sleep(0.01)
print("end")
`

func ticking(dir string) notebook.ExecuteRequest {
	return notebook.ExecuteRequest{Code: strings.ReplaceAll(ticks, "%DIR%", dir)}
}

func tick(t *testing.T, dir, name string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o644))
}

func ranOnce(t *testing.T, dir string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "ran"))
	require.NoError(t, err)
	require.Equal(t, "x", string(b), "it ran once")
}

func TestAConnectionThatIsCutComesBack(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		line := newProxy(t, "127.0.0.1:"+p.port)
		k := start(t, to(t, line.url(), nil), nil)
		dir := t.TempDir()
		h := begin(k, ticking(dir))
		h.until(t, "tick 1")
		line.cut(true)
		tick(t, dir, "1") // what it prints now only the gateway hears
		until(t, func() bool { return len(h.dropped()) > 0 }, "the cut is told")
		require.Equal(t, 0, h.dropped()[0].Messages, "nobody knows whether anything is missing")
		require.Error(t, k.SendComm(t.Context(), "", notebook.Comm{Kind: notebook.CommMsg, ID: "c"}), "it is away")
		tick(t, dir, "2")
		line.cut(false)
		tick(t, dir, "3")
		require.Equal(t, notebook.ExecuteOK, h.end(t).Status, "its end is known")
		require.Equal(t, "tick 1\ntick 2\ntick 3\nend\n", h.text(), "the gateway kept it")
		ranOnce(t, dir)
		require.Equal(t, "4", eval(t, k, "print(i + 1)"), "the same kernel")
	})
}

func TestASilentConnectionIsNoticed(t *testing.T) {
	p := run(t, jupyterServer())
	line := newProxy(t, "127.0.0.1:"+p.port)
	g := to(t, line.url(), nil)
	g.Hurry(time.Hour, 100*time.Millisecond, time.Second)
	k := start(t, g, nil)
	dir := t.TempDir()
	h := begin(k, ticking(dir))
	h.until(t, "tick 1")
	line.stall()
	until(t, func() bool { return len(h.dropped()) > 0 }, "the silence is noticed")
	line.cut(false)
	line.resume()
	for _, n := range []string{"1", "2", "3"} {
		tick(t, dir, n)
	}
	require.Equal(t, notebook.ExecuteOK, h.end(t).Status)
	ranOnce(t, dir)
}

func TestARunWaitsWhileItsGatewayIsAway(t *testing.T) {
	p := run(t, jupyterServer())
	line := newProxy(t, "127.0.0.1:"+p.port)
	k := start(t, to(t, line.url(), nil), nil)
	line.cut(true)
	until(t, func() bool {
		_, err := k.Complete(t.Context(), "prin", 4)
		return err != nil && strings.Contains(err.Error(), "is away")
	}, "the cut is noticed")
	h := begin(k, notebook.ExecuteRequest{Code: "print('once')"})
	line.cut(false)
	require.Equal(t, notebook.ExecuteOK, h.end(t).Status)
	require.Equal(t, "once\n", h.text())
	require.Empty(t, h.dropped(), "it began afterwards")
}

func TestAGatewayThatDoesNotComeBack(t *testing.T) {
	p := run(t, jupyterServer())
	k := start(t, to(t, p.url(), func(c *gateway.Config) { c.AwayLimit = time.Second }), nil)
	dir := t.TempDir()
	h := begin(k, ticking(dir))
	h.until(t, "tick 1")
	p.kill()
	res := h.end(t)
	require.Equal(t, notebook.ExecuteLost, res.Status)
	require.Equal(t, "the gateway “hub” did not come back within 1s", res.Reason)
	await(t, k.Done())
	require.Equal(t, res.Reason, k.Death())
	require.Equal(t, notebook.ExecuteDead, begin(k, notebook.ExecuteRequest{Code: "1"}).end(t).Status, "what was never sent is not lost")
}

func TestAGatewayThatWasRestarted(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		g := to(t, p.url(), nil)
		k := start(t, g, nil)
		dir := t.TempDir()
		h := begin(k, ticking(dir))
		h.until(t, "tick 1")
		p.kill()
		p.start()
		require.Equal(t, notebook.ExecuteLost, h.end(t).Status)
		await(t, k.Done())
		require.Contains(t, k.Death(), "does not have it any more")
		ranOnce(t, dir)
		require.Equal(t, "2", eval(t, start(t, g, nil), "print(2)"))
	})
}

func TestAnEndedKernelIsGoneFromItsGateway(t *testing.T) {
	p := run(t, jupyterServer())
	g := to(t, p.url(), nil)
	k, err := g.Start(t.Context(), notebook.StartKernel{Spec: "python3"})
	require.NoError(t, err)
	require.NoError(t, k.Shutdown(t.Context()))
	require.Equal(t, "[]", p.ask(http.MethodGet, "/api/kernels"))
}
