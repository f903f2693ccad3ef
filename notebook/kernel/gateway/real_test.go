package gateway_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel/gateway"
)

func TestAKernelOfAGatewayIsAsOneOfThisMachine(t *testing.T) {
	everyServer(t, asLocal)
}

// Newer servers speak JSON only when told to; Enterprise Gateway never speaks it.
func TestAServerThatKnowsOnlyJSON(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		if got := p.protocol(); got != "" {
			t.Skip("it cannot be set to speak JSON")
		}
		asLocal(t, p)
	}, "--ServerApp.kernel_ws_protocol=", "--ZMQChannelsWebsocketConnection.kernel_ws_protocol=")
}

// protocol is what the server chooses for a websocket that offers the newer one.
func (p *process) protocol() string {
	p.t.Helper()
	var k struct{ ID string }
	require.NoError(p.t, json.Unmarshal([]byte(p.ask(http.MethodPost, "/api/kernels", `{"name":"python3","env":{"KERNEL_USERNAME":"ana"}}`)), &k))
	dialer := websocket.Dialer{Subprotocols: []string{v1}}
	ws, resp, err := dialer.Dial("ws://127.0.0.1:"+p.port+"/api/kernels/"+k.ID+"/channels", http.Header{"Authorization": {"token " + p.token}})
	require.NoError(p.t, err)
	resp.Body.Close()
	defer ws.Close()
	p.ask(http.MethodDelete, "/api/kernels/"+k.ID, "")
	return ws.Subprotocol()
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

// R's kernel shows no session of its own, unlike most.
func TestAKernelOfAnotherLanguage(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		g := to(t, p.url(), nil)
		specs, err := g.Specs(t.Context())
		require.NoError(t, err)
		if !strings.Contains(jsonOf(specs), `"name":"ir"`) {
			t.Skip("it has no IRkernel")
		}
		k := start(t, g, func(r *notebook.StartKernel) { r.Spec = "ir" })
		require.Equal(t, "3", eval(t, k, "x <- 1 + 2; cat(x)"))
		require.Equal(t, "4", eval(t, k, "cat(x + 1)"))
	})
}

// Notes share a gateway, and none of them what is another's.
func TestTwoNotesAtOnce(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		line := newProxy(t, "127.0.0.1:"+p.port)
		kernels := startTogether(t, to(t, line.url(), nil), "ana", "ben")
		var all []*heard
		for i, k := range kernels {
			code := fmt.Sprintf("x = %d\ndef say():\n  for i in range(500): print('of', x, flush=i %% 50 == 0)\nsay(); print('half', flush=True); print(input('? ')); say()", i)
			all = append(all, begin(k, notebook.ExecuteRequest{Code: code, Input: true}))
		}
		for _, h := range all {
			h.until(t, "half")
			h.question(t)
		}
		line.cut(false)
		for i, h := range all {
			until(t, func() bool { return len(h.dropped()) > 0 }, "the cut is told")
			until(t, func() bool { return kernels[i].Answer(t.Context(), fmt.Sprint("answer ", i)) == nil }, "it is there again")
			require.Equal(t, notebook.ExecuteOK, h.end(t).Status)
			lines := strings.Repeat(fmt.Sprintf("of %d\n", i), 500)
			require.True(t, h.text() == fmt.Sprintf("%shalf\nanswer %d\n%s", lines, i, lines), "%d bytes", len(h.text()))
		}
		require.NoError(t, kernels[0].Shutdown(t.Context()))
		require.Equal(t, "1", eval(t, kernels[1], "print(x)"), "the end of one is not the other's")
	})
}

// A gateway may have enough of a kernel's output; then it says so, and the kernel goes on.
func TestOutputThatAGatewayDropsIsNotDroppedInSilence(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		k := start(t, to(t, p.url(), nil), nil)
		h := begin(k, notebook.ExecuteRequest{Code: "for i in range(5000): display(i)"})
		require.Equal(t, notebook.ExecuteOK, h.end(t).Status)
		shown := 0
		for _, o := range h.outputs() {
			if _, ok := o.(notebook.DisplayOutput); ok {
				shown++
			}
		}
		t.Logf("shown: %d", shown)
		if shown < 5000 {
			require.Contains(t, h.text(), "IOPub message rate exceeded")
		}
		until(t, func() bool {
			h := begin(k, notebook.ExecuteRequest{Code: "print(i)"})
			return h.end(t).Status == notebook.ExecuteOK && h.text() == "4999\n"
		}, "its limit is for a moment")
	})
}

func TestWhatAGatewayRefuses(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		wrong := to(t, p.url(), func(c *gateway.Config) { c.Token = "wrong" })
		_, err := wrong.Specs(t.Context())
		require.ErrorContains(t, err, "token")
		require.True(t, fault.Is(err, fault.Unavailable))
		_, err = wrong.Start(t.Context(), python)
		require.ErrorContains(t, err, "token")
		g := to(t, p.url(), nil)
		specs, err := g.Specs(t.Context())
		require.NoError(t, err)
		require.Contains(t, jsonOf(specs), `"name":"python3"`)
		require.Contains(t, jsonOf(specs), `"language":"python"`)
		_, err = g.Start(t.Context(), notebook.StartKernel{Spec: "fortran"})
		require.True(t, fault.Is(err, fault.NotFound))
		require.ErrorContains(t, err, "python3")
		require.Equal(t, "[]", p.ask(http.MethodGet, "/api/kernels", ""), "nothing was started")
	})
}

func TestAGatewayWithoutRoom(t *testing.T) {
	everyGateway(t, func(t *testing.T, p *process) {
		g := to(t, p.url(), nil)
		start(t, g, nil)
		_, err := g.Start(t.Context(), python)
		require.ErrorContains(t, err, "Resource Limit")
	}, "max_kernels=1")
}
