package kernel

import (
	"encoding/json"
	"sync"

	"quire/notebook"
)

// queueOverhead is counted for each waiting message besides its content: its
// frames, slices and map.
const queueOverhead = 512

// queued is a message's type and content as they came, or a notice of loss.
type queued struct {
	kind    string
	content json.RawMessage
	dropped notebook.DroppedOutput
}

// outputQueue holds what a kernel said until the sink takes it. The reader of the
// output channel never waits: a kernel whose peer reads too slowly throws messages
// away without a word (ZeroMQ's high-water mark), here the loss is counted.
type outputQueue struct {
	limit int64
	ready chan struct{} // holds a token while there is something to take

	mu    sync.Mutex
	items []queued
	bytes int64
}

func newOutputQueue(limit int64) *outputQueue {
	return &outputQueue{limit: limit, ready: make(chan struct{}, 1)}
}

// push adds a message. One that alone exceeds the limit is taken when nothing
// else waits; its size is bounded by that of messages.
func (q *outputQueue) push(kind string, content json.RawMessage) {
	q.mu.Lock()
	defer q.mu.Unlock()
	size := int64(len(content)) + queueOverhead
	if q.bytes > 0 && q.bytes+size > q.limit {
		q.drop(int64(len(content)), "more was written than could be taken")
	} else {
		q.bytes += size
		q.items = append(q.items, queued{kind: kind, content: content})
	}
	q.signal()
}

// lose adds a notice about a message that never came as far as the queue.
func (q *outputQueue) lose(bytes int64, reason string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.drop(bytes, reason)
	q.signal()
}

func (q *outputQueue) drop(bytes int64, reason string) {
	n := len(q.items)
	if n == 0 || q.items[n-1].dropped.Reason != reason {
		q.items = append(q.items, queued{dropped: notebook.DroppedOutput{Reason: reason}})
		n++
	}
	last := &q.items[n-1].dropped
	last.Messages++
	last.Bytes += bytes
}

func (q *outputQueue) signal() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// take returns everything that waits.
func (q *outputQueue) take() []queued {
	q.mu.Lock()
	defer q.mu.Unlock()
	items := q.items
	q.items, q.bytes = nil, 0
	return items
}
