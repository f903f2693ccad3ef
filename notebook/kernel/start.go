package kernel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// kernelUmask gives a note's files to its user and the server's group only.
const kernelUmask = 0o007

// Start implements notebook.Kernels.
func (m *Manager) Start(ctx context.Context, req notebook.StartKernel) (notebook.Kernel, error) {
	if err := m.Allowed(ctx); err != nil {
		return nil, err
	}
	if err := m.admit(); err != nil {
		return nil, err
	}
	k, err := m.start(ctx, req)
	if err != nil {
		m.leave()
		return nil, err
	}
	return k, nil
}

// startRequest is what to start, with the spec and interpreter that were found.
type startRequest struct {
	notebook.StartKernel
	spec
	interpreter
}

func (m *Manager) start(ctx context.Context, req notebook.StartKernel) (*kernel, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(m.life, func() { cancel(errors.New("the server is shutting down")) })()
	select {
	case m.starting <- struct{}{}:
		defer func() { <-m.starting }()
	case <-ctx.Done():
		return nil, startFailed(ctx, req.Spec, context.Cause(ctx))
	}
	ctx, cancelTimeout := context.WithTimeoutCause(ctx, m.cfg.StartTimeout,
		fmt.Errorf("it did not answer within %s", m.cfg.StartTimeout))
	defer cancelTimeout()
	if err := checkEnv(req.Env); err != nil {
		return nil, err
	}
	s, in, err := m.resolve(ctx, req.Spec)
	if err != nil {
		return nil, err
	}
	k, err := m.launchAny(ctx, startRequest{req, s, in})
	if err != nil {
		return nil, startFailed(ctx, req.Spec, err)
	}
	return k, nil
}

func startFailed(ctx context.Context, name string, err error) error {
	var f *fault.Error
	switch {
	case errors.As(err, &f):
		return f
	case ctx.Err() != nil:
		return fault.Wrap(err, fault.Unavailable, "The kernel %q was not started: %v.", name, context.Cause(ctx))
	}
	return fault.Wrap(err, fault.Unavailable, "The kernel %q could not be started.", name)
}

func checkEnv(env map[string]string) error {
	for name, value := range env {
		if name == "" || strings.ContainsAny(name, "=\x00") || strings.ContainsRune(value, 0) {
			return fault.New(fault.Invalid, "%q cannot be set in a kernel's environment: a name holds neither = nor a zero byte, a value no zero byte.", name)
		}
	}
	return nil
}

// launch starts the process and connects to it.
func (m *Manager) launch(ctx context.Context, r startRequest, how transport) (*kernel, error) {
	l := launch{
		id:          auth.NewID().String(),
		spec:        r.spec,
		interpreter: r.interpreter,
		env:         r.StartKernel.Env,
		args:        r.Args,
	}
	var err error
	if l.dir, err = m.host.openNote(r.Dir, r.Slot, l.UserSite); err != nil {
		return nil, err
	}
	conn, err := how(filepath.Join(m.host.places(), l.id), l.spec.Name)
	if err != nil {
		return nil, err
	}
	file, err := conn.encode()
	if err != nil {
		return nil, err
	}
	o := m.order(l, r.Slot, file, m.limitsOf(r.StartKernel))
	p, err := startProcess(m.host, o, m.cfg)
	if err != nil {
		return nil, notExecuted(err)
	}
	return m.attach(ctx, l, p, conn, r)
}

// limitsOf are the limits that a start asks for, or the server's.
func (m *Manager) limitsOf(r notebook.StartKernel) limits {
	return limits{
		Memory:    cmp.Or(r.Memory, m.cfg.KernelMemory),
		Processes: cmp.Or(r.Processes, m.cfg.KernelProcesses),
		Folder:    m.cfg.FolderSize,
	}
}

// notExecuted tells administrators what is usually wrong.
func notExecuted(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fault.Wrap(err, fault.Unavailable,
			"The kernel's user may not enter the note's folder or run the kernel's program: every folder above them needs mode 0711.")
	}
	return err
}

// attach connects to a process that was started.
func (m *Manager) attach(ctx context.Context, l launch, p *process, conn *connection, r startRequest) (*kernel, error) {
	session := auth.NewID().String()
	k, err := attach(ctx, Attachment{
		ID: l.id, Spec: l.spec.Name, Session: session, Key: conn.Key,
		Dial: conn.dialer(session, m.cfg.MaxMessage, p.exited), Backing: p, ByMessage: l.spec.InterruptMode == "message",
		Late: r.Late, Begun: m.keep, Ended: func(k notebook.Kernel) { p.forget(); m.forget(k) },
		MaxQueue: m.cfg.MaxQueue, AskTimeout: m.cfg.AskTimeout,
		Log: m.cfg.Log.With("kernel", l.id, "note", r.Note.String(), "spec", l.spec.Name, "pid", p.pid),
	})
	if err != nil {
		p.forget()
		return nil, err
	}
	return k, nil
}
