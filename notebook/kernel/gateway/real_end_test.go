package gateway_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/notebook"
	"quire/notebook/kernel/gateway"
)

// onlyKernel is the address of the one kernel that the server has.
func (p *process) onlyKernel() string {
	p.t.Helper()
	var all []struct{ ID string }
	require.NoError(p.t, json.Unmarshal([]byte(p.ask(http.MethodGet, "/api/kernels", "")), &all))
	require.Len(p.t, all, 1)
	return "/api/kernels/" + all[0].ID
}

func TestAKernelThatDiesOnItsGateway(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		k := start(t, to(t, p.url(), nil), nil)
		res := begin(k, notebook.ExecuteRequest{Code: "import os; os._exit(1)"}).end(t)
		require.Equal(t, notebook.ExecuteDead, res.Status)
		require.Contains(t, res.Reason, "has ended")
	})
}

func TestAKernelThatIsKilledWhileItIsIdle(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		k := start(t, to(t, p.url(), nil), nil)
		pid, err := strconv.Atoi(eval(t, k, "import os; print(os.getpid())"))
		require.NoError(t, err)
		require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
		await(t, k.Done())
		require.Contains(t, k.Death(), "has ended")
	})
}

func TestAKernelThatIsEndedOnItsGateway(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		k := start(t, to(t, p.url(), nil), nil)
		p.ask(http.MethodDelete, p.onlyKernel(), "")
		await(t, k.Done())
		require.Contains(t, k.Death(), "does not have it any more")
	})
}

// A kernel restarted there keeps its id and nothing else. What runs next is not told
// as if it had run in the old one.
func TestAKernelThatIsRestartedOnItsGateway(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		g := to(t, p.url(), nil)
		k := start(t, g, nil)
		eval(t, k, "x = 1")
		p.ask(http.MethodPost, p.onlyKernel()+"/restart", "{}")
		h := begin(k, notebook.ExecuteRequest{Code: "print('of another')"})
		res := h.end(t)
		require.Equal(t, notebook.ExecuteDead, res.Status)
		require.Equal(t, "another process stands in its place", res.Reason)
		require.Empty(t, h.text())
		require.Equal(t, "2", eval(t, start(t, g, nil), "print(2)"))
		until(t, func() bool { return p.kernels() == 1 }, "the one in its place is ended")
	})
}

func TestARunWhoseKernelIsRestartedOnItsGateway(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		k := start(t, to(t, p.url(), nil), nil)
		dir := t.TempDir()
		h := begin(k, ticking(dir))
		h.until(t, "tick 1")
		p.ask(http.MethodPost, p.onlyKernel()+"/restart", "{}")
		res := h.end(t)
		if res.Status == notebook.ExecuteError { // it was interrupted first
			require.Contains(t, jsonOf(h.outputs()), "KeyboardInterrupt")
			res = begin(k, notebook.ExecuteRequest{Code: "1"}).end(t)
		}
		require.Equal(t, notebook.ExecuteDead, res.Status)
		ranOnce(t, dir)
	})
}

func (p *process) kernels() int {
	p.t.Helper()
	var all []any
	require.NoError(p.t, json.Unmarshal([]byte(p.ask(http.MethodGet, "/api/kernels", "")), &all))
	return len(all)
}

func TestAKernelThatIsCulled(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		k := start(t, to(t, p.url(), nil), nil)
		await(t, k.Done())
		require.Contains(t, k.Death(), "does not have it any more")
	}, "--MappingKernelManager.cull_idle_timeout=8", "--MappingKernelManager.cull_interval=1", "--MappingKernelManager.cull_connected=True")
}

func TestAGatewayThatDoesNotComeBack(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
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
	})
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

// With another token the gateway is as good as away.
func TestAGatewayThatWasRestartedWithAnotherToken(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		g := to(t, p.url(), func(c *gateway.Config) { c.AwayLimit = 10 * time.Second })
		k := start(t, g, nil)
		h := begin(k, ticking(t.TempDir()))
		h.until(t, "tick 1")
		p.kill()
		p.token = "another"
		p.start()
		require.Equal(t, notebook.ExecuteLost, h.end(t).Status)
		await(t, k.Done())
		require.Contains(t, k.Death(), "did not come back")
		_, err := g.Start(t.Context(), python)
		require.ErrorContains(t, err, "token")
	})
}

func TestAnEndedKernelIsGoneFromItsGateway(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		k, err := to(t, p.url(), nil).Start(t.Context(), python)
		require.NoError(t, err)
		require.Equal(t, 1, p.kernels())
		require.NoError(t, k.Shutdown(t.Context()))
		require.Zero(t, p.kernels())
	})
}
