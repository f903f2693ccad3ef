//go:build !race

package socket_test

import (
	"net"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/socket"
	"quire/socket/wire"
)

// used is the memory of live objects and stacks, in bytes.
func used() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

// Two thousand tabs have a note open and look at paragraphs whose runs are over.
// What is measured holds also what this end keeps of its connections.
func TestIdleSocketIsSmall(t *testing.T) {
	const sockets, perNote, limit = 2000, 20, 25 << 10
	w := newWorld(t, socket.Config{PerPerson: sockets})
	ana := w.person("ana")
	notes := make([]auth.ID, sockets/perNote)
	for i := range notes {
		s := &started{world: w, ana: ana, note: w.note(ana, "p1", "p2", "p3")}
		s.run = s.press("run", "p1")
		s.print(0, "stream", "hello")
		s.end()
		notes[i] = s.note
	}
	ends := make([]net.Conn, 0, sockets)
	open := func(note auth.ID) {
		c := w.join(ana, "tab")
		c.open(note)
		c.send(wire.Client{Op: wire.OpWatch, Note: note, Paragraphs: []string{"p1", "p2", "p3"}})
		require.True(t, into[wire.Output](t, c.must(wire.OpOutput)).Complete)
		ends = append(ends, c.ws.UnderlyingConn())
	}
	open(notes[0])
	before := used()
	for i := 1; i < sockets; i++ {
		open(notes[i/perNote])
	}
	each := (used() - before) / (sockets - 1)
	t.Logf("%d bytes an idle socket, both ends", each)
	require.Less(t, each, uint64(limit))
	require.Equal(t, sockets, w.server.Count())
	for _, c := range ends {
		_ = c.Close()
	}
}
