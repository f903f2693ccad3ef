package gateway

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"quire/auth/fault"
	"quire/notebook/kernel"
)

// link is one websocket to a kernel, which carries all its channels.
type link struct {
	ws    *websocket.Conn
	v1    bool
	since time.Time
	out   sync.Mutex // held by who writes
	gone  chan struct{}
	once  sync.Once
}

// dial opens a websocket to a kernel, within ctx.
func (g *Gateway) dial(ctx context.Context, id, session string) (*link, error) {
	u := *g.api.base.JoinPath("api", "kernels", id, "channels")
	u.Scheme = map[string]string{"http": "ws", "https": "wss"}[u.Scheme]
	u.RawQuery = url.Values{"session_id": {session}}.Encode()
	var nc *watchedConn
	d := websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: g.trust, Subprotocols: []string{protocol},
		ReadBufferSize: 64 << 10, WriteBufferSize: 64 << 10,
		NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			var plain net.Dialer
			conn, err := plain.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			nc = &watchedConn{Conn: conn, silence: g.rhythm.silence}
			return nc, nil
		},
	}
	ws, resp, err := d.DialContext(ctx, u.String(), g.api.header())
	if err != nil {
		if resp != nil && errors.Is(err, websocket.ErrBadHandshake) {
			return nil, g.api.read(resp, nil)
		}
		return nil, g.api.unreachable(err)
	}
	if p := ws.Subprotocol(); p != "" && p != protocol {
		ws.Close()
		return nil, fault.New(fault.Unavailable, "The gateway “%s” speaks another protocol than it was asked for.", g.Name)
	}
	nc.open.Store(true)
	ws.SetReadLimit(maxMessage)
	l := &link{ws: ws, v1: ws.Subprotocol() == protocol, since: time.Now(), gone: make(chan struct{})}
	g.work.Go(func() { l.ping(g.rhythm.ping) })
	return l, nil
}

// ping keeps the connection from being silent.
func (l *link) ping(every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if l.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTimeout)) != nil {
				l.close()
			}
		case <-l.gone:
			return
		}
	}
}

// read returns the next message. After an error with errGarbage it can be called
// again.
func (l *link) read() (kernel.Channel, [][]byte, error) {
	kind, b, err := l.ws.ReadMessage()
	if err != nil {
		return "", nil, err
	}
	if l.v1 {
		return decodeV1(b)
	}
	return decodeLegacy(b, kind == websocket.BinaryMessage)
}

// write sends a message. After an error the link is closed, and part of the message
// may have gone out.
func (l *link) write(ch kernel.Channel, frames [][]byte) error {
	kind, b := websocket.BinaryMessage, []byte(nil)
	if l.v1 {
		b = encodeV1(ch, frames)
	} else {
		text, binaryMessage, err := encodeLegacy(ch, frames)
		if err != nil {
			return err
		}
		if b = text; !binaryMessage {
			kind = websocket.TextMessage
		}
	}
	l.out.Lock()
	defer l.out.Unlock()
	err := l.ws.SetWriteDeadline(time.Now().Add(writeTimeout))
	if err == nil {
		err = l.ws.WriteMessage(kind, b)
	}
	if err != nil {
		l.close()
	}
	return err
}

func (l *link) close() {
	l.once.Do(func() {
		close(l.gone)
		l.ws.Close()
	})
}

// watchedConn bounds what comes before the websocket is open, and the silence
// afterwards: a peer that is gone without a word is noticed by its not answering to
// pings, and a long message is no silence.
type watchedConn struct {
	net.Conn
	silence time.Duration
	open    atomic.Bool
	read    int
}

var errHandshake = errors.New("gateway: the answer to the handshake does not end")

// Read implements net.Conn.
func (c *watchedConn) Read(b []byte) (int, error) {
	if c.open.Load() {
		if err := c.SetReadDeadline(time.Now().Add(c.silence)); err != nil {
			return 0, err
		}
		return c.Conn.Read(b)
	}
	if c.read > maxHeader {
		return 0, errHandshake
	}
	n, err := c.Conn.Read(b)
	c.read += n
	return n, err
}
