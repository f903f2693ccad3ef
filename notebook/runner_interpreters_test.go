package notebook_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
)

// use has runs resolved by other interpreters than those found.
func (o *office) use(i notebook.Interpreters, limits notebook.KernelLimits) {
	o.t.Helper()
	require.NoError(o.t, o.runner.Shutdown(context.Background()))
	o.runner = notebook.NewRunner(notebook.RunnerConfig{
		Store: o.store, Interpreters: i, Kernels: o.kernels, Gate: o.gate, Log: quiet, Limits: limits,
		Recorder: notebook.NewRecorder(o.store, quiet, notebook.OutputLimits{}),
		Files:    func(notebook.ID) (string, int, error) { return "/files", 7, nil },
		Publish:  o.publish, PublishKernels: o.publishKernels, Personal: o.personal,
	})
}

// guarded is one interpreter that only ana may use, and whose kernels end early.
type guarded struct{ kernels *fakeKernels }

func (g guarded) Interpreters(ctx context.Context) ([]notebook.Interpreter, error) {
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return nil, err
	}
	i := notebook.Interpreter{Name: "python3", Aliases: []string{"python"}, Spec: "python3", Kind: notebook.KernelKind, Row: 5, Idle: time.Minute}
	if a.User != ana {
		i.Refused = "You may not use %python3."
	}
	return []notebook.Interpreter{i}, nil
}

func (g guarded) Start(ctx context.Context, i notebook.Interpreter, req notebook.StartKernel) (notebook.Kernel, error) {
	req.Spec, req.Env = i.Spec, map[string]string{"SET": "up"}
	return g.kernels.Start(ctx, req)
}

func TestARunUsesItsInterpreterAsWhoRunsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.use(guarded{o.kernels}, notebook.KernelLimits{})
		defer func() { require.NoError(t, o.runner.Shutdown(context.Background())) }()

		refused := o.enqueueAs(ben, "x")[0]
		synctest.Wait()
		require.Equal(t, notebook.RunError, o.stored(refused).State)
		require.Equal(t, "You may not use %python3.", o.stored(refused).Reason)

		began := time.Now()
		o.enqueueAs(ana, "x")
		k := o.kernel()
		(<-k.calls).ok()
		require.Equal(t, map[string]string{"SET": "up"}, o.kernels.asked[0].Env)
		<-k.done
		require.Equal(t, time.Minute, time.Since(began).Round(time.Second), "its own idle end counts, not the server's")
	})
}

// settable are interpreters as they are set up now.
type settable struct {
	kernels *fakeKernels
	now     []notebook.Interpreter
	started []int64 // rows
}

func (s *settable) Interpreters(context.Context) ([]notebook.Interpreter, error) { return s.now, nil }

func (s *settable) Start(ctx context.Context, i notebook.Interpreter, req notebook.StartKernel) (notebook.Kernel, error) {
	s.started = append(s.started, i.Row)
	req.Spec = i.Spec
	return s.kernels.Start(ctx, req)
}

func newSettable(o *office, limits notebook.KernelLimits) *settable {
	s := &settable{kernels: o.kernels, now: []notebook.Interpreter{
		{Name: "bash", Spec: "bash", Kind: notebook.KernelKind, Row: 1},
		{Name: "python", Spec: "python3", Kind: notebook.KernelKind, Row: 2, KernelsPerPerson: 1},
	}}
	o.use(s, limits)
	return s
}

func TestAnInterpreterHasFewerKernelsForAPerson(t *testing.T) {
	inOffice(t, func(o *office) {
		s := newSettable(o, notebook.KernelLimits{PerPerson: 3})
		o.elsewhere(ana, "first")
		first := o.kernel()
		(<-first.calls).ok()
		refused := o.elsewhere(ana, "second")
		require.Equal(t, notebook.RunError, o.stored(refused).State)
		require.Equal(t, "You have 1 kernel of %python running, as many as one person may have of it. Stop one first, in the menu of its note.", o.stored(refused).Reason)
		require.Equal(t, notebook.RunSent, o.stored(o.elsewhere(ben, "ben's")).State, "each person has so many")
		require.Equal(t, notebook.RunSent, o.stored(o.elsewhere(ana, "%bash\nx")).State, "of another there is room")
		require.Equal(t, notebook.RunSent, o.stored(o.elsewhere(ana, "%bash\ny")).State)
		require.Contains(t, o.stored(o.elsewhere(ana, "%bash\nz")).Reason, "You have 3 kernels running", "and as many as the server has for all")
		first.die("stopped")
		require.Equal(t, notebook.RunSent, o.stored(o.elsewhere(ana, "third")).State, "there is room again")
		require.Equal(t, []int64{2, 2, 1, 1, 2}, s.started)
	})
}

// A note's kernel that starts later is as its interpreter is set up then.
func TestChangesOfAnInterpreterCountForLaterKernels(t *testing.T) {
	inOffice(t, func(o *office) {
		s := newSettable(o, notebook.KernelLimits{})
		o.elsewhere(ana, "x")
		(<-o.kernel().calls).ok()
		require.Equal(t, notebook.RunError, o.stored(o.press(ana, true, "y")[0]).State)
		s.now = []notebook.Interpreter{{Name: "python", Spec: "python3", Kind: notebook.KernelKind, Row: 7, KernelsPerPerson: 2, Idle: time.Minute}}
		require.Equal(t, notebook.RunSent, o.stored(o.press(ana, true, "y")[0]).State, "in the same note")
		k := o.kernel()
		(<-k.calls).ok()
		require.Equal(t, []int64{2, 7}, s.started)

		s.now = []notebook.Interpreter{{Name: "python", Spec: "python3", Kind: notebook.KernelKind, Row: 8, KernelsPerPerson: 2, Idle: 3 * time.Minute}}
		o.runs(k, "again")
		<-time.After(50 * time.Second)
		require.NoError(t, o.runner.Restart(o.by(ana, "ana"), o.choice("python")))
		<-k.done
		began := time.Now()
		k = o.kernel()
		require.Equal(t, []int64{2, 7, 8}, s.started, "a restart is a later start")
		<-k.done
		require.Equal(t, 3*time.Minute, time.Since(began).Round(time.Second), "idle from its own start, as it is set up now")
	})
}

// runs is a run of ana's in a kernel that is there.
func (o *office) runs(k *fakeKernel, text string) {
	o.t.Helper()
	o.press(ana, true, text)
	(<-k.calls).ok()
	synctest.Wait()
}
