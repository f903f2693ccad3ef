// Package message turns Jupyter messages into the frames of their ZeroMQ transport
// and back (Jupyter messaging protocol 5.3, "The wire protocol").
package message

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"quire/auth"
)

// Version is the messaging protocol this package speaks.
const Version = "5.3"

// Header names a message and its sender.
type Header struct {
	ID       string `json:"msg_id"`
	Session  string `json:"session"`
	Username string `json:"username"`
	Date     string `json:"date"`
	Type     string `json:"msg_type"`
	Version  string `json:"version"`
}

// Message is one message. Parent is zero when the sender named none. Metadata and
// Content of a decoded message are valid UTF-8; whether they are JSON shows when
// they are read (a message of 100 MB should not be parsed twice).
type Message struct {
	Header   Header
	Parent   Header
	Metadata json.RawMessage
	Content  json.RawMessage
	Buffers  [][]byte
}

// NewRequest makes a message with a fresh id and content as JSON.
func NewRequest(session, username, msgType string, content any) (Message, error) {
	body, err := json.Marshal(content)
	if err != nil {
		return Message{}, fmt.Errorf("message: %s: %w", msgType, err)
	}
	return Message{
		Header: Header{
			ID:       auth.NewID().String(),
			Session:  session,
			Username: username,
			Date:     time.Now().UTC().Format(time.RFC3339Nano),
			Type:     msgType,
			Version:  Version,
		},
		Content: body,
	}, nil
}

// delimiter stands between the ZeroMQ identities or topic and the message.
var delimiter = []byte("<IDS|MSG>")

// Why a message was refused.
var (
	ErrSignature = errors.New("message: the signature is wrong")
	ErrMalformed = errors.New("message: not a Jupyter message")
)

// Encode returns the frames of m: delimiter, signature, header, parent header,
// metadata, content, buffers.
func (k Key) Encode(m Message) ([][]byte, error) {
	header, err := json.Marshal(m.Header)
	if err != nil {
		return nil, fmt.Errorf("message: header: %w", err)
	}
	parent := []byte("{}")
	if m.Parent != (Header{}) {
		if parent, err = json.Marshal(m.Parent); err != nil {
			return nil, fmt.Errorf("message: parent header: %w", err)
		}
	}
	parts := [][]byte{header, parent, orEmpty(m.Metadata), orEmpty(m.Content)}
	frames := append([][]byte{delimiter, k.sign(parts)}, parts...)
	return append(frames, m.Buffers...), nil
}

func orEmpty(raw json.RawMessage) []byte {
	if len(raw) == 0 {
		return []byte("{}")
	}
	return raw
}

// Decode checks the signature over the bytes as they came and reads the message.
// What kernels in the wild leave out or set to null is taken as empty.
func (k Key) Decode(frames [][]byte) (Message, error) {
	i := 0
	for i < len(frames) && !bytes.Equal(frames[i], delimiter) {
		i++
	}
	frames = frames[min(i+1, len(frames)):]
	if len(frames) < 5 {
		return Message{}, fmt.Errorf("%w: %d frames after the delimiter", ErrMalformed, len(frames))
	}
	if !k.verify(frames[0], frames[1:5]) {
		return Message{}, ErrSignature
	}
	m := Message{Metadata: validUTF8(frames[3]), Content: validUTF8(frames[4]), Buffers: frames[5:]}
	if err := readHeader(frames[1], &m.Header); err != nil || m.Header.Type == "" {
		return Message{}, fmt.Errorf("%w: header without a type", ErrMalformed)
	}
	if err := readHeader(frames[2], &m.Parent); err != nil {
		return Message{}, fmt.Errorf("%w: parent header: %w", ErrMalformed, err)
	}
	return m, nil
}

// readHeader forgives fields of another type than the protocol's; they stay empty.
func readHeader(b []byte, h *Header) error {
	if len(b) == 0 {
		return nil
	}
	var wrongType *json.UnmarshalTypeError
	if err := json.Unmarshal(b, h); err != nil && !errors.As(err, &wrongType) {
		return err
	}
	return nil
}

func validUTF8(b []byte) json.RawMessage {
	if utf8.Valid(b) {
		return b
	}
	return bytes.ToValidUTF8(b, []byte("\ufffd"))
}
