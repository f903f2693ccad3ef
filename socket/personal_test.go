package socket_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
	"quire/socket"
	"quire/socket/wire"
)

func asks(run auth.ID, prompt string) notebook.InputAsked {
	return notebook.InputAsked{Run: run, Paragraph: "p1", Question: auth.NewID(), Prompt: prompt}
}

func widget(data string, buffers ...[]byte) notebook.CommReceived {
	return notebook.CommReceived{Kernel: "k", Parent: "p", Comm: notebook.Comm{
		Kind: notebook.CommMsg, ID: "w", Data: json.RawMessage(data), Metadata: json.RawMessage(`{}`), Buffers: buffers,
	}}
}

// TestPersonalFrames: what concerns one person comes to all their tabs of the note
// and to nobody else's.
func TestPersonalFrames(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana, ben := w.person("ana"), w.person("ben")
	note := w.note(ana, "p1")
	w.grant(note, ben, auth.Owner)
	run := auth.NewID()
	require.False(t, w.server.Tell(note, ana.User, asks(run, "?")), "nobody is there")
	a, b := w.join(ana, "a"), w.join(ben, "b")
	a.open(note)
	b.open(note)
	again := asks(run, "open still")
	w.book.mu.Lock()
	w.book.personal = map[auth.PrincipalID][]notebook.PersonalEvent{ana.User: {
		again, notebook.CommsListed{Kernel: "k", Interpreter: "python", Comms: []notebook.Comm{{ID: "w", Target: "t"}}},
		notebook.CommsLost{Messages: 3},
	}}
	w.book.mu.Unlock()
	second := w.join(ana, "a2")
	second.open(note)
	require.Equal(t, again.Question, into[wire.Input](t, second.must(wire.OpInput)).Question, "who comes gets what waits")
	require.Equal(t, []wire.CommNamed{{Comm: "w", Target: "t"}}, into[wire.Comms](t, second.must(wire.OpComms)).Comms)
	require.Equal(t, 3, into[wire.CommsLost](t, second.must(wire.OpCommsLost)).Messages)

	q := asks(run, "name? ")
	require.True(t, w.server.Tell(note, ana.User, q))
	w.server.Tell(note, ana.User, notebook.InputDone{Run: run})
	w.server.Tell(note, ana.User, widget(`{"x":1}`, []byte{0, 255}))
	w.server.Tell(note, ana.User, notebook.CommHandledFor{Kernel: "k", Parent: "mine"})
	w.server.Tell(note, ana.User, notebook.CommPrinted{Kernel: "k", Parent: "p", Comm: "w", Output: notebook.ClearOutput{Wait: true}})
	for _, tab := range []*client{a, second} {
		require.Equal(t, wire.Input{
			Op: wire.OpInput, Note: note, Run: run, Paragraph: "p1", Question: q.Question, Prompt: "name? ",
		}, into[wire.Input](t, tab.must(wire.OpInput)))
		require.Equal(t, run, into[wire.InputDone](t, tab.must(wire.OpInputDone)).Run)
		comm := into[wire.Comm](t, tab.must(wire.OpComm))
		require.Equal(t, "msg w k p", fmt.Sprint(comm.Kind, " ", comm.Comm, " ", comm.Kernel, " ", comm.Parent))
		require.Equal(t, [][]byte{{0, 255}}, comm.Buffers)
		require.Equal(t, "mine", into[wire.CommDone](t, tab.must(wire.OpCommDone)).Parent)
		require.Equal(t, wire.LateOutput{Kind: "clear", Wait: true}, into[wire.CommOutput](t, tab.must(wire.OpCommOutput)).Output)
	}
	b.title(note, "1", "p1", "x")
	b.must(wire.OpEntry) // and nothing before
}

// TestWhatIsPersonalWaitsForWhatCameBefore: a tab that has not heard yet what waits
// does not hear what comes after it.
func TestWhatIsPersonalWaitsForWhatCameBefore(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	heard := true
	w.book.attending = func() { heard = w.server.Tell(note, ana.User, asks(auth.NewID(), "early")) }
	first := asks(auth.NewID(), "first")
	w.book.personal = map[auth.PrincipalID][]notebook.PersonalEvent{ana.User: {first}}
	a := w.join(ana, "a")
	a.open(note)
	require.Equal(t, "first", into[wire.Input](t, a.must(wire.OpInput)).Prompt)
	require.False(t, heard)
}

// TestPersonalFramesEndWithTheRightToRead: as all that is about a note.
func TestPersonalFramesEndWithTheRightToRead(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana, ben := w.person("ana"), w.person("ben")
	note := w.note(ana, "p1")
	w.grant(note, ben, auth.Runner)
	b := w.join(ben, "b")
	b.open(note)
	w.grant(note, ben, auth.NoRole)
	w.server.Tell(note, ben.User, asks(auth.NewID(), "secret?"))
	require.NotContains(t, string(b.must(wire.OpGone).raw), "secret")
	require.False(t, w.server.Tell(note, ben.User, asks(auth.NewID(), "?")))
}

// TestAWidgetWithoutRest: what a socket cannot take is left out and counted; the
// socket stays, and questions come all the same.
func TestAWidgetWithoutRest(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	a := w.join(ana, "a")
	a.open(note)
	data := `"` + strings.Repeat("x", 100_000) + `"`
	const sent = 500 // 50 MB
	for range sent {
		w.server.Tell(note, ana.User, widget(data))
	}
	q := asks(auth.NewID(), "still here?")
	w.server.Tell(note, ana.User, q)
	came, lost := 0, 0
	for asked := false; !asked || came+lost < sent; {
		g, err := a.next()
		require.NoError(t, err)
		switch g.Op {
		case wire.OpComm:
			came++
		case wire.OpCommsLost:
			lost = into[wire.CommsLost](t, g).Messages
		case wire.OpInput:
			asked = true
		}
	}
	require.Equal(t, sent, came+lost)
	require.Positive(t, lost)
}

func TestAnsweringAndSending(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana, ben := w.person("ana"), w.person("ben")
	note := w.note(ana, "p1")
	w.grant(note, ben, auth.Reader)
	run, question := auth.NewID(), auth.NewID()
	message := wire.CommMessage{Kernel: "k", Comm: "w", Target: "t", Data: json.RawMessage(`{"x":1}`), Buffers: [][]byte{{1}, {}}}
	a, b := w.join(ana, "a"), w.join(ben, "b")
	a.open(note)
	b.open(note)
	for _, c := range []*client{a, b} {
		c.send(wire.Client{Op: wire.OpAnswer, Note: note, ID: "1", Run: run, Question: question, Text: "zoë"})
		c.send(wire.Client{Op: wire.OpComm, Note: note, ID: "2", Kind: "open", CommMessage: message})
	}
	for _, id := range []string{"1", "2"} {
		refused := into[wire.Refused](t, b.must(wire.OpRefused))
		require.Equal(t, "forbidden "+id, refused.Code+" "+refused.ID, "readers do neither")
	}
	a.title(note, "3", "p1", "x")
	a.must(wire.OpEntry)
	w.book.mu.Lock()
	require.Equal(t, []string{
		fmt.Sprint("answer ", run, " ", question, " zoë"), `comm k 2 open w t {"x":1} [[1] []]`,
	}, w.book.sent)
	w.book.mu.Unlock()
	a.send(wire.Client{Op: wire.OpAnswer, Note: note})
	code, _ := a.closed()
	require.Equal(t, wire.CloseProtocol, code)
}
