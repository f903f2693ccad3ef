package zmtp_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"quire/notebook/kernel/zmtp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func greeting(major byte, mechanism string) []byte {
	g := make([]byte, 64)
	g[0], g[9], g[10] = 0xff, 0x7f, major
	copy(g[12:], mechanism)
	return g
}

func command(name string, data ...byte) []byte {
	body := append([]byte{byte(len(name))}, name...)
	body = append(body, data...)
	return append([]byte{4, byte(len(body))}, body...)
}

func property(name, value string) []byte {
	b := append([]byte{byte(len(name))}, name...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(value)))
	return append(b, value...)
}

func ready(socketType string) []byte { return command("READY", property("Socket-Type", socketType)...) }

// hello is what a well-behaved ROUTER or PUB opens with.
func hello(socketType string) []byte { return append(greeting(3, "NULL"), ready(socketType)...) }

// long is the header of a frame with an eight byte length.
func long(flags byte, size uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{flags | 2}, size)
}

// said is a connection whose peer says these bytes and then closes; what is
// written to it is kept.
type said struct {
	net.Conn
	in      io.Reader
	written bytes.Buffer
}

func (s *said) Read(b []byte) (int, error)       { return s.in.Read(b) }
func (s *said) Write(b []byte) (int, error)      { return s.written.Write(b) }
func (s *said) Close() error                     { return nil }
func (s *said) SetDeadline(time.Time) error      { return nil }
func (s *said) SetWriteDeadline(time.Time) error { return nil }

func say(parts ...[]byte) *said { return &said{in: bytes.NewReader(bytes.Join(parts, nil))} }

func dealer(t *testing.T, nc net.Conn, o zmtp.Options) (*zmtp.Conn, error) {
	o.Type = zmtp.Dealer
	return zmtp.NewConn(t.Context(), nc, o)
}

func TestHandshake(t *testing.T) {
	peer := say(hello("ROUTER"))
	_, err := dealer(t, peer, zmtp.Options{Identity: []byte("me")})
	require.NoError(t, err)
	want := append(greeting(3, "NULL"), command("READY", append(property("Socket-Type", "DEALER"), property("Identity", "me")...)...)...)
	require.Equal(t, want, peer.written.Bytes())
}

func TestHandshakeRefused(t *testing.T) {
	for name, c := range map[string]struct {
		bytes  []byte
		expect string
	}{
		"not ZMTP":          {[]byte("HTTP/1.1 400 Bad Request\r\n\r\n"), "signature"},
		"ZMTP 2":            {greeting(1, ""), "version"},
		"another mechanism": {greeting(3, "CURVE"), "CURVE"},
		"unknown type":      {hello("TELEPATH"), "TELEPATH"},
		"wrong type":        {hello("PUB"), "PUB"},
		"no type":           {append(greeting(3, "NULL"), command("READY")...), "socket type"},
		"ERROR":             {append(greeting(3, "NULL"), command("ERROR", append([]byte{4}, "nope"...)...)...), "nope"},
		"another command":   {append(greeting(3, "NULL"), command("PONG")...), "PONG"},
		"message first":     {append(greeting(3, "NULL"), 0, 1, 'x'), "before READY"},
		"property too long": {append(greeting(3, "NULL"), command("READY", 1, 'a', 0xff, 0xff, 0xff, 0xff)...), "cut short"},
		"property cut":      {append(greeting(3, "NULL"), command("READY", 200, 'a')...), "cut short"},
		"no command name":   {append(greeting(3, "NULL"), 4, 0), "name"},
		"huge command":      {append(greeting(3, "NULL"), long(4, 1<<40)...), "command of"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := dealer(t, say(c.bytes), zmtp.Options{})
			require.ErrorIs(t, err, zmtp.ErrProtocol)
			require.ErrorContains(t, err, c.expect)
		})
	}
	_, err := dealer(t, say(hello("ROUTER")[:70]), zmtp.Options{})
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	_, err = zmtp.NewConn(t.Context(), say(hello("ROUTER")), zmtp.Options{Type: "PUSH"})
	require.ErrorContains(t, err, "PUSH")
	_, err = dealer(t, say(hello("ROUTER")), zmtp.Options{Identity: make([]byte, 256)})
	require.ErrorContains(t, err, "256")
}

// TestSilentPeer: a peer that says nothing is given up, by time and by context.
func TestSilentPeer(t *testing.T) {
	for name, try := range map[string]func(net.Conn) error{
		"time": func(nc net.Conn) error {
			_, err := dealer(t, nc, zmtp.Options{Handshake: 20 * time.Millisecond})
			return err
		},
		"context": func(nc net.Conn) error {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			_, err := zmtp.NewConn(ctx, nc, zmtp.Options{Type: zmtp.Sub, Handshake: time.Hour})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			ours, theirs := net.Pipe()
			defer theirs.Close()
			go io.Copy(io.Discard, theirs)
			require.Error(t, try(ours))
			_, err := ours.Read(make([]byte, 1))
			require.ErrorIs(t, err, io.ErrClosedPipe, "a failed handshake closes the connection")
		})
	}
}

func TestFrames(t *testing.T) {
	big := bytes.Repeat([]byte("b"), 300_000)
	peer := say(hello("ROUTER"),
		[]byte{1, 1, 'a', 0, 0},
		long(1, uint64(len(big))), big, long(0, 2), []byte("cd"))
	c, err := dealer(t, peer, zmtp.Options{})
	require.NoError(t, err)
	msg, err := c.Recv()
	require.NoError(t, err)
	require.Equal(t, [][]byte{[]byte("a"), {}}, msg)
	msg, err = c.Recv()
	require.NoError(t, err)
	require.Equal(t, [][]byte{big, []byte("cd")}, msg)
	_, err = c.Recv()
	require.ErrorIs(t, err, io.EOF)
}

func TestSend(t *testing.T) {
	peer := say(hello("ROUTER"))
	c, err := dealer(t, peer, zmtp.Options{})
	require.NoError(t, err)
	peer.written.Reset()
	big := bytes.Repeat([]byte("b"), 256)
	require.NoError(t, c.Send([]byte("a"), nil, big))
	require.Equal(t, bytes.Join([][]byte{{1, 1, 'a', 1, 0}, long(0, 256), big}, nil), peer.written.Bytes())
}

func TestSubscribe(t *testing.T) {
	peer := say(hello("XPUB"))
	c, err := zmtp.NewConn(t.Context(), peer, zmtp.Options{Type: zmtp.Sub})
	require.NoError(t, err)
	peer.written.Reset()
	require.NoError(t, c.Subscribe("to"))
	require.Equal(t, []byte{0, 3, 1, 't', 'o'}, peer.written.Bytes())
}

func TestPing(t *testing.T) {
	peer := say(hello("ROUTER"), command("PING", 0, 10, 'c', 't', 'x'), command("NONSENSE"), []byte{0, 1, 'a'})
	c, err := dealer(t, peer, zmtp.Options{})
	require.NoError(t, err)
	peer.written.Reset()
	msg, err := c.Recv()
	require.NoError(t, err)
	require.Equal(t, [][]byte{[]byte("a")}, msg, "commands do not reach the application")
	require.Equal(t, command("PONG", 'c', 't', 'x'), peer.written.Bytes())
}

func TestBrokenFrames(t *testing.T) {
	for name, b := range map[string][]byte{
		"reserved flags":    {8, 0},
		"command with more": {5, 1, 'x'},
		"length over 2^62":  long(0, 1<<63),
		"2^62 bytes":        long(0, 1<<62),
		"PING without ttl":  command("PING", 1),
		"PING too long":     command("PING", make([]byte, 19)...),
		"ERROR":             command("ERROR"),
		"endless frames":    bytes.Repeat([]byte{1, 0}, 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			c, err := dealer(t, say(hello("ROUTER"), b), zmtp.Options{})
			require.NoError(t, err)
			_, err = c.Recv()
			require.ErrorIs(t, err, zmtp.ErrProtocol)
		})
	}
	c, err := dealer(t, say(hello("ROUTER"), long(0, 100), []byte("too few")), zmtp.Options{})
	require.NoError(t, err)
	_, err = c.Recv()
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

// TestTooLarge: a message over the limit is read past, whether one frame or all
// together are too large, and the next one arrives.
func TestTooLarge(t *testing.T) {
	one := append(long(0, 1001), make([]byte, 1001)...)
	two := bytes.Join([][]byte{long(1, 600), make([]byte, 600), long(1, 600), make([]byte, 600), {0, 1, 'x'}}, nil)
	many := append(bytes.Repeat([]byte{1, 0}, 5000), 0, 0)
	c, err := dealer(t, say(hello("ROUTER"), one, two, many, []byte{0, 1, 'a'}), zmtp.Options{MaxMessage: 1000})
	require.NoError(t, err)
	for _, size := range []int64{1001, 1201, 0} {
		var tooLarge *zmtp.TooLargeError
		_, err = c.Recv()
		require.True(t, errors.As(err, &tooLarge), "%v", err)
		require.Equal(t, size, tooLarge.Bytes)
	}
	msg, err := c.Recv()
	require.NoError(t, err)
	require.Equal(t, [][]byte{[]byte("a")}, msg)
}

// TestNoMemoryForPromises: an announced length alone takes no memory.
func TestNoMemoryForPromises(t *testing.T) {
	c, err := dealer(t, say(hello("ROUTER"), long(0, 200<<20), []byte("and no more")), zmtp.Options{})
	require.NoError(t, err)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = c.Recv()
	runtime.ReadMemStats(&after)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}

// TestStuckPeer: a peer that does not read fails the sender after a time.
func TestStuckPeer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	require.NoError(t, err)
	defer l.Close()
	accepted := make(chan net.Conn, 1)
	go func() {
		nc, err := l.Accept()
		if err == nil {
			_, err = nc.Write(hello("ROUTER"))
		}
		if err == nil {
			accepted <- nc
		}
	}()
	c, err := zmtp.Dial(t.Context(), "unix", path, zmtp.Options{Type: zmtp.Dealer, WriteTimeout: 50 * time.Millisecond})
	require.NoError(t, err)
	defer (<-accepted).Close()
	require.ErrorContains(t, c.Send(make([]byte, 32<<20)), "timeout")
	_, err = c.Recv()
	require.ErrorIs(t, err, net.ErrClosed, "half a frame went out, so the connection is of no more use")
}

// FuzzPeer: whatever a peer says, there is no panic and the end is an error.
func FuzzPeer(f *testing.F) {
	message := []byte{1, 1, 'a', 0, 1, 'b'}
	for _, b := range [][]byte{
		nil,
		hello("ROUTER"),
		append(hello("ROUTER"), message...),
		append(hello("ROUTER"), long(0, 1<<62)...),
		append(hello("ROUTER"), long(0, 1<<41)...),
		append(hello("ROUTER"), bytes.Repeat([]byte{1, 0}, 10_000)...),
		append(hello("ROUTER"), command("PING", 0, 0, 1)...),
		hello("TELEPATH"),
		hello("ROUTER")[:66],
		append(greeting(3, "NULL"), command("READY", 200, 'a', 0xff, 0xff)...),
		[]byte(strings.Repeat("garbage ", 100)),
		append(hello("ROUTER"), append(long(0, 3000), make([]byte, 3000)...)...),
	} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := dealer(t, say(b), zmtp.Options{MaxMessage: 2000})
		if err != nil {
			return
		}
		for {
			msg, err := c.Recv()
			var tooLarge *zmtp.TooLargeError
			if err != nil && !errors.As(err, &tooLarge) {
				return
			}
			require.LessOrEqual(t, len(bytes.Join(msg, nil)), 2000)
		}
	})
}
