package socket_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/socket"
	"quire/socket/wire"
)

func TestOpeningGivesTheNote(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1", "p2")
	w.book.names = map[auth.ID]string{note: "of ana"}
	n := w.join(ana, "tab").open(note)
	require.Equal(t, note, n.Note)
	require.Equal(t, "note of ana", n.Name)
	require.Equal(t, []string{"read", "run", "write", "manage"}, n.Allowed)
	require.Len(t, n.Paragraphs, 2)
	require.Equal(t, []wire.Presence{{Tab: "tab", User: wire.Person{ID: ana.User, Name: "ana"}, Writes: true}}, n.People)
	require.JSONEq(t, `{}`, string(n.Settings))
}

// Who opens a note as a writer may be one no more when the frame leaves.
func TestOpeningTellsNoKernelsOfOthers(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana, ben := w.person("ana"), w.person("ben")
	note := w.note(ana, "p1")
	w.book.kernels = []notebook.KernelState{{Interpreter: "shared"}, {Interpreter: "own", Person: ana.User}, {Interpreter: "other", Person: ben.User}}
	kernels := w.join(ana, "tab").open(note).Kernels
	require.Len(t, kernels, 2)
	require.Equal(t, "shared own", kernels[0].Interpreter+" "+kernels[1].Interpreter)
}

func TestOpeningWhatOneMayNotSeeIsRefused(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana, ben := w.person("ana"), w.person("ben")
	c := w.join(ben, "tab")
	for _, note := range []auth.ID{w.note(ana, "p1"), auth.NewID()} {
		c.send(wire.Client{Op: wire.OpOpen, Note: note})
		r := into[wire.Refused](t, c.must(wire.OpRefused))
		require.Equal(t, wire.Refused{
			Op: wire.OpRefused, Note: note, Code: string(fault.NotFound), Message: auth.Hidden().Error(), Request: "request-of-ben",
		}, r)
	}
}

func TestEntriesComeInOrderToEverybodyAndAcknowledge(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana, ben := w.person("ana"), w.person("ben")
	note := w.note(ana, "p1")
	w.grant(note, ben, auth.Reader)
	writer, reader := w.join(ana, "a"), w.join(ben, "b")
	writer.open(note)
	reader.open(note)
	const many = 50
	for i := range many {
		writer.title(note, fmt.Sprint("op", i), "p1", fmt.Sprint("title ", i))
	}
	for _, c := range []*client{writer, reader} {
		for i := range many {
			e := into[wire.Entry](t, c.must(wire.OpEntry))
			require.Equal(t, int64(i+1), e.Seq)
			require.Equal(t, fmt.Sprint("op", i), e.ID)
			require.Equal(t, wire.Person{ID: ana.User, Name: "ana"}, e.By)
			require.JSONEq(t, fmt.Sprintf(`{"paragraph":"p1","title":"title %d"}`, i), string(e.Body))
		}
	}
}

func TestRepeatIsAnsweredWithItsFirstEntry(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	c := w.join(ana, "tab")
	c.open(note)
	c.title(note, "once", "p1", "first")
	first := c.must(wire.OpEntry)
	c.title(note, "more", "p1", "second")
	c.must(wire.OpEntry)
	c.title(note, "once", "p1", "first")
	require.JSONEq(t, string(first.raw), string(c.must(wire.OpEntry).raw))

	// Also on another connection, which learnt of the entry by opening.
	d := w.join(ana, "tab")
	require.Equal(t, int64(2), d.open(note).Seq)
	d.title(note, "once", "p1", "first")
	require.JSONEq(t, string(first.raw), string(d.must(wire.OpEntry).raw))
}

func TestRefusalsNameTheOperation(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana, ben := w.person("ana"), w.person("ben")
	note := w.note(ana, "p1")
	w.grant(note, ben, auth.Reader)
	a, b := w.join(ana, "a"), w.join(ben, "b")
	a.open(note)
	b.open(note)
	refused := func(c *client, code fault.Code, id string) wire.Refused {
		r := into[wire.Refused](t, c.must(wire.OpRefused))
		require.Equal(t, string(code), r.Code)
		require.Equal(t, id, r.ID)
		require.Equal(t, note, r.Note)
		return r
	}
	a.send(wire.Client{Op: wire.OpDo, Note: note, ID: "1", Kind: "paragraph.shout", Body: json.RawMessage(`{}`)})
	refused(a, fault.Invalid, "1")
	a.send(wire.Client{Op: wire.OpDo, Note: note, ID: "2", Kind: "paragraph.title", Body: json.RawMessage(`{"loud":1}`)})
	refused(a, fault.Invalid, "2")
	a.title(note, "3", "p9", "nowhere")
	refused(a, fault.NotFound, "3")
	a.send(wire.Client{Op: wire.OpDo, Note: note, ID: "4", Kind: "paragraph.edit",
		Body: json.RawMessage(`{"paragraph":"p1","version":7,"client":"c","changes":[[0]]}`)})
	require.JSONEq(t, `{"version":0,"yours":7}`, string(refused(a, fault.Stale, "4").Details))
	b.title(note, "5", "p1", "not mine")
	refused(b, fault.Forbidden, "5")
}

func TestOperationOnANoteThatIsNotOpen(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	c := w.join(ana, "tab")
	c.title(note, "early", "p1", "x")
	require.Equal(t, string(fault.Unavailable), into[wire.Refused](t, c.must(wire.OpRefused)).Code)
	c.open(note)
	c.title(note, "early", "p1", "x")
	require.Equal(t, "early", into[wire.Entry](t, c.must(wire.OpEntry)).ID)
	c.send(wire.Client{Op: wire.OpClose, Note: note})
	c.title(note, "late", "p1", "x")
	require.Equal(t, string(fault.Unavailable), into[wire.Refused](t, c.must(wire.OpRefused)).Code)
	require.Empty(t, w.book.notes[note].subs)
}

func TestTooMuchAtOnceIsRefused(t *testing.T) {
	w := newWorld(t, socket.Config{FramesPerSecond: 100000})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	busy, free := make(chan struct{}), make(chan struct{})
	w.book.before = func(id string) error {
		if id == "op0" {
			close(busy)
			<-free
		}
		return nil
	}
	c := w.join(ana, "tab")
	c.open(note)
	const sent = 80
	c.title(note, "op0", "p1", "x")
	<-busy
	for i := 1; i < sent; i++ {
		c.title(note, fmt.Sprint("op", i), "p1", "x")
	}
	for i := 64; i < sent; i++ {
		r := into[wire.Refused](t, c.must(wire.OpRefused))
		require.Equal(t, string(fault.TooMany), r.Code)
		require.Equal(t, fmt.Sprint("op", i), r.ID)
	}
	close(free)
	for i := range 64 {
		require.Equal(t, fmt.Sprint("op", i), into[wire.Entry](t, c.must(wire.OpEntry)).ID)
	}
}

func TestResumeGivesWhatWasMissed(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	c := w.join(ana, "tab")
	epoch := c.open(note).Epoch
	c.title(note, "1", "p1", "seen")
	c.must(wire.OpEntry)
	require.NoError(t, c.ws.Close())
	for i := range 3 {
		_, err := w.book.write(note, ana, fmt.Sprint("missed", i), &notebook.SetTitle{Paragraph: "p1", Title: "t"})
		require.NoError(t, err)
	}
	d := w.join(ana, "tab")
	d.send(wire.Client{Op: wire.OpOpen, Note: note, Epoch: epoch, Seq: 1})
	r := into[wire.Resume](t, d.must(wire.OpResume))
	require.Equal(t, int64(4), r.Seq)
	require.Len(t, r.Entries, 3)
	d.title(note, "next", "p1", "x")
	require.Equal(t, int64(5), into[wire.Entry](t, d.must(wire.OpEntry)).Seq)

	d.send(wire.Client{Op: wire.OpOpen, Note: note, Epoch: auth.NewID(), Seq: 1})
	require.Equal(t, int64(5), into[wire.Note](t, d.must(wire.OpNote)).Seq, "of another epoch nothing is resumed")
}

func TestClosingATabKeepsWhatWasTyped(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	busy, free := make(chan struct{}), make(chan struct{})
	w.book.before = func(id string) error {
		if id == "first" {
			close(busy)
			<-free
		}
		return nil
	}
	c := w.join(ana, "tab")
	c.open(note)
	c.title(note, "first", "p1", "x")
	<-busy
	c.title(note, "second", "p1", "y")
	require.NoError(t, c.ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(1001, "")))
	c.closed()
	close(free)
	require.Eventually(t, func() bool {
		w.book.mu.Lock()
		defer w.book.mu.Unlock()
		return len(w.book.notes[note].entries) == 2
	}, patience, patience/1000)
}
