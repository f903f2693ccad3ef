package notebook

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"quire/auth"
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
	// KernelEnded is one that was stopped, or ended for being idle: Since and Reason tell
	// when and why, for a day.
	KernelEnded KernelStatus = "ended"
)

// KernelState is how the kernel of one of a note's interpreters is. One that was
// never started has no state.
type KernelState struct {
	Interpreter string
	// Person is whose own kernel it is, 0 for one that people share.
	Person     auth.PrincipalID
	PersonName string
	// Kernel is the id of the process; empty while it is starting.
	Kernel string
	State  KernelStatus
	Since  time.Time
	Reason string
	// Where tells where it works, when that is not the note's folder.
	Where string
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
	for key, state := range r.past {
		if key.note == note {
			all = append(all, state)
		}
	}
	slices.SortFunc(all, func(a, b KernelState) int {
		return cmp.Or(cmp.Compare(a.Interpreter, b.Interpreter), cmp.Compare(a.Person, b.Person))
	})
	return all
}

// keepPast keeps word of a kernel that is ended, for a day. The caller holds mu.
func (r *Runner) keepPast(key queueKey, was KernelState, reason string) {
	const kept = 24 * time.Hour
	now := r.cfg.Now()
	maps.DeleteFunc(r.past, func(_ queueKey, s KernelState) bool { return now.Sub(s.Since) > kept })
	was.State, was.Since, was.Reason, was.Kernel, was.Where = KernelEnded, now, reason, "", ""
	r.past[key] = was
}

// inWords is a time as people say it.
func inWords(d time.Duration) string {
	switch {
	case d >= time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d >= time.Minute && d%time.Minute == 0:
		return fmt.Sprintf("%d minutes", d/time.Minute)
	}
	return d.String()
}

// setState notes and tells how the kernel is. The caller holds mu.
func (q *queue) setState(status KernelStatus, reason string) {
	q.state.State, q.state.Reason, q.state.Since = status, reason, q.r.cfg.Now()
	q.state.Kernel, q.state.Where = "", ""
	if q.session != nil {
		q.state.Kernel = q.session.kernel.ID()
		if k, ok := q.session.kernel.(Elsewhere); ok {
			q.state.Where = k.Where()
		}
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

// start returns the running kernel, and starts one if there is none. ctx ends the
// wait for its turn to start.
func (q *queue) start(ctx context.Context) (*session, error) {
	if s := q.running(); s != nil {
		return s, nil
	}
	q.r.mu.Lock()
	q.setState(KernelStarting, "")
	q.r.mu.Unlock()
	t := newTalk(q.r, q.key.note, q.interpreter.Name)
	k, err := q.launch(ctx, t)
	q.r.mu.Lock()
	defer q.r.mu.Unlock()
	switch {
	case err != nil && ctx.Err() != nil:
		q.setState("", "")
		return nil, err
	case err != nil:
		q.setState(KernelDead, fault.Of(err).Message)
		return nil, err
	case q.closed:
		q.r.work.Go(func() { q.r.shutdown(k) })
		return nil, q.ctx.Err()
	}
	q.session = &session{kernel: k, displays: newDisplays(), talk: t}
	t.begin(k, q.session.displays)
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

// launch starts a kernel when it is its turn.
func (q *queue) launch(ctx context.Context, t *talk) (k Kernel, err error) {
	if err = q.refresh(ctx); err != nil {
		return nil, err
	}
	p, err := q.r.admit(ctx, q, q.starter())
	if err != nil {
		return nil, err
	}
	defer func() { q.r.begun(p, k) }()
	req := StartKernel{Note: q.key.note, Person: q.state.PersonName, Late: t.late}
	err = insist(q.ctx, func(context.Context) (err error) {
		req.Dir, req.Slot, err = q.r.cfg.Files(q.key.note)
		return err
	})
	if err != nil {
		return nil, err
	}
	if k, err = q.r.interpreters.Start(q.ctx, q.interpreter, req); err != nil {
		return nil, err // and no kernel that is nil inside
	}
	return k, nil
}

// refresh takes the interpreter as it is set up now. One that is gone stays as it was,
// and its start tells so.
func (q *queue) refresh(ctx context.Context) error {
	return insist(ctx, func(ctx context.Context) error {
		all, err := q.r.interpreters.Interpreters(ctx)
		if err != nil {
			return err
		}
		q.r.mu.Lock()
		defer q.r.mu.Unlock()
		if at := slices.IndexFunc(all, func(i Interpreter) bool { return i.Name == q.interpreter.Name }); at >= 0 {
			q.interpreter = all[at]
		}
		return nil
	})
}

// starter is for whom a kernel starts.
func (q *queue) starter() auth.PrincipalID {
	q.r.mu.Lock()
	defer q.r.mu.Unlock()
	if q.key.person != 0 {
		return q.key.person
	}
	return q.by
}

func (r *Runner) shutdown(k Kernel) {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownLimit)
	defer cancel()
	if err := k.Shutdown(ctx); err != nil {
		r.cfg.Log.Error("a kernel could not be ended", "kernel", k.ID(), "error", err)
	}
}
