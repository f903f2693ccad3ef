package socket_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
	"quire/socket"
	"quire/socket/wire"
)

// seen is what a browser has of a part.
type seen struct {
	wire.OutputPart
	text  []byte // what was received, without what lies in gaps
	end   int64  // the known end
	gaps  int
	bytes int // received in all
}

// screen is what a browser has of a run's output.
type screen struct {
	t        *testing.T
	c        *client
	run      auth.ID
	parts    map[int]*seen
	complete int
	frames   int
}

func newScreen(c *client, run auth.ID) *screen {
	return &screen{t: c.t, c: c, run: run, parts: map[int]*seen{}}
}

// take applies one OUTPUT frame as socket/wire tells browsers to.
func (s *screen) take(g got) {
	s.t.Helper()
	o := into[wire.Output](s.t, g)
	require.Equal(s.t, s.run, o.Run)
	s.frames++
	if o.Complete {
		s.complete++
	}
	for _, p := range o.Parts {
		part := s.parts[p.Part]
		if part == nil || p.Revision > part.Revision {
			part = &seen{}
			s.parts[p.Part] = part
		}
		require.GreaterOrEqual(s.t, p.Offset, part.end, "nothing is sent twice")
		if p.Offset > part.end {
			part.gaps++
		}
		part.OutputPart = p
		part.text = append(part.text, p.Text...)
		part.end = p.Offset + int64(len(p.Text))
		part.bytes += len(p.Text) + len(p.Data)
	}
}

// until takes frames until the condition holds.
func (s *screen) until(done func() bool) {
	s.t.Helper()
	for !done() {
		s.take(s.c.must(wire.OpOutput))
	}
}

// started is a note with a paragraph p1 that was run.
type started struct {
	*world
	ana  auth.Actor
	note auth.ID
	run  auth.ID
	c    *client
}

func start(t *testing.T, c socket.Config) *started {
	t.Helper()
	w := newWorld(t, c)
	s := &started{world: w, ana: w.person("ana")}
	s.note = w.note(s.ana, "p1", "p2")
	s.run = s.press("run", "p1")
	s.c = w.join(s.ana, "tab")
	s.c.open(s.note)
	return s
}

// press runs a paragraph and returns its run.
func (s *started) press(id, paragraph string) auth.ID {
	s.t.Helper()
	e, err := s.book.write(s.note, s.ana, id, &notebook.StartRun{Paragraphs: []string{paragraph}})
	require.NoError(s.t, err)
	var op notebook.StartRun
	require.NoError(s.t, json.Unmarshal(e.Body, &op))
	return op.Runs[0].Run
}

func (s *started) watch(paragraphs ...string) {
	s.t.Helper()
	s.c.send(wire.Client{Op: wire.OpWatch, Note: s.note, Paragraphs: paragraphs})
}

func (s *started) print(part int, kind notebook.PartKind, data string) {
	s.outputs.change(s.run, func(p *printed) { p.print(part, kind, []byte(data)) })
}

// end ends the run.
func (s *started) end() {
	s.outputs.change(s.run, func(p *printed) { p.live = false })
	s.book.move(s.note, s.run, notebook.RunDone)
}

// numbered is text of n bytes in which every place can be told.
func numbered(n int) string {
	const line = 16
	b := make([]byte, 0, n+line)
	for len(b) < n {
		at := len(b)
		var digits [line]byte
		for i := line - 2; i >= 0; i-- {
			digits[i] = byte('0' + at%10)
			at /= 10
		}
		digits[line-1] = '\n'
		b = append(b, digits[:]...)
	}
	return string(b[:n])
}

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

func TestLongStreamIsHeadAndTail(t *testing.T) {
	s := start(t, socket.Config{})
	const size = 100 << 20
	text := numbered(size)
	s.print(0, notebook.StreamPart, text)
	s.end()
	s.c.must(wire.OpRun)
	s.watch("p1")
	screen := newScreen(s.c, s.run)
	screen.until(func() bool { return screen.complete > 0 })
	part := screen.parts[0]
	require.Equal(t, 1, part.gaps)
	require.Equal(t, int64(size), part.end)
	require.Equal(t, int64(size), part.Bytes)
	require.Len(t, part.text, 1<<20+200<<10)
	require.Equal(t, text[:1<<20]+text[size-200<<10:], string(part.text))
}

func TestGrowingStreamIsSentInBounds(t *testing.T) {
	s := start(t, socket.Config{})
	s.watch("p1")
	screen := newScreen(s.c, s.run)
	text := numbered(100 << 20)
	for at := 0; at < len(text); at += 1 << 20 {
		s.print(0, notebook.StreamPart, text[at:at+1<<20])
		if at%(10<<20) == 0 { // the browser looks now and then
			end := int64(at + 1<<20)
			screen.until(func() bool { return screen.parts[0] != nil && screen.parts[0].end == end })
		}
	}
	s.end()
	for screen.complete == 0 {
		g := s.c.must2(wire.OpOutput, wire.OpRun)
		if g.Op == wire.OpOutput {
			screen.take(g)
		}
	}
	part := screen.parts[0]
	require.Equal(t, int64(len(text)), part.end)
	require.True(t, bytes.HasSuffix(part.text, []byte(text[len(text)-200<<10:])))
	require.True(t, bytes.HasPrefix(part.text, []byte(text[:1<<20])))
	require.LessOrEqual(t, part.bytes, 1<<20+200<<10*(screen.frames-3), "after the head, 200 KB a frame")
	require.Less(t, part.bytes, 20<<20)
}

func TestPiecesAreCutAtCharacters(t *testing.T) {
	for _, width := range []string{"é", "€", "😀"} {
		for shift := range 4 {
			s := start(t, socket.Config{})
			text := strings.Repeat("x", shift) + strings.Repeat(width, 3<<20/len(width))
			s.print(0, notebook.StreamPart, text[:1<<20+1]) // what was printed may end anywhere
			s.watch("p1")
			screen := newScreen(s.c, s.run)
			screen.until(func() bool { return screen.parts[0] != nil && screen.parts[0].end > 1<<20-8 })
			s.print(0, notebook.StreamPart, text[1<<20+1:])
			s.end()
			for screen.complete == 0 {
				g := s.c.must2(wire.OpOutput, wire.OpRun)
				if g.Op == wire.OpOutput {
					screen.take(g)
				}
			}
			part := screen.parts[0]
			require.True(t, utf8.Valid(part.text))
			require.NotContains(t, string(part.text), "\uFFFD")
			require.Equal(t, 1, part.gaps)
			require.Equal(t, int64(len(text)), part.end)
			require.InDelta(t, 1<<20+200<<10, len(part.text), 16)
		}
	}
}

func TestWhatWasNotStoredIsPassedOver(t *testing.T) {
	s := start(t, socket.Config{})
	text := numbered(1000)
	s.outputs.change(s.run, func(p *printed) {
		p.print(0, notebook.StreamPart, []byte(text))
		p.parts[0].GapAt, p.parts[0].GapBytes = 300, 400
	})
	s.end()
	s.c.must(wire.OpRun)
	s.watch("p1")
	screen := newScreen(s.c, s.run)
	screen.until(func() bool { return screen.complete > 0 })
	part := screen.parts[0]
	require.Equal(t, text[:300]+text[700:], string(part.text))
	require.Equal(t, int64(400), part.Missing)
	require.Equal(t, 1, part.gaps)
}

func TestDisplaysComeWholeOrNotAtAll(t *testing.T) {
	s := start(t, socket.Config{})
	small := `{"data":{"text/plain":"small"}}`
	large := `{"data":{"text/plain":"` + strings.Repeat("x", 4<<20) + `"}}`
	tooLarge := `{"data":{"text/plain":"` + strings.Repeat("x", 5<<20) + `"}}`
	s.print(0, notebook.DisplayPart, small)
	s.print(1, notebook.ResultPart, large)
	s.print(2, notebook.DisplayPart, tooLarge)
	s.print(3, notebook.ErrorPart, `{"name":"E","value":"v","traceback":["t"]}`)
	s.end()
	s.c.must(wire.OpRun)
	s.watch("p1")
	screen := newScreen(s.c, s.run)
	screen.until(func() bool { return screen.complete > 0 })
	require.JSONEq(t, small, string(screen.parts[0].Data))
	require.JSONEq(t, large, string(screen.parts[1].Data))
	require.Empty(t, screen.parts[2].Data)
	require.Equal(t, int64(len(tooLarge)), screen.parts[2].Bytes)
	require.JSONEq(t, `{"name":"E","value":"v","traceback":["t"]}`, string(screen.parts[3].Data))
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
	<-tried // the first piece is stuck; the others are not even read
	before := s.last().written.Load()
	w.grant(st.note, ben, auth.NoRole)
	<-s.last().closed
	goOn()
	require.Equal(t, before, s.last().written.Load())
	require.Eventually(t, func() bool { return w.outputs.watched(st.run) == 0 }, patience, patience/1000)
}
