package kernel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"quire/notebook/kernel/message"
	"quire/notebook/kernel/zmtp"
)

// The ports with the ipc transport.
const (
	shellPort = 1 + iota
	iopubPort
	stdinPort
	controlPort
	hbPort
)

// maxSocketPath is what fits into sockaddr_un with its final zero (unix(7)), less one.
const maxSocketPath = 106

// socketPrefix is the connection file's "ip" within the run folder: the socket of
// port n is "<prefix>-<n>".
const socketPrefix = "k"

const loopback = "127.0.0.1"

// redial is the pause between attempts to connect while a kernel starts.
const redial = 10 * time.Millisecond

// connection is the connection file (Jupyter client, "Connection files").
type connection struct {
	Transport string      `json:"transport"`
	IP        string      `json:"ip"`
	Shell     int         `json:"shell_port"`
	IOPub     int         `json:"iopub_port"`
	Stdin     int         `json:"stdin_port"`
	Control   int         `json:"control_port"`
	HB        int         `json:"hb_port"`
	Key       message.Key `json:"key"`
	Scheme    string      `json:"signature_scheme"`
	Name      string      `json:"kernel_name"`
}

// newIPC describes sockets in dir, which only the kernel's user may enter: output
// is not signed for its reader, so over TCP every local user could read it.
func newIPC(dir, name string) (*connection, error) {
	return &connection{
		Transport: "ipc",
		IP:        filepath.Join(dir, socketPrefix),
		Shell:     shellPort,
		IOPub:     iopubPort,
		Stdin:     stdinPort,
		Control:   controlPort,
		HB:        hbPort,
		Key:       message.NewKey(),
		Scheme:    message.Scheme,
		Name:      name,
	}, nil
}

// newTCP describes ports of the loopback interface that were free just now.
func newTCP(_, name string) (*connection, error) {
	var ports [5]int
	for i := range ports {
		l, err := net.Listen("tcp4", loopback+":0")
		if err != nil {
			return nil, fmt.Errorf("ports for a kernel: %w", err)
		}
		defer l.Close() // after the last was found, so that no two are equal
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return &connection{
		Transport: "tcp",
		IP:        loopback,
		Shell:     ports[0],
		IOPub:     ports[1],
		Stdin:     ports[2],
		Control:   ports[3],
		HB:        ports[4],
		Key:       message.NewKey(),
		Scheme:    message.Scheme,
		Name:      name,
	}, nil
}

// encode is the text of the connection file.
func (c *connection) encode() ([]byte, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("connection file: %w", err)
	}
	return b, nil
}

func (c *connection) port(ch Channel) int {
	return map[Channel]int{Shell: c.Shell, IOPub: c.IOPub, Stdin: c.Stdin, Control: c.Control}[ch]
}

// addresses are where a channel may be found. Jupyter's name for a socket is
// "<ip>-<port>"; kernels that build all addresses alike make it "<ip>:<port>".
func (c *connection) addresses(ch Channel) (network string, addresses []string) {
	port := strconv.Itoa(c.port(ch))
	if c.Transport == "tcp" {
		return "tcp", []string{net.JoinHostPort(c.IP, port)}
	}
	return "unix", []string{c.IP + "-" + port, c.IP + ":" + port}
}

// dialer connects to the channels, waiting for a kernel that has not bound them
// yet until it has ended. The input channel must have the identity of the shell's
// (messaging protocol, "stdin"), so it is the session's.
func (c *connection) dialer(session string, maxMessage int64, ended <-chan struct{}) func(context.Context, Channel) (Conn, error) {
	return func(ctx context.Context, ch Channel) (Conn, error) {
		o := zmtp.Options{Type: zmtp.Dealer, Identity: []byte(session), MaxMessage: maxMessage}
		switch ch {
		case IOPub:
			o.Type, o.Identity = zmtp.Sub, nil
		case Stdin:
			o.MaxMessage = min(maxMessage, maxQuestion)
		}
		conn, err := c.dial(ctx, ch, o, ended)
		if err != nil {
			return nil, err // and no connection that is nil inside
		}
		if ch == IOPub {
			err = conn.Subscribe("")
		}
		return conn, err
	}
}

func (c *connection) dial(ctx context.Context, ch Channel, o zmtp.Options, ended <-chan struct{}) (*zmtp.Conn, error) {
	network, addresses := c.addresses(ch)
	for i := 0; ; i++ {
		conn, err := zmtp.Dial(ctx, network, addresses[i%len(addresses)], o)
		if err == nil || !notYet(err) {
			return conn, err
		}
		select {
		case <-time.After(redial):
		case <-ended:
			return nil, errEnded
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
	}
}

func notYet(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED)
}
