package main

import (
	"context"
	"errors"
	"sync"

	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel"
	"quire/server"
	"quire/socket/wire"
)

// interpreters tells what can be run, and how far the preparation of Python is.
type interpreters struct {
	runner  *notebook.Runner
	kernels *kernel.Manager
	wanted  bool
	publish func(wire.Status)

	mu     sync.Mutex
	python wire.Python
}

func newInterpreters(r *notebook.Runner, k *kernel.Manager, wanted bool, publish func(wire.Status)) *interpreters {
	return &interpreters{runner: r, kernels: k, wanted: wanted, publish: publish,
		python: wire.Python{Phase: "checking", Message: "Looking for Python."}}
}

// prepare makes sure of a Python kernel and tells everybody how far it is, until
// ctx ends.
func (i *interpreters) prepare(ctx context.Context) {
	if !i.wanted {
		i.set(wire.Python{Phase: "ready", Message: "Python is not prepared, as configured; what is there is offered."})
		return
	}
	p := i.kernels.Prepare(ctx)
	for {
		state, changed := p.Watch()
		i.set(pythonOf(state))
		if state.Done {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

func pythonOf(s kernel.PrepareState) wire.Python {
	p := wire.Python{Phase: "installing", Message: s.Message, Detail: s.Detail, Command: s.Command}
	switch {
	case s.Failed:
		p.Phase = "failed"
	case s.Done:
		p.Phase = "ready"
	case s.Phase == kernel.PhaseLooking:
		p.Phase = "checking"
	}
	return p
}

func (i *interpreters) set(p wire.Python) {
	i.mu.Lock()
	i.python = p
	i.mu.Unlock()
	i.publish(wire.Status{Op: wire.OpStatus, Python: p})
}

// Python implements server.Interpreters.
func (i *interpreters) Python() wire.Python {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.python
}

// Interpreters implements server.Interpreters.
func (i *interpreters) Interpreters(ctx context.Context) ([]notebook.Interpreter, error) {
	return i.runner.Interpreters(ctx)
}

// Separation implements server.Interpreters.
func (i *interpreters) Separation(ctx context.Context) (server.SeparationBody, error) {
	l := i.kernels.Level()
	s := server.SeparationBody{Level: l.Number, Word: l.Word, Sentence: l.Sentence}
	var refused *fault.Error
	err := i.kernels.Allowed(ctx)
	if errors.As(err, &refused) {
		s.Refused, err = refused.Message, nil
	}
	return s, err
}
