package kernel

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"quire/notebook"
	"quire/notebook/kernel/message"
)

// request is something asked of the kernel whose answer somebody waits for.
type request struct {
	id      string
	reply   chan message.Message  // holds the first reply
	idle    chan struct{}         // closed at the idle status of this request
	started chan struct{}         // closed when the kernel shows that it runs the code
	sink    func(notebook.Output) // of an execution, for its outputs; nil for others
	input   bool                  // the code may ask for input
	ordered bool                  // it goes out on the shell channel
	sent    int64                 // its place among what was sent on the shell channel

	cut    bool          // messages may be missing since it was sent; guarded by client.mu
	missed chan struct{} // closed when its reply cannot come any more, as a cut swallowed it

	idleOnce, startOnce, missOnce sync.Once
	startedAt                     time.Time // set before started is closed
}

func (r *request) start() {
	r.startOnce.Do(func() {
		r.startedAt = time.Now()
		close(r.started)
	})
}

// open registers a request before it is sent. forget must follow.
func (c *client) open(r *request) {
	r.reply = make(chan message.Message, 1)
	r.idle, r.started, r.missed = make(chan struct{}), make(chan struct{}), make(chan struct{})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests[r.id] = r
	if r.ordered {
		r.sent = c.comms.next()
	}
	if r.sink != nil {
		c.running = r
	}
}

// forget ends a request; what still comes for it is late.
func (c *client) forget(r *request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.requests, r.id)
	if c.running == r {
		c.running, c.asked = nil, nil
	}
}

// current returns the execution under way, nil when there is none.
func (c *client) current() *request {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running
}

// send signs a request and writes it, after registering it. Of r it takes the id,
// if there is one, and what becomes of outputs.
func (c *client) send(conn Conn, msgType string, content any, r *request) (*request, error) {
	m, err := message.NewRequest(c.session, username, msgType, content)
	if err != nil {
		return nil, err
	}
	if r.id == "" {
		r.id = m.Header.ID
	}
	m.Header.ID = r.id
	frames, err := c.key.Encode(m)
	if err != nil {
		return nil, err
	}
	if r.ordered = conn == c.shell; r.ordered {
		c.sending.Lock()
		defer c.sending.Unlock()
	}
	c.open(r)
	if err := conn.Send(frames...); err != nil {
		c.forget(r)
		return nil, fmt.Errorf("%s: %w", msgType, err)
	}
	return r, nil
}

// ask sends a request and waits for its reply. ended closes when none can come.
func (c *client) ask(ctx context.Context, ended <-chan struct{}, conn Conn, msgType string, content any) (message.Message, error) {
	r, err := c.send(conn, msgType, content, &request{})
	if err != nil {
		return message.Message{}, err
	}
	defer c.forget(r)
	select {
	case m := <-r.reply:
		return m, nil
	case <-ended:
		return message.Message{}, errEnded
	case <-ctx.Done():
		return message.Message{}, ctx.Err()
	}
}

var errEnded = errors.New("the kernel has ended")
