package notebook_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// What somebody had queued is cancelled when they may not run any more, what runs
// only when their account is disabled, and nothing while nobody can tell.
func TestWhatIsQueuedEndsWithTheRightToRun(t *testing.T) {
	inOffice(t, func(o *office) {
		svc := notebook.NewService(nil, nil, o.gate, quiet)
		svc.Attach(o.runner, o.outputs)
		ctx, stop := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { svc.WatchRights(ctx); close(done) }()
		defer func() { stop(); <-done }()
		anas, bens := o.enqueue("a", "later"), o.enqueueAs(ben, "b")
		k := o.kernel()
		c := <-k.calls

		o.change(func(f *fakeRights) { f.away = true })
		require.Equal(t, notebook.RunQueued, o.stored(anas[1]).State)
		o.change(func(f *fakeRights) { f.away = false })
		require.Equal(t, notebook.RunQueued, o.stored(anas[1]).State)
		o.revoke(ana)
		require.Equal(t, "ana may not run this note any more", o.stored(anas[1]).Reason)
		require.Equal(t, notebook.RunSent, o.stored(anas[0]).State, "what runs goes on")
		require.Equal(t, notebook.RunQueued, o.stored(bens[0]).State)
		o.change(func(f *fakeRights) { f.gone = ana })
		require.Equal(t, notebook.RunQueued, o.stored(bens[0]).State)
		require.Equal(t, 1, k.interrupted())
		c.fail()
		require.Equal(t, "the account of ana was disabled", o.stored(anas[0]).Reason)
		(<-k.calls).ok()
		require.Equal(t, notebook.RunDone, o.stored(bens[0]).State)
	})
}

// late are notes where something happens before the next entries are appended.
type late struct {
	notebook.Store
	before func()
}

func (l *late) Append(ctx context.Context, b notebook.Batch, confirm func(context.Context, uint64) error) error {
	if before := l.before; before != nil {
		l.before = nil
		before()
	}
	return l.Store.Append(ctx, b, confirm)
}

// Access changes after an operation was looked at, and others of the same person have
// been told so by then: what the keeper holds stands, and is less.
func TestRightsThatFallBeforeTheCommitCount(t *testing.T) {
	w := newWorld(t)
	ana, bob := w.person("ana"), w.person("bob")
	note := w.note(ana)
	notes := &late{Store: w.db.Notes()}
	w.startOn(notes)
	w.grant(note, bob, auth.Writer)
	w.do(bob, note, &notebook.InsertParagraph{Paragraph: "p"})
	pass := w.gate.Pass(who(bob), note)
	defer pass.Release()
	notes.before = func() {
		w.grant(note, bob, auth.Reader)
		_, _ = pass.Actions(context.Background())
	}
	_, err := w.svc.Do(bob, note, "x", &notebook.SetTitle{Paragraph: "p", Title: "no"})
	require.True(t, fault.Is(err, fault.Forbidden), "%v", err)
	n, _, err := w.svc.Read(ana, note)
	require.NoError(t, err)
	require.Empty(t, n.Paragraphs[0].Title)
}

func TestKernelsOfOthersAreWritersToTouch(t *testing.T) {
	w := newWorld(t)
	ana, wim, rita, eve := w.person("ana"), w.person("wim"), w.person("rita"), w.person("eve")
	note := w.note(ana)
	w.grant(note, wim, auth.Writer)
	w.grant(note, rita, auth.Runner)
	stop := func(as context.Context, whose auth.PrincipalID) bool {
		return fault.Is(w.svc.StopKernels(as, notebook.KernelChoice{Note: note, Person: whose}), fault.Forbidden)
	}
	anas := who(ana).User
	require.True(t, stop(rita, anas))
	require.False(t, stop(rita, who(rita).User))
	require.False(t, stop(rita, 0), "a shared one")
	require.False(t, stop(wim, anas))
	err := w.svc.StopKernels(eve, notebook.KernelChoice{Note: note, Person: anas})
	require.Equal(t, auth.Hidden(), err, "who may not see the note hears nothing of it")
}
