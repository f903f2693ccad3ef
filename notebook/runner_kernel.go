package notebook

import (
	"cmp"
	"context"
	"slices"
	"time"

	"quire/auth/fault"
)

// shutdownLimit is how long a kernel may take to end, by force in the end.
const shutdownLimit = 30 * time.Second

// KernelStatus is how a kernel is.
type KernelStatus string

// How a kernel can be.
const (
	KernelStarting KernelStatus = "starting"
	KernelIdle     KernelStatus = "idle"
	KernelBusy     KernelStatus = "busy"
	KernelDead     KernelStatus = "dead" // Reason says why; the next run starts another
)

// KernelState is how the kernel of one of a note's interpreters is. One that was
// never started, or was ended for being idle, has no state.
type KernelState struct {
	Interpreter string
	// Kernel is the id of the process; empty while it is starting.
	Kernel string
	State  KernelStatus
	Since  time.Time
	Reason string
}

// Kernels tells how the kernels of a note are, by interpreter.
func (r *Runner) Kernels(note ID) []KernelState {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []KernelState
	for key, q := range r.queues {
		if key.note == note && q.state.State != "" {
			all = append(all, q.state)
		}
	}
	slices.SortFunc(all, func(a, b KernelState) int { return cmp.Compare(a.Interpreter, b.Interpreter) })
	return all
}

// setState notes and tells how the kernel is. The caller holds mu.
func (q *queue) setState(status KernelStatus, reason string) {
	q.state.State, q.state.Reason, q.state.Since = status, reason, q.r.cfg.Now()
	q.state.Kernel = ""
	if q.session != nil {
		q.state.Kernel = q.session.kernel.ID()
	}
	q.r.news.kernels(q.key.note)
}

// end notes who ends the session; the first counts. The caller holds mu.
func (s *session) end(why *stop) {
	if s.ended == nil {
		s.ended = why
	}
}

func (q *queue) kernelDone() <-chan struct{} {
	q.r.mu.Lock()
	defer q.r.mu.Unlock()
	if q.session == nil {
		return nil
	}
	return q.session.kernel.Done()
}

// died forgets a kernel that has ended and tells why.
func (q *queue) died() {
	q.r.mu.Lock()
	defer q.r.mu.Unlock()
	s := q.session
	if s == nil {
		return
	}
	reason := s.kernel.Death()
	if s.ended != nil {
		reason = s.ended.reason
	}
	q.session = nil
	q.setState(KernelDead, reason)
}

// start returns the running kernel, and starts one if there is none.
func (q *queue) start() (*session, error) {
	if s := q.running(); s != nil {
		return s, nil
	}
	q.r.mu.Lock()
	q.setState(KernelStarting, "")
	q.r.mu.Unlock()
	k, err := q.launch()
	q.r.mu.Lock()
	defer q.r.mu.Unlock()
	switch {
	case err != nil:
		q.setState(KernelDead, fault.Of(err).Message)
		return nil, err
	case q.closed:
		q.r.work.Go(func() { q.r.shutdown(k) })
		return nil, q.ctx.Err()
	}
	q.session = &session{kernel: k, displays: newDisplays()}
	q.setState(KernelIdle, "")
	return q.session, nil
}

// running returns the session unless its kernel has ended or is being ended; then
// it waits until it is gone.
func (q *queue) running() *session {
	q.r.mu.Lock()
	s := q.session
	ending := s != nil && s.ended != nil
	q.r.mu.Unlock()
	if s == nil {
		return nil
	}
	if ending {
		select {
		case <-s.kernel.Done():
		case <-q.ctx.Done():
		}
	}
	select {
	case <-s.kernel.Done():
		q.died()
		return nil
	default:
		return s
	}
}

func (q *queue) launch() (k Kernel, err error) {
	req := StartKernel{Spec: q.interpreter.Spec, Note: q.key.note}
	err = insist(q.ctx, func(context.Context) (err error) {
		req.Dir, req.Slot, err = q.r.cfg.Files(q.key.note)
		return err
	})
	if err != nil {
		return nil, err
	}
	return q.r.cfg.Kernels.Start(q.ctx, req)
}

func (r *Runner) shutdown(k Kernel) {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownLimit)
	defer cancel()
	if err := k.Shutdown(ctx); err != nil {
		r.cfg.Log.Error("a kernel could not be ended", "kernel", k.ID(), "error", err)
	}
}
