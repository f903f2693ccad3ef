package kernel_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/notebook"
	"quire/notebook/kernel"
)

func TestExecute(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	k := start(t, newManager(t, nil), notebook.StartKernel{Dir: dir})
	t.Run("streams", func(t *testing.T) { streams(t, k) })
	t.Run("displays", func(t *testing.T) { displays(t, k) })
	t.Run("result", func(t *testing.T) { result(t, k) })
	t.Run("error", func(t *testing.T) { failure(t, k) })
	t.Run("after an error nothing is aborted", func(t *testing.T) { afterError(t, k) })
	t.Run("clear", func(t *testing.T) { clearing(t, k) })
	t.Run("help", func(t *testing.T) { help(t, k) })
	t.Run("threads", func(t *testing.T) { threads(t, k) })
	t.Run("lines", func(t *testing.T) { lines(t, k) })
	t.Run("no input", func(t *testing.T) { noInput(t, k) })
	t.Run("cancelled before it was sent", func(t *testing.T) { cancelledBefore(t, k) })
	t.Run("cancelled after it was sent", func(t *testing.T) { cancelledAfter(t, k, dir) })
	t.Run("one at a time", func(t *testing.T) { oneAtATime(t, k, dir) })
	t.Run("the output queue has no limit", func(t *testing.T) {
		require.Equal(t, "0", eval(t, k, `import zmq
from ipykernel.kernelapp import IPKernelApp
print(IPKernelApp.instance().iopub_thread.socket.getsockopt(zmq.SNDHWM))
del zmq, IPKernelApp`))
	})
	t.Run("nothing of ours in the namespace", func(t *testing.T) {
		require.Equal(t, "[]", eval(t, k, "print([n for n in ('a','t','zmq','IPKernelApp') if n in globals()])"))
	})
}

func streams(t *testing.T, k notebook.Kernel) {
	res, outs := run(t, k, "import sys\nprint('a')\nprint('b', file=sys.stderr)")
	require.Equal(t, notebook.ExecuteOK, res.Status)
	require.Equal(t, 1, res.Count, "what the client itself executes is not counted")
	require.Positive(t, res.Took)
	require.Equal(t, []notebook.Output{
		notebook.StreamOutput{Name: "stdout", Text: "a\n"},
		notebook.StreamOutput{Name: "stderr", Text: "b\n"},
	}, outs)
}

func displays(t *testing.T, k notebook.Kernel) {
	_, outs := run(t, k, `from IPython.display import display, HTML
h = display(HTML("<b>1</b>"), display_id="x", metadata={"m": 1})
h.update(HTML("<b>2</b>"))`)
	require.Len(t, outs, 2)
	first, second := outs[0].(notebook.DisplayOutput), outs[1].(notebook.DisplayOutput)
	require.JSONEq(t, `"<b>1</b>"`, string(first.Data["text/html"]))
	require.JSONEq(t, `{"m":1}`, string(first.Metadata))
	require.Equal(t, "x", first.DisplayID)
	require.False(t, first.Update)
	require.JSONEq(t, `"<b>2</b>"`, string(second.Data["text/html"]))
	require.Equal(t, "x", second.DisplayID)
	require.True(t, second.Update)
	require.Zero(t, first.Count)
}

func result(t *testing.T, k notebook.Kernel) {
	res, outs := run(t, k, "6*7")
	require.Len(t, outs, 1)
	out := outs[0].(notebook.DisplayOutput)
	require.JSONEq(t, `"42"`, string(out.Data["text/plain"]))
	require.Equal(t, res.Count, out.Count)
	require.Positive(t, out.Count)
}

func failure(t *testing.T, k notebook.Kernel) {
	res, outs := run(t, k, "1/0")
	require.Equal(t, notebook.ExecuteError, res.Status)
	require.Len(t, outs, 1)
	out := outs[0].(notebook.ErrorOutput)
	require.Equal(t, "ZeroDivisionError", out.Name)
	require.Equal(t, "division by zero", out.Value)
	require.Contains(t, strings.Join(out.Traceback, "\n"), "\x1b[")
}

func afterError(t *testing.T, k notebook.Kernel) {
	for range 20 {
		res, _ := run(t, k, "1/0")
		require.Equal(t, notebook.ExecuteError, res.Status)
		require.Equal(t, "1", eval(t, k, "print(1)"))
	}
}

func clearing(t *testing.T, k notebook.Kernel) {
	_, outs := run(t, k, "from IPython.display import clear_output\nclear_output()\nclear_output(wait=True)")
	var clears []notebook.Output
	for _, o := range outs {
		if c, ok := o.(notebook.ClearOutput); ok {
			clears = append(clears, c)
		}
	}
	require.Equal(t, []notebook.Output{notebook.ClearOutput{}, notebook.ClearOutput{Wait: true}}, clears)
}

func help(t *testing.T, k notebook.Kernel) {
	_, outs := run(t, k, "len?")
	require.Len(t, outs, 1)
	var text string
	require.NoError(t, json.Unmarshal(outs[0].(notebook.DisplayOutput).Data["text/plain"], &text))
	require.Contains(t, text, "number of items")
}

// threads: what a thread prints while the code runs is among the outputs.
func threads(t *testing.T, k notebook.Kernel) {
	require.Equal(t, "from a thread", eval(t, k, `import threading
w = threading.Thread(target=lambda: print("from a thread"))
w.start(); w.join()`))
}

func lines(t *testing.T, k notebook.Kernel) {
	const n = 10_000
	var want strings.Builder
	for i := range n {
		fmt.Fprintln(&want, i)
	}
	_, outs := run(t, k, fmt.Sprintf("for i in range(%d): print(i)", n))
	require.Equal(t, want.String(), textOf(outs))
}

func noInput(t *testing.T, k notebook.Kernel) {
	res, outs := run(t, k, "input('name?')")
	require.Equal(t, notebook.ExecuteError, res.Status)
	require.Equal(t, "StdinNotImplementedError", outs[len(outs)-1].(notebook.ErrorOutput).Name)
}

func cancelledBefore(t *testing.T, k notebook.Kernel) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	res := k.Execute(ctx, notebook.ExecuteRequest{Code: "never = 1"}, func(notebook.Output) {})
	require.Equal(t, notebook.ExecuteAborted, res.Status)
	require.NotEmpty(t, res.Reason)
	require.Equal(t, "False", eval(t, k, "print('never' in globals())"))
}

// cancelledAfter: code that was sent is waited for.
func cancelledAfter(t *testing.T, k notebook.Kernel, dir string) {
	ctx, cancel := context.WithCancel(t.Context())
	var outs []notebook.Output
	res := k.Execute(ctx, notebook.ExecuteRequest{Code: "print('sent')" + waitForFile + "print('to the end'); os.remove('go')"}, func(o notebook.Output) {
		if len(outs) == 0 {
			cancel()
			letGo(t, dir)
		}
		outs = append(outs, o)
	})
	require.Equal(t, notebook.ExecuteOK, res.Status)
	require.Equal(t, "sent\nto the end\n", textOf(outs))
}

// oneAtATime: what waits for its turn was not sent and can be taken back.
func oneAtATime(t *testing.T, k notebook.Kernel, dir string) {
	h, first := begin(k, "print('begun')"+waitForFile+"os.remove('go')")
	h.await(t, "begun")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	res := k.Execute(ctx, notebook.ExecuteRequest{Code: "never = 2"}, func(notebook.Output) {})
	require.Equal(t, notebook.ExecuteAborted, res.Status)
	letGo(t, dir)
	require.Equal(t, notebook.ExecuteOK, await(t, first).Status)
	require.Equal(t, "False", eval(t, k, "print('never' in globals())"))
}

// TestManyDisplays: a burst far over ZeroMQ's default queue loses nothing.
func TestManyDisplays(t *testing.T) {
	t.Parallel()
	const n = 20_000
	k := newKernel(t)
	res, outs := run(t, k, fmt.Sprintf(`from IPython.core.interactiveshell import InteractiveShell
p = InteractiveShell.instance().display_pub
for i in range(%d): p.publish({"text/plain": str(i)})`, n))
	require.Equal(t, notebook.ExecuteOK, res.Status)
	require.Len(t, outs, n)
	for i, o := range outs {
		require.JSONEq(t, fmt.Sprintf("%q", fmt.Sprint(i)), string(o.(notebook.DisplayOutput).Data["text/plain"]))
	}
}

// TestQueueOverflow: what the queue cannot hold is counted to the last message.
func TestQueueOverflow(t *testing.T) {
	t.Parallel()
	const n = 2000
	m := newManager(t, func(c *kernel.Config) { c.MaxQueue = 64 << 10 })
	k := start(t, m, notebook.StartKernel{})
	release := make(chan struct{})
	taken, dropped := 0, notebook.DroppedOutput{}
	sink := func(o notebook.Output) {
		<-release // a sink that is not quick at all
		switch o := o.(type) {
		case notebook.DisplayOutput:
			taken++
		case notebook.DroppedOutput:
			dropped.Messages += o.Messages
			dropped.Bytes += o.Bytes
			dropped.Reason = o.Reason
		}
	}
	res := make(chan notebook.ExecuteResult, 1)
	go func() {
		res <- k.Execute(context.Background(), notebook.ExecuteRequest{Code: fmt.Sprintf(`from IPython.display import display
for i in range(%d): display({"text/plain": "x" * 100}, raw=True)`, n)}, sink)
	}()
	kernel.AwaitReply(k)
	close(release)
	require.Equal(t, notebook.ExecuteOK, await(t, res).Status)
	require.Equal(t, n, taken+dropped.Messages)
	require.Greater(t, dropped.Messages, n/2)
	require.Greater(t, dropped.Bytes, int64(100*dropped.Messages))
	require.NotEmpty(t, dropped.Reason)
}
