package socket

import (
	"context"
	"sync"
)

// roomBelow is how few bytes wait when there is room for what can be asked for
// later: outputs, and the state of a note.
const roomBelow = 256 << 10

// queue holds what waits to be written to one socket, in order and bounded in
// bytes.
type queue struct {
	limit int
	wake  chan struct{} // has a token when items wait

	mu     sync.Mutex
	items  []*item
	newest map[slot]*item
	// waiting is what the limit is for: bytes that wait, but for those that were
	// asked for.
	waiting int
	bytes   int // of all that waits and of what is being written
	room    chan struct{}
	closed  bool
}

// slot is where only the newest frame counts.
type slot struct {
	about *subscription
	key   string
}

func newQueue(limit int) *queue {
	return &queue{limit: limit, wake: make(chan struct{}, 1), newest: map[slot]*item{}}
}

// push adds an item, and reports false if it does not fit. Where nothing waits
// everything fits, and so does what was asked for: who sends it has waited for
// room.
func (q *queue) push(it *item) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	waiting := q.waiting
	if old := q.older(it); old != nil {
		waiting -= old.size()
	}
	if !q.closed && !it.asked && waiting > 0 && waiting+it.size() > q.limit {
		return false
	}
	q.add(it)
	return true
}

// older returns what waits and it takes the place of; nil for nothing.
func (q *queue) older(it *item) *item {
	if it.key == "" {
		return nil
	}
	return q.newest[slot{it.about, it.key}]
}

func (q *queue) add(it *item) {
	if q.closed {
		it.leave()
		return
	}
	if old := q.older(it); old != nil {
		q.count(old, -1)
		q.bytes -= old.size()
		old.replaced()
	}
	if it.key != "" {
		q.newest[slot{it.about, it.key}] = it
	}
	q.items = append(q.items, it)
	q.count(it, 1)
	q.bytes += it.size()
	signal(q.wake)
}

// count adds an item to what waits, or takes it off.
func (q *queue) count(it *item, sign int) {
	if !it.asked {
		q.waiting += sign * it.size()
	}
}

// pop takes the next item, nil when none waits. There is room only once it is done.
func (q *queue) pop() *item {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) > 0 {
		it := q.items[0]
		q.items[0] = nil
		q.items = q.items[1:]
		if it.empty() {
			continue
		}
		q.count(it, -1)
		if it.key != "" {
			delete(q.newest, slot{it.about, it.key})
		}
		if len(q.items) == 0 {
			q.items = nil // an idle socket keeps no memory for its busy times
		} else {
			signal(q.wake)
		}
		return it
	}
	return nil
}

// done says that a popped item was written or dropped.
func (q *queue) done(it *item) {
	q.mu.Lock()
	q.bytes -= it.size()
	q.tellRoom()
	q.mu.Unlock()
	it.leave()
}

// drop throws away what waits about a subscription, or everything for nil.
func (q *queue) drop(about *subscription) {
	q.mu.Lock()
	var kept, dropped []*item
	for _, it := range q.items {
		if about != nil && it.about != about {
			kept = append(kept, it)
			continue
		}
		q.count(it, -1)
		q.bytes -= it.size()
		delete(q.newest, slot{it.about, it.key})
		dropped = append(dropped, it)
	}
	q.items = kept
	q.tellRoom()
	q.mu.Unlock()
	for _, it := range dropped {
		it.leave()
	}
}

// close drops everything, now and later.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.drop(nil)
}

// awaitRoom waits until little is waiting, or ctx ends.
func (q *queue) awaitRoom(ctx context.Context) error {
	for {
		q.mu.Lock()
		if q.bytes < roomBelow || q.closed {
			q.mu.Unlock()
			return ctx.Err()
		}
		if q.room == nil {
			q.room = make(chan struct{})
		}
		room := q.room
		q.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (q *queue) tellRoom() {
	if q.bytes < roomBelow && q.room != nil {
		close(q.room)
		q.room = nil
	}
}

// signal puts a token into a channel with room for one, if there is none.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
