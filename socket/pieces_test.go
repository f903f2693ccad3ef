package socket_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"quire/notebook"
	"quire/socket"
	"quire/socket/wire"
)

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
	require.True(t, text[:1<<20]+text[size-200<<10:] == string(part.text), "the head and the tail")
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
		screen.take(s.c.mustAmong(wire.OpOutput, wire.OpRun))
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
				screen.take(s.c.mustAmong(wire.OpOutput, wire.OpRun))
			}
			part := screen.parts[0]
			require.True(t, utf8.Valid(part.text) && !bytes.ContainsRune(part.text, utf8.RuneError))
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
	require.True(t, large == string(screen.parts[1].Data))
	require.Empty(t, screen.parts[2].Data)
	require.Equal(t, int64(len(tooLarge)), screen.parts[2].Bytes)
	require.JSONEq(t, `{"name":"E","value":"v","traceback":["t"]}`, string(screen.parts[3].Data))
}
