package socket

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"quire/auth"
	"quire/socket/wire"
)

// conn is one socket: one tab of one person.
type conn struct {
	s       *Server
	ws      *websocket.Conn
	net     *netConn
	actor   auth.Actor
	who     auth.Identity // as it was when the socket was opened
	tab     string        // set before greeted
	ctx     context.Context
	cancel  context.CancelFunc
	out     *queue
	rate    *rate.Limiter
	slots   chan struct{} // taken by what waits in lanes
	turn    chan struct{} // taken by the one feed that has output on its way
	pongs   chan string   // the newest ping to answer
	look    chan struct{} // has a token when the open notes are to be looked at
	greeted atomic.Bool
	// holding is set while frames are held back because nobody can tell who may read.
	holding atomic.Bool

	ending   sync.Once
	stop     chan struct{} // closed when the connection is to be closed with code
	code     int
	reason   string
	readDone chan struct{}
	work     sync.WaitGroup // lanes and feeds

	mu      sync.Mutex
	closed  bool // nothing is opened any more
	lanes   map[auth.ID]*lane
	waiting int // bytes of operations in lanes
}

// slotsPerSocket is how many requests of one socket may wait at a time.
const slotsPerSocket = 64

func newConn(s *Server, ws *websocket.Conn, net *netConn, actor auth.Actor, who auth.Identity) *conn {
	c := &conn{
		s: s, ws: ws, net: net, actor: actor, who: who,
		out:   newQueue(s.config.QueueBytes),
		rate:  rate.NewLimiter(rate.Limit(s.config.FramesPerSecond), s.config.FramesPerSecond),
		slots: make(chan struct{}, slotsPerSocket),
		turn:  make(chan struct{}, 1),
		pongs: make(chan string, 1), look: make(chan struct{}, 1),
		stop: make(chan struct{}), readDone: make(chan struct{}),
		lanes: map[auth.ID]*lane{},
	}
	c.ctx, c.cancel = context.WithCancel(auth.WithActor(context.Background(), actor))
	return c
}

// close ends the connection with a code, and reason in words for the log of the
// browser. The first call counts.
func (c *conn) close(code int, reason string) {
	c.ending.Do(func() {
		c.code, c.reason = code, reason
		close(c.stop)
	})
}

// push queues an item, and cuts the client off when it does not fit.
func (c *conn) push(it *item) {
	if c.out.push(it) {
		return
	}
	it.leave()
	if c.holding.Load() {
		c.close(wire.CloseUnavailable, "The database cannot be reached at the moment.")
	} else {
		c.close(wire.CloseSlow, "Too much was waiting to be sent.")
	}
	c.out.close()
}

// release ends what the socket has open. What was asked for before goes on.
func (c *conn) release() {
	c.out.close()
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	for _, sub := range c.open() {
		sub.release()
	}
	c.work.Wait()
	c.cancel()
}

// open lists the notes that are open.
func (c *conn) open() []*subscription {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []*subscription
	for _, l := range c.lanes {
		if l.sub != nil {
			list = append(list, l.sub)
		}
	}
	return list
}

// spawn runs f on a goroutine that the end of the connection waits for. It reports
// false, and does nothing, after that end.
func (c *conn) spawn(f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.start(f)
	return true
}

// start is spawn for those who hold c.mu and know that c is not closed.
func (c *conn) start(f func()) {
	c.work.Add(1)
	go func() {
		defer c.work.Done()
		defer c.recovered()
		f()
	}()
}

// abandon gives up what was asked for and is not done yet.
func (c *conn) abandon() { c.cancel() }

// recovered ends this socket, and only this one, when its code panics.
func (c *conn) recovered() {
	if v := recover(); v != nil {
		c.s.log.Error("panic in a socket", "panic", fmt.Sprint(v), "user", c.actor.Name,
			"request", c.actor.Request, "stack", string(debug.Stack()))
		c.close(websocket.CloseInternalServerErr, "Something went wrong on our side.")
	}
}
