package socket

import (
	"errors"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// recording is a connection that keeps the sizes of what is written.
type recording struct {
	net.Conn
	sizes  []int
	broken error
	closed bool
}

func (r *recording) Write(b []byte) (int, error) {
	if r.sizes = append(r.sizes, len(b)); len(r.sizes) > 10 {
		return 0, errors.New("too many writes")
	}
	return len(b), r.broken
}

func (r *recording) Close() error { r.closed = true; return nil }

func (r *recording) SetWriteDeadline(time.Time) error { return nil }

// writeWhile writes a frame of two chunks and a bit, for so many chunks of which it
// may be written.
func writeWhile(chunks int, broken error) (r *recording, c *netConn, n int, err error) {
	r = &recording{broken: broken}
	c = &netConn{Conn: r}
	still := func() bool { chunks--; return chunks >= 0 }
	c.still.Store(&still)
	n, err = c.Write(make([]byte, 2*chunkBytes+1))
	return r, c, n, err
}

func TestAFrameIsWrittenInChunksAsLongAsItMay(t *testing.T) {
	r, c, n, err := writeWhile(3, nil)
	require.NoError(t, err)
	require.Equal(t, 2*chunkBytes+1, n)
	require.Equal(t, []int{chunkBytes, chunkBytes, 1}, r.sizes)
	require.False(t, c.skipped.Load() || r.closed)

	r, c, n, err = writeWhile(0, nil)
	require.NoError(t, err)
	require.Equal(t, 2*chunkBytes+1, n, "what may not begin counts as written")
	require.Empty(t, r.sizes)
	require.True(t, c.skipped.Load())
	require.False(t, r.closed)

	r, c, n, err = writeWhile(1, nil)
	require.ErrorIs(t, err, errTakenBack)
	require.Equal(t, chunkBytes, n)
	require.Equal(t, []int{chunkBytes}, r.sizes)
	require.False(t, c.skipped.Load())
	require.True(t, r.closed, "what has begun and may not go on ends the connection")
}

// Where a write fails, what the system still has is taken back if it may not be read.
func TestAWriteThatFails(t *testing.T) {
	broken := errors.New("broken")
	r, _, _, err := writeWhile(1, broken)
	require.ErrorIs(t, err, broken)
	require.True(t, r.closed)
	r, _, _, err = writeWhile(2, broken)
	require.ErrorIs(t, err, broken)
	require.False(t, r.closed, "it may still be read")
	r = &recording{broken: broken}
	_, err = (&netConn{Conn: r}).Write([]byte("about no note"))
	require.ErrorIs(t, err, broken)
	require.False(t, r.closed)
}
