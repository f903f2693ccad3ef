package notebook

import "sync"

// mailbox is what waits for a keeper. What people ask for is bounded; what the
// server itself has to tell (the end of a run, somebody leaving) always fits.
type mailbox struct {
	mu     sync.Mutex
	items  []any
	asked  int // items that count against the limit
	closed bool
	wake   chan struct{} // has a token when there are items
}

// mailboxLimit is how many requests of people may wait for one keeper.
const mailboxLimit = 1024

type posted int

const (
	postedOK posted = iota
	postedFull
	postedClosed // the keeper has left; find the next one
)

func newMailbox() *mailbox { return &mailbox{wake: make(chan struct{}, 1)} }

// put adds an item; one that is asked for by people counts against the limit.
func (m *mailbox) put(item any, asked bool) posted {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return postedClosed
	}
	if asked {
		if m.asked >= mailboxLimit {
			return postedFull
		}
		m.asked++
	}
	m.items = append(m.items, item)
	select {
	case m.wake <- struct{}{}:
	default:
	}
	return postedOK
}

// take removes everything that waits.
func (m *mailbox) take() []any {
	m.mu.Lock()
	defer m.mu.Unlock()
	items := m.items
	m.items, m.asked = nil, 0
	return items
}

// close ends the mailbox if nothing waits in it, and reports whether it did.
func (m *mailbox) close() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.items) > 0 {
		return false
	}
	m.closed = true
	return true
}

// abandon ends the mailbox and returns what waited.
func (m *mailbox) abandon() []any {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	items := m.items
	m.items = nil
	return items
}

// gone reports whether the mailbox is closed.
func (m *mailbox) gone() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.closed
}
