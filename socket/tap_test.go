package socket_test

import (
	"bytes"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// taps are the server's ends of all connections, to see and to stop what is
// written.
type taps struct {
	// forbidden is set while nothing about a note may be written.
	forbidden atomic.Bool

	mu  sync.Mutex
	all []*tap
}

func (s *taps) accept(c net.Conn) net.Conn {
	t := &tap{Conn: c, taps: s, closed: make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, t)
	return t
}

// last returns the newest connection.
func (s *taps) last() *tap {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all[len(s.all)-1]
}

// takeLate returns for each connection how many writes about a note began while
// that was forbidden, and forgets them.
func (s *taps) takeLate() (counts []int, bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.all {
		counts = append(counts, int(t.late.Swap(0)))
		bytes += int(t.lateBytes.Swap(0))
	}
	return counts, bytes
}

type tap struct {
	net.Conn
	taps      *taps
	written   atomic.Int64 // bytes handed on
	late      atomic.Int64
	lateBytes atomic.Int64
	closed    chan struct{}
	once      sync.Once

	mu      sync.Mutex
	stuck   chan struct{} // closed when writing may go on; nil while it may
	tried   chan struct{} // closed when a write got stuck
	expired chan struct{} // closed when the deadline of a stuck write has passed
}

// SetWriteDeadline implements net.Conn for stuck writes as for others, as far as
// deadlines in the past go.
func (t *tap) SetWriteDeadline(at time.Time) error {
	t.mu.Lock()
	if t.expired != nil && at.Before(time.Now()) {
		close(t.expired)
		t.expired = nil
	}
	t.mu.Unlock()
	return t.Conn.SetWriteDeadline(at)
}

func (t *tap) Write(b []byte) (int, error) {
	if t.taps.forbidden.Load() && !bytes.Contains(b, []byte(`"op":"GONE"`)) {
		t.late.Add(1)
		t.lateBytes.Add(int64(len(b)))
	}
	t.mu.Lock()
	stuck, tried, expired := t.stuck, t.tried, make(chan struct{})
	t.tried, t.expired = nil, expired
	t.mu.Unlock()
	if stuck != nil {
		if tried != nil {
			close(tried)
		}
		select {
		case <-stuck:
		case <-expired:
			return 0, os.ErrDeadlineExceeded
		case <-t.closed:
			return 0, net.ErrClosed
		}
	}
	n, err := t.Conn.Write(b)
	t.written.Add(int64(n))
	return n, err
}

func (t *tap) Close() error {
	t.once.Do(func() { close(t.closed) })
	return t.Conn.Close()
}

// stop lets nothing through from now on, like a reader that does not read. The
// returned channel is closed when something was to be written.
func (t *tap) stop() (tried <-chan struct{}, goOn func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	stuck := make(chan struct{})
	t.stuck, t.tried = stuck, make(chan struct{})
	return t.tried, func() {
		t.mu.Lock()
		t.stuck = nil
		t.mu.Unlock()
		close(stuck)
	}
}
