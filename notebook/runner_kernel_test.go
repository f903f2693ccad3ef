package notebook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"quire/auth"
	"quire/notebook"
	"quire/notebook/kernel"
	"quire/store/storetest"
)

// lab runs code of one note in real kernels, recorded in a real database.
type lab struct {
	*world
	ana     auth.Actor
	note    notebook.ID
	store   notebook.RunStore
	runner  *notebook.Runner
	outputs *notebook.Outputs
	told    chan notebook.Run
	latest  map[notebook.ID]notebook.Run // of what was told
	said    chan notebook.PersonalEvent  // to ana
	dir     string                       // the note's files
	limits  notebook.OutputLimits
	queue   int64
}

func newLab(t *testing.T) *lab { return newLabWithin(t, notebook.OutputLimits{}, 0) }

// newLabWithin is a lab in which so much output is kept, and as many bytes wait for
// their recording; zeros are the defaults.
func newLabWithin(t *testing.T, limits notebook.OutputLimits, queue int64) *lab {
	t.Helper()
	if testing.Short() {
		t.Skip("starts Python")
	}
	url := storetest.New(t)
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
	w := newWorldAt(t, url)
	ana := w.person("ana")
	l := &lab{world: w, ana: who(ana), note: w.note(ana), store: w.db.Runs(), said: make(chan notebook.PersonalEvent, 10000), told: make(chan notebook.Run, 100000), latest: map[notebook.ID]notebook.Run{}, limits: limits, queue: queue}
	l.start()
	return l
}

// start makes a runner, as a server does that starts on this database.
func (l *lab) start() {
	l.t.Helper()
	kernels, err := kernel.New(kernel.Config{Separation: kernel.SeparationNone, MaxQueue: l.queue, Log: quiet})
	require.NoError(l.t, err)
	rec := notebook.NewRecorder(l.store, quiet, l.limits)
	l.outputs = notebook.NewOutputs(l.store, rec)
	l.dir = l.t.TempDir()
	dir := l.dir
	l.runner = notebook.NewRunner(notebook.RunnerConfig{
		Store: l.store, Kernels: kernels, Gate: l.gate, Recorder: rec, Log: quiet,
		Files: func(notebook.ID) (string, int, error) { return dir, 1, nil },
		Publish: func(_ notebook.ID, runs []notebook.Run) {
			for _, r := range runs {
				l.told <- r
			}
		},
		Personal: func(_ notebook.ID, _ auth.PrincipalID, e notebook.PersonalEvent) bool {
			l.said <- e
			return true
		},
	})
	require.NoError(l.t, l.runner.Recover(context.Background()))
	runner := l.runner
	l.t.Cleanup(func() {
		require.NoError(l.t, runner.Shutdown(context.Background()))
		require.NoError(l.t, kernels.Close())
	})
}

// run queues texts in one call.
func (l *lab) run(texts ...string) (ids []notebook.ID) {
	l.t.Helper()
	var runs []notebook.Run
	for _, text := range texts {
		runs = append(runs, notebook.Run{
			ID: auth.NewID(), Note: l.note, Paragraph: "p", By: l.ana.User, ByName: l.ana.Name,
			Text: text, State: notebook.RunQueued, QueuedAt: time.Now(),
		})
		ids = append(ids, runs[len(runs)-1].ID)
	}
	err := l.db.Notes().Append(context.Background(), notebook.Batch{Note: l.note, Runs: runs}, func(context.Context, uint64) error { return nil })
	require.NoError(l.t, err)
	l.runner.Enqueue("", runs)
	return ids
}

// await returns a run as it was told when it reached a state that is wanted.
func (l *lab) await(id notebook.ID, wanted func(notebook.RunState) bool) notebook.Run {
	l.t.Helper()
	limit := time.After(time.Minute)
	for {
		if r := l.latest[id]; wanted(r.State) {
			return r
		}
		select {
		case r := <-l.told:
			l.latest[r.ID] = r
		case <-limit:
			l.t.Fatalf("the run did not get there within a minute")
		}
	}
}

func (l *lab) ended(id notebook.ID) notebook.Run {
	l.t.Helper()
	r := l.await(id, func(s notebook.RunState) bool { return s != "" && s.Ended() })
	stored, err := l.store.Run(context.Background(), id)
	require.NoError(l.t, err)
	require.Equal(l.t, stored.State, r.State)
	require.Equal(l.t, stored.Reason, r.Reason)
	return stored
}

// output reads everything of a run's parts.
func (l *lab) output(id notebook.ID) (parts []notebook.Part, contents []string) {
	l.t.Helper()
	parts, _, err := l.outputs.Parts(context.Background(), id)
	require.NoError(l.t, err)
	for _, p := range parts {
		var b bytes.Buffer
		for {
			data, err := l.outputs.Read(context.Background(), id, p.Index, p.Revision, int64(b.Len()), 1<<20)
			require.NoError(l.t, err)
			if len(data) == 0 {
				break
			}
			b.Write(data)
		}
		contents = append(contents, b.String())
	}
	return parts, contents
}

// printed waits until a run has printed something.
func (l *lab) printed(id notebook.ID) {
	l.t.Helper()
	changed, stop := l.outputs.Watch(id)
	defer stop()
	for _, contents := l.output(id); len(contents) == 0; _, contents = l.output(id) {
		<-changed
	}
}

func TestRealOutputIsRecordedAndFoundAgain(t *testing.T) {
	l := newLab(t)
	ids := l.run("for i in range(10000): print('line', i)", "6 * 7", "import sys\nprint('ü', end='', file=sys.stderr)\n1 / 0", "print('never')")
	require.Equal(t, notebook.RunDone, l.ended(ids[0]).State)
	require.Equal(t, notebook.RunDone, l.ended(ids[1]).State)
	third := l.ended(ids[2])
	require.Equal(t, notebook.RunError, third.State)
	require.Equal(t, 3, third.ExecutionCount)
	require.Equal(t, notebook.RunCancelled, l.ended(ids[3]).State)

	var want strings.Builder
	for i := range 10000 {
		fmt.Fprintln(&want, "line", i)
	}
	check := func() {
		parts, contents := l.output(ids[0])
		require.Len(t, parts, 1)
		same(t, want.String(), contents[0])
		_, contents = l.output(ids[1])
		require.JSONEq(t, `{"data":{"text/plain":"42"},"metadata":{},"executionCount":2}`, contents[0])
		parts, contents = l.output(ids[2])
		require.Equal(t, "stderr", parts[0].Name)
		require.Equal(t, "ü", contents[0])
		var e notebook.Traceback
		require.NoError(t, json.Unmarshal([]byte(contents[1]), &e))
		require.Equal(t, "ZeroDivisionError", e.Name)
		require.Contains(t, strings.Join(e.Traceback, "\n"), "\x1b[")
	}
	check()
	require.NoError(t, l.runner.Shutdown(context.Background()))
	l.start()
	check()
}

func TestARealKernelIsKilled(t *testing.T) {
	l := newLab(t)
	id := l.run("print('so far', flush=True)\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)")[0]
	r := l.ended(id)
	require.Equal(t, notebook.RunError, r.State)
	require.Contains(t, r.Reason, "the kernel died: killed (signal 9)")
	_, contents := l.output(id)
	require.Contains(t, contents[len(contents)-1], "The kernel died: killed (signal 9)")
	again := l.run("print('back')")[0]
	require.Equal(t, notebook.RunDone, l.ended(again).State)
	_, contents = l.output(again)
	require.Equal(t, []string{"back\n"}, contents)
}

func TestRealRunsAreInterruptedAtAnyMoment(t *testing.T) {
	l := newLab(t)
	for i := range 20 {
		id := l.run("print('x', flush=True)\nwhile True: pass")[0]
		l.await(id, func(s notebook.RunState) bool { return s == notebook.RunSent })
		if i%2 == 0 {
			l.printed(id)
		}
		require.NoError(t, l.runner.Cancel(context.Background(), l.note, []notebook.ID{id}, notebook.View{Person: l.ana.User}, "ana"))
		r := l.ended(id)
		require.Equal(t, notebook.RunCancelled, r.State)
		require.Equal(t, "interrupted by ana", r.Reason)
	}
	kept := l.run("print('still the same kernel')")[0]
	require.Equal(t, notebook.RunDone, l.ended(kept).State)
}

func TestARealRestart(t *testing.T) {
	l := newLab(t)
	first := l.run("x = 1\nprint('set', flush=True)\nwhile True: pass")[0]
	second := l.run("print('x' in globals())")[0]
	l.await(first, func(s notebook.RunState) bool { return s == notebook.RunSent })
	l.printed(first)
	require.NoError(t, l.runner.Restart(auth.WithActor(context.Background(), l.ana), notebook.KernelChoice{Note: l.note, Interpreter: "python"}))
	require.Equal(t, "the kernel was restarted by ana", l.ended(first).Reason)
	require.Equal(t, notebook.RunDone, l.ended(second).State)
	_, contents := l.output(second)
	require.Equal(t, []string{"False\n"}, contents)
}

func TestRealDisplaysAreRewrittenByLaterRuns(t *testing.T) {
	l := newLab(t)
	ids := l.run("h = display('one', display_id=True)", "h.update('two')", "from IPython.display import clear_output\nprint('old')\nclear_output(wait=True)\nprint('new')")
	for _, id := range ids {
		require.Equal(t, notebook.RunDone, l.ended(id).State)
	}
	parts, contents := l.output(ids[0])
	require.Equal(t, 1, parts[0].Revision)
	require.Contains(t, contents[0], "'two'")
	_, contents = l.output(ids[2])
	require.Equal(t, []string{"new\n"}, contents)
	got, err := l.runner.Complete(context.Background(), l.note, "", "%python h.upd", 13)
	require.NoError(t, err)
	require.Contains(t, string(got), `"cursor_end":13`)
	require.Contains(t, string(got), "update")
}

func TestAServerThatStopsLosesWhatRuns(t *testing.T) {
	l := newLab(t)
	ids := l.run("print('working', flush=True)\nwhile True: pass", "1")
	l.await(ids[0], func(s notebook.RunState) bool { return s == notebook.RunSent })
	require.NoError(t, l.runner.Shutdown(context.Background()))
	require.Equal(t, notebook.RunLost, l.ended(ids[0]).State)
	require.Equal(t, notebook.RunCancelled, l.ended(ids[1]).State)
}
