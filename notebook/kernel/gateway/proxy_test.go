package gateway_test

import (
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// proxy passes bytes on to a server, until it is told otherwise.
type proxy struct {
	l  net.Listener
	to string

	mu      sync.Mutex
	conns   map[net.Conn]struct{}
	refuses bool
	stalls  chan struct{} // closed to go on; nil: does not stall
	passing sync.WaitGroup
}

func newProxy(t *testing.T, to string) *proxy {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{l: l, to: to, conns: map[net.Conn]struct{}{}}
	p.passing.Go(p.accept)
	t.Cleanup(func() {
		l.Close()
		p.resume()
		p.cut(true)
		p.passing.Wait()
	})
	return p
}

func (p *proxy) url() string { return "http://" + p.l.Addr().String() }

func (p *proxy) accept() {
	for {
		in, err := p.l.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp4", p.to)
		if err != nil || !p.take(in, out) {
			in.Close()
			continue
		}
		p.passing.Go(func() { p.pass(in, out) })
		p.passing.Go(func() { p.pass(out, in) })
	}
}

func (p *proxy) take(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		if p.refuses {
			c.Close()
		} else {
			p.conns[c] = struct{}{}
		}
	}
	return !p.refuses
}

func (p *proxy) pass(from, to net.Conn) {
	b := make([]byte, 4096)
	for {
		n, err := from.Read(b)
		p.mu.Lock()
		stalls := p.stalls
		p.mu.Unlock()
		if stalls != nil {
			<-stalls
		}
		if _, werr := to.Write(b[:n]); err != nil || werr != nil {
			from.Close()
			to.Close()
			return
		}
	}
}

// cut ends every connection, and refuses new ones if told.
func (p *proxy) cut(refuse bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuses = refuse
	for c := range p.conns {
		c.Close()
	}
	clear(p.conns)
}

// stall passes nothing on any more, and says nothing about it.
func (p *proxy) stall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stalls = make(chan struct{})
}

func (p *proxy) resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stalls != nil {
		close(p.stalls)
		p.stalls = nil
	}
}
