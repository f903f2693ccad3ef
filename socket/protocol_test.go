package socket_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/socket"
	"quire/socket/wire"
)

func TestHelloIsExchangedFirst(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	c := w.dial(ana)
	require.Equal(t, wire.Subprotocol, c.ws.Subprotocol())
	hello := c.greet("tab")
	require.Equal(t, wire.Hello{
		Op: wire.OpHello, Version: wire.Version, Build: "test",
		User: wire.Person{ID: ana.User, Name: "ana"}, PingSeconds: 30,
	}, hello)
}

func TestWhatIsRefusedByCloseCode(t *testing.T) {
	w := newWorld(t, socket.Config{FrameBytes: 1 << 20})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	hello := `{"op":"HELLO","version":1,"tab":"t"}`
	for name, c := range map[string]struct {
		frames []string
		code   int
	}{
		"too new":           {[]string{`{"op":"HELLO","version":99,"tab":"t"}`}, wire.CloseVersion},
		"too old":           {[]string{`{"op":"HELLO","version":0,"tab":"t"}`}, wire.CloseVersion},
		"no hello":          {[]string{`{"op":"OPEN","note":"` + note.String() + `"}`}, wire.CloseProtocol},
		"no tab":            {[]string{`{"op":"HELLO","version":1}`}, wire.CloseProtocol},
		"long tab":          {[]string{`{"op":"HELLO","version":1,"tab":"` + strings.Repeat("t", 65) + `"}`}, wire.CloseProtocol},
		"unknown kind":      {[]string{hello, `{"op":"SHOUT"}`}, wire.CloseProtocol},
		"server's kind":     {[]string{hello, `{"op":"NOTE"}`}, wire.CloseProtocol},
		"hello twice":       {[]string{hello, hello}, wire.CloseProtocol},
		"unknown field":     {[]string{hello, `{"op":"OPEN","note":"` + note.String() + `","loud":true}`}, wire.CloseProtocol},
		"no JSON":           {[]string{hello, `{"op":`}, wire.CloseProtocol},
		"two objects":       {[]string{hello, `{"op":"OPEN","note":"` + note.String() + `"}{}`}, wire.CloseProtocol},
		"bad UTF-8":         {[]string{hello, "{\"op\":\"OPEN\",\"id\":\"\xff\"}"}, wire.CloseProtocol},
		"no note":           {[]string{hello, `{"op":"OPEN"}`}, wire.CloseProtocol},
		"no id":             {[]string{hello, `{"op":"OPEN","note":"x"}`}, wire.CloseProtocol},
		"half a position":   {[]string{hello, `{"op":"OPEN","note":"` + note.String() + `","seq":3}`}, wire.CloseProtocol},
		"too large":         {[]string{hello, `{"op":"` + strings.Repeat("x", 1<<20) + `"}`}, wire.CloseProtocol},
		"hello too large":   {[]string{`{"op":"HELLO","build":"` + strings.Repeat("x", 5000) + `"}`}, wire.CloseProtocol},
		"watching too much": {[]string{hello, `{"op":"WATCH","note":"` + note.String() + `","paragraphs":["` + strings.Repeat(`p","`, 500) + `p"]}`}, wire.CloseProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			s := w.dial(ana)
			for _, f := range c.frames {
				require.NoError(t, s.ws.WriteMessage(websocket.TextMessage, []byte(f)))
			}
			code, _ := s.closed()
			require.Contains(t, []int{c.code, closeFor(name, c.code)}, code)
		})
	}
}

// closeFor allows for the library's own code for frames over the read limit.
func closeFor(name string, code int) int {
	if strings.HasSuffix(name, "too large") {
		return websocket.CloseMessageTooBig
	}
	return code
}

func TestBinaryFramesAreNotUnderstood(t *testing.T) {
	w := newWorld(t, socket.Config{})
	c := w.join(w.person("ana"), "tab")
	require.NoError(t, c.ws.WriteMessage(websocket.BinaryMessage, []byte(`{"op":"OPEN"}`)))
	code, _ := c.closed()
	require.Equal(t, wire.CloseProtocol, code)
}

func TestWhoIsNotSignedInIsToldSo(t *testing.T) {
	w := newWorld(t, socket.Config{})
	for name, as := range map[string]auth.Actor{
		"nobody": {},
		"ended sign-in": func() auth.Actor {
			a := w.person("ana")
			w.commit(func() { delete(w.records.identities, a.SignIn) })
			return a
		}(),
	} {
		t.Run(name, func(t *testing.T) {
			code, before := w.dial(as).closed()
			require.Equal(t, wire.CloseSignedOut, code)
			require.Empty(t, before)
		})
	}
}

func TestWithoutSubprotocolThePageIsTooOld(t *testing.T) {
	w := newWorld(t, socket.Config{})
	code, _ := w.dialWith(websocket.Dialer{Subprotocols: []string{"quire.v0"}}, w.person("ana")).closed()
	require.Equal(t, wire.CloseVersion, code)
}

func TestPlainRequestIsToldToUpgrade(t *testing.T) {
	w := newWorld(t, socket.Config{})
	answer, err := http.Get(w.http.URL)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusUpgradeRequired, answer.StatusCode)
}

func TestOnePersonMayOpenSoManySockets(t *testing.T) {
	w := newWorld(t, socket.Config{PerPerson: 2})
	ana := w.person("ana")
	w.join(ana, "one")
	second := w.join(ana, "two")
	code, _ := w.dial(ana).closed()
	require.Equal(t, websocket.CloseTryAgainLater, code)
	w.join(w.person("ben"), "other")
	require.NoError(t, second.ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(1000, "")))
	second.closed()
	require.Eventually(t, func() bool { // the place is free once the server has noticed
		c := w.dial(ana)
		defer c.ws.Close()
		c.send(wire.Client{Op: wire.OpHello, Version: wire.Version, Tab: "three"})
		g, err := c.next()
		return err == nil && g.Op == wire.OpHello
	}, patience, patience/1000)
}

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

func TestShutdownTellsToComeBack(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	quiet, busy := w.join(ana, "quiet"), w.join(ana, "busy")
	busy.open(note)
	done := make(chan error, 1)
	go func() { done <- w.server.Shutdown(context.Background()) }()
	for _, c := range []*client{quiet, busy} {
		code, _ := c.closed()
		require.Equal(t, wire.CloseRestart, code)
	}
	require.NoError(t, <-done)
	require.Empty(t, w.book.notes[note].subs)
	code, _ := w.dial(ana).closed()
	require.Equal(t, wire.CloseRestart, code, "nobody comes in any more")
}
