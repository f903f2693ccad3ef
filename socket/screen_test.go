package socket_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
	"quire/socket"
	"quire/socket/wire"
)

type seen struct {
	wire.OutputPart
	text  []byte // what was received, without what lies in gaps
	end   int64  // the known end
	gaps  int
	bytes int // received in all
}

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

func (s *screen) until(done func() bool) {
	s.t.Helper()
	for !done() {
		s.take(s.c.must(wire.OpOutput))
	}
}

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

func (s *started) end() {
	s.outputs.change(s.run, func(p *printed) { p.live = false })
	s.book.move(s.note, s.run, notebook.RunDone)
}

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
