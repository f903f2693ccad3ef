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

// seen is what a browser has of a part.

// screen is what a browser has of a run's output.

// take applies one OUTPUT frame as socket/wire tells browsers to.

// until takes frames until the condition holds.

// started is a note with a paragraph p1 that was run.

// press runs a paragraph and returns its run.

// end ends the run.

// numbered is text of n bytes in which every place can be told.

func TestOutputOfAWatchedRunIsSentAsItGrows(t *testing.T) {
	s := start(t, socket.Config{})
	s.print(0, notebook.StreamPart, "before ")
	s.watch("p1")
	screen := newScreen(s.c, s.run)
	screen.take(s.c.must(wire.OpOutput))
	require.Equal(t, "before ", string(screen.parts[0].text))
	require.Equal(t, "stream", screen.parts[0].Kind)
	require.Equal(t, "stdout", screen.parts[0].Name)
	s.print(0, notebook.StreamPart, "and after")
	screen.until(func() bool { return string(screen.parts[0].text) == "before and after" })
	require.Zero(t, screen.complete)
	s.end()
	s.c.must(wire.OpRun)
	screen.until(func() bool { return screen.complete > 0 })
	require.Zero(t, screen.parts[0].gaps)
}

func TestWhatIsNotWatchedIsNotSent(t *testing.T) {
	s := start(t, socket.Config{})
	s.watch("p1")
	s.print(0, notebook.StreamPart, "one ")
	screen := newScreen(s.c, s.run)
	screen.take(s.c.must(wire.OpOutput))
	s.watch("p2")
	require.Eventually(t, func() bool { return s.outputs.watched(s.run) == 0 }, patience, patience/1000)
	s.print(0, notebook.StreamPart, "two ")
	s.c.title(s.note, "1", "p1", "x")
	s.c.must(wire.OpEntry)
	s.watch("p2", "p1") // scrolled back: what was sent is not sent again
	screen.until(func() bool { return string(screen.parts[0].text) == "one two " })
	s.watch()
	require.Eventually(t, func() bool { return s.outputs.watched(s.run) == 0 }, patience, patience/1000)
	s.watch("p1")
	require.Eventually(t, func() bool { return s.outputs.watched(s.run) == 1 }, patience, patience/1000)
	s.c.send(wire.Client{Op: wire.OpClose, Note: s.note})
	require.Eventually(t, func() bool { return s.outputs.watched(s.run) == 0 }, patience, patience/1000)
}

func TestCompleteComesOnce(t *testing.T) {
	s := start(t, socket.Config{})
	s.print(0, notebook.StreamPart, "done")
	s.end()
	screen := newScreen(s.c, s.run)
	s.c.must(wire.OpRun)
	s.watch("p1")
	screen.until(func() bool { return screen.complete > 0 })
	require.Equal(t, 1, screen.frames, "what fits into one frame comes in one")

	for i := range 3 { // neither looking again nor anything else brings it again
		s.watch()
		s.watch("p1")
		s.book.move(s.note, s.run, notebook.RunDone)
		s.c.must(wire.OpRun)
		s.c.title(s.note, fmt.Sprint(i), "p1", "x")
		s.c.must(wire.OpEntry)
	}
	// A later run may rewrite a display of this one.
	s.outputs.change(s.run, func(p *printed) { p.rewrite(0, []byte("anew")) })
	screen.until(func() bool { return string(screen.parts[0].text) == "anew" })
	require.Equal(t, 1, screen.complete)
}

func TestRunThatPrintedNothingIsComplete(t *testing.T) {
	s := start(t, socket.Config{})
	s.watch("p1")
	s.book.move(s.note, s.run, notebook.RunSent)
	s.c.must(wire.OpRun)
	s.book.move(s.note, s.run, notebook.RunDone)
	s.c.must(wire.OpRun)
	o := into[wire.Output](t, s.c.must(wire.OpOutput))
	require.True(t, o.Complete)
	require.Empty(t, o.Parts)
	require.Equal(t, "p1", o.Paragraph)
}

func TestRewrittenDisplayReplacesTheEarlier(t *testing.T) {
	s := start(t, socket.Config{})
	s.print(0, notebook.DisplayPart, `{"data":{"text/plain":"10 %"}}`)
	s.watch("p1")
	screen := newScreen(s.c, s.run)
	screen.take(s.c.must(wire.OpOutput))
	s.outputs.change(s.run, func(p *printed) { p.rewrite(0, []byte(`{"data":{"text/plain":"100 %"}}`)) })
	screen.until(func() bool { return screen.parts[0].Revision == 1 })
	require.JSONEq(t, `{"data":{"text/plain":"100 %"}}`, string(screen.parts[0].Data))
	s.outputs.change(s.run, func(p *printed) { p.rewrite(0, nil) })
	screen.until(func() bool { return screen.parts[0].Revision == 2 })
	require.Zero(t, screen.parts[0].Bytes, "cleared")
	require.Empty(t, screen.parts[0].Data)
}

func TestNewRunTakesTheEarliersPlace(t *testing.T) {
	s := start(t, socket.Config{})
	s.watch("p1")
	s.print(0, notebook.StreamPart, "old")
	s.c.must(wire.OpOutput)
	old := s.run
	s.run = s.press("again", "p1")
	s.c.must(wire.OpEntry)
	s.outputs.change(old, func(p *printed) { p.print(0, notebook.StreamPart, []byte("late")) })
	s.print(0, notebook.StreamPart, "new")
	screen := newScreen(s.c, s.run)
	screen.take(s.c.must(wire.OpOutput))
	require.Equal(t, "new", string(screen.parts[0].text))
	require.Zero(t, s.outputs.watched(old))

	_, err := s.book.write(s.note, s.ana, "clear", &notebook.ClearResults{})
	require.NoError(t, err)
	s.c.must(wire.OpEntry)
	require.Eventually(t, func() bool { return s.outputs.watched(s.run) == 0 }, patience, patience/1000)
}

func TestOutputWaitsForRoomAndStopsWithTheRight(t *testing.T) {
	var s taps
	w := newWorld(t, socket.Config{}, tapped(&s))
	ana, ben := w.person("ana"), w.person("ben")
	st := &started{world: w, ana: ana, note: w.note(ana, "p1")}
	st.run = st.press("run", "p1")
	w.grant(st.note, ben, auth.Reader)
	st.c = w.join(ben, "tab")
	st.c.open(st.note)
	st.c.must(wire.OpPeople)
	tried, goOn := s.last().stop()
	st.watch("p1")
	st.print(0, notebook.StreamPart, numbered(900_000))
	await(t, tried) // the first piece is stuck; the others are not even read
	before := s.last().written.Load()
	w.grant(st.note, ben, auth.NoRole)
	await(t, s.last().closed)
	goOn()
	require.Equal(t, before, s.last().written.Load())
	require.Eventually(t, func() bool { return w.outputs.watched(st.run) == 0 }, patience, patience/1000)
}
