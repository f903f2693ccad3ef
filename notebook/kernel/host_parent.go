package kernel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// Parent is a server's connection to its root parent.
type Parent struct {
	link  *link
	hello linkHello

	mu      sync.Mutex
	last    uint64
	waiting map[uint64]chan linkReply
	deaths  map[string]chan string // by kernel
	gone    error                  // why the connection is over
	ended   chan struct{}
}

var errParentGone = errors.New("the connection to the parent process is over")

// ConnectParent takes over a server's end of the socket pair whose other end a
// RootParent serves.
func ConnectParent(end *os.File) (*Parent, error) {
	l, err := newLink(end)
	if err != nil {
		return nil, err
	}
	var first linkReply
	if _, err := l.receive(&first); err != nil || first.Hello == nil {
		l.close()
		return nil, errors.Join(errParentGone, err)
	}
	p := &Parent{link: l, hello: *first.Hello, waiting: map[uint64]chan linkReply{}, deaths: map[string]chan string{}, ended: make(chan struct{})}
	go p.read()
	return p, nil
}

func (p *Parent) read() {
	defer close(p.ended)
	for {
		var r linkReply
		file, err := p.link.receive(&r)
		if file != nil {
			file.Close() // a parent passes none
		}
		if err != nil {
			p.end(err)
			return
		}
		p.dispatch(r)
	}
}

func (p *Parent) dispatch(r linkReply) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.Died != "" {
		if c := p.deaths[r.Died]; c != nil {
			delete(p.deaths, r.Died)
			c <- r.Death
		}
		return
	}
	if c := p.waiting[r.ID]; c != nil {
		delete(p.waiting, r.ID)
		c <- r
	}
}

// end answers everybody who waits: without the parent all it started is gone.
func (p *Parent) end(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone = fmt.Errorf("%w: %w", errParentGone, err)
	for id, c := range p.waiting {
		delete(p.waiting, id)
		c <- linkReply{Error: newLinkError(p.gone)}
	}
	for id, c := range p.deaths {
		delete(p.deaths, id)
		c <- "the process that had started it is gone"
	}
}

// request sends one and waits for its answer.
func (p *Parent) request(ctx context.Context, r linkRequest, file *os.File) (linkReply, error) {
	answer := make(chan linkReply, 1)
	p.mu.Lock()
	p.last++
	r.ID = p.last
	p.waiting[r.ID] = answer
	gone := p.gone
	p.mu.Unlock()
	if gone == nil {
		gone = p.link.send(r, file)
	}
	if gone != nil {
		p.forget(r.ID)
		return linkReply{}, gone
	}
	select {
	case a := <-answer:
		return a, a.Error.err()
	case <-ctx.Done():
		p.forget(r.ID)
		return linkReply{}, ctx.Err()
	}
}

func (p *Parent) forget(id uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.waiting, id)
}

// parentHost has everything done by the root parent.
type parentHost struct {
	*Parent
}

func newParentHost(cfg Config) host { return parentHost{cfg.Parent} }

func (h parentHost) separation() separation {
	return separation{Level: h.hello.Level, ownUsers: h.hello.OwnUsers}
}

func (h parentHost) places() string { return h.hello.Places }

// openNote makes the folder here, as what root makes in others' folders it must not
// trust afterwards.
func (h parentHost) openNote(dir string, slot int, site string) (string, error) {
	if err := os.Mkdir(dir, 0o770); err != nil && !os.IsExist(err) {
		return "", fmt.Errorf("note folder: %w", err)
	}
	r, err := h.request(context.Background(), linkRequest{Note: &linkNote{dir, slot, site}}, nil)
	return r.Dir, err
}

func (h parentHost) reclaim(dir string) error {
	_, err := h.request(context.Background(), linkRequest{Reclaim: &linkReclaim{dir}}, nil)
	return err
}

func (h parentHost) start(o order, output *os.File) (started, error) {
	death := make(chan string, 1)
	h.mu.Lock()
	h.deaths[o.ID] = death
	h.mu.Unlock()
	r, err := h.request(context.Background(), linkRequest{Start: &o}, output)
	if err != nil {
		h.mu.Lock()
		delete(h.deaths, o.ID)
		h.mu.Unlock()
		return started{}, err
	}
	tell := func(n notice) error {
		_, err := h.request(context.Background(), linkRequest{Tell: &linkTell{o.ID, n}}, nil)
		return err
	}
	return started{pid: r.PID, tell: tell, death: death}, nil
}

func (h parentHost) ask(ctx context.Context, program string, q question) ([]byte, error) {
	r, err := h.request(ctx, linkRequest{Ask: &linkAsk{program, q}}, nil)
	return r.Out, err
}

// install shows what the parent's programs print, through a pipe.
func (h parentHost) install(ctx context.Context, show io.Writer) (problem string, err error) {
	out, in, err := os.Pipe()
	if err != nil {
		return "", fmt.Errorf("install: %w", err)
	}
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		_, _ = io.Copy(show, out) // what is not shown is not missed
		out.Close()
	}()
	r, err := h.request(ctx, linkRequest{Install: &linkInstall{}}, in)
	in.Close()
	if ctx.Err() != nil {
		out.Close()
	}
	<-shown
	return r.Problem, err
}

func (h parentHost) close() {
	h.link.close()
	<-h.ended
}
