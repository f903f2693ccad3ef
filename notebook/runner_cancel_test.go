package notebook_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

func TestAnErrorCancelsTheLaterOnesOfTheSameCall(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a", "fails", "c", "%sh d")
		other := o.enqueue("other")
		first := o.kernel()
		second := o.kernel()
		py, sh := first, second
		if strings.HasPrefix(first.id, "bash") {
			py, sh = second, first
		}
		d := <-sh.calls
		(<-py.calls).ok()
		(<-py.calls).fail()
		require.Equal(t, notebook.RunDone, o.stored(ids[0]).State)
		require.Equal(t, notebook.RunError, o.stored(ids[1]).State)
		require.Equal(t, notebook.RunCancelled, o.stored(ids[2]).State)
		require.Equal(t, "an earlier paragraph of the same run failed", o.stored(ids[2]).Reason)
		d.ok()
		require.Equal(t, notebook.RunDone, o.stored(ids[3]).State, "what runs already goes on")
		c := <-py.calls
		require.Equal(t, "other", c.code)
		c.ok()
		require.Equal(t, notebook.RunDone, o.stored(other[0]).State)
	})
}

func TestCancellingWhatIsQueued(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a", "b", "c")
		k := o.kernel()
		c := <-k.calls
		require.NoError(t, o.runner.Cancel(context.Background(), auth.NewID(), ids, notebook.View{Person: ben}, "ben"))
		require.Equal(t, notebook.RunQueued, o.stored(ids[1]).State, "of another note nothing is cancelled")
		require.NoError(t, o.runner.Cancel(context.Background(), o.note, ids[1:2], notebook.View{Person: ben}, "ben"))
		r := o.stored(ids[1])
		require.Equal(t, notebook.RunCancelled, r.State)
		require.Equal(t, ben, r.CancelledBy)
		require.Equal(t, "cancelled by ben", r.Reason)
		require.Zero(t, k.interrupted())
		c.ok()
		c = <-k.calls
		require.Equal(t, "c", c.code)
		c.ok()
		require.NotContains(t, o.store.happened(), "executed b")
	})
}

func TestCancellingWhileTheKernelStarts(t *testing.T) {
	inOffice(t, func(o *office) {
		o.kernels.hold = make(chan error)
		ids := o.enqueue("a")
		synctest.Wait()
		require.NoError(t, o.runner.Cancel(context.Background(), o.note, nil, notebook.View{Person: ben}, "ben"))
		require.Equal(t, notebook.RunCancelled, o.stored(ids[0]).State, "at once")
		o.kernels.hold <- nil
		k := o.kernel()
		synctest.Wait()
		require.Empty(t, k.calls)
		require.Equal(t, notebook.KernelIdle, o.kernelState().State)
	})
}

func TestCancellingWhileItIsMarkedAsSent(t *testing.T) {
	inOffice(t, func(o *office) {
		held := make(chan struct{})
		o.store.setBefore(func(op string) error {
			if op == "sent" {
				<-held
			}
			return nil
		})
		ids := o.enqueue("a")
		k := o.kernel()
		synctest.Wait()
		require.NoError(t, o.runner.Cancel(context.Background(), o.note, ids, notebook.View{Person: ben}, "ben"))
		close(held)
		require.Equal(t, notebook.RunCancelled, o.stored(ids[0]).State)
		require.Empty(t, k.calls, "its row was sent for a moment, but nothing went to the kernel")
	})
}

func TestCancellingWhatIsRunning(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a", "b", "c")
		later := o.enqueue("d", "e")
		k := o.kernel()
		c := <-k.calls
		require.NoError(t, o.runner.Cancel(context.Background(), o.note, ids[:1], notebook.View{Person: ben}, "ben"))
		require.Equal(t, 1, k.interrupted())
		require.Equal(t, notebook.RunSent, o.stored(ids[0]).State, "it may still end in its own way")
		c.sink(notebook.ErrorOutput{Name: "KeyboardInterrupt"})
		c.fail()
		r := o.stored(ids[0])
		require.Equal(t, notebook.RunCancelled, r.State)
		require.Equal(t, ben, r.CancelledBy)
		require.Equal(t, "interrupted by ben", r.Reason)
		require.Equal(t, "an earlier paragraph of the same run was interrupted", o.stored(ids[1]).Reason)

		c = <-k.calls
		require.NoError(t, o.runner.Interrupt(o.by(ben, "ben"), o.choice("python")))
		require.Equal(t, 2, k.interrupted())
		c.ok()
		require.Equal(t, notebook.RunDone, o.stored(later[0]).State, "it had ended before the interrupt came")
		(<-k.calls).ok()
		err := o.runner.Interrupt(o.by(ben, "ben"), o.choice("r"))
		require.True(t, fault.Is(err, fault.NotFound))
		require.Contains(t, err.Error(), "It has: %python3.")
	})
}

func TestAnInterruptThatCameTooEarlyIsRepeated(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a")
		k := o.kernel()
		c := <-k.calls
		require.NoError(t, o.runner.Cancel(context.Background(), o.note, ids, notebook.View{Person: ana}, "ana"))
		<-time.After(time.Second)
		require.Equal(t, 2, k.interrupted())
		c.fail()
		require.Equal(t, notebook.RunCancelled, o.stored(ids[0]).State)
		ids = o.enqueue("b")
		c = <-k.calls
		<-time.After(5 * time.Second)
		require.Equal(t, 2, k.interrupted(), "the next run is not meant")
		require.NoError(t, o.runner.Cancel(context.Background(), o.note, ids, notebook.View{Person: ana}, "ana"))
		<-time.After(time.Hour)
		require.Equal(t, 3, k.interrupted(), "code that has begun may take its time to clean up")
		c.ok()
	})
}

func TestALostRightCancelsBeforeSending(t *testing.T) {
	inOffice(t, func(o *office) {
		o.enqueue("a")
		ids := o.enqueue("b")
		k := o.kernel()
		c := <-k.calls
		o.revoke(ana)
		bens := o.enqueueAs(ben, "c")
		synctest.Wait() // it comes before those of ana, who had the last turn
		c.ok()
		c = <-k.calls
		require.Equal(t, "c", c.code)
		c.ok()
		r := o.stored(ids[0])
		require.Equal(t, notebook.RunCancelled, r.State)
		require.Equal(t, "ana may not run this note any more", r.Reason)
		require.Equal(t, notebook.RunDone, o.stored(bens[0]).State)
	})
}

func TestARightThatCannotBeLookedUpIsWaitedFor(t *testing.T) {
	inOffice(t, func(o *office) {
		o.rights.away = true
		ids := o.enqueue("a")
		k := o.kernel()
		<-time.After(time.Minute)
		require.Empty(t, k.calls)
		o.rights.mu.Lock()
		o.rights.away = false
		o.rights.mu.Unlock()
		(<-k.calls).ok()
		require.Equal(t, notebook.RunDone, o.stored(ids[0]).State)
	})
}

func TestCancelOfLeavesWhatRuns(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a", "b")
		bens := o.enqueueAs(ben, "c")
		k := o.kernel()
		c := <-k.calls
		o.runner.CancelOf(o.note, ana, "no right")
		require.Equal(t, "no right", o.stored(ids[1]).Reason)
		require.Zero(t, k.interrupted())
		o.runner.CancelUser(ana, "disabled")
		synctest.Wait()
		require.Equal(t, 1, k.interrupted())
		c.fail()
		require.Equal(t, notebook.RunCancelled, o.stored(ids[0]).State)
		require.Equal(t, "disabled", o.stored(ids[0]).Reason)
		(<-k.calls).ok()
		require.Equal(t, notebook.RunDone, o.stored(bens[0]).State)
	})
}

func TestRestart(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a", "b")
		old := o.kernel()
		<-old.calls
		synctest.Wait()
		require.Equal(t, notebook.KernelBusy, o.kernelState().State)
		require.NoError(t, o.runner.Restart(o.by(ben, "ben"), o.choice("python3")))
		r := o.stored(ids[0])
		require.Equal(t, notebook.RunCancelled, r.State)
		require.Equal(t, "the kernel was restarted by ben", r.Reason)
		require.Equal(t, ben, r.CancelledBy)
		fresh := o.kernel()
		(<-fresh.calls).ok()
		require.Equal(t, notebook.RunDone, o.stored(ids[1]).State, "what was queued stays")
		require.Equal(t, fresh.id, o.stored(ids[1]).Kernel)

		require.NoError(t, o.runner.Restart(o.by(ben, "ben"), o.choice("")))
		newest := o.kernel()
		synctest.Wait()
		require.Equal(t, newest.id, o.kernelState().Kernel, "a new one starts though nothing is to be run")
		require.Equal(t, notebook.KernelIdle, o.kernelState().State)
	})
}

func TestClosingANote(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a", "b")
		k := o.kernel()
		<-k.calls
		other := o.note
		o.note = auth.NewID()
		kept := o.enqueue("c")
		c := <-o.kernel().calls
		<-o.runner.CloseNote(other)
		<-k.done
		for _, id := range ids {
			require.Equal(t, notebook.RunCancelled, o.stored(id).State)
			require.Equal(t, "the note was closed", o.stored(id).Reason)
		}
		require.Empty(t, o.runner.Kernels(other))
		c.ok()
		require.Equal(t, notebook.RunDone, o.stored(kept[0]).State)
	})
}

func TestShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		ids := o.enqueue("a", "b")
		other := o.enqueue("%sh c")
		first, second := o.kernel(), o.kernel()
		for _, k := range []*fakeKernel{first, second} {
			(<-k.calls).print("so far")
		}
		require.NoError(t, o.runner.Shutdown(context.Background()))
		require.Equal(t, notebook.RunLost, o.stored(ids[0]).State)
		require.Equal(t, "the server stopped", o.stored(ids[0]).Reason)
		require.Equal(t, "so far", o.store.text(ids[0], 0))
		require.Equal(t, notebook.RunCancelled, o.stored(ids[1]).State)
		require.Equal(t, notebook.RunLost, o.stored(other[0]).State)
		<-first.done
		<-second.done
		late := o.enqueue("late")
		require.Equal(t, notebook.RunQueued, o.stored(late[0]).State, "it gets its end at the next start")
		require.NoError(t, o.runner.Shutdown(context.Background()))
	})
}

func TestShutdownDoesNotWaitForADatabaseForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		ids := o.enqueue("a")
		(<-o.kernel().calls).print("x")
		synctest.Wait()
		o.store.setBefore(func(string) error { return errAway })
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		require.ErrorIs(t, o.runner.Shutdown(ctx), context.DeadlineExceeded)
		require.Equal(t, notebook.RunSent, o.stored(ids[0]).State)
	})
}
