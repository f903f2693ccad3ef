package notebook_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
)

// press queues runs of texts for somebody, in a kernel of their own or not.
func (o *office) press(by auth.PrincipalID, own bool, texts ...string) []notebook.ID {
	var runs []notebook.Run
	var ids []notebook.ID
	for i, text := range texts {
		r := notebook.Run{
			ID: auth.NewID(), Note: o.note, Paragraph: fmt.Sprint("p", i), By: by, ByName: fmt.Sprint("u", by), Own: own,
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

func (o *office) kernelCounts() map[notebook.KernelState]int {
	found := map[notebook.KernelState]int{}
	for _, k := range o.runner.Kernels(o.note) {
		found[notebook.KernelState{Person: k.Person, State: k.State}]++
	}
	return found
}

func TestEachTheirOwnKernel(t *testing.T) {
	inOffice(t, func(o *office) {
		a, b, shared := o.press(ana, true, "a"), o.press(ben, true, "b"), o.press(ben, false, "s")
		byCode := map[string]*fakeKernel{}
		for range 3 {
			k := o.kernel()
			c := <-k.calls
			byCode[c.code] = k
			c.ok()
		}
		require.Len(t, byCode, 3)
		require.NotEqual(t, byCode["b"].id, byCode["s"].id)
		require.Equal(t, byCode["a"].id, o.stored(a[0]).Kernel)
		require.Equal(t, byCode["b"].id, o.stored(b[0]).Kernel)
		require.Equal(t, byCode["s"].id, o.stored(shared[0]).Kernel)
		require.Equal(t, map[notebook.KernelState]int{
			{Person: ana, State: notebook.KernelIdle}: 1, {Person: ben, State: notebook.KernelIdle}: 1, {State: notebook.KernelIdle}: 1,
		}, o.kernelCounts())
		again := o.press(ana, true, "a again")
		(<-byCode["a"].calls).ok()
		require.Equal(t, byCode["a"].id, o.stored(again[0]).Kernel)
		asked := o.kernels.asked
		require.ElementsMatch(t, []string{"u2001", "u2002", ""}, []string{asked[0].Person, asked[1].Person, asked[2].Person})
	})
}

// What is done to kernels touches one's own and the shared one, unless another
// person's is named.
func TestWhoseKernelsAreMeant(t *testing.T) {
	inOffice(t, func(o *office) {
		a, b, s := o.press(ana, true, "a"), o.press(ben, true, "b"), o.press(ana, false, "s")
		calls := map[string]*call{}
		for range 3 {
			c := <-o.kernel().calls
			calls[c.code] = c
		}
		require.NoError(t, o.runner.Stop(o.by(ben, "ben"), o.choice("")))
		require.Equal(t, notebook.RunSent, o.stored(a[0]).State, "that of ana goes on")
		require.Equal(t, notebook.RunCancelled, o.stored(b[0]).State)
		require.Equal(t, "the kernel was stopped by ben", o.stored(b[0]).Reason)
		require.Equal(t, notebook.RunCancelled, o.stored(s[0]).State)
		require.Equal(t, 1, o.kernelCounts()[notebook.KernelState{Person: ben, State: notebook.KernelEnded}])
		theirs := o.choice("python")
		theirs.Person = ana
		require.NoError(t, o.runner.Stop(o.by(ben, "ben"), theirs))
		require.Equal(t, notebook.RunCancelled, o.stored(a[0]).State)
		require.EqualValues(t, ben, o.stored(a[0]).CancelledBy)
		require.Error(t, o.runner.Interrupt(o.by(ben, "ben"), theirs), "there is none any more")
	})
}

func TestCancellingTouchesOnlyWhatOneSees(t *testing.T) {
	inOffice(t, func(o *office) {
		o.kernels.hold = make(chan error)
		a, b, s := o.press(ana, true, "a"), o.press(ben, true, "b"), o.press(ana, false, "s")
		ctx := context.Background()
		all := slices.Concat(a, b, s)
		require.NoError(t, o.runner.Cancel(ctx, o.note, all, notebook.View{Person: ben}, "ben"))
		require.Equal(t, notebook.RunQueued, o.stored(a[0]).State, "ben sees nothing of it")
		require.Equal(t, notebook.RunCancelled, o.stored(b[0]).State)
		require.Equal(t, notebook.RunCancelled, o.stored(s[0]).State)
		require.NoError(t, o.runner.Cancel(ctx, o.note, nil, notebook.View{Person: ben, Writes: true}, "ben"))
		require.Equal(t, notebook.RunQueued, o.stored(a[0]).State, "all are those in kernels that ben uses")
		require.NoError(t, o.runner.Cancel(ctx, o.note, a, notebook.View{Person: ben, Writes: true}, "ben"))
		require.Equal(t, notebook.RunCancelled, o.stored(a[0]).State)
	})
}

func TestALostRightEndsKernelsOfOnesOwn(t *testing.T) {
	inOffice(t, func(o *office) {
		running, queued := o.press(ana, true, "a"), o.press(ana, true, "later")
		idle := o.press(ben, true, "b")
		calls := map[string]*call{}
		kernels := map[string]*fakeKernel{}
		for range 2 {
			k := o.kernel()
			c := <-k.calls
			calls[c.code], kernels[c.code] = c, k
		}
		calls["b"].ok()
		require.Equal(t, notebook.RunDone, o.stored(idle[0]).State)
		require.ElementsMatch(t, []notebook.Running{{Note: o.note, User: ana, Name: "u2001"}, {Note: o.note, User: ben, Name: "u2002"}},
			o.runner.People(), "an idle kernel counts as well")
		o.runner.CancelOf(o.note, ana, "lost it")
		require.Equal(t, notebook.RunCancelled, o.stored(queued[0]).State)
		<-kernels["a"].done
		require.Equal(t, notebook.RunCancelled, o.stored(running[0]).State)
		require.Equal(t, "lost it", o.stored(running[0]).Reason)
		o.runner.CancelUser(ben, "disabled")
		<-kernels["b"].done
		require.Equal(t, map[notebook.KernelState]int{
			{Person: ana, State: notebook.KernelEnded}: 1, {Person: ben, State: notebook.KernelEnded}: 1,
		}, o.kernelCounts())
	})
}

// One kernel that many share serves them in turn, and tells right where they stand.
func TestASharedKernelServesPeopleInTurn(t *testing.T) {
	inOffice(t, func(o *office) {
		a := o.press(ana, false, "a1", "a2", "a3", "a4")
		k := o.kernel()
		first := <-k.calls
		b := o.press(ben, false, "b1", "b2")
		synctest.Wait()
		order := []notebook.ID{b[0], a[1], b[1], a[2], a[3]}
		for i, r := range o.runner.Snapshot(order) {
			require.Equal(t, i+1, r.Position, r.Text)
		}
		<-time.After(time.Second)
		o.mu.Lock()
		for i, id := range order {
			told := o.told[id]
			require.Equal(t, i+1, told[len(told)-1].Position, "what was told last")
		}
		o.mu.Unlock()
		got := []string{}
		for c := first; ; c = <-k.calls {
			got = append(got, c.code)
			c.ok()
			if len(got) == 6 {
				break
			}
		}
		require.Equal(t, []string{"a1", "b1", "a2", "b2", "a3", "a4"}, got)
	})
}
