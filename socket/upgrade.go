package socket

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"quire/auth"
	"quire/auth/fault"
	"quire/socket/wire"
)

// readBuffer of each connection in bytes; larger reads go past it.
const readBuffer = 1 << 10

// newUpgrader leaves the Origin to whoever authenticated the request.
func newUpgrader(compress bool) websocket.Upgrader {
	return websocket.Upgrader{
		Subprotocols:      []string{wire.Subprotocol},
		CheckOrigin:       func(*http.Request) bool { return true },
		EnableCompression: compress,
		ReadBufferSize:    readBuffer,
		WriteBufferPool:   &sync.Pool{}, // prepared frames need no buffer of their own
	}
}

// ServeHTTP opens a socket for the actor of the request. Browsers cannot see the
// status of a failed upgrade, so that refusals are told by close codes.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !websocket.IsWebSocketUpgrade(r) {
		w.Header().Set("Upgrade", "websocket")
		http.Error(w, "This is a WebSocket; open it with the subprotocol "+wire.Subprotocol+".", http.StatusUpgradeRequired)
		return
	}
	who, code := s.admit(r.Context())
	h := &hijacker{ResponseWriter: w, idle: helloWait}
	ws, err := s.upgrader.Upgrade(h, r, nil)
	if err != nil {
		return // answered by the upgrader
	}
	if code == 0 && ws.Subprotocol() != wire.Subprotocol {
		code = wire.CloseVersion
	}
	if code != 0 {
		turnAway(ws, h.conn, code)
		return
	}
	actor, _ := auth.ActorFrom(r.Context())
	c := newConn(s, ws, h.conn, actor, who)
	if code := s.add(c); code != 0 {
		turnAway(ws, h.conn, code)
		return
	}
	// Not on the request's goroutine: that holds on to the request and its buffers.
	go c.read()
	go c.write()
}

// admit returns who opens the socket, or the close code that refuses them.
func (s *Server) admit(ctx context.Context) (who auth.Identity, code int) {
	actor, err := auth.ActorFrom(ctx)
	if err != nil || actor.Kind != auth.Person {
		return who, wire.CloseSignedOut
	}
	who, err = s.identity(ctx, actor)
	switch {
	case err == nil:
		return who, 0
	case fault.Is(err, fault.Unauthenticated):
		return who, wire.CloseSignedOut
	default:
		return who, wire.CloseUnavailable
	}
}

var reasons = map[int]string{
	wire.CloseSignedOut:          "Sign in again.",
	wire.CloseVersion:            "Reload the page.",
	wire.CloseUnavailable:        "The database cannot be reached at the moment.",
	wire.CloseRestart:            "The server is stopping.",
	websocket.CloseTryAgainLater: "Too many sockets are open for this person.",
}

// turnAway closes a socket that was just opened.
func turnAway(ws *websocket.Conn, c *netConn, code int) {
	message := websocket.FormatCloseMessage(code, reasons[code])
	_ = ws.WriteControl(websocket.CloseMessage, message, time.Now().Add(writeWait))
	c.drain(closeWait)
	_, _, _ = ws.NextReader()
	_ = ws.Close()
}
