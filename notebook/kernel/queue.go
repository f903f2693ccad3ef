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
	to       *request // the execution it belongs to; nil for none that is under way
	parent   string   // the id of the request it answers
	kind     string
	content  json.RawMessage
	metadata json.RawMessage
	buffers  [][]byte
	dropped  notebook.DroppedOutput
}

func (q queued) size() int64 {
	n := int64(len(q.content)+len(q.metadata)) + queueOverhead
	for _, b := range q.buffers {
		n += int64(len(b))
	}
	return n
}

// outputQueue holds what a kernel said until it is handed on. The reader of the
// output channel never waits: a kernel whose peer reads too slowly throws messages
// away without a word (ZeroMQ's high-water mark), here the loss is counted.
//
// There is one per kernel, so that what belongs to an execution and what does not
// keep their order: a widget is opened by the one and changed by the other.
type outputQueue struct {
	limit int64
	ready chan struct{} // holds a token while there is something to take

	mu       sync.Mutex
	items    []queued
	bytes    int64
	question int // 1 + the place of the input request that waits; 0 for none
}

func newOutputQueue(limit int64) *outputQueue {
	return &outputQueue{limit: limit, ready: make(chan struct{}, 1)}
}

// push adds a message. One that alone exceeds the limit is taken when nothing
// else waits; its size is bounded by that of messages.
func (q *outputQueue) push(m queued) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if size := m.size(); q.bytes > 0 && q.bytes+size > q.limit {
		q.drop(m, 1, size-queueOverhead, "more was written than could be taken")
	} else {
		q.bytes += size
		q.items = append(q.items, m)
	}
	q.signal()
}

// ask adds an input request, for which there is always room, as the code waits for
// it: a second one takes the place of the first.
func (q *outputQueue) ask(m queued) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.question > 0 {
		q.items[q.question-1] = m
		return
	}
	q.items = append(q.items, m)
	q.question = len(q.items)
	q.signal()
}

// note adds a small notice of our own, for which there is always room.
func (q *outputQueue) note(m queued) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, m)
	q.signal()
}

// lose adds a notice about messages that never came as far as the queue; 0 of them
// if it is not known whether there were any.
func (q *outputQueue) lose(to *request, messages int, bytes int64, reason string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.drop(queued{to: to}, messages, bytes, reason)
	q.signal()
}

// drop counts a message that is lost. Neighbouring losses are told as one: a flood
// that changes between an execution and others makes no list without end, as what
// belongs to no execution is then told without its parent.
func (q *outputQueue) drop(m queued, messages int, bytes int64, reason string) {
	for i := len(q.items) - 1; i >= max(0, len(q.items)-2); i-- {
		last := &q.items[i]
		if last.dropped.Reason != reason || last.to != m.to {
			continue
		}
		if last.parent != m.parent {
			last.parent = ""
		}
		last.dropped.Messages += messages
		last.dropped.Bytes += bytes
		return
	}
	q.items = append(q.items, queued{to: m.to, parent: m.parent, dropped: notebook.DroppedOutput{
		Messages: messages, Bytes: bytes, Reason: reason,
	}})
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
	q.items, q.bytes, q.question = nil, 0, 0
	return items
}
