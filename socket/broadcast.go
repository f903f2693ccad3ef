package socket

import (
	"time"

	"quire/socket/wire"
)

// treeWait is how long hints about the tree wait for others to come with them.
const treeWait = 250 * time.Millisecond

// TreeChanged tells everybody that the tree may look different now, once for all
// changes within a quarter of a second. It says nothing about what changed: each
// fetches what they may see.
func (s *Server) TreeChanged() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tree != nil || s.closing {
		return
	}
	s.tree = time.AfterFunc(treeWait, func() {
		s.mu.Lock()
		s.tree = nil
		s.mu.Unlock()
		s.broadcast("tree", s.encode(wire.Tree{Op: wire.OpTree}))
	})
}

// SetStatus tells everybody, and everybody who comes later, how the server's own
// preparations stand.
func (s *Server) SetStatus(status wire.Status) {
	status.Op = wire.OpStatus
	f := s.encode(status)
	s.mu.Lock()
	s.status = f
	s.mu.Unlock()
	s.broadcast("status", f)
}

// broadcast sends a frame that is about no note to all who have said HELLO. Where
// one with the key still waits, it takes its place.
func (s *Server) broadcast(key string, f *frame) {
	for _, c := range s.all() {
		if c.greeted.Load() {
			c.push(&item{frame: f, key: key})
		}
	}
}

// encode is newFrame for types that can always be encoded.
func (s *Server) encode(v any) *frame {
	f, err := newFrame(v)
	if err != nil {
		s.log.Error("a frame cannot be encoded", "error", err)
		f, _ = newFrame(struct{}{})
	}
	return f
}
