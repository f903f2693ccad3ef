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
		require.NoError(t, o.runner.Shutdown(context.Background()))
		rec := notebook.NewRecorder(o.store, quiet, notebook.OutputLimits{})
		o.runner = notebook.NewRunner(notebook.RunnerConfig{
			Store: o.store, Interpreters: guarded{o.kernels}, Kernels: o.kernels, Gate: o.gate, Recorder: rec, Log: quiet,
			Files:   func(notebook.ID) (string, int, error) { return "/files", 7, nil },
			Publish: o.publish, PublishKernels: o.publishKernels, Personal: o.personal,
		})
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
