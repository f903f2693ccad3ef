// Package socket moves frames between a browser's connection and the open notes:
// queues, pings, limits and close codes. What the frames mean stands in
// socket/wire; what happens in a note is notebook's.
//
// Each connection has one goroutine that reads and one that writes, and while
// there is something to do one for each note that was asked for something (lane)
// and each run whose output is being sent (feed). Whether a frame about a note may
// be sent is asked when it leaves the queue.
package socket

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"quire/auth"
	"quire/socket/wire"
)

// Config sets limits; zeros are the defaults.
type Config struct {
	// Build names this build; a page of another build reloads itself.
	Build string
	// Compress offers permessage-deflate (RFC 7692) for frames of 1 KB and more.
	Compress bool
	// PingEvery is how often the server pings; a peer that says nothing for three
	// times as long is gone. 30 s.
	PingEvery time.Duration
	// QueueBytes may wait for one socket; what does not fit cuts it off. 8 MB.
	QueueBytes int
	// FrameBytes is the largest frame accepted. 12 MB.
	FrameBytes int64
	// FramesPerSecond are read of one socket, on average. 200.
	FramesPerSecond int
	// PerPerson is how many sockets one person may have open. 256.
	PerPerson int
}

func (c Config) withDefaults() Config {
	c.PingEvery = or(c.PingEvery, 30*time.Second)
	c.QueueBytes = or(c.QueueBytes, 8<<20)
	c.FrameBytes = or(c.FrameBytes, 12<<20)
	c.FramesPerSecond = or(c.FramesPerSecond, 200)
	c.PerPerson = or(c.PerPerson, 256)
	return c
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// Server serves the sockets of everybody.
type Server struct {
	config   Config
	notes    Notes
	places   Places
	gate     *auth.Gate
	outputs  Outputs
	log      *slog.Logger
	upgrader websocket.Upgrader

	signIns *herd // of those that ask what sign-ins count as
	// reads bounds the looks at stored output that are under way.
	reads chan struct{}
	stop  chan struct{} // closed by Shutdown

	mu      sync.Mutex
	conns   map[*conn]struct{}
	people  map[auth.PrincipalID]int // sockets by person
	rooms   map[auth.ID]*room
	status  *frame
	tree    *time.Timer // running while a hint is due
	closing bool
	done    sync.WaitGroup
}

// readsAtOnce is how many looks at stored output may be under way.
const readsAtOnce = 8

// New returns a server of sockets. Shutdown ends its goroutines.
func New(c Config, notes Notes, places Places, gate *auth.Gate, outputs Outputs, log *slog.Logger) *Server {
	s := &Server{
		config: c.withDefaults(), notes: notes, places: places, gate: gate, outputs: outputs, log: log,
		signIns: newHerd(), reads: make(chan struct{}, readsAtOnce), stop: make(chan struct{}),
		conns: map[*conn]struct{}{}, people: map[auth.PrincipalID]int{}, rooms: map[auth.ID]*room{},
	}
	s.upgrader = newUpgrader(c.Compress)
	s.done.Add(1)
	go s.guard()
	return s
}

// Shutdown tells every client that the server is stopping and waits until what
// they asked for is done, or ctx ends. No socket is accepted any more.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	if !s.closing {
		s.closing = true
		close(s.stop)
	}
	if s.tree != nil {
		s.tree.Stop()
	}
	for c := range s.conns {
		c.close(wire.CloseRestart, "The server is stopping.")
	}
	s.mu.Unlock()
	gone := make(chan struct{})
	go func() { s.done.Wait(); close(gone) }()
	select {
	case <-gone:
		return nil
	case <-ctx.Done():
	}
	for _, c := range s.all() {
		c.net.abort()
		c.abandon()
	}
	<-gone
	return ctx.Err()
}

// add registers a connection, or says with which close code it is refused.
func (s *Server) add(c *conn) (refusal int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closing:
		return wire.CloseRestart
	case s.people[c.actor.User] >= s.config.PerPerson:
		return websocket.CloseTryAgainLater
	}
	s.conns[c] = struct{}{}
	s.people[c.actor.User]++
	s.done.Add(1)
	return 0
}

func (s *Server) remove(c *conn) {
	s.mu.Lock()
	delete(s.conns, c)
	if s.people[c.actor.User]--; s.people[c.actor.User] == 0 {
		delete(s.people, c.actor.User)
	}
	s.mu.Unlock()
	s.done.Done()
}

// Count returns how many sockets are open.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// all lists the connections there are now.
func (s *Server) all() []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*conn, 0, len(s.conns))
	for c := range s.conns {
		list = append(list, c)
	}
	return list
}

// stuckFor is how long a write goes on before its reader counts as slow.
const stuckFor = 25 * time.Millisecond

// guard cuts off the sockets that are in the middle of sending what may not be
// read any more, and whose own goroutines cannot look as they wait for a slow
// reader.
func (s *Server) guard() {
	defer s.done.Done()
	for {
		moved := s.gate.Moved()
		if late := s.late(); len(late) > 0 {
			select {
			case <-time.After(stuckFor):
			case <-s.stop:
				return
			}
			for c, write := range late {
				if c.net.writes.Load() == write {
					c.net.interrupt()
				}
			}
		}
		select {
		case <-moved:
		case <-s.stop:
			return
		}
	}
}

// late lists the writes under way that would not be begun any more.
func (s *Server) late() map[*conn]uint64 {
	late := map[*conn]uint64{}
	for _, c := range s.all() {
		write, still := c.net.writes.Load(), c.net.still.Load()
		if write%2 == 1 && still != nil && !(*still)() {
			late[c] = write
		}
	}
	return late
}
