package socket

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Of connections.
const (
	// chunkBytes of a frame are handed to the system at once. Before each the right
	// to read is asked for again, so that a frame that a slow reader takes its time
	// for is cut short when access is taken back.
	chunkBytes = 32 << 10
	// sendBuffer bounds what the system takes over from us and we cannot take back.
	sendBuffer = 128 << 10
	// writeWait is how long a reader may take nothing of a chunk.
	writeWait = 10 * time.Second
	// closeWait is how long we wait for the other side to have heard of the end.
	closeWait = 2 * time.Second
)

// errTakenBack ends a connection in the middle of a frame that may not be read on.
var errTakenBack = errors.New("access was taken back while a frame was being sent")

// netConn is the connection under a socket. Deadlines follow progress: a slow
// peer may take long, a silent one not.
type netConn struct {
	net.Conn
	still   atomic.Pointer[func() bool] // asked before each chunk of a frame
	skipped atomic.Bool                 // a frame was left out, as it may not be sent
	writes  atomic.Uint64               // counts begins and ends of writes: odd during one

	mu       sync.Mutex
	idle     time.Duration // for which the peer may be silent
	draining bool
}

// Read waits for as long as the peer may be silent.
func (c *netConn) Read(b []byte) (int, error) {
	c.mu.Lock()
	if !c.draining {
		_ = c.SetReadDeadline(time.Now().Add(c.idle))
	}
	c.mu.Unlock()
	return c.Conn.Read(b)
}

// mayBeSilent sets for how long the peer may be from the next Read on.
func (c *netConn) mayBeSilent(d time.Duration) {
	c.mu.Lock()
	c.idle = d
	c.mu.Unlock()
}

// drain leaves d to read what is still on its way.
func (c *netConn) drain(d time.Duration) {
	c.mu.Lock()
	c.draining = true
	_ = c.SetReadDeadline(time.Now().Add(d))
	c.mu.Unlock()
}

// SetWriteDeadline is left to Write.
func (c *netConn) SetWriteDeadline(time.Time) error { return nil }

// Write sends b in chunks, as long as it may. What may not even begin counts as
// skipped; what may not go on ends the connection, and takes with it what the
// system has not sent yet.
func (c *netConn) Write(b []byte) (int, error) {
	still := c.still.Load()
	n := 0
	for n < len(b) {
		chunk := b[n:min(len(b), n+chunkBytes)]
		_ = c.Conn.SetWriteDeadline(time.Now().Add(writeWait))
		if still != nil && !(*still)() {
			if n == 0 {
				c.skipped.Store(true)
				return len(b), nil
			}
			c.abort()
			return n, errTakenBack
		}
		c.writes.Add(1)
		m, err := c.Conn.Write(chunk)
		c.writes.Add(1)
		n += m
		if err != nil {
			if still != nil && !(*still)() {
				c.abort()
			}
			return n, err
		}
	}
	return n, nil
}

// interrupt ends a write that waits for a slow reader. One that the system has
// already taken over, and whose goroutine has only not been told, succeeds.
func (c *netConn) interrupt() { _ = c.Conn.SetWriteDeadline(time.Unix(1, 0)) }

// abort ends the connection at once; what the system has not sent yet is
// forgotten.
func (c *netConn) abort() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

// hijacker hands the upgrader our connection in place of the server's.
type hijacker struct {
	http.ResponseWriter
	idle time.Duration
	conn *netConn
}

// Hijack implements http.Hijacker.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(sendBuffer)
	}
	h.conn = &netConn{Conn: c, idle: h.idle}
	return h.conn, rw, nil
}
