// Package zmtp is the connecting side of the ZeroMQ Message Transport Protocol 3.0
// (RFC 23/ZMTP) with the NULL mechanism, as far as clients of Jupyter kernels need
// it: the socket types DEALER and SUB over a stream.
//
// The peer is not trusted. Memory is taken as bytes arrive, never because a length
// was announced, and no bytes make the package panic.
package zmtp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// The socket types a client can be.
const (
	Dealer = "DEALER"
	Sub    = "SUB"
)

// Options say how a connection behaves. Zero values of the limits mean their
// defaults.
type Options struct {
	// Type is Dealer or Sub.
	Type string
	// Identity is how a ROUTER addresses this connection, at most 255 bytes. Two live
	// connections to one ROUTER must not share one.
	Identity []byte
	// MaxMessage bounds one message: the bytes of all its frames (default 256 MiB).
	// A larger one is skipped and told as *TooLargeError.
	MaxMessage int64
	// Handshake bounds the time until the peer has answered READY (default 5 s).
	Handshake time.Duration
	// WriteTimeout bounds the time a peer may refuse to read (default 30 s). When it
	// has passed the connection cannot be used any more.
	WriteTimeout time.Duration
}

func (o *Options) setDefaults() {
	if o.MaxMessage <= 0 {
		o.MaxMessage = 256 << 20
	}
	if o.Handshake <= 0 {
		o.Handshake = 5 * time.Second
	}
	if o.WriteTimeout <= 0 {
		o.WriteTimeout = 30 * time.Second
	}
}

// ErrProtocol is in the chain of every error that means the peer does not speak
// ZMTP 3 as it should.
var ErrProtocol = errors.New("zmtp: peer broke the protocol")

func protocolError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrProtocol, fmt.Sprintf(format, args...))
}

// TooLargeError tells of a message that was read and thrown away because it was
// over Options.MaxMessage. The connection can be used further.
type TooLargeError struct{ Bytes int64 }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("zmtp: a message of %d bytes was skipped as too large", e.Bytes)
}

// Conn is a connection after its handshake. Send may be called from several
// goroutines, Recv from one at a time, Close from any.
type Conn struct {
	nc   net.Conn
	opts Options
	in   *bufio.Reader
	out  sync.Mutex
}

// Dial connects to an address of package net ("unix" or "tcp") and shakes hands.
func Dial(ctx context.Context, network, address string, o Options) (*Conn, error) {
	var d net.Dialer
	nc, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, fmt.Errorf("zmtp: %w", err)
	}
	return NewConn(ctx, nc, o)
}

// bufferOf is the size of a connection's buffer. Much comes from publishers only, and
// each kernel has four connections.
func bufferOf(socketType string) int {
	if socketType == Sub {
		return 64 << 10
	}
	return 4 << 10
}

// NewConn shakes hands over nc, which it closes when that fails.
func NewConn(ctx context.Context, nc net.Conn, o Options) (*Conn, error) {
	o.setDefaults()
	c := &Conn{nc: nc, opts: o, in: bufio.NewReaderSize(nc, bufferOf(o.Type))}
	stop := context.AfterFunc(ctx, func() { nc.Close() })
	err := c.handshake()
	if !stop() {
		err = fmt.Errorf("zmtp: %w", context.Cause(ctx))
	}
	if err != nil {
		nc.Close()
		return nil, err
	}
	return c, nil
}

// Subscribe asks for the messages whose first frame starts with topic.
func (c *Conn) Subscribe(topic string) error {
	return c.Send(append([]byte{1}, topic...))
}

// Send writes one message of the given frames. After an error the connection
// cannot be used any more.
func (c *Conn) Send(frames ...[]byte) error {
	bufs := make(net.Buffers, 0, 2*len(frames))
	for i, f := range frames {
		var flags byte
		if i < len(frames)-1 {
			flags = flagMore
		}
		bufs = append(bufs, frameHeader(flags, len(f)), f)
	}
	return c.write(bufs)
}

func (c *Conn) write(bufs net.Buffers) error {
	c.out.Lock()
	defer c.out.Unlock()
	if err := c.nc.SetWriteDeadline(time.Now().Add(c.opts.WriteTimeout)); err != nil {
		return fmt.Errorf("zmtp: %w", err)
	}
	if _, err := bufs.WriteTo(c.nc); err != nil {
		c.nc.Close() // half a frame may have gone out
		return fmt.Errorf("zmtp: write: %w", err)
	}
	return nil
}

// Close ends the connection; a Recv that waits returns.
func (c *Conn) Close() error { return c.nc.Close() }
