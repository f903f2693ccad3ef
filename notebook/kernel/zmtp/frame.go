package zmtp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

// The flags of a frame (RFC 23, "Framing").
const (
	flagMore    = 1
	flagLong    = 2
	flagCommand = 4
)

const (
	// maxFrames bounds the frames of one message, so that empty ones cost no more
	// than full ones.
	maxFrames = 4096
	// maxCommand bounds a command; PING carries at most 18 bytes, READY a few names.
	maxCommand = 64 << 10
	// skipFactor says how many times over the limit a message may be and still be
	// read past. Beyond it the connection ends.
	skipFactor = 16
	// firstChunk is taken for a frame before any of its bytes have come; then never
	// more than growth times what has come, nor than was announced.
	firstChunk = 64 << 10
	growth     = 16
)

func frameHeader(flags byte, size int) []byte {
	if size <= 255 {
		return []byte{flags, byte(size)}
	}
	return binary.BigEndian.AppendUint64([]byte{flags | flagLong}, uint64(size))
}

// Recv returns the frames of the next message. *TooLargeError says that one was
// skipped and Recv may be called again; every other error is final.
func (c *Conn) Recv() ([][]byte, error) {
	var msg [][]byte
	var total int64
	for count := 1; ; {
		flags, size, err := c.header()
		if err != nil {
			return nil, err
		}
		if flags&flagCommand != 0 {
			if err := c.serve(size); err != nil {
				return nil, err
			}
			continue
		}
		total += size
		if total > skipFactor*c.opts.MaxMessage || count > skipFactor*maxFrames {
			return nil, protocolError("a message of %d bytes in %d frames and more", total, count)
		}
		if total > c.opts.MaxMessage || count > maxFrames {
			msg = nil
			err = c.skip(size)
		} else {
			msg, err = c.appendFrame(msg, size)
		}
		if err != nil {
			return nil, err
		}
		if flags&flagMore == 0 {
			if msg == nil {
				return nil, &TooLargeError{Bytes: total}
			}
			return msg, nil
		}
		count++
	}
}

// header reads the flags and the size of the next frame.
func (c *Conn) header() (flags byte, size int64, err error) {
	flags, err = c.in.ReadByte()
	if err != nil {
		return 0, 0, fmt.Errorf("zmtp: read: %w", err)
	}
	if flags > flagMore|flagLong|flagCommand || flags&(flagCommand|flagMore) == flagCommand|flagMore {
		return 0, 0, protocolError("frame with flags %#02x", flags)
	}
	var b [8]byte
	field := b[7:]
	if flags&flagLong != 0 {
		field = b[:]
	}
	if _, err := io.ReadFull(c.in, field); err != nil {
		return 0, 0, fmt.Errorf("zmtp: read: %w", cutShort(err))
	}
	n := binary.BigEndian.Uint64(b[:])
	if n > 1<<62 {
		return 0, 0, protocolError("a frame of %d bytes", n)
	}
	return flags, int64(n), nil
}

func (c *Conn) appendFrame(msg [][]byte, size int64) ([][]byte, error) {
	body, err := c.body(size)
	return append(msg, body), err
}

// body reads size bytes into memory that grows as they come.
func (c *Conn) body(size int64) ([]byte, error) {
	buf := make([]byte, 0, min(size, firstChunk))
	for {
		n, err := io.ReadFull(c.in, buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err != nil {
			return nil, fmt.Errorf("zmtp: read: %w", cutShort(err))
		}
		if int64(len(buf)) == size {
			return buf, nil
		}
		grown := make([]byte, len(buf), min(size, growth*int64(cap(buf))))
		copy(grown, buf)
		buf = grown
	}
}

func (c *Conn) skip(size int64) error {
	if _, err := io.CopyN(io.Discard, c.in, size); err != nil {
		return fmt.Errorf("zmtp: read: %w", cutShort(err))
	}
	return nil
}

func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// serve answers a command that came between messages. Only PING wants an answer
// (RFC 37/ZMTP 3.1): its context after the two bytes of time to live.
func (c *Conn) serve(size int64) error {
	name, data, err := c.command(size)
	if err != nil {
		return err
	}
	switch name {
	case "PING":
		if len(data) < 2 || len(data) > 18 {
			return protocolError("PING with %d bytes", len(data))
		}
		body := append(commandBody("PONG"), data[2:]...)
		return c.write(net.Buffers{frameHeader(flagCommand, len(body)), body})
	case "ERROR":
		return protocolError("closed: %q", data)
	}
	return nil
}

func commandBody(name string) []byte { return append([]byte{byte(len(name))}, name...) }

func (c *Conn) command(size int64) (name string, data []byte, err error) {
	if size > maxCommand {
		return "", nil, protocolError("a command of %d bytes", size)
	}
	body, err := c.body(size)
	if err != nil {
		return "", nil, err
	}
	if len(body) == 0 || len(body) < 1+int(body[0]) {
		return "", nil, protocolError("a command without its name")
	}
	n := 1 + int(body[0])
	return string(body[1:n]), body[n:], nil
}
