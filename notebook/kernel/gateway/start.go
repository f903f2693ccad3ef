package gateway

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel"
)

// reserved begins the names by which a gateway is told whom and what a kernel is for
// (Enterprise Gateway, "Kernel Environment Variables"). Only Quire says that.
const reserved = "KERNEL_"

// maxEnv bounds a value of the environment, as Enterprise Gateway does.
const maxEnv = 4096

// Start implements notebook.Kernels. Of req the folder, its limits and the arguments
// mean nothing to a gateway; arguments and limits are refused.
func (g *Gateway) Start(ctx context.Context, req notebook.StartKernel) (notebook.Kernel, error) {
	env, err := g.environment(req)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, g.StartTimeout, errSlow)
	defer cancel()
	defer context.AfterFunc(g.life, cancel)()
	k, err := g.start(ctx, req, env)
	if err != nil {
		return nil, g.notStarted(ctx, req.Spec, err)
	}
	return k, nil
}

var errSlow = errors.New("it took too long")

func (g *Gateway) start(ctx context.Context, req notebook.StartKernel, env map[string]string) (notebook.Kernel, error) {
	if err := g.checkSpec(ctx, req.Spec); err != nil {
		return nil, err
	}
	id, err := g.createSoon(ctx, req.Spec, env)
	if err != nil {
		return nil, err
	}
	session, ours := auth.NewID().String(), auth.NewID().String()
	log := g.Log.With("kernel", ours, "note", req.Note.String(), "spec", req.Spec, "gateway", g.Name, "id", id)
	l, err := g.dial(ctx, id, session)
	if err != nil {
		g.reap(id)
		return nil, err
	}
	r := newRemote(g, id, session, l, log)
	return kernel.Attach(ctx, kernel.Attachment{
		ID: ours, Spec: req.Spec, Session: session, Backing: r, Replaceable: true, Late: req.Late, Status: r.status, Log: log,
		Where: fmt.Sprintf("It runs on the gateway “%s”, where this note's files are not.", g.Name),
		Dial:  func(_ context.Context, ch kernel.Channel) (kernel.Conn, error) { return r.conns[ch], nil },
	})
}

// environment is what the gateway is told: the interpreter's environment, and for
// whom the kernel is.
func (g *Gateway) environment(req notebook.StartKernel) (map[string]string, error) {
	if err := CheckStart(req.Env, req.Args, req.Memory, req.Processes); err != nil {
		return nil, err
	}
	env := map[string]string{}
	maps.Copy(env, req.Env)
	env[reserved+"USERNAME"] = userOf(req)
	env[reserved+"LAUNCH_TIMEOUT"] = strconv.Itoa(int(g.StartTimeout.Seconds()))
	return env, nil
}

// CheckStart fails with fault.Invalid when a kernel of a gateway cannot be started
// like that: with what the gateway has no way to be told, or with an environment that
// would say for Quire whom a kernel is for.
func CheckStart(env map[string]string, args []string, memory int64, processes int) error {
	if len(args) > 0 || memory > 0 || processes > 0 {
		return fault.New(fault.Invalid, "A gateway takes neither arguments nor limits of memory and processes for a kernel; its kernelspec says those.")
	}
	for name, value := range env {
		if strings.HasPrefix(name, reserved) {
			return fault.New(fault.Invalid, "%.40s cannot be set for a gateway: names that begin with %s tell it whom a kernel is for, and Quire alone sets them.", name, reserved)
		}
		if len(value) > maxEnv {
			return fault.New(fault.Invalid, "The value of %.40s has %d bytes; to a gateway go at most %d.", name, len(value), maxEnv)
		}
	}
	return nil
}

// userOf is whom the kernel is for; one that people share is the note's.
func userOf(req notebook.StartKernel) string {
	if req.Person != "" {
		return req.Person
	}
	return "note-" + req.Note.String()
}

// notStarted puts it into words why there is no kernel.
func (g *Gateway) notStarted(ctx context.Context, spec string, err error) error {
	var f *fault.Error
	switch {
	case errors.Is(context.Cause(ctx), errSlow):
		return fault.Wrap(err, fault.Unavailable, "The gateway “%s” did not start %q within %s.", g.Name, spec, g.StartTimeout)
	case errors.As(err, &f):
		return f
	}
	return fault.Wrap(err, fault.Unavailable, "The kernel %q was not started on the gateway “%s”.", spec, g.Name)
}
