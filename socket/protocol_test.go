package socket_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"quire/auth"
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
		"bad UTF-8":         {[]string{hello, `{"op":"OPEN","note":"` + note.String() + `","id":"` + "\xff" + `"}`}, wire.CloseProtocol},
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
