package gateway

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"

	"quire/auth/fault"
	"quire/notebook/kernel"
)

// remote is a kernel that a gateway has; it is the kernel.Backing of one.
type remote struct {
	g       *Gateway
	id      string // the gateway's for it
	session string // ours: the gateway keeps messages for it while we are away
	log     *slog.Logger
	conns   map[kernel.Channel]*conn
	life    context.Context // ends with the kernel
	end     context.CancelFunc

	mu     sync.Mutex
	link   *link         // nil while the gateway is away
	linked chan struct{} // closed while it is not
	cause  string        // set before life ends
}

var _ kernel.Backing = (*remote)(nil)

// newRemote returns a kernel of the gateway's with its first link.
func newRemote(g *Gateway, id, session string, l *link, log *slog.Logger) *remote {
	r := &remote{g: g, id: id, session: session, log: log, conns: map[kernel.Channel]*conn{}, link: l, linked: make(chan struct{})}
	close(r.linked)
	r.life, r.end = context.WithCancel(context.Background())
	for _, ch := range []kernel.Channel{kernel.Shell, kernel.IOPub, kernel.Stdin, kernel.Control} {
		r.conns[ch] = &conn{r: r, name: ch, in: make(chan received), closed: make(chan struct{})}
	}
	context.AfterFunc(g.life, func() { r.over("the server is shutting down") })
	g.work.Go(func() { r.serve(l) })
	g.work.Go(r.watch)
	return r
}

// over ends the kernel as far as this server is concerned; the first cause counts.
func (r *remote) over(cause string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.life.Err() != nil {
		return
	}
	r.cause = cause
	r.end()
	if r.link != nil {
		r.link.close()
	}
}

// Ready implements kernel.Backing.
func (r *remote) Ready(ctx context.Context) error {
	for {
		r.mu.Lock()
		link, linked := r.link, r.linked
		r.mu.Unlock()
		if r.life.Err() != nil {
			return net.ErrClosed
		}
		if link != nil {
			return nil
		}
		select {
		case <-linked:
		case <-r.life.Done():
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Interrupt implements kernel.Backing.
func (r *remote) Interrupt(ctx context.Context) error {
	return r.g.interrupt(ctx, r.id)
}

// Stop implements kernel.Backing. What cannot be ended now is ended when the gateway
// answers again; nobody waits for that.
func (r *remote) Stop(ctx context.Context, _ func() error) {
	if err := r.g.remove(ctx, r.id); err != nil {
		r.log.Warn("kernel could not be ended on its gateway yet", "err", err)
		r.g.reap(r.id)
	}
	r.over("stopped")
}

// Kill implements kernel.Backing.
func (r *remote) Kill() {
	if r.life.Err() == nil {
		r.g.reap(r.id)
		r.over("stopped")
	}
}

// Ended implements kernel.Backing.
func (r *remote) Ended() <-chan struct{} { return r.life.Done() }

// Cause implements kernel.Backing.
func (r *remote) Cause() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cause
}

// LastWords implements kernel.Backing: the gateway keeps them.
func (r *remote) LastWords() string { return "" }

// status is told what the gateway says about the kernel. One that has died it starts
// anew under the same id, without what it held in memory.
func (r *remote) status(state string) {
	if state == "restarting" || state == "dead" {
		r.g.reap(r.id)
		r.over("its process on the gateway “" + r.g.Name + "” has ended")
	}
}

// send writes a message. While the gateway is away nothing goes out; what is written
// to a link that breaks may be lost, and that it was cut is told.
func (r *remote) send(ch kernel.Channel, frames [][]byte) error {
	r.mu.Lock()
	l := r.link
	r.mu.Unlock()
	switch {
	case r.life.Err() != nil:
		return net.ErrClosed
	case l == nil:
		return fault.New(fault.Unavailable, "The gateway “%s” is away; Quire tries to reach it again.", r.g.Name)
	}
	if err := l.write(ch, frames); err != nil {
		r.log.Info("a message may not have reached the gateway", "channel", ch, "err", err)
	}
	return nil
}

// received is a message, or what Recv is to tell instead.
type received struct {
	frames [][]byte
	err    error
}

// conn is one channel of a kernel. It outlives links.
type conn struct {
	r      *remote
	name   kernel.Channel
	in     chan received
	closed chan struct{}
	once   sync.Once
}

// Recv implements kernel.Conn.
func (c *conn) Recv() ([][]byte, error) {
	select {
	case m := <-c.in:
		return m.frames, m.err
	case <-c.closed:
		return nil, net.ErrClosed
	case <-c.r.life.Done():
		return nil, net.ErrClosed
	}
}

// Send implements kernel.Conn.
func (c *conn) Send(frames ...[]byte) error { return c.r.send(c.name, frames) }

// Close implements kernel.Conn.
func (c *conn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return nil
}

// hand gives a message to whoever reads the channel.
func (r *remote) hand(ch kernel.Channel, m received) {
	c := r.conns[ch]
	select {
	case c.in <- m:
	case <-c.closed:
	case <-r.life.Done():
	}
}

// readAll hands on what comes over a link until it is cut.
func (r *remote) readAll(l *link) error {
	refused := 0
	for {
		ch, frames, err := l.read()
		if err == nil && r.conns[ch] == nil {
			err = garbage("channel %.20q", ch)
		}
		switch {
		case errors.Is(err, errGarbage):
			if refused++; refused&(refused-1) == 0 { // the 1st, 2nd, 4th, 8th and so on
				r.log.Warn("message of the gateway refused", "refused", refused, "err", err)
			}
		case err != nil:
			return err
		default:
			r.hand(ch, received{frames: frames})
		}
	}
}
