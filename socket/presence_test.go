package socket_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
	"quire/socket"
	"quire/socket/wire"
)

func TestCaretsReachTheOthers(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana, ben := w.person("ana"), w.person("ben")
	note := w.note(ana, "p1")
	w.grant(note, ben, auth.Reader)
	a, b := w.join(ana, "a"), w.join(ben, "b")
	a.open(note)
	b.open(note)
	a.send(wire.Client{Op: wire.OpCaret, Note: note, Paragraph: "p1", TextAt: 3, Ranges: [][2]int{{1, 2}}})
	require.Equal(t, wire.Caret{
		Op: wire.OpCaret, Note: note, Tab: "a", User: wire.Person{ID: ana.User, Name: "ana"},
		Paragraph: "p1", TextAt: 3, Ranges: [][2]int{{1, 2}},
	}, into[wire.Caret](t, b.must(wire.OpCaret)))
	a.title(note, "1", "p1", "x")
	a.must(wire.OpEntry) // and not one's own caret
}

func TestATabDoesNotHearOfItsOwnCaret(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana, ben := w.person("ana"), w.person("ben")
	note := w.note(ana, "p1")
	w.grant(note, ben, auth.Writer)
	own, second, bens := w.join(ana, "1"), w.join(ana, "2"), w.join(ben, "1")
	for _, c := range []*client{own, second, bens} {
		c.open(note)
	}
	w.book.publish(note, notebook.CaretMoved{Presence: notebook.Presence{Tab: "1", User: ana.User}, Paragraph: "p1"})
	own.title(note, "1", "p1", "x")
	own.must(wire.OpEntry)
	second.must(wire.OpCaret)
	bens.must(wire.OpCaret)
}

func TestReadersHaveNoCaret(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana, ben := w.person("ana"), w.person("ben")
	note := w.note(ana, "p1")
	w.grant(note, ben, auth.Runner)
	a, b := w.join(ana, "a"), w.join(ben, "b")
	a.open(note)
	b.open(note)
	b.send(wire.Client{Op: wire.OpCaret, Note: note, Paragraph: "p1"})
	b.title(note, "refused", "p1", "x")
	b.must(wire.OpRefused)
	require.Zero(t, w.book.movements())

	w.grant(note, ben, auth.Writer)
	b.must(wire.OpAllowed)
	b.send(wire.Client{Op: wire.OpCaret, Note: note, Paragraph: "p1"})
	require.Equal(t, "b", into[wire.Caret](t, a.must(wire.OpCaret)).Tab)
}

func TestOfManyCaretsTheNewestCounts(t *testing.T) {
	w := newWorld(t, socket.Config{FramesPerSecond: 100000})
	ana, ben := w.person("ana"), w.person("ben")
	note := w.note(ana, "p1")
	w.grant(note, ben, auth.Reader)
	a, b := w.join(ana, "a"), w.join(ben, "b")
	a.open(note)
	b.open(note)
	const last = 1000
	for i := range last {
		a.send(wire.Client{Op: wire.OpCaret, Note: note, Paragraph: "p1", TextAt: int64(i + 1)})
	}
	came := 0
	for at := int64(0); at < last; came++ {
		at = into[wire.Caret](t, b.must(wire.OpCaret)).TextAt
	}
	require.Less(t, came, last/10)
}

func TestSenselessCaretsAreLeftOut(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	a := w.join(ana, "a")
	a.send(wire.Client{Op: wire.OpCaret, Note: note, Paragraph: "p1"}) // not open
	a.open(note)
	a.send(wire.Client{Op: wire.OpCaret, Note: note, Ranges: make([][2]int, 101)})
	a.title(note, "1", "p1", "x")
	a.must(wire.OpEntry)
	require.Zero(t, w.book.movements())
}

func TestWhoHasTheNoteOpenIsToldTogether(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	first := w.join(ana, "first")
	first.open(note)
	const others = 50
	for i := range others {
		w.join(ana, fmt.Sprint("tab", i)).open(note)
	}
	lists := 0
	for len(into[wire.People](t, first.must(wire.OpPeople)).People) < others+1 {
		lists++
	}
	require.Less(t, lists, others/2)
}

func TestRunsAndKernelsAreTold(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	c := w.join(ana, "tab")
	c.open(note)
	w.book.publish(note, notebook.RunsChanged{Runs: []notebook.Run{{
		Paragraph: "p1", By: ana.User, ByName: "ana", Text: "secret()", State: notebook.RunQueued, Position: 2,
	}}})
	g := c.must(wire.OpRun)
	require.NotContains(t, string(g.raw), "secret()", "the text is the note's to show")
	r := into[wire.RunChanged](t, g).Runs[0]
	require.Equal(t, "queued", r.State)
	require.Equal(t, 2, r.Position)
	w.book.publish(note, notebook.KernelsChanged{Kernels: []notebook.KernelState{{Interpreter: "python", State: notebook.KernelBusy}}})
	require.Equal(t, "busy", into[wire.KernelsChanged](t, c.must(wire.OpKernels)).Kernels[0].State)
}

func TestTreeHintsAreJoined(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	a, b := w.join(ana, "a"), w.join(ana, "b")
	a.open(note)
	for range 1000 {
		w.server.TreeChanged()
	}
	a.must(wire.OpTree)
	b.must(wire.OpTree)
	a.title(note, "1", "p1", "x")
	a.must(wire.OpEntry) // and no second hint
	w.server.TreeChanged()
	b.must(wire.OpTree)
}

func TestStatusIsToldNowAndToWhoComesLater(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	early := w.join(ana, "early")
	status := wire.Status{Python: wire.Python{Phase: "installing", Message: "Installing Python."}}
	w.server.SetStatus(status)
	for _, c := range []*client{early, w.join(ana, "late")} {
		require.Equal(t, status.Python, into[wire.Status](t, c.must(wire.OpStatus)).Python)
	}
}
