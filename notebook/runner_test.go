package notebook_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

const ana, ben = auth.PrincipalID(2001), auth.PrincipalID(2002)

// office is a runner with fakes around it, inside a bubble with a clock of its own.
type office struct {
	t       *testing.T
	note    notebook.ID
	store   *fakeStore
	kernels *fakeKernels
	rights  *fakeRights
	gate    *auth.Gate
	runner  *notebook.Runner
	outputs *notebook.Outputs

	mu     sync.Mutex
	told   map[notebook.ID][]notebook.Run
	states []notebook.KernelState // newest
}

// inOffice runs a test in a bubble, and at its end stops the runner, which must
// leave no goroutine behind.
func inOffice(t *testing.T, test func(o *office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		defer func() {
			require.NoError(t, o.runner.Shutdown(context.Background()))
		}()
		test(o)
	})
}

func newOffice(t *testing.T) *office {
	o := &office{t: t, note: auth.NewID(), store: newFakeStore(), rights: newFakeRights(), told: map[notebook.ID][]notebook.Run{}}
	o.kernels = newFakeKernels(o.store)
	o.gate = auth.NewGate(o.rights, quiet)
	o.gate.Confirm(context.Background())
	rec := notebook.NewRecorder(o.store, quiet, notebook.OutputLimits{})
	o.outputs = notebook.NewOutputs(o.store, rec)
	o.runner = notebook.NewRunner(notebook.RunnerConfig{
		Store: o.store, Kernels: o.kernels, Gate: o.gate, Recorder: rec, Log: quiet,
		Files:          func(notebook.ID) (string, int, error) { return "/files", 7, nil },
		Publish:        o.publish,
		PublishKernels: o.publishKernels,
	})
	return o
}

func (o *office) publish(note notebook.ID, runs []notebook.Run) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range runs {
		o.told[r.ID] = append(o.told[r.ID], r)
	}
}

func (o *office) publishKernels(_ notebook.ID, states []notebook.KernelState) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.states = states
}

// enqueue stores runs of texts and hands them over, in one call.
func (o *office) enqueue(texts ...string) []notebook.ID { return o.enqueueAs(ana, texts...) }

func (o *office) enqueueAs(by auth.PrincipalID, texts ...string) []notebook.ID {
	var runs []notebook.Run
	var ids []notebook.ID
	for i, text := range texts {
		r := notebook.Run{
			ID: auth.NewID(), Note: o.note, Paragraph: fmt.Sprint("p", i), By: by, ByName: map[auth.PrincipalID]string{ana: "ana", ben: "ben"}[by],
			Text: text, State: notebook.RunQueued, QueuedAt: time.Now(),
		}
		o.store.mu.Lock()
		o.store.runs[r.ID] = r
		o.store.mu.Unlock()
		runs, ids = append(runs, r), append(ids, r.ID)
	}
	o.runner.Enqueue("", runs)
	return ids
}

// stored is the run as the store has it, once nothing moves any more.
func (o *office) stored(id notebook.ID) notebook.Run {
	o.t.Helper()
	synctest.Wait()
	r, err := o.store.Run(context.Background(), id)
	require.NoError(o.t, err)
	return r
}

func (o *office) kernel() *fakeKernel { return <-o.kernels.started }

// toldStates lists the states that were told of a run, in order, and checks that
// the last is the stored one.
func (o *office) toldStates(id notebook.ID) (states []notebook.RunState) {
	o.t.Helper()
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.told[id] {
		if len(states) == 0 || states[len(states)-1] != r.State {
			states = append(states, r.State)
		}
	}
	return states
}

func (o *office) kernelState() notebook.KernelState {
	o.t.Helper()
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	require.Equal(o.t, o.runner.Kernels(o.note), o.states, "what was told last is how it is")
	if len(o.states) == 0 {
		return notebook.KernelState{}
	}
	return o.states[0]
}

func (o *office) by(user auth.PrincipalID, name string) context.Context {
	return auth.WithActor(context.Background(), auth.Actor{Kind: auth.Person, User: user, Name: name})
}

// fakeRights are the gate's records: everybody may run everything, but those in may
// with false.
type fakeRights struct {
	mu    sync.Mutex
	epoch uint64
	may   map[auth.PrincipalID]bool
	away  bool
}

func newFakeRights() *fakeRights { return &fakeRights{epoch: 1, may: map[auth.PrincipalID]bool{}} }

func (f *fakeRights) Identities(context.Context, []auth.ID) (map[auth.ID]auth.Identity, uint64, error) {
	return nil, f.epoch, nil
}

func (f *fakeRights) UserIdentity(_ context.Context, user auth.PrincipalID) (auth.Identity, uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away {
		return auth.Identity{}, 0, errAway
	}
	return auth.Identity{User: user, Principals: []auth.PrincipalID{auth.Everyone, user}, Scope: auth.AllActions}, f.epoch, nil
}

func (f *fakeRights) Chain(_ context.Context, node auth.ID) ([]auth.Object, uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	o := auth.Object{ID: node}
	for _, user := range []auth.PrincipalID{ana, ben} {
		role := auth.Runner
		if may, known := f.may[user]; known && !may {
			role = auth.Reader
		}
		o.Grants = append(o.Grants, auth.Grant{Principal: user, Role: role})
	}
	return []auth.Object{o}, f.epoch, nil
}

func (f *fakeRights) Epoch(context.Context) (uint64, error) { return f.epoch, nil }

// revoke takes the right to run away.
func (o *office) revoke(user auth.PrincipalID) {
	o.rights.mu.Lock()
	defer o.rights.mu.Unlock()
	o.rights.may[user] = false
	o.rights.epoch++
	o.gate.Move(o.rights.epoch)
}

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
		require.Equal(t, notebook.RunDone, slices.Max(o.toldStates(ids[0])[len(o.toldStates(ids[0]))-1:]))
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
		require.NoError(t, o.runner.Cancel(context.Background(), auth.NewID(), ids, ben, "ben"))
		require.Equal(t, notebook.RunQueued, o.stored(ids[1]).State, "of another note nothing is cancelled")
		require.NoError(t, o.runner.Cancel(context.Background(), o.note, ids[1:2], ben, "ben"))
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
		require.NoError(t, o.runner.Cancel(context.Background(), o.note, nil, ben, "ben"))
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
		require.NoError(t, o.runner.Cancel(context.Background(), o.note, ids, ben, "ben"))
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
		require.NoError(t, o.runner.Cancel(context.Background(), o.note, ids[:1], ben, "ben"))
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
		require.NoError(t, o.runner.Interrupt(o.by(ben, "ben"), o.note, "python"))
		require.Equal(t, 2, k.interrupted())
		c.ok()
		require.Equal(t, notebook.RunDone, o.stored(later[0]).State, "it had ended before the interrupt came")
		(<-k.calls).ok()
		err := o.runner.Interrupt(o.by(ben, "ben"), o.note, "r")
		require.True(t, fault.Is(err, fault.NotFound))
		require.Contains(t, err.Error(), "It has: %python3.")
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
		c.ok()
		r := o.stored(ids[0])
		require.Equal(t, notebook.RunCancelled, r.State)
		require.Equal(t, "ana may not run this note any more", r.Reason)
		c = <-k.calls
		require.Equal(t, "c", c.code)
		c.ok()
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

func TestRestart(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a", "b")
		old := o.kernel()
		<-old.calls
		synctest.Wait()
		require.Equal(t, notebook.KernelBusy, o.kernelState().State)
		require.NoError(t, o.runner.Restart(o.by(ben, "ben"), o.note, "python3"))
		r := o.stored(ids[0])
		require.Equal(t, notebook.RunCancelled, r.State)
		require.Equal(t, "the kernel was restarted by ben", r.Reason)
		require.Equal(t, ben, r.CancelledBy)
		fresh := o.kernel()
		(<-fresh.calls).ok()
		require.Equal(t, notebook.RunDone, o.stored(ids[1]).State, "what was queued stays")
		require.Equal(t, fresh.id, o.stored(ids[1]).Kernel)

		require.NoError(t, o.runner.Restart(o.by(ben, "ben"), o.note, ""))
		newest := o.kernel()
		synctest.Wait()
		require.Equal(t, newest.id, o.kernelState().Kernel, "a new one starts though nothing is to be run")
		require.Equal(t, notebook.KernelIdle, o.kernelState().State)
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
		require.Empty(t, o.kernelState().State)
		ids := o.enqueue("b")
		(<-o.kernel().calls).ok()
		require.Equal(t, notebook.RunDone, o.stored(ids[0]).State)
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
		err := o.runner.Cancel(ctx, o.note, nil, ana, "ana")
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
