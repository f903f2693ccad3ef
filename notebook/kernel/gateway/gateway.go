// Package gateway starts kernels on another machine, where a Jupyter Kernel Gateway,
// Enterprise Gateway or Jupyter Server runs, and speaks with them over its websocket
// (Jupyter Server, "REST API" and "Kernel WebSocket wire protocols"). It implements
// notebook.Kernels; what a kernel says is handled by notebook/kernel.
//
// The gateway believes what it is told about whom a kernel is for, so this server
// must be its only client. What it sends is not trusted further than a kernel.
package gateway

import (
	"context"
	"crypto/tls"
	"sync"

	"quire/notebook"
)

// Gateway starts kernels on one gateway. Its methods may be called from any
// goroutine.
type Gateway struct {
	Config
	api    *api
	trust  *tls.Config
	specs  specList
	rhythm rhythm
	life   context.Context // ends with Close
	end    context.CancelFunc
	work   sync.WaitGroup
}

var _ notebook.Kernels = (*Gateway)(nil)

// New returns a gateway. It does not connect yet; fault.Invalid and
// fault.Unavailable tell what is wrong with its address and certificates.
func New(c Config) (*Gateway, error) {
	c.setDefaults()
	base, err := c.address()
	if err != nil {
		return nil, err
	}
	trust, err := c.trust()
	if err != nil {
		return nil, err
	}
	g := &Gateway{Config: c, api: newAPI(c, base, trust.Clone()), trust: trust, rhythm: usualRhythm}
	g.life, g.end = context.WithCancel(context.Background())
	return g, nil
}

// Close leaves the kernels there still are, gives up what goes on in the background
// and returns when nothing does any more. Nothing can be started afterwards.
func (g *Gateway) Close() error {
	g.end()
	g.work.Wait()
	g.api.http.CloseIdleConnections()
	return nil
}
