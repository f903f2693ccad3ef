package socket_test

import (
	"context"
	"sync"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// outputs are runs' outputs in memory, that grow as the test says.
type outputs struct {
	mu       sync.Mutex
	runs     map[auth.ID]*printed
	watchers map[auth.ID]map[chan struct{}]bool
}

type printed struct {
	live  bool
	parts []notebook.Part
	data  [][]byte
}

func newOutputs() *outputs {
	return &outputs{runs: map[auth.ID]*printed{}, watchers: map[auth.ID]map[chan struct{}]bool{}}
}

func (o *outputs) Parts(_ context.Context, run auth.ID) ([]notebook.Part, bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.runs[run]
	if p == nil {
		return nil, false, nil
	}
	return append([]notebook.Part(nil), p.parts...), p.live, nil
}

func (o *outputs) Read(_ context.Context, run auth.ID, part, revision int, offset int64, limit int) ([]byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.runs[run]
	if p == nil || part >= len(p.parts) {
		return nil, fault.New(fault.NotFound, "no such part")
	}
	if p.parts[part].Revision != revision {
		return nil, fault.New(fault.Stale, "rewritten")
	}
	end := min(offset+int64(limit), int64(len(p.data[part])))
	return append([]byte(nil), p.data[part][offset:end]...), nil
}

func (o *outputs) Watch(run auth.ID) (<-chan struct{}, func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	c := make(chan struct{}, 1)
	if o.watchers[run] == nil {
		o.watchers[run] = map[chan struct{}]bool{}
	}
	o.watchers[run][c] = true
	return c, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.watchers[run], c)
	}
}

// watched counts who watches a run.
func (o *outputs) watched(run auth.ID) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.watchers[run])
}

// change changes what a run printed, and tells who watches.
func (o *outputs) change(run auth.ID, do func(*printed)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.runs[run]
	if p == nil {
		p = &printed{live: true}
		o.runs[run] = p
	}
	do(p)
	for c := range o.watchers[run] {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// print adds bytes to a part, which is made if there is none.
func (p *printed) print(part int, kind notebook.PartKind, data []byte) {
	for len(p.parts) <= part {
		p.parts = append(p.parts, notebook.Part{Index: len(p.parts), Kind: kind, Name: "stdout"})
		p.data = append(p.data, nil)
	}
	p.data[part] = append(p.data[part], data...)
	p.parts[part].Bytes = int64(len(p.data[part]))
}

// rewrite starts a part over.
func (p *printed) rewrite(part int, data []byte) {
	p.parts[part].Revision++
	p.data[part] = data
	p.parts[part].Bytes = int64(len(data))
}
