package notebook_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
	"quire/notebook"
)

func TestRunsGoInOrderAndAreMarkedBeforeTheyAreSent(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a", "b", "c")
		k := o.kernel()
		for _, id := range ids {
			c := <-k.calls
			synctest.Wait()
			require.Empty(t, k.calls, "one at a time")
			require.Equal(t, notebook.RunSent, o.stored(id).State)
			require.Equal(t, k.id, o.stored(id).Kernel)
			c.ok()
			require.Equal(t, notebook.RunDone, o.stored(id).State)
			require.Equal(t, 1, o.stored(id).ExecutionCount)
		}
		require.Equal(t, []string{"sent", "executed a", "ended", "sent", "executed b", "ended", "sent", "executed c", "ended"}, o.store.happened())
		states := o.toldStates(ids[0])
		require.Equal(t, notebook.RunDone, states[len(states)-1])
		require.Empty(t, o.runner.Open(o.note))
	})
}

func TestPositionsInTheQueue(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a", "b", "c")
		k := o.kernel()
		c := <-k.calls
		synctest.Wait()
		open := o.runner.Open(o.note)
		require.Equal(t, []notebook.ID{ids[0], ids[1], ids[2]}, []notebook.ID{open[0].ID, open[1].ID, open[2].ID})
		require.Equal(t, []int{0, 1, 2}, []int{open[0].Position, open[1].Position, open[2].Position})
		c.ok()
		c = <-k.calls
		<-time.After(time.Second)
		require.Equal(t, 1, o.runner.Snapshot(ids)[1].Position)
		o.mu.Lock()
		require.Equal(t, 1, o.told[ids[2]][len(o.told[ids[2]])-1].Position, "the new place is told")
		o.mu.Unlock()
		c.ok()
		(<-k.calls).ok()
	})
}

func TestWhatAFirstLineNamesRunsInParallel(t *testing.T) {
	inOffice(t, func(o *office) {
		o.enqueue("%python\nx", "%sh ls", "%md\n# Title", "%matplotlib inline")
		kernels := map[string]*fakeKernel{}
		for range 2 {
			k := o.kernel()
			kernels[strings.Split(k.id, "-")[0]] = k
		}
		py, sh := <-kernels["python3"].calls, <-kernels["bash"].calls
		require.Equal(t, "\nx", py.code, "lines keep their numbers")
		require.Equal(t, "ls", sh.code)
		require.Equal(t, notebook.StartKernel{Spec: "bash", Note: o.note, Slot: 7, Dir: "/files"},
			o.kernels.asked[slices.IndexFunc(o.kernels.asked, func(r notebook.StartKernel) bool { return r.Spec == "bash" })])
		sh.ok()
		py.ok()
		c := <-kernels["python3"].calls
		require.Equal(t, "%matplotlib inline", c.code, "nobody bears that name: it is the kernel's own")
		c.ok()
	})
}

func TestRenderedAndEmptyTextsNeedNoKernel(t *testing.T) {
	inOffice(t, func(o *office) {
		for _, id := range o.enqueue("%md\n# Title", " \n", "%python\n") {
			require.Equal(t, notebook.RunDone, o.stored(id).State)
		}
		require.Empty(t, o.kernels.started)
		require.Equal(t, []string{"ended", "ended", "ended"}, o.store.happened(), "never sent")
	})
}

func TestAMissingKernelIsAnErrorThatSaysWhatThereIs(t *testing.T) {
	inOffice(t, func(o *office) {
		o.kernels.specs = o.kernels.specs[:1]
		ids := o.enqueue("x = 1", "%sh ls")
		r := o.stored(ids[0])
		require.Equal(t, notebook.RunError, r.State)
		require.Contains(t, r.Reason, "Nothing here runs %python. There are %bash.")
		require.Contains(t, r.Reason, "pip install ipykernel")
		require.Equal(t, notebook.RunCancelled, o.stored(ids[1]).State, "it was pressed together with the first")
	})
}

func TestAKernelThatDoesNotStart(t *testing.T) {
	inOffice(t, func(o *office) {
		o.kernels.hold = make(chan error)
		ids := o.enqueue("a")
		synctest.Wait()
		require.Equal(t, notebook.KernelStarting, o.kernelState().State)
		o.kernels.hold <- fault.New(fault.Unavailable, "No memory is left.")
		require.Equal(t, notebook.RunError, o.stored(ids[0]).State)
		require.Equal(t, "No memory is left.", o.stored(ids[0]).Reason)
		require.Equal(t, notebook.KernelDead, o.kernelState().State)
		ids = o.enqueue("b")
		o.kernels.hold <- nil
		(<-o.kernel().calls).ok()
		require.Equal(t, notebook.RunDone, o.stored(ids[0]).State)
	})
}

func TestARunThatIsNotQueuedAnyMoreIsNotSent(t *testing.T) {
	inOffice(t, func(o *office) {
		o.kernels.hold = make(chan error)
		ids := o.enqueue("a", "b")
		synctest.Wait()
		r := o.stored(ids[0])
		r.State, r.Reason = notebook.RunLost, "somebody else's"
		o.store.mu.Lock()
		o.store.runs[ids[0]] = r
		delete(o.store.runs, ids[1])
		o.store.mu.Unlock()
		o.kernels.hold <- nil
		k := o.kernel()
		synctest.Wait()
		require.Empty(t, k.calls)
		require.Equal(t, "somebody else's", o.stored(ids[0]).Reason, "the end it has stays")
		require.Equal(t, notebook.RunLost, o.toldStates(ids[0])[1])
		require.Empty(t, o.runner.Open(o.note))
	})
}

func TestADatabaseAwayDelaysButNothingIsSentTwice(t *testing.T) {
	inOffice(t, func(o *office) {
		fails := map[string]int{"sent": 3, "ended": 3}
		away := func(op string) error {
			if fails[op]--; fails[op] >= 0 {
				return errAway
			}
			return nil
		}
		o.store.before = away
		ids := o.enqueue("a")
		k := o.kernel()
		c := <-k.calls
		c.ok()
		synctest.Wait()
		require.Equal(t, []notebook.RunState{notebook.RunQueued, notebook.RunSent}, o.toldStates(ids[0]), "an end is told when it is stored")
		<-time.After(time.Minute)
		require.Equal(t, []notebook.RunState{notebook.RunQueued, notebook.RunSent, notebook.RunDone}, o.toldStates(ids[0]))
		require.Equal(t, []string{"sent", "executed a", "ended"}, o.store.happened())
	})
}

func TestCommitsOfUnknownOutcome(t *testing.T) {
	inOffice(t, func(o *office) {
		lost := map[string]int{"sent": 1, "ended": 1}
		o.store.after = func(op string) error {
			if lost[op]--; lost[op] >= 0 {
				return errAway // done, but nobody knows
			}
			return nil
		}
		ids := o.enqueue("a")
		k := o.kernel()
		c := <-k.calls
		c.print("hello")
		c.ok()
		<-time.After(time.Minute)
		require.Equal(t, notebook.RunDone, o.stored(ids[0]).State)
		require.Equal(t, []notebook.RunState{notebook.RunQueued, notebook.RunSent, notebook.RunDone}, o.toldStates(ids[0]))
		require.Equal(t, []string{"sent", "sent", "executed a", "output", "ended"}, o.store.happened())
	})
}

func TestTheEndIsStoredAfterTheOutput(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a")
		c := <-o.kernel().calls
		c.print("hello")
		c.sink(notebook.DroppedOutput{Messages: 1, Bytes: 5, Reason: "too fast"})
		c.ok()
		require.EqualValues(t, 5, o.stored(ids[0]).Dropped)
		require.Equal(t, []string{"sent", "executed a", "output", "ended"}, o.store.happened())
		require.Equal(t, "hello", o.store.text(ids[0], 0))
	})
}

func TestADisplayOfAnEarlierRunIsRewritten(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a", "b", "c")
		k := o.kernel()
		c := <-k.calls
		c.sink(display("bar", false, "0 %"))
		c.ok()
		for _, percent := range []string{"50 %", "100 %"} {
			c = <-k.calls
			changed, stop := o.outputs.Watch(ids[0])
			c.sink(display("bar", true, "x"))
			c.sink(display("bar", true, percent))
			<-changed
			stop()
			require.Contains(t, o.store.text(ids[0], 0), percent)
			c.ok()
		}
		synctest.Wait()
		parts, _, err := o.outputs.Parts(context.Background(), ids[0])
		require.NoError(t, err)
		require.Equal(t, 4, parts[0].Revision)
		_, err = o.outputs.Read(context.Background(), ids[0], 0, 3, 0, 100)
		require.True(t, fault.Is(err, fault.Stale))
	})
}

func TestAKernelThatDiesWhileRunning(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a", "b")
		after := o.enqueue("c")
		k := o.kernel()
		c := <-k.calls
		c.print("so far")
		k.die("killed (signal 9)")
		r := o.stored(ids[0])
		require.Equal(t, notebook.RunError, r.State)
		require.Equal(t, "the kernel died: killed (signal 9)", r.Reason)
		require.Equal(t, "so far", o.store.text(ids[0], 0))
		require.Equal(t, "The kernel died: killed (signal 9). What it held in memory is lost; the next run starts another one.", o.store.text(ids[0], 1))
		require.Equal(t, notebook.RunCancelled, o.stored(ids[1]).State)
		(<-o.kernel().calls).ok()
		require.Equal(t, notebook.RunDone, o.stored(after[0]).State)
	})
}

func TestAKernelThatDiesWhileIdle(t *testing.T) {
	inOffice(t, func(o *office) {
		o.enqueue("a")
		k := o.kernel()
		(<-k.calls).ok()
		require.Equal(t, notebook.KernelIdle, o.kernelState().State)
		require.Equal(t, k.id, o.kernelState().Kernel)
		k.die("killed (signal 9)")
		require.Equal(t, notebook.KernelDead, o.kernelState().State)
		require.Equal(t, "killed (signal 9)", o.kernelState().Reason)
		ids := o.enqueue("b")
		(<-o.kernel().calls).ok()
		require.Equal(t, notebook.RunDone, o.stored(ids[0]).State)
	})
}

func TestIdleKernelsEnd(t *testing.T) {
	inOffice(t, func(o *office) {
		o.enqueue("a")
		k := o.kernel()
		c := <-k.calls
		<-time.After(10 * time.Hour)
		require.Equal(t, notebook.KernelBusy, o.kernelState().State, "one that works is not idle")
		c.ok()
		<-time.After(59 * time.Minute)
		require.Equal(t, notebook.KernelIdle, o.kernelState().State)
		<-time.After(2 * time.Minute)
		<-k.done
		require.Equal(t, notebook.KernelEnded, o.kernelState().State)
		require.Equal(t, "it was idle for 1 h", o.kernelState().Reason)
		ids := o.enqueue("b")
		(<-o.kernel().calls).ok()
		require.Equal(t, notebook.RunDone, o.stored(ids[0]).State)
	})
}

func TestAnEnqueueNeverWaits(t *testing.T) {
	inOffice(t, func(o *office) {
		o.store.setBefore(func(string) error { return errAway })
		o.kernels.hold = make(chan error, 1)
		for range 100 {
			o.enqueue("a", "%md", "%sh b")
		}
		require.Len(t, o.runner.Open(o.note), 300)
		require.NoError(t, o.runner.Room(o.note, 9700, 0))
		require.True(t, fault.Is(o.runner.Room(o.note, 9701, 0), fault.TooMany))
		require.True(t, fault.Is(o.runner.Room(o.note, 1, 64<<20), fault.TooMany))
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		err := o.runner.Cancel(ctx, o.note, nil, notebook.View{Person: ana}, "ana")
		require.True(t, fault.Is(err, fault.Unavailable), "its end cannot be stored now")
		o.store.setBefore(nil)
	})
}

func TestOneRunIsNotTakenTwice(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a")
		r := o.stored(ids[0])
		o.runner.Enqueue("", []notebook.Run{r})
		k := o.kernel()
		(<-k.calls).ok()
		o.stored(ids[0])
		require.Empty(t, k.calls)
	})
}

func TestAsking(t *testing.T) {
	inOffice(t, func(o *office) {
		ctx := context.Background()
		got, err := o.runner.Complete(ctx, o.note, "", "imp", 3)
		require.NoError(t, err)
		require.JSONEq(t, `{"matches":[],"cursor_start":3,"cursor_end":3,"metadata":{}}`, string(got))
		require.Empty(t, o.kernels.started, "asking starts no kernel")
		o.enqueue("a")
		k := o.kernel()
		c := <-k.calls
		got, err = o.runner.Complete(ctx, o.note, "", "imp", 3)
		require.NoError(t, err)
		require.Contains(t, string(got), `"matches":[]`, "a busy kernel is not waited for")
		c.ok()
		synctest.Wait()
		got, err = o.runner.Complete(ctx, o.note, "", "%python imp", 11)
		require.NoError(t, err)
		require.JSONEq(t, `{"matches":["imp"],"cursor_start":10,"cursor_end":11,"metadata":{}}`, string(got), "positions are those of the text")
		got, err = o.runner.Inspect(ctx, o.note, "python", "imp", 3, 1)
		require.NoError(t, err)
		require.Contains(t, string(got), "imp3 1")
		got, err = o.runner.Inspect(ctx, o.note, "", "%sh ls", 6, 0)
		require.NoError(t, err)
		require.JSONEq(t, `{"found":false,"data":{},"metadata":{}}`, string(got))
	})
}
