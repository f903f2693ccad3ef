package socket

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"quire/socket/wire"
)

// Of reading.
const (
	helloWait  = 10 * time.Second // for the first frame
	helloBytes = 4 << 10
	silences   = 3 // pings a peer may leave unanswered
)

// read takes frames until the connection ends, and after it was told to close
// until the client has heard that.
func (c *conn) read() {
	defer close(c.readDone)
	defer c.recovered()
	c.ws.SetPingHandler(c.pinged)
	c.ws.SetReadLimit(helloBytes)
	if !c.greet() {
		c.discard()
		return
	}
	c.ws.SetReadLimit(c.s.config.FrameBytes)
	c.net.mayBeSilent(silences * c.s.config.PingEvery)
	for {
		f, err := c.next(c.s.config.FrameBytes)
		if err != nil {
			c.failed(err)
			break
		}
		if err := c.handle(f); err != nil {
			c.close(wire.CloseProtocol, err.Error())
			break
		}
	}
	c.discard()
}

// greet exchanges HELLO.
func (c *conn) greet() bool {
	f, err := c.next(helloBytes)
	switch {
	case err != nil:
		c.failed(err)
		return false
	case f.Op != wire.OpHello:
		c.close(wire.CloseProtocol, "The first frame is HELLO.")
		return false
	case f.Version > wire.Version || f.Version < max(1, wire.Version-1):
		c.close(wire.CloseVersion, fmt.Sprintf("This server speaks version %d.", wire.Version))
		return false
	case f.Tab == "" || len(f.Tab) > maxTab:
		c.close(wire.CloseProtocol, fmt.Sprintf("HELLO names its tab in 1 to %d characters.", maxTab))
		return false
	}
	c.tab = f.Tab
	c.push(&item{frame: c.s.encode(wire.Hello{
		Op: wire.OpHello, Version: wire.Version, Build: c.s.config.Build,
		User:  wire.Person{ID: c.actor.User, Name: c.actor.Name},
		Admin: c.who.Admin, PingSeconds: int(c.s.config.PingEvery / time.Second),
	})})
	c.greeted.Store(true)
	c.s.mu.Lock()
	status := c.s.status
	c.s.mu.Unlock()
	if status != nil {
		c.push(&item{frame: status, key: "status"})
	}
	return true
}

// errFrame is a frame that cannot be understood.
type errFrame struct{ why string }

func (e errFrame) Error() string { return e.why }

// next reads a frame of at most limit bytes, also when it came compressed.
func (c *conn) next(limit int64) (f wire.Client, err error) {
	kind, r, err := c.ws.NextReader()
	if err != nil {
		return f, err
	}
	if kind != websocket.TextMessage {
		return f, errFrame{"Frames are text."}
	}
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return f, err
	case int64(len(data)) > limit:
		return f, errFrame{fmt.Sprintf("A frame has at most %d bytes.", limit)}
	case !utf8.Valid(data):
		return f, errFrame{"A frame is UTF-8."}
	}
	if err := c.rate.Wait(c.ctx); err != nil {
		return f, err
	}
	return f, decode(data, &f)
}

// decode reads one JSON object with known fields and nothing behind it.
func decode(data []byte, f *wire.Client) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(f); err != nil {
		return errFrame{"A frame cannot be understood: " + shortened(err.Error())}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errFrame{"A frame is one JSON object."}
	}
	return nil
}

// shortened fits a close frame: 125 bytes with the code (RFC 6455 §5.5).
func shortened(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return s[:wholeRunes([]byte(s[:most]))]
}

// failed closes the connection for what went wrong in reading.
func (c *conn) failed(err error) {
	var bad errFrame
	switch {
	case errors.As(err, &bad):
		c.close(wire.CloseProtocol, bad.why)
	case errors.Is(err, websocket.ErrReadLimit):
		c.close(wire.CloseProtocol, "A frame is too large.")
	default:
		c.close(websocket.CloseGoingAway, "") // there is nobody to tell
	}
}

// discard reads on until the client has answered the close frame or is gone.
func (c *conn) discard() {
	for {
		if _, _, err := c.ws.NextReader(); err != nil {
			return
		}
	}
}

// pinged answers a client's ping from the goroutine that writes.
func (c *conn) pinged(payload string) error {
	if err := c.rate.Wait(c.ctx); err != nil {
		return err
	}
	select {
	case <-c.pongs: // the newest is answered, RFC 6455 §5.5.3
	default:
	}
	c.pongs <- payload
	return nil
}
