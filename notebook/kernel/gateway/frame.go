package gateway

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"quire/notebook/kernel"
	"quire/notebook/kernel/message"
)

// protocol is the subprotocol in which a websocket's message has its parts as they
// are (Jupyter Server, "Kernel WebSocket wire protocols"). Without it they are JSON.
const protocol = "v1.kernel.websocket.jupyter.org"

// maxParts bounds the parts of one message: five and its buffers.
const maxParts = 10_000

// errGarbage is in the chain when a websocket's message is no kernel's message.
var errGarbage = errors.New("gateway: not a message of a kernel")

func garbage(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errGarbage, fmt.Sprintf(format, args...))
}

// encodeV1 writes the number of offsets, the offsets and the parts, with numbers of
// eight bytes, the least first. The first part is the channel, the last offset the
// end.
func encodeV1(ch kernel.Channel, frames [][]byte) []byte {
	parts := append([][]byte{[]byte(ch)}, message.PartsOf(frames)...)
	at := 8 * (len(parts) + 2)
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(parts)+1))
	for _, p := range parts {
		b = binary.LittleEndian.AppendUint64(b, uint64(at))
		at += len(p)
	}
	b = binary.LittleEndian.AppendUint64(b, uint64(at))
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// decodeV1 is the reverse. The frames lie in b.
func decodeV1(b []byte) (kernel.Channel, [][]byte, error) {
	if len(b) < 8 {
		return "", nil, garbage("%d bytes", len(b))
	}
	n := binary.LittleEndian.Uint64(b)
	if n < 6 || n > maxParts+1 || 8*(n+1) > uint64(len(b)) {
		return "", nil, garbage("%d offsets in %d bytes", n, len(b))
	}
	offsets := make([]uint64, n)
	for i := range offsets {
		offsets[i] = binary.LittleEndian.Uint64(b[8*(i+1):])
	}
	parts, err := cut(b, offsets)
	if err != nil {
		return "", nil, err
	}
	return kernel.Channel(parts[0]), message.FramesOf(parts[1:]), nil
}

// cut returns what lies between each two offsets.
func cut(b []byte, offsets []uint64) ([][]byte, error) {
	parts := make([][]byte, len(offsets)-1)
	for i := range parts {
		from, to := offsets[i], offsets[i+1]
		if from > to || to > uint64(len(b)) {
			return nil, garbage("a part from %d to %d of %d bytes", from, to, len(b))
		}
		parts[i] = b[from:to:to]
	}
	return parts, nil
}

// legacy is a message as JSON.
type legacy struct {
	Channel  kernel.Channel  `json:"channel"`
	Header   json.RawMessage `json:"header"`
	Parent   json.RawMessage `json:"parent_header"`
	Metadata json.RawMessage `json:"metadata"`
	Content  json.RawMessage `json:"content"`
	Buffers  json.RawMessage `json:"buffers"` // always empty: they stand apart
}

// encodeLegacy writes JSON, or with buffers a binary message: their number with the
// JSON's, the offsets, and all of them, with numbers of four bytes, the greatest
// first.
func encodeLegacy(ch kernel.Channel, frames [][]byte) (b []byte, binaryMessage bool, err error) {
	parts := message.PartsOf(frames)
	text, err := json.Marshal(legacy{ch, parts[0], parts[1], parts[2], parts[3], json.RawMessage("[]")})
	if err != nil || len(parts) == 4 {
		return text, false, err
	}
	parts = append([][]byte{text}, parts[4:]...)
	at := 4 * (len(parts) + 1)
	b = binary.BigEndian.AppendUint32(nil, uint32(len(parts)))
	for _, p := range parts {
		b = binary.BigEndian.AppendUint32(b, uint32(at))
		at += len(p)
	}
	for _, p := range parts {
		b = append(b, p...)
	}
	return b, true, nil
}

// decodeLegacy is the reverse.
func decodeLegacy(b []byte, binaryMessage bool) (kernel.Channel, [][]byte, error) {
	parts := [][]byte{b}
	if binaryMessage {
		var err error
		if parts, err = cutLegacy(b); err != nil {
			return "", nil, err
		}
	}
	var m legacy
	if err := json.Unmarshal(parts[0], &m); err != nil {
		return "", nil, garbage("%v", err)
	}
	frames := [][]byte{orEmpty(m.Header), orEmpty(m.Parent), orEmpty(m.Metadata), orEmpty(m.Content)}
	return m.Channel, message.FramesOf(append(frames, parts[1:]...)), nil
}

func cutLegacy(b []byte) ([][]byte, error) {
	if len(b) < 8 {
		return nil, garbage("%d bytes", len(b))
	}
	n := int64(binary.BigEndian.Uint32(b))
	if n < 1 || n > maxParts || 4*(n+1) > int64(len(b)) {
		return nil, garbage("%d parts in %d bytes", n, len(b))
	}
	offsets := make([]uint64, n, n+1)
	for i := range offsets {
		offsets[i] = uint64(binary.BigEndian.Uint32(b[4*(i+1):]))
	}
	return cut(b, append(offsets, uint64(len(b))))
}

func orEmpty(raw json.RawMessage) []byte {
	if len(raw) == 0 || string(raw) == "null" {
		return []byte("{}")
	}
	return raw
}
