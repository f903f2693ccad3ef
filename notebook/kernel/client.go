package kernel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"quire/auth"
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

	iopub, shell, control *zmtp.Conn

	mu       sync.Mutex
	requests map[string]*request
	running  *request // the execution that gets what cannot be attributed
	late     lateOutput

	heard     chan struct{} // closed when the first message came on iopub
	hearOnce  sync.Once
	lastIOPub atomic.Int64 // when the last message came on iopub, Unix nanoseconds
	refused   atomic.Int64 // messages with a wrong signature or shape
	failed    chan error   // the first reader's reason to stop
	readers   sync.WaitGroup
}

// request is something asked of the kernel whose answer somebody waits for.
type request struct {
	id      string
	reply   chan message.Message // holds the first reply
	idle    chan struct{}        // closed at the idle status of this request
	started chan struct{}        // closed when the kernel shows that it runs the code
	queue   *outputQueue         // nil when outputs are not wanted

	idleOnce, startOnce sync.Once
	startedAt           time.Time // set before started is closed
}

// lateOutput counts what came after its execution had ended.
type lateOutput struct {
	messages int
	bytes    int64
}

// dialer connects to one channel of a kernel.
type dialer func(ctx context.Context, ch channel, o zmtp.Options) (*zmtp.Conn, error)

// connect dials the output channel first, as a subscriber that comes late misses
// what was said before, then the others, and starts reading.
func connect(ctx context.Context, dial dialer, key message.Key, maxMessage int64, log *slog.Logger) (*client, error) {
	c := &client{
		key:      key,
		session:  auth.NewID().String(),
		log:      log,
		requests: map[string]*request{},
		heard:    make(chan struct{}),
		failed:   make(chan error, 1),
	}
	// The input channel must have the identity of the shell's (messaging protocol,
	// "stdin"), so it is the session's.
	dealer := zmtp.Options{Type: zmtp.Dealer, Identity: []byte(c.session), MaxMessage: maxMessage}
	err := c.dialAll(ctx, dial, zmtp.Options{Type: zmtp.Sub, MaxMessage: maxMessage}, dealer)
	if err != nil {
		c.close()
		return nil, err
	}
	c.readers.Add(3)
	go c.read("iopub", c.iopub, c.onIOPub)
	go c.read("shell", c.shell, c.onReply)
	go c.read("control", c.control, c.onReply)
	return c, nil
}

func (c *client) dialAll(ctx context.Context, dial dialer, sub, dealer zmtp.Options) (err error) {
	if c.iopub, err = dial(ctx, iopubChannel, sub); err != nil {
		return err
	}
	if err = c.iopub.Subscribe(""); err != nil {
		return err
	}
	if c.shell, err = dial(ctx, shellChannel, dealer); err != nil {
		return err
	}
	c.control, err = dial(ctx, controlChannel, dealer)
	return err
}

// close ends the connections; the readers return.
func (c *client) close() {
	for _, conn := range []*zmtp.Conn{c.iopub, c.shell, c.control} {
		if conn != nil {
			conn.Close()
		}
	}
}

func (c *client) read(name string, conn *zmtp.Conn, handle func(message.Message)) {
	defer c.readers.Done()
	for {
		frames, err := conn.Recv()
		var tooLarge *zmtp.TooLargeError
		if errors.As(err, &tooLarge) && conn == c.iopub {
			c.onTooLarge(tooLarge)
			continue
		}
		if err != nil {
			c.fail(fmt.Errorf("%s: %w", name, err))
			return
		}
		if conn == c.iopub {
			c.lastIOPub.Store(time.Now().UnixNano())
		}
		m, err := c.key.Decode(frames)
		if err != nil {
			c.refuse(name, err)
			continue
		}
		handle(m)
	}
}

func (c *client) fail(err error) {
	select {
	case c.failed <- err:
	default:
	}
}

// refuse counts a message that cannot be trusted or read; the log gets the 1st,
// 2nd, 4th, 8th and so on.
func (c *client) refuse(channel string, err error) {
	if n := c.refused.Add(1); n&(n-1) == 0 {
		c.log.Warn("kernel message refused", "channel", channel, "refused", n, "err", err)
	}
}

func (c *client) onTooLarge(e *zmtp.TooLargeError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running == nil {
		c.late.add(e.Bytes)
		return
	}
	c.running.queue.lose(e.Bytes, "one message was too large")
}

func (c *client) onReply(m message.Message) {
	c.mu.Lock()
	r := c.requests[m.Parent.ID]
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
	c.mu.Lock()
	r := c.requests[m.Parent.ID]
	c.mu.Unlock()
	switch {
	case outputTypes[m.Header.Type] != nil:
		c.onOutput(r, m)
	case r == nil:
	case m.Header.Type == "status" && executionState(m) == "idle":
		r.idleOnce.Do(func() { close(r.idle) })
	case m.Header.Type == "execute_input":
		r.start()
	}
}

// onOutput files an output under the request that caused it. What has no parent
// belongs to what runs now; what comes after its execution's end (a thread that
// goes on printing) has nowhere to go and is counted.
func (c *client) onOutput(r *request, m message.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r == nil && m.Parent.ID == "" {
		r = c.running
	}
	switch {
	case r == nil:
		c.late.add(int64(len(m.Content)))
	case r.queue != nil:
		r.queue.push(m.Header.Type, m.Content)
		r.start()
	}
}

func (r *request) start() {
	r.startOnce.Do(func() {
		r.startedAt = time.Now()
		close(r.started)
	})
}

func (l *lateOutput) add(bytes int64) {
	l.messages++
	l.bytes += bytes
}

// open registers a request before it is sent. forget must follow.
func (c *client) open(id string, queue *outputQueue) *request {
	r := &request{
		id:      id,
		reply:   make(chan message.Message, 1),
		idle:    make(chan struct{}),
		started: make(chan struct{}),
		queue:   queue,
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests[id] = r
	if queue != nil {
		c.running = r
	}
	return r
}

// forget ends a request; what still comes for it is late.
func (c *client) forget(r *request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.requests, r.id)
	if c.running == r {
		c.running = nil
	}
}

// current returns the execution under way, nil when there is none.
func (c *client) current() *request {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running
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

// takeLate returns what came late since the last call.
func (c *client) takeLate() lateOutput {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.late
	c.late = lateOutput{}
	return l
}

// send signs a request and writes it, after registering it.
func (c *client) send(conn *zmtp.Conn, msgType string, content any, queue *outputQueue) (*request, error) {
	m, err := message.NewRequest(c.session, username, msgType, content)
	if err != nil {
		return nil, err
	}
	frames, err := c.key.Encode(m)
	if err != nil {
		return nil, err
	}
	r := c.open(m.Header.ID, queue)
	if err := conn.Send(frames...); err != nil {
		c.forget(r)
		return nil, fmt.Errorf("%s: %w", msgType, err)
	}
	return r, nil
}

// ask sends a request and waits for its reply. ended closes when none can come.
func (c *client) ask(ctx context.Context, ended <-chan struct{}, conn *zmtp.Conn, msgType string, content any) (message.Message, error) {
	r, err := c.send(conn, msgType, content, nil)
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
