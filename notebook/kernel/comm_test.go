package kernel_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel"
)

// lates collects what belongs to no execution.
type lates struct {
	mu  sync.Mutex
	all []lateOne
	has chan struct{}
}

type lateOne struct {
	parent string
	out    notebook.Output
}

func newLates() *lates { return &lates{has: make(chan struct{}, 1)} }

func (l *lates) take(parent string, out notebook.Output) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, lateOne{parent, out})
	select {
	case l.has <- struct{}{}:
	default:
	}
}

// of lists what answered one request.
func (l *lates) of(parent string) (outs []notebook.Output) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, one := range l.all {
		if one.parent == parent {
			outs = append(outs, one.out)
		}
	}
	return outs
}

// await waits until n outputs have answered a request.
func (l *lates) await(t *testing.T, parent string, n int) []notebook.Output {
	t.Helper()
	deadline := time.After(patience)
	for len(l.of(parent)) < n {
		select {
		case <-l.has:
		case <-deadline:
			require.Len(t, l.of(parent), n, "of %s", parent)
		}
	}
	return l.of(parent)
}

// echoing opens a comm "c" that prints and sends back what it gets.
const echoing = `
try:
    from comm import create_comm as Comm
except ImportError:
    from ipykernel.comm import Comm
c = Comm(target_name="t", data={"n": 1}, metadata={"m": 2}, buffers=[b"\x00\xff"])
def got(msg):
    d = msg["content"]["data"]
    print("got", d)
    c.send({"back": d}, buffers=[bytes(b) for b in msg["buffers"]])
c.on_msg(got)
c.on_close(lambda msg: print("closed"))
`

func TestComm(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	l := newLates()
	k := start(t, newManager(t, nil), notebook.StartKernel{Dir: dir, Late: l.take})
	res, outs := run(t, k, echoing)
	require.Equal(t, notebook.ExecuteOK, res.Status, outs)
	require.Len(t, outs, 1)
	opened := outs[0].(notebook.Comm)
	require.Equal(t, notebook.CommOpen, opened.Kind)
	require.Equal(t, "t", opened.Target)
	require.JSONEq(t, `{"n":1}`, string(opened.Data))
	require.Contains(t, string(opened.Metadata), `"m": 2`)
	require.Equal(t, [][]byte{{0, 255}}, opened.Buffers)
	msg := notebook.Comm{Kind: notebook.CommMsg, ID: opened.ID, Data: json.RawMessage(`{"x":"é"}`), Buffers: [][]byte{{1, 0}, {}}}

	t.Run("while idle", func(t *testing.T) {
		require.NoError(t, k.SendComm(t.Context(), "first", msg))
		answered(t, l.await(t, "first", 3), opened.ID, `{"back":{"x":"é"}}`)
	})
	t.Run("while code runs, in order", func(t *testing.T) {
		h, res := begin(k, "print('on')\n"+waitForFile)
		h.await(t, "on")
		for i := range 3 {
			require.NoError(t, k.SendComm(t.Context(), fmt.Sprint("busy", i), msg), "it is not waited for")
		}
		require.Empty(t, l.of("busy0"), "the kernel runs other code")
		letGo(t, dir)
		require.Equal(t, notebook.ExecuteOK, await(t, res).Status)
		for i := range 3 {
			answered(t, l.await(t, fmt.Sprint("busy", i), 3), opened.ID, `{"back":{"x":"é"}}`)
		}
		order := slices.CompactFunc(slices.Clone(l.all), func(a, b lateOne) bool { return a.parent == b.parent })
		require.Equal(t, []string{"busy0", "busy1", "busy2"}, []string{order[1].parent, order[2].parent, order[3].parent})
		require.Equal(t, "on\n", h.text(), "nothing of it in the cell's output")
	})
	t.Run("closing", func(t *testing.T) {
		require.NoError(t, k.SendComm(t.Context(), "end", notebook.Comm{Kind: notebook.CommClose, ID: opened.ID}))
		require.Equal(t, "closed\n", textOf(l.await(t, "end", 1)))
	})
	t.Run("opened by us", func(t *testing.T) {
		eval(t, k, `def opened(comm, msg):
    comm.on_msg(lambda m: None)
    comm.send({"hello": msg["content"]["data"]})
get_ipython().kernel.comm_manager.register_target("ours", opened)`)
		require.NoError(t, k.SendComm(t.Context(), "o", notebook.Comm{Kind: notebook.CommOpen, ID: "mine", Target: "ours", Data: json.RawMessage(`5`)}))
		got := l.await(t, "o", 1)[0].(notebook.Comm)
		require.Equal(t, "mine", got.ID)
		require.JSONEq(t, `{"hello":5}`, string(got.Data))
	})
}

// answered checks what echoing says.
func answered(t *testing.T, outs []notebook.Output, comm, data string) {
	t.Helper()
	var back notebook.Comm
	for _, o := range outs {
		if c, ok := o.(notebook.Comm); ok {
			back = c
		}
	}
	require.Equal(t, comm, back.ID)
	require.JSONEq(t, data, string(back.Data))
	require.Equal(t, [][]byte{{1, 0}, {}}, back.Buffers)
	require.Contains(t, textOf(outs), "got")
	require.Equal(t, notebook.CommHandled{}, outs[len(outs)-1])
}

// TestLateOutputOfThreads: what a thread prints after its cell has ended is told
// with the cell's id, also while other code runs.
func TestLateOutputOfThreads(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	l := newLates()
	k := start(t, newManager(t, nil), notebook.StartKernel{Dir: dir, Late: l.take})
	res := k.Execute(t.Context(), notebook.ExecuteRequest{ID: "cell-1", Code: `
import threading
def later():
    import os
    while not os.path.exists("go"): pass
    print("late")
threading.Thread(target=later).start()`}, func(notebook.Output) {})
	require.Equal(t, notebook.ExecuteOK, res.Status)
	letGo(t, dir)
	require.Equal(t, "late\n", textOf(l.await(t, "cell-1", 1)))
}

func TestHostileComms(t *testing.T) {
	l := newLates()
	m := newManager(t, fakeSpec(t, ""))
	k := start(t, m, notebook.StartKernel{Spec: "fake", Late: l.take})
	_, outs := run(t, k, "comms")
	require.Equal(t, 1, outs[0].(notebook.DroppedOutput).Messages, "it has no name")
	require.Equal(t, 1, outs[1].(notebook.DroppedOutput).Messages, "its name is too long")
	require.Equal(t, notebook.Comm{
		Kind: notebook.CommOpen, ID: "c", Target: "t", Data: json.RawMessage(`{"n":1}`), Metadata: json.RawMessage(`{}`),
		Buffers: [][]byte{{0, 255}, {}},
	}, outs[2])
}

// TestCommsOfABusyKernel: messages to a kernel that does not come to them are
// refused before they could hold up anything, and taken again when it has.
func TestCommsOfABusyKernel(t *testing.T) {
	l := newLates()
	k := start(t, newManager(t, fakeSpec(t, "")), notebook.StartKernel{Spec: "fake", Late: l.take})
	msg := notebook.Comm{Kind: notebook.CommMsg, ID: "c", Data: json.RawMessage(`{}`)}
	_, res := begin(k, "wait")
	kernel.AwaitSent(k)
	sent := 0
	for ; sent < 100_000; sent++ {
		if err := k.SendComm(t.Context(), fmt.Sprint(sent), msg); err != nil {
			require.True(t, fault.Is(err, fault.TooMany), "%v", err)
			break
		}
	}
	require.Less(t, sent, 1000, "fewer than a kernel's queue holds")
	big := msg
	big.Buffers = [][]byte{make([]byte, 33<<20)}
	require.True(t, fault.Is(k.SendComm(t.Context(), "", big), fault.TooMany))
	require.NoError(t, k.Interrupt(t.Context()))
	require.Equal(t, notebook.ExecuteOK, await(t, res).Status)
	l.await(t, fmt.Sprint(sent-1), 3)
	_, outs := run(t, k, "well")
	require.Equal(t, "end of well", textOf(outs))
	require.NoError(t, k.SendComm(t.Context(), "again", msg))
	require.Equal(t, msg.ID, l.await(t, "again", 2)[0].(notebook.Comm).ID)
	require.True(t, fault.Is(k.SendComm(t.Context(), "", notebook.Comm{Kind: "dance"}), fault.Invalid))
}

// TestLateFlood: what nobody takes is bounded and counted.
func TestLateFlood(t *testing.T) {
	release := make(chan struct{})
	dropped := 0
	got := make(chan struct{})
	k := start(t, newManager(t, func(c *kernel.Config) {
		fakeSpec(t, "")(c)
		c.MaxQueue = 1 << 20
	}), notebook.StartKernel{Spec: "fake", Late: func(_ string, o notebook.Output) {
		<-release
		if d, ok := o.(notebook.DroppedOutput); ok && dropped < 20 {
			if dropped += d.Messages; dropped >= 20 {
				close(got)
			}
		}
	}})
	for range 50 {
		require.NoError(t, k.SendComm(t.Context(), "", notebook.Comm{
			Kind: notebook.CommMsg, ID: "c", Data: json.RawMessage(`"` + strings.Repeat("x", 200_000) + `"`),
		}))
	}
	kernel.AwaitDropped(k, 2<<20)
	close(release)
	await(t, got)
}

// TestCommsOfADeadKernel: nothing is told to who does not exist any more.
func TestCommsOfADeadKernel(t *testing.T) {
	k := newFake(t, nil)
	require.NoError(t, k.Shutdown(t.Context()))
	err := k.SendComm(t.Context(), "", notebook.Comm{Kind: notebook.CommMsg, ID: "c"})
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	requireNoQuestion(t, k)
}
