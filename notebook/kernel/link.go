package kernel

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"sync"
	"syscall"

	"quire/auth/fault"
)

// maxLinkFrame bounds one message between a server and its root parent, in bytes.
const maxLinkFrame = 256 << 10

// link is the connection between a server and its root parent: JSON messages, one
// per packet of a socket pair (SOCK_SEQPACKET), each with at most one open file.
type link struct {
	conn *net.UnixConn
	mu   sync.Mutex // held by who writes
}

// newLink takes over one end of a socket pair.
func newLink(end *os.File) (*link, error) {
	defer end.Close()
	conn, err := net.FileConn(end)
	if err != nil {
		return nil, fmt.Errorf("connection to the parent: %w", err)
	}
	unixConn, ok := conn.(*net.UnixConn)
	if !ok {
		conn.Close()
		return nil, errors.New("connection to the parent: not a Unix socket")
	}
	return &link{conn: unixConn}, nil
}

var errLinkFrame = fmt.Errorf("a message between server and parent is longer than %d bytes", maxLinkFrame)

// send writes one message and passes file on, if there is one.
func (l *link) send(message any, file *os.File) error {
	b, err := json.Marshal(message)
	if err != nil {
		return err
	}
	if len(b) > maxLinkFrame {
		return errLinkFrame
	}
	var rights []byte
	if file != nil {
		rights = syscall.UnixRights(int(file.Fd()))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _, err = l.conn.WriteMsgUnix(b, rights, nil)
	return err
}

// receive reads one message, and the file that came with it, or nil.
func (l *link) receive(message any) (*os.File, error) {
	b, rights := make([]byte, maxLinkFrame), make([]byte, syscall.CmsgSpace(4))
	n, nr, flags, _, err := l.conn.ReadMsgUnix(b, rights)
	if err != nil {
		return nil, err
	}
	file := fileOf(rights[:nr])
	switch {
	case n == 0:
		err = net.ErrClosed
	case flags&(syscall.MSG_TRUNC|syscall.MSG_CTRUNC) != 0:
		err = errLinkFrame
	default:
		d := json.NewDecoder(bytes.NewReader(b[:n]))
		d.DisallowUnknownFields()
		err = d.Decode(message)
	}
	if err != nil && file != nil {
		file.Close()
	}
	return file, err
}

func fileOf(rights []byte) *os.File {
	messages, err := syscall.ParseSocketControlMessage(rights)
	if err != nil || len(messages) == 0 {
		return nil
	}
	fds, err := syscall.ParseUnixRights(&messages[0])
	if err != nil || len(fds) == 0 {
		return nil
	}
	return os.NewFile(uintptr(fds[0]), "passed")
}

func (l *link) close() { l.conn.Close() }

// linkRequest is what a server asks of its parent; exactly one of the pointers is
// set.
type linkRequest struct {
	ID      uint64       `json:"id"`
	Note    *linkNote    `json:"note,omitempty"`
	Start   *order       `json:"start,omitempty"` // with a file for its output
	Reclaim *linkReclaim `json:"reclaim,omitempty"`
	Tell    *linkTell    `json:"tell,omitempty"`
	Ask     *linkAsk     `json:"ask,omitempty"`
	Install *linkInstall `json:"install,omitempty"` // with a file for its output
}

// linkNote asks to give a note's folder to the user of a slot.
type linkNote struct {
	Dir  string `json:"dir"`
	Slot int    `json:"slot"`
	Site string `json:"site"`
}

// linkReclaim asks to give a note's folder to the server.
type linkReclaim struct {
	Dir string `json:"dir"`
}

// linkTell passes a notice to a kernel that the parent has started.
type linkTell struct {
	Kernel string `json:"kernel"`
	Notice notice `json:"notice"`
}

// linkAsk asks a Python about itself.
type linkAsk struct {
	Program  string   `json:"program"`
	Question question `json:"question"`
}

// linkInstall asks for the system's packages, which the parent alone knows.
type linkInstall struct{}

// linkReply is the answer to the request ID; with Died set it is the news that a
// kernel has ended; the first of all has only Hello.
type linkReply struct {
	ID    uint64     `json:"id,omitempty"`
	Error *linkError `json:"error,omitempty"`
	Dir   string     `json:"dir,omitempty"`
	PID   int        `json:"pid,omitempty"`
	Out   []byte     `json:"out,omitempty"`
	// Problem is what did not work but may not matter.
	Problem string `json:"problem,omitempty"`

	Died  string `json:"died,omitempty"`
	Death string `json:"death,omitempty"`

	Hello *linkHello `json:"hello,omitempty"`
}

// linkHello tells a server what its parent starts.
type linkHello struct {
	Level    Level  `json:"level"`
	OwnUsers bool   `json:"ownUsers"`
	Places   string `json:"places"`
}

// linkError is an error as the other side can act on it.
type linkError struct {
	Text   string     `json:"text"`
	Code   fault.Code `json:"code,omitempty"`
	Denied bool       `json:"denied,omitempty"` // fs.ErrPermission
}

func newLinkError(err error) *linkError {
	if err == nil {
		return nil
	}
	e := &linkError{Text: err.Error(), Denied: errors.Is(err, fs.ErrPermission)}
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		e.Text, e.Code = f.Message, f.Code
	}
	return e
}

func (e *linkError) err() error {
	switch {
	case e == nil:
		return nil
	case e.Code != "":
		return fault.New(e.Code, "%s", e.Text)
	case e.Denied:
		return fmt.Errorf("%s: %w", e.Text, fs.ErrPermission)
	}
	return errors.New(e.Text)
}
