package socket

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/gorilla/websocket"

	"quire/auth"
)

// compressFrom is the size from which a frame is worth compressing, in bytes.
const compressFrom = 1 << 10

// frame is JSON ready to be sent, to one socket or to thousands: header and, if
// it is compressed, payload are made once.
type frame struct {
	size     int // bytes of JSON
	prepared *websocket.PreparedMessage
}

// newFrame encodes one of the types of socket/wire.
func newFrame(v any) (*frame, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // nothing puts these bytes into HTML
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	data := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	prepared, err := websocket.NewPreparedMessage(websocket.TextMessage, data)
	if err != nil {
		return nil, fmt.Errorf("prepare %T: %w", v, err)
	}
	return &frame{size: len(data), prepared: prepared}, nil
}

// item is a frame on its way out.
type item struct {
	// frame is what the socket's person is told who may only read; nil for nothing.
	frame *frame
	// full is what they are told as long as they may write, if that is more.
	full *frame
	// about is the subscription whose note it tells of; nil for none.
	about *subscription
	// last marks GONE: it needs no right, and nothing of its subscription follows.
	last bool
	// asked marks what the client has asked for and is sent when there is room.
	asked bool
	// key names what the newest frame alone is worth sending of; empty for frames
	// that all count.
	key string
	// left is called once, when the item was written or dropped; may be nil.
	left func()
}

// size is that of the largest frame it may become.
func (it *item) size() int {
	size := 0
	for _, f := range []*frame{it.frame, it.full} {
		if f != nil {
			size = max(size, f.size)
		}
	}
	return size
}

// replaced has nothing of it sent, as something newer has taken its place.
func (it *item) replaced() { it.frame, it.full = nil, nil }

func (it *item) empty() bool { return it.frame == nil && it.full == nil }

// pick returns the frame for who may do this on the note; nil for none.
func (it *item) pick(actions auth.Actions) *frame {
	if it.full != nil && actions.Has(auth.Write) {
		return it.full
	}
	return it.frame
}

func (it *item) leave() {
	if it.left != nil {
		it.left()
	}
}
