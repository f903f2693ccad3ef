package kernel

import (
	"context"
	"os"
)

// Order is what a server can ask a parent to start.
type Order = order

// HangUp closes a manager's connection to its parent.
func HangUp(m *Manager) { m.host.(parentHost).link.close() }

// RawLink is a server that was taken over: it says what it likes.
type RawLink struct{ p *Parent }

// NewRawLink takes over the server's end.
func NewRawLink(end *os.File) (RawLink, error) {
	p, err := ConnectParent(end)
	return RawLink{p}, err
}

func (r RawLink) ask(q linkRequest, file *os.File) error {
	_, err := r.p.request(context.Background(), q, file)
	return err
}

func (r RawLink) Start(o *Order) error {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer null.Close()
	return r.ask(linkRequest{Start: o}, null)
}

func (r RawLink) Tell(id, n string) error {
	return r.ask(linkRequest{Tell: &linkTell{id, notice(n)}}, nil)
}

func (r RawLink) Ask(program, q string) error {
	return r.ask(linkRequest{Ask: &linkAsk{program, question(q)}}, nil)
}

func (r RawLink) Note(dir string, slot int, site string) error {
	return r.ask(linkRequest{Note: &linkNote{dir, slot, site}}, nil)
}

// Nothing asks for nothing.
func (r RawLink) Nothing() error { return r.ask(linkRequest{}, nil) }

// Garbage sends what is no request.
func (r RawLink) Garbage() { _, _ = r.p.link.conn.Write([]byte("{]")) }
