package kernel

import (
	"context"
	"errors"
	"time"

	"quire/auth/fault"
)

// transport describes the sockets of one start, in the kernel's run folder if they
// are files.
type transport func(runDir, name string) (*connection, error)

// socketPatience is how long a kernel that may use TCP has to show itself on unix
// sockets: some bind something else without complaint and wait for ever.
const socketPatience = 20 * time.Second

var errNoSocket = errors.New("it did not open its unix sockets")

// launchAny tries unix sockets and, where that is allowed and does not work, TCP.
// Python's kernel is known to use unix sockets.
func (m *Manager) launchAny(ctx context.Context, r startRequest) (*kernel, error) {
	allowed := !r.isPython() && !m.cfg.NoNetwork && (m.cfg.LoopbackTCP || m.sep.Number == 0)
	if !allowed {
		k, err := m.launch(ctx, r, newIPC)
		if err != nil && !r.isPython() && m.sep.Number > 0 {
			err = withTCPHint(err)
		}
		return k, err
	}
	if _, known := m.overTCP.Load(r.spec.dir); !known {
		patient, cancel := context.WithTimeoutCause(ctx, socketPatience, errNoSocket)
		defer cancel()
		k, err := m.launch(patient, r, newIPC)
		if err == nil || ctx.Err() != nil {
			return k, err
		}
		m.cfg.Log.Info("kernel does not start with unix sockets, trying TCP", "spec", r.spec.Name, "err", err)
	}
	k, err := m.launch(ctx, r, newTCP)
	if err == nil {
		m.overTCP.Store(r.spec.dir, true)
	}
	return k, err
}

func withTCPHint(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	return fault.Wrap(err, fault.Unavailable, "%s (Some kernels need TCP, which is off here as notes are kept apart.)", f.Message)
}
