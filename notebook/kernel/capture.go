package kernel

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// keptTail is how much of the end of a process's output stays in memory.
const keptTail = 4 << 10

// capture takes what a process writes past its protocol: the first bytes go to a
// file, the last stay in memory, the rest is counted. It always reads, so that no
// process waits for it.
type capture struct {
	in   *os.File // the process's end
	out  *os.File
	file *os.File
	room int64 // bytes the file may still take
	end  chan struct{}

	mu      sync.Mutex
	last    []byte
	dropped int64
}

// newCapture makes the file at path, which must not exist: in a folder that others
// may write to, it could be a link.
func newCapture(path string, limit int64) (*capture, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("kernel log: %w", err)
	}
	out, in, err := os.Pipe()
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("kernel log: %w", err)
	}
	c := &capture{in: in, out: out, file: file, room: limit, end: make(chan struct{})}
	go c.run()
	return c, nil
}

func (c *capture) run() {
	defer close(c.end)
	buf := make([]byte, 8<<10)
	for {
		n, err := c.out.Read(buf)
		c.add(buf[:n])
		if err != nil {
			return
		}
	}
}

func (c *capture) add(b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = append(c.last, b...)
	if over := len(c.last) - keptTail; over > 0 {
		c.last = append(c.last[:0], c.last[over:]...)
	}
	n := min(c.room, int64(len(b)))
	c.room -= n
	c.dropped += int64(len(b)) - n
	if n == 0 {
		return
	}
	if _, err := c.file.Write(b[:n]); err != nil {
		c.room = 0
	}
}

// close stops reading after what was written so far, even if a process that left
// the group still holds the other end.
func (c *capture) close() {
	_ = c.out.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	<-c.end
	if c.dropped > 0 {
		fmt.Fprintf(c.file, "\n… %d more bytes were not kept\n", c.dropped)
	}
	c.out.Close()
	c.file.Close()
}

// tail returns the last lines that were written.
func (c *capture) tail() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.ToValidUTF8(string(bytes.TrimSpace(c.last)), "\ufffd")
}
