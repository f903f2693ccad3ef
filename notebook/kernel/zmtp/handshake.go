package zmtp

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"
)

// peers lists the socket types that may talk to ours (RFC 23, "Socket-Type").
var peers = map[string][]string{
	Dealer: {"ROUTER", "DEALER", "REP"},
	Sub:    {"PUB", "XPUB"},
}

// greetingLen is the size of a ZMTP 3 greeting: signature (10), version (2),
// mechanism (20), as-server (1), filler (31).
const greetingLen = 64

func greeting() []byte {
	g := make([]byte, greetingLen)
	g[0], g[9] = 0xff, 0x7f
	g[10] = 3
	copy(g[12:], "NULL")
	return g
}

func (c *Conn) handshake() error {
	if _, ok := peers[c.opts.Type]; !ok {
		return fmt.Errorf("zmtp: %q is not a socket type of this package", c.opts.Type)
	}
	if len(c.opts.Identity) > 255 {
		return fmt.Errorf("zmtp: an identity of %d bytes; at most 255 are allowed", len(c.opts.Identity))
	}
	if err := c.nc.SetDeadline(time.Now().Add(c.opts.Handshake)); err != nil {
		return fmt.Errorf("zmtp: %w", err)
	}
	if err := c.greet(); err != nil {
		return err
	}
	if err := c.ready(); err != nil {
		return err
	}
	return c.nc.SetDeadline(time.Time{})
}

func (c *Conn) greet() error {
	if _, err := c.nc.Write(greeting()); err != nil {
		return fmt.Errorf("zmtp: greeting: %w", err)
	}
	var g [greetingLen]byte
	// The signature alone first: what is not ZMTP may never send 64 bytes.
	if _, err := io.ReadFull(c.in, g[:10]); err != nil {
		return fmt.Errorf("zmtp: greeting: %w", err)
	}
	if g[0] != 0xff || g[9] != 0x7f {
		return protocolError("the greeting has no ZMTP signature")
	}
	if _, err := io.ReadFull(c.in, g[10:]); err != nil {
		return fmt.Errorf("zmtp: greeting: %w", err)
	}
	if g[10] < 3 {
		return protocolError("version %d is spoken; at least 3 is needed", g[10])
	}
	if m := strings.TrimRight(string(g[12:32]), "\x00"); m != "NULL" {
		return protocolError("security mechanism %q instead of NULL", m)
	}
	return nil
}

func (c *Conn) ready() error {
	body := commandBody("READY")
	body = appendProperty(body, "Socket-Type", []byte(c.opts.Type))
	if c.opts.Type == Dealer {
		body = appendProperty(body, "Identity", c.opts.Identity)
	}
	if err := c.writeHandshake(body); err != nil {
		return err
	}
	flags, size, err := c.header()
	if err != nil {
		return err
	}
	if flags&flagCommand == 0 {
		return protocolError("a message came before READY")
	}
	name, data, err := c.command(size)
	if err != nil {
		return err
	}
	switch name {
	case "READY":
		return c.checkReady(data)
	case "ERROR":
		return protocolError("refused: %q", data)
	}
	return protocolError("command %q instead of READY", name)
}

func (c *Conn) writeHandshake(body []byte) error {
	// Not through write, whose deadline would outlive the handshake's.
	bufs := net.Buffers{frameHeader(flagCommand, len(body)), body}
	if _, err := bufs.WriteTo(c.nc); err != nil {
		return fmt.Errorf("zmtp: READY: %w", err)
	}
	return nil
}

func (c *Conn) checkReady(data []byte) error {
	props, err := properties(data)
	if err != nil {
		return err
	}
	if theirs := props["socket-type"]; !slices.Contains(peers[c.opts.Type], theirs) {
		return protocolError("a %s cannot talk to socket type %q", c.opts.Type, theirs)
	}
	return nil
}

func appendProperty(b []byte, name string, value []byte) []byte {
	b = append(b, byte(len(name)))
	b = append(b, name...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(value)))
	return append(b, value...)
}

// properties reads the metadata of READY. Names are case-insensitive.
func properties(b []byte) (map[string]string, error) {
	props := map[string]string{}
	for len(b) > 0 {
		n := int(b[0])
		if len(b) < 1+n+4 {
			return nil, protocolError("READY is cut short")
		}
		name := strings.ToLower(string(b[1 : 1+n]))
		b = b[1+n:]
		size := binary.BigEndian.Uint32(b)
		b = b[4:]
		if uint64(size) > uint64(len(b)) {
			return nil, protocolError("READY is cut short")
		}
		props[name] = string(b[:size])
		b = b[size:]
	}
	return props, nil
}
