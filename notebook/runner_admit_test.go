package notebook_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
)

// inLimited is inOffice with limits.
func inLimited(t *testing.T, limits notebook.KernelLimits, test func(o *office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := newOfficeWith(t, limits)
		defer func() { require.NoError(t, o.runner.Shutdown(context.Background())) }()
		test(o)
	})
}

// elsewhere is somebody's run in a kernel of their own in another note.
func (o *office) elsewhere(by auth.PrincipalID, text string) notebook.ID {
	here := o.note
	o.note = auth.NewID()
	defer func() { o.note = here }()
	return o.press(by, true, text)[0]
}

func TestOnePersonHasSoManyKernels(t *testing.T) {
	inLimited(t, notebook.KernelLimits{PerPerson: 2}, func(o *office) {
		o.elsewhere(ana, "1")
		k := o.kernel()
		(<-k.calls).ok()
		o.elsewhere(ana, "2")
		o.kernel()
		third := o.elsewhere(ana, "3")
		require.Equal(t, notebook.RunError, o.stored(third).State)
		require.Contains(t, o.stored(third).Reason, "You have 2 kernels running")
		o.elsewhere(ben, "ben's")
		o.kernel()
		k.die("killed")
		fourth := o.elsewhere(ana, "4")
		o.kernel()
		require.Equal(t, notebook.RunSent, o.stored(fourth).State, "there is room again")
	})
}

func TestAFullServerEndsWhatIsIdle(t *testing.T) {
	inLimited(t, notebook.KernelLimits{Server: 2}, func(o *office) {
		o.rights.more = []auth.PrincipalID{3}
		idle := func(by auth.PrincipalID) *fakeKernel {
			o.elsewhere(by, "x")
			k := o.kernel()
			(<-k.calls).ok()
			synctest.Wait()
			return k
		}
		first := idle(ben)
		<-time.After(5 * time.Minute)
		second := idle(ana)
		refused := o.elsewhere(ana, "y")
		require.Equal(t, notebook.RunError, o.stored(refused).State)
		require.Contains(t, o.stored(refused).Reason, "All 2 kernels that this server allows are in use")

		<-time.After(2 * time.Minute)
		third := idle(ana)
		<-second.done // ana's own comes before that of ben, which is idle for longer
		<-time.After(time.Minute)
		require.Error(t, o.errorOf(o.elsewhere(auth.PrincipalID(3), "z")), "no kernel is idle for ten minutes")

		<-time.After(5 * time.Minute)
		idle(auth.PrincipalID(3))
		<-first.done
		require.Empty(t, third.Death())
	})
}

// errorOf is how a run failed, nil if it did not.
func (o *office) errorOf(id notebook.ID) error {
	if r := o.stored(id); r.State == notebook.RunError {
		return fmt.Errorf("%s", r.Reason)
	}
	return nil
}

// Who wants a hundred kernels first does not keep others from starting theirs.
func TestKernelsStartInTurn(t *testing.T) {
	inLimited(t, notebook.KernelLimits{Starting: 1, PerPerson: 1000, Server: 1000}, func(o *office) {
		people := 40
		for i := range people {
			o.rights.more = append(o.rights.more, auth.PrincipalID(5000+i))
		}
		o.kernels.hold = make(chan error)
		for range 100 {
			o.elsewhere(ana, "greedy")
		}
		synctest.Wait()
		for i := range people {
			o.elsewhere(auth.PrincipalID(5000+i), "modest")
		}
		synctest.Wait()
		served := map[string]int{}
		for range 2 * people {
			o.kernels.hold <- nil
			c := <-o.kernel().calls
			served[c.code]++
			c.ok()
		}
		require.Equal(t, people, served["modest"], "all of them, after as many turns each as ana had: %v", served)
	})
}

func TestACancelledRunDoesNotWaitToStartAKernel(t *testing.T) {
	inLimited(t, notebook.KernelLimits{Starting: 1}, func(o *office) {
		o.kernels.hold = make(chan error)
		o.press(ana, true, "a")
		synctest.Wait()
		b := o.press(ben, true, "b")
		synctest.Wait()
		require.NoError(t, o.runner.Cancel(context.Background(), o.note, b, notebook.View{Person: ben}, "ben"))
		require.Equal(t, notebook.RunCancelled, o.stored(b[0]).State)
		o.kernels.hold <- nil
		require.Equal(t, "a", (<-o.kernel().calls).code)
		synctest.Wait()
		require.Len(t, o.kernels.asked, 1)
		require.Zero(t, o.kernelCounts()[notebook.KernelState{Person: ben, State: notebook.KernelStarting}])
	})
}
