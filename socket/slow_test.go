package socket_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
	"quire/socket"
	"quire/socket/wire"
)

// smallWindow dials so that little fits between the two ends.
func smallWindow(network, address string) (net.Conn, error) {
	c, err := net.Dial(network, address)
	if err == nil {
		err = c.(*net.TCPConn).SetReadBuffer(64 << 10)
	}
	return c, err
}

// joinSlow is join for a client that will not read much.
func (w *world) joinSlow(as auth.Actor, tab string) *client {
	w.t.Helper()
	c := w.dialWith(websocket.Dialer{Subprotocols: []string{wire.Subprotocol}, NetDial: smallWindow}, as)
	c.greet(tab)
	return c
}

// left waits until nobody has the note open.
func (w *world) left(note auth.ID) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		w.book.mu.Lock()
		defer w.book.mu.Unlock()
		return len(w.book.notes[note].subs) == 0
	}, patience, time.Millisecond)
}

// entries reads entries until the connection ends, and checks that none is missing.
func (c *client) entries(after int64) (seq int64, code int) {
	c.t.Helper()
	code, frames := c.closed()
	for _, g := range frames {
		if g.Op == wire.OpEntry {
			e := into[wire.Entry](c.t, g)
			require.Equal(c.t, after+1, e.Seq)
			after = e.Seq
		}
	}
	return after, code
}

func TestSlowReaderIsCutOffAndComesBackWithoutLoss(t *testing.T) {
	w := newWorld(t, socket.Config{QueueBytes: 256 << 10})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	slow := w.joinSlow(ana, "slow")
	epoch := slow.open(note).Epoch
	const many = 200
	for i := range many {
		_, err := w.book.write(note, ana, fmt.Sprint(i), &notebook.InsertParagraph{
			Paragraph: fmt.Sprint("q", i), Text: strings.Repeat("x", 20_000),
		})
		require.NoError(t, err)
	}
	seq, code := slow.entries(0)
	require.Equal(t, wire.CloseSlow, code)
	require.Less(t, seq, int64(many))
	w.left(note)

	back := w.join(ana, "slow")
	back.send(wire.Client{Op: wire.OpOpen, Note: note, Epoch: epoch, Seq: seq})
	r := into[wire.Resume](t, back.must(wire.OpResume))
	require.Equal(t, int64(many), r.Seq)
	require.Len(t, r.Entries, many-int(seq))
	require.Equal(t, seq+1, r.Entries[0].Seq)
}

func TestOneSlowReaderHarmsNobodyElse(t *testing.T) {
	w := newWorld(t, socket.Config{QueueBytes: 256 << 10})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	slow, fast := w.joinSlow(ana, "slow"), w.join(ana, "fast")
	slow.open(note)
	fast.open(note)
	for i := range 200 {
		_, err := w.book.write(note, ana, fmt.Sprint(i), &notebook.InsertParagraph{
			Paragraph: fmt.Sprint("q", i), Text: strings.Repeat("x", 20_000),
		})
		require.NoError(t, err)
		require.Equal(t, int64(i+1), into[wire.Entry](t, fast.must(wire.OpEntry)).Seq)
	}
	_, code := slow.entries(0)
	require.Equal(t, wire.CloseSlow, code)
}

func TestNoteLargerThanTheQueueCanBeOpened(t *testing.T) {
	w := newWorld(t, socket.Config{QueueBytes: 64 << 10})
	ana := w.person("ana")
	note := w.note(ana)
	for i := range 20 {
		_, err := w.book.write(note, ana, fmt.Sprint(i), &notebook.InsertParagraph{
			Paragraph: fmt.Sprint("q", i), Text: strings.Repeat("x", 50_000),
		})
		require.NoError(t, err)
	}
	c := w.joinSlow(ana, "tab")
	require.Len(t, c.open(note).Paragraphs, 20)
	c.title(note, "1", "q1", "x")
	c.must(wire.OpEntry)
}

func TestCompressionIsForLargeFrames(t *testing.T) {
	var s taps
	w := newWorld(t, socket.Config{Compress: true}, tapped(&s))
	ana := w.person("ana")
	note := w.note(ana)
	c := w.dialWith(websocket.Dialer{Subprotocols: []string{wire.Subprotocol}, EnableCompression: true}, ana)
	c.greet("tab")
	c.open(note)
	c.must(wire.OpPeople)
	before := s.last().written.Load()
	_, err := w.book.write(note, ana, "1", &notebook.InsertParagraph{Paragraph: "q", Text: strings.Repeat("x", 100_000)})
	require.NoError(t, err)
	require.Len(t, into[wire.Entry](t, c.must(wire.OpEntry)).Body, len(`{"paragraph":"q","after":"","text":""}`)+100_000)
	require.Less(t, s.last().written.Load()-before, int64(10_000))

	// What comes compressed is measured unpacked.
	c.ws.EnableWriteCompression(true)
	require.NoError(t, c.ws.WriteMessage(websocket.TextMessage, []byte(`{"op":"`+strings.Repeat("x", 13<<20)+`"}`)))
	code, _ := c.closed()
	require.Equal(t, wire.CloseProtocol, code)
}

func TestSilentPeerIsGone(t *testing.T) {
	w := newWorld(t, socket.Config{PingEvery: 20 * time.Millisecond})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	c := w.join(ana, "tab")
	c.open(note)
	w.left(note) // it does not read, so it does not answer pings
}

func TestPeerThatAnswersPingsStays(t *testing.T) {
	w := newWorld(t, socket.Config{PingEvery: 20 * time.Millisecond})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	c := w.join(ana, "tab")
	c.open(note)
	pings, enough := 0, make(chan struct{})
	answer := c.ws.PingHandler()
	c.ws.SetPingHandler(func(s string) error {
		if pings++; pings == 20 {
			close(enough)
		}
		return answer(s)
	})
	ended := make(chan error, 1)
	go func() {
		for {
			if _, err := c.next(); err != nil {
				ended <- err
				return
			}
		}
	}()
	select {
	case <-enough:
	case err := <-ended:
		require.NoError(t, err)
	}
	require.NoError(t, c.ws.Close())
	<-ended
}
