package gateway_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/notebook"
)

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
	everyServer(t, func(t *testing.T, p *process) {
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
	})
}

func TestARunWaitsWhileItsGatewayIsAway(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
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
	})
}

// A question that was asked before the cut can be answered after it, and code can be
// interrupted.
func TestAfterACutAllGoesOn(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		line := newProxy(t, "127.0.0.1:"+p.port)
		k := start(t, to(t, line.url(), nil), nil)
		h := begin(k, notebook.ExecuteRequest{Code: "print('got', input('name? '))\nwhile True: pass", Input: true})
		h.question(t)
		line.cut(false)
		until(t, func() bool { return len(h.dropped()) > 0 }, "the cut is told")
		until(t, func() bool { return k.Answer(t.Context(), "Ana") == nil }, "it is there again")
		h.until(t, "got Ana")
		require.NoError(t, k.Interrupt(t.Context()))
		require.Equal(t, notebook.ExecuteError, h.end(t).Status)
		require.Contains(t, jsonOf(h.outputs()), "KeyboardInterrupt")
	})
}
