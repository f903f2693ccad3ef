package kernel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"quire/notebook/kernel/message"
	"quire/notebook/kernel/zmtp"
)

// username stands in the headers of our requests.
const username = "quire"

// client speaks the messaging protocol with one kernel. One goroutine per channel
// reads, verifies and files what comes; it never waits for anybody.
type client struct {
	key     message.Key
	session string
	log     *slog.Logger

	iopub, shell, control, stdin Conn
	status                       func(state string) // told of statuses that answer nothing
	onCut                        func(next <-chan struct{})

	outputs *outputQueue
	sending sync.Mutex // held while something goes out on the shell channel

	mu       sync.Mutex
	requests map[string]*request
	running  *request        // the execution that gets what cannot be attributed
	asked    *message.Header // of the input request that the running code waits for
	comms    commsSent
	nextCut  chan struct{} // closed when messages may have gone missing

	peer      atomic.Pointer[string] // the kernel's own session, by which it is known again
	heard     chan struct{}          // closed when the first message came on iopub
	hearOnce  sync.Once
	lastIOPub atomic.Int64 // when the last message came on iopub, Unix nanoseconds
	refused   atomic.Int64 // messages with a wrong signature or shape
	failed    chan error   // the first reader's reason to stop
	readers   sync.WaitGroup
}

// connect dials the output channel first, as a subscriber that comes late misses
// what was said before, then the others.
func connect(ctx context.Context, a *Attachment) (*client, error) {
	c := &client{
		key:      a.Key,
		session:  a.Session,
		log:      a.Log,
		status:   a.Status,
		outputs:  newOutputQueue(a.MaxQueue),
		requests: map[string]*request{},
		nextCut:  make(chan struct{}),
		heard:    make(chan struct{}),
		failed:   make(chan error, 1),
	}
	for _, one := range []struct {
		name Channel
		conn *Conn
	}{{IOPub, &c.iopub}, {Shell, &c.shell}, {Control, &c.control}, {Stdin, &c.stdin}} {
		conn, err := a.Dial(ctx, one.name)
		if err != nil {
			c.close()
			return nil, err
		}
		*one.conn = conn
	}
	return c, nil
}

// listen starts to read.
func (c *client) listen() {
	c.readers.Add(4)
	go c.read(IOPub, c.iopub, c.onIOPub)
	go c.read(Shell, c.shell, c.onReply)
	go c.read(Control, c.control, c.onReply)
	go c.read(Stdin, c.stdin, c.onInput)
}

// close ends the connections; the readers return.
func (c *client) close() {
	for _, conn := range []Conn{c.iopub, c.shell, c.control, c.stdin} {
		if conn != nil {
			conn.Close()
		}
	}
}

func (c *client) read(name Channel, conn Conn, handle func(message.Message)) {
	defer c.readers.Done()
	for {
		frames, err := conn.Recv()
		if err != nil {
			if c.missed(name, err) {
				continue
			}
			c.fail(fmt.Errorf("%s: %w", name, err))
			return
		}
		if name == IOPub {
			c.lastIOPub.Store(time.Now().UnixNano())
		}
		m, err := c.key.Decode(frames)
		if err != nil {
			c.refuse(name, err)
			continue
		}
		if c.isReplaced(m) {
			c.fail(errReplaced)
			return
		}
		handle(m)
	}
}

// missed reports whether an error tells only of something that was missed.
func (c *client) missed(name Channel, err error) bool {
	var tooLarge *zmtp.TooLargeError
	var cut *CutError
	switch {
	case errors.As(err, &tooLarge) && (name == IOPub || name == Stdin):
		c.onTooLarge(tooLarge)
	case errors.As(err, &cut):
		c.cutOff(cut)
	default:
		return false
	}
	return true
}

func (c *client) fail(err error) {
	select {
	case c.failed <- err:
	default:
	}
}

// refuse counts a message that cannot be trusted or read; the log gets the 1st,
// 2nd, 4th, 8th and so on.
func (c *client) refuse(channel Channel, err error) {
	if n := c.refused.Add(1); n&(n-1) == 0 {
		c.log.Warn("kernel message refused", "channel", channel, "refused", n, "err", err)
	}
}

func (c *client) onTooLarge(e *zmtp.TooLargeError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.outputs.lose(c.running, 1, e.Bytes, "one message was too large")
}

func (c *client) onReply(m message.Message) {
	c.mu.Lock()
	r := c.requests[m.Parent.ID]
	if r != nil {
		c.tellHandled(c.comms.answered(r.sent))
	}
	c.mu.Unlock()
	if r == nil {
		return // asked too long ago
	}
	select {
	case r.reply <- m:
	default: // a kernel that answers twice
	}
}

func (c *client) onIOPub(m message.Message) {
	c.hearOnce.Do(func() { close(c.heard) })
	idle := false
	if m.Header.Type == "status" {
		state := executionState(m)
		idle = state == "idle"
		if m.Parent.ID == "" {
			c.status(state)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.requests[m.Parent.ID]
	if idle {
		c.tellHandled(c.comms.idle(m.Parent.ID))
	}
	switch {
	case m.Header.Type == "input_request": // has a channel of its own
	case outputTypes[m.Header.Type] != nil:
		c.onOutput(r, m)
	case r == nil:
	case idle:
		r.idleOnce.Do(func() { close(r.idle) })
	case m.Header.Type == "execute_input":
		r.start()
	}
}

// onOutput files an output under the execution that caused it. What has no parent
// belongs to what runs now; what comes after its execution's end (a thread that
// goes on printing) and what answers other requests goes by the request's id. The
// caller holds the lock, so that an execution that was forgotten gets nothing any
// more.
func (c *client) onOutput(r *request, m message.Message) {
	if m.Parent.ID == "" {
		r = c.running
	}
	if r != nil && r.sink == nil {
		r = nil // only executions print
	}
	c.outputs.push(queued{
		to: r, parent: m.Parent.ID, kind: m.Header.Type,
		content: m.Content, metadata: m.Metadata, buffers: m.Buffers,
	})
	if r != nil {
		r.start()
	}
}

// heardWithin waits for the first message on the output channel.
func (c *client) heardWithin(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-c.heard:
		return true
	case <-timer.C:
		return false
	}
}
