package notebook

import (
	"context"
	"slices"
	"strings"

	"quire/auth"
	"quire/auth/fault"
)

// KernelChoice names kernels of a note.
type KernelChoice struct {
	Note ID
	// Interpreter bears the name; empty means every interpreter.
	Interpreter string
	// Person is whose own kernels; 0 means those that who acts uses, which are theirs
	// and the shared ones.
	Person auth.PrincipalID
}

func (c KernelChoice) names(key queueKey, actor auth.PrincipalID) bool {
	switch {
	case key.note != c.Note:
		return false
	case c.Person != 0:
		return key.person == c.Person
	}
	return key.person == 0 || key.person == actor
}

// Interrupt asks the code that runs in kernels to stop, on behalf of who acts. It
// fails as NotFound when an interpreter is named that has no kernel; nothing
// running is no error.
func (r *Runner) Interrupt(ctx context.Context, c KernelChoice) error {
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return err
	}
	r.mu.Lock()
	queues, err := r.named(c, a.User)
	var jobs []*job
	var calledBack []Kernel
	for _, q := range queues {
		if q.current != nil && q.current.phase == executing {
			jobs = append(jobs, q.current)
		} else if q.session != nil && q.session.talk.working() {
			calledBack = append(calledBack, q.session.kernel)
		}
	}
	why := &stop{RunCancelled, a.User, "interrupted by " + a.Name}
	_, busy := r.stopJobs(jobs, why, why)
	busy = append(busy, calledBack...)
	r.mu.Unlock()
	if err != nil {
		return err
	}
	return interrupt(ctx, busy)
}

// Restart ends kernels and starts new ones, on behalf of who acts. What is running
// ends as cancelled, what is queued stays. It returns when the old kernels are gone.
// It fails as Interrupt does.
func (r *Runner) Restart(ctx context.Context, c KernelChoice) error {
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return err
	}
	kernels, err := r.endKernels(c, a.User, &stop{RunCancelled, a.User, "the kernel was restarted by " + a.Name})
	if err != nil {
		return err
	}
	for _, k := range kernels {
		if awaitEnd(ctx, k) != nil {
			return fault.Wrap(ctx.Err(), fault.Unavailable, "The kernel takes long to end. A new one starts when it has.")
		}
	}
	return nil
}

// endKernels ends the kernels of the named queues, which start new ones.
func (r *Runner) endKernels(c KernelChoice, actor auth.PrincipalID, why *stop) (kernels []Kernel, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	queues, err := r.named(c, actor)
	if err != nil || r.closing {
		return nil, err
	}
	for _, q := range queues {
		q.restart = true
		signal(q.wake)
		if q.session != nil {
			q.session.end(why)
			k := q.session.kernel
			kernels = append(kernels, k)
			r.work.Go(func() { r.shutdown(k) })
		}
	}
	return kernels, nil
}

// Stop ends kernels on behalf of who acts, and cancels what runs or waits there.
// The next run starts another. It returns when they are gone. It fails as Interrupt
// does.
func (r *Runner) Stop(ctx context.Context, c KernelChoice) error {
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return err
	}
	waits, err := r.stopQueues(c, a)
	if err != nil {
		return err
	}
	for _, over := range waits {
		select {
		case <-over:
		case <-ctx.Done():
			return fault.Wrap(ctx.Err(), fault.Unavailable, "The kernel takes long to end, but it will.")
		}
	}
	return nil
}

func (r *Runner) stopQueues(c KernelChoice, a auth.Actor) (waits []<-chan struct{}, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	queues, err := r.named(c, a.User)
	if err != nil || r.closing {
		return nil, err
	}
	why := &stop{RunCancelled, a.User, "the kernel was stopped by " + a.Name}
	for _, q := range queues {
		if q.session != nil {
			r.keepPast(q.key, q.state, "stopped by "+a.Name)
		}
	}
	return r.closeAll(func(key queueKey) bool { return slices.Contains(queues, r.queues[key]) },
		func(j *job) bool { return j.queue != nil && slices.Contains(queues, j.queue) }, why, why), nil
}

// named returns the chosen queues. The caller holds mu.
func (r *Runner) named(c KernelChoice, actor auth.PrincipalID) ([]*queue, error) {
	var found []*queue
	var there []string
	for key, q := range r.queues {
		if !c.names(key, actor) {
			continue
		}
		there = append(there, "%"+key.interpreter)
		if c.Interpreter == "" || q.interpreter.Answers(c.Interpreter) {
			found = append(found, q)
		}
	}
	if c.Interpreter == "" || len(found) > 0 {
		return found, nil
	}
	slices.Sort(there)
	return nil, fault.New(fault.NotFound, "This note has no kernel for %%%s. It has: %s.",
		c.Interpreter, or(strings.Join(slices.Compact(there), ", "), "none"))
}
