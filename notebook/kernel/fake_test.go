package kernel_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/notebook/kernel"
	"quire/notebook/kernel/message"
)

// fakeSpec makes a kernelspec "fake" whose kernel is this test binary in the role
// of runFake. How it behaves is the code it is told to execute.
func fakeSpec(t *testing.T, behaviour string) func(*kernel.Config) {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	dir := t.TempDir()
	writeSpec(t, dir, "fake", map[string]any{
		"argv":           []string{exe, "{connection_file}"},
		"language":       "fake",
		"interrupt_mode": "message",
		"env":            map[string]string{rolePlayed: "fake", "BEHAVIOUR": behaviour},
	})
	return func(c *kernel.Config) { c.SpecPath = []string{dir} }
}

func writeSpec(t *testing.T, dir, name string, spec map[string]any) {
	t.Helper()
	b, err := json.Marshal(spec)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Join(dir, name), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, name, "kernel.json"), b, 0o644))
}

// fake is a kernel that does what it should not.
type fake struct {
	key   message.Key
	iopub net.Conn
	stdin net.Conn
	asker *bufio.Reader // reads from stdin
	infos int
	stop  chan struct{} // closed by an interrupt_request

	asking <-chan struct{} // closed when stdin is there
}

// runFake is the fake kernel's process.
func runFake() {
	switch os.Getenv("BEHAVIOUR") {
	case "mute":
		select {}
	case "refuse":
		fmt.Fprintln(os.Stderr, "first line\nno licence found")
		os.Exit(1)
	}
	b, err := os.ReadFile(os.Args[1])
	must(err)
	var c fakeConnection
	must(json.Unmarshal(b, &c))
	f := &fake{key: message.Key(c.Key), stop: make(chan struct{})}
	go f.serve(c.listen(c.Shell), "ROUTER", f.shell)
	go f.serve(c.listen(c.Control), "ROUTER", f.control)
	asking := make(chan struct{})
	go f.serve(c.listen(c.Stdin), "ROUTER", func(nc net.Conn, r *bufio.Reader) {
		f.stdin, f.asker = nc, r
		close(asking)
	})
	f.asking = asking
	f.serve(c.listen(c.IOPub), "PUB", func(nc net.Conn, r *bufio.Reader) {
		readMessage(r) // the subscription
		f.iopub = nc
		io.Copy(io.Discard, r)
	})
}

type fakeConnection struct {
	Transport, IP, Key string
	Shell              int `json:"shell_port"`
	IOPub              int `json:"iopub_port"`
	Control            int `json:"control_port"`
	Stdin              int `json:"stdin_port"`
}

func (c fakeConnection) listen(port int) net.Listener {
	separator := "-"
	switch os.Getenv("BEHAVIOUR") {
	case "tcp":
		if c.Transport != "tcp" {
			fmt.Fprintln(os.Stderr, "invalid host "+c.IP)
			os.Exit(1)
		}
		l, err := net.Listen("tcp", net.JoinHostPort(c.IP, strconv.Itoa(port)))
		must(err)
		return l
	case "colon":
		separator = ":"
	}
	l, err := net.Listen("unix", c.IP+separator+strconv.Itoa(port))
	must(err)
	return l
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// serve accepts one connection and shakes hands.
func (f *fake) serve(l net.Listener, socketType string, handle func(net.Conn, *bufio.Reader)) {
	nc, err := l.Accept()
	must(err)
	g := make([]byte, 64)
	g[0], g[9], g[10] = 0xff, 0x7f, 3
	copy(g[12:], "NULL")
	body := append([]byte("\x05READY\x0bSocket-Type"), 0, 0, 0, byte(len(socketType)))
	body = append(body, socketType...)
	_, err = nc.Write(append(append(g, 4, byte(len(body))), body...))
	must(err)
	r := bufio.NewReader(nc)
	_, err = io.ReadFull(r, g)
	must(err)
	readMessage(r) // READY
	handle(nc, r)
}

func readMessage(r *bufio.Reader) (frames [][]byte) {
	for {
		flags, err := r.ReadByte()
		must(err)
		size := make([]byte, 1)
		if flags&2 != 0 {
			size = make([]byte, 8)
		}
		_, err = io.ReadFull(r, size)
		must(err)
		body := make([]byte, binary.BigEndian.Uint64(append(make([]byte, 8-len(size)), size...)))
		_, err = io.ReadFull(r, body)
		must(err)
		frames = append(frames, body)
		if flags&1 == 0 {
			return frames
		}
	}
}

func writeMessage(nc net.Conn, frames ...[]byte) {
	var b bytes.Buffer
	for i, f := range frames {
		flags := byte(2)
		if i < len(frames)-1 {
			flags = 3
		}
		b.Write(binary.BigEndian.AppendUint64([]byte{flags}, uint64(len(f))))
		b.Write(f)
	}
	if _, err := nc.Write(b.Bytes()); errors.Is(err, net.ErrClosed) || err != nil {
		os.Exit(0)
	}
}

func (f *fake) send(nc net.Conn, key message.Key, kind string, parent message.Header, content any) {
	m, err := message.NewRequest("fake", "fake", kind, content)
	must(err)
	m.Parent = parent
	frames, err := key.Encode(m)
	must(err)
	if nc == f.iopub {
		frames = append([][]byte{[]byte("topic")}, frames...)
	}
	writeMessage(nc, frames...)
}

func (f *fake) say(parent message.Header, kind string, content any) {
	f.send(f.iopub, f.key, kind, parent, content)
}

func (f *fake) status(parent message.Header, state string) {
	f.say(parent, "status", map[string]string{"execution_state": state})
}

func (f *fake) print(parent message.Header, text string) {
	f.say(parent, "stream", map[string]string{"name": "stdout", "text": text})
}

// shell takes what comes also while it executes, as ZeroMQ does.
func (f *fake) shell(nc net.Conn, r *bufio.Reader) {
	waiting := make(chan [][]byte, 1000)
	go func() {
		for {
			waiting <- readMessage(r)
		}
	}()
	for frames := range waiting {
		m, err := f.key.Decode(frames)
		must(err)
		switch m.Header.Type {
		case "kernel_info_request":
			f.info(nc, m.Header)
		case "execute_request":
			var c struct{ Code string }
			must(json.Unmarshal(m.Content, &c))
			f.execute(nc, m.Header, c.Code)
		case "comm_open", "comm_msg", "comm_close":
			f.comm(m)
		}
	}
}

// info answers the first request before it is heard on iopub, as a kernel does
// whose subscriber comes late.
func (f *fake) info(nc net.Conn, h message.Header) {
	f.infos++
	if f.infos > 1 {
		f.status(h, "busy")
	}
	f.send(nc, f.key, "kernel_info_reply", h, map[string]string{"status": "ok", "implementation": "fake"})
	if f.infos > 1 {
		f.status(h, "idle")
	}
}

func (f *fake) control(nc net.Conn, r *bufio.Reader) {
	for {
		m, err := f.key.Decode(readMessage(r))
		must(err)
		switch m.Header.Type {
		case "interrupt_request":
			close(f.stop)
			f.send(nc, f.key, "interrupt_reply", m.Header, struct{}{})
		case "shutdown_request":
			os.Exit(0)
		}
	}
}

func (f *fake) execute(nc net.Conn, h message.Header, code string) {
	f.status(h, "busy")
	reply := map[string]any{"status": "ok", "execution_count": 7}
	idle := true
	switch code {
	case "wrong signatures":
		f.send(f.iopub, "another key", "stream", h, map[string]string{"name": "stdout", "text": "forged"})
		f.send(f.iopub, "another key", "status", h, map[string]string{"execution_state": "idle"})
		f.send(nc, "another key", "execute_reply", h, map[string]string{"status": "error"})
		writeMessage(f.iopub, []byte("no"), []byte("message"))
	case "unknown types":
		f.say(h, "telepathy", map[string]string{"thought": "x"})
		f.say(message.Header{}, "iopub_welcome", struct{}{})
		f.status(h, "dreaming")
	case "no parent":
		f.print(message.Header{}, "orphan ")
	case "unreadable":
		f.say(h, "stream", []int{1})
		f.say(h, "display_data", map[string]any{"data": 5})
	case "too large":
		f.print(h, strings.Repeat("x", 2<<20))
	case "huge frame":
		f.raw(2, 0x40, 0, 0, 0, 0, 0, 0, 0)
	case "garbage":
		f.raw([]byte(strings.Repeat("\xff garbage", 1000))...)
	case "flood":
		f.flood(h)
	case "burst":
		for range 5000 {
			f.print(h, "x")
		}
		os.Exit(0)
	case "no idle":
		idle = false
	case "no reply":
		f.status(h, "idle")
		return
	case "twice":
		f.send(nc, f.key, "execute_reply", h, map[string]any{"status": "aborted"})
		f.status(h, "idle")
	case "aborted":
		reply["status"] = "aborted"
	case "late":
		defer func() { f.print(h, "too late") }()
	case "payload":
		reply["payload"] = []any{map[string]any{"source": "set_next_input", "text": "rm -rf"}}
	case "ask", "ask from elsewhere", "ask too much", "ask without end":
		f.print(h, f.ask(h, code))
	case "comms":
		f.comms(h)
	case "wait":
		f.say(h, "execute_input", struct{}{})
		<-f.stop
	}
	f.print(h, "end of "+code)
	f.send(nc, f.key, "execute_reply", h, reply)
	if idle {
		f.status(h, "idle")
	}
}

func (f *fake) raw(b ...byte) {
	if _, err := f.iopub.Write(b); err != nil {
		os.Exit(0)
	}
	select {}
}

// flood writes without end until it is interrupted.
func (f *fake) flood(h message.Header) {
	f.say(h, "execute_input", struct{}{})
	text := strings.Repeat("x", 100_000)
	for {
		select {
		case <-f.stop:
			return
		default:
			f.print(h, text)
		}
	}
}

// ask asks as it was told to, and returns the answer.
func (f *fake) ask(h message.Header, how string) string {
	<-f.asking
	question := map[string]any{"prompt": "who?", "password": false}
	switch how {
	case "ask from elsewhere":
		f.send(f.stdin, f.key, "input_request", message.Header{ID: "another"}, question)
		f.send(f.stdin, "another key", "input_request", h, question)
		f.send(f.stdin, f.key, "input_request", message.Header{}, question)
		f.send(f.stdin, f.key, "surprise", h, question)
		return "not asked "
	case "ask too much":
		question["prompt"] = strings.Repeat("x", 5<<20)
		f.send(f.stdin, f.key, "input_request", h, question)
		question["prompt"] = strings.Repeat("ä", 1<<20)
	case "ask without end":
		for range 5000 {
			f.send(f.stdin, f.key, "input_request", h, question)
		}
		question["prompt"] = "last"
	}
	f.send(f.stdin, f.key, "input_request", h, question)
	m, err := f.key.Decode(readMessage(f.asker))
	must(err)
	var c struct{ Value string }
	must(json.Unmarshal(m.Content, &c))
	return m.Header.Type + " to " + m.Parent.Type + ": " + c.Value + " "
}

// comms opens a comm that has no name, one with a long name, and one with a buffer.
func (f *fake) comms(h message.Header) {
	f.say(h, "comm_open", map[string]any{"target_name": "t"})
	f.say(h, "comm_msg", map[string]any{"comm_id": strings.Repeat("x", 1000)})
	m, err := message.NewRequest("fake", "fake", "comm_open", map[string]any{"comm_id": "c", "target_name": "t", "data": map[string]any{"n": 1}})
	must(err)
	m.Parent, m.Buffers = h, [][]byte{{0, 255}, {}}
	frames, err := f.key.Encode(m)
	must(err)
	writeMessage(f.iopub, append([][]byte{[]byte("topic")}, frames...)...)
}

// comm sends back what came, with its buffers, in one message.
func (f *fake) comm(m message.Message) {
	f.status(m.Header, "busy")
	back, err := message.NewRequest("fake", "fake", m.Header.Type, json.RawMessage(m.Content))
	must(err)
	back.Parent, back.Buffers, back.Metadata = m.Header, m.Buffers, m.Metadata
	frames, err := f.key.Encode(back)
	must(err)
	writeMessage(f.iopub, append([][]byte{[]byte("topic")}, frames...)...)
	f.print(m.Header, "handled")
	f.status(m.Header, "idle")
}
