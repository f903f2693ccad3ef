package notebook

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// Cancel ends runs of a note, all of its open ones if none is named, on behalf of
// somebody: what is queued at once, what is running by an interrupt. Runs that have
// ended, or are another note's, are left alone. It returns when the ends of the
// queued ones are stored; Unavailable when that took longer than ctx, and they
// will be as soon as the database is there.
func (r *Runner) Cancel(ctx context.Context, note ID, runs []ID, by auth.PrincipalID, byName string) error {
	queued := &stop{RunCancelled, by, "cancelled by " + byName}
	running := &stop{RunCancelled, by, "interrupted by " + byName}
	r.mu.Lock()
	jobs := r.jobs(func(j *job) bool {
		return j.run.Note == note && (len(runs) == 0 || slices.Contains(runs, j.run.ID))
	})
	decided, busy := r.stopJobs(jobs, queued, running)
	r.mu.Unlock()
	err := interrupt(ctx, busy)
	for _, j := range decided {
		select {
		case <-j.settled:
		case <-ctx.Done():
			return fault.Wrap(ctx.Err(), fault.Unavailable, "The runs are cancelled, but the database could not be told yet.")
		}
	}
	return err
}

// CancelOf cancels what somebody has queued in a note, for a right that was lost.
// What is running goes on.
func (r *Runner) CancelOf(note ID, user auth.PrincipalID, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	why := &stop{RunCancelled, 0, reason}
	r.stopJobs(r.jobs(func(j *job) bool {
		return j.run.Note == note && j.run.By == user && j.phase < executing
	}), why, why)
}

// CancelUser cancels everything somebody has queued, and interrupts what is running.
func (r *Runner) CancelUser(user auth.PrincipalID, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	why := &stop{RunCancelled, 0, reason}
	_, busy := r.stopJobs(r.jobs(func(j *job) bool { return j.run.By == user }), why, why)
	if len(busy) == 0 || r.closing {
		return
	}
	r.work.Go(func() {
		ctx, cancel := context.WithTimeout(r.ctx, attemptLimit)
		defer cancel()
		if err := interrupt(ctx, busy); err != nil {
			r.cfg.Log.Warn("a run could not be interrupted", "user", user, "error", err)
		}
	})
}

// stopJobs ends what is queued and returns it, and the kernels of what is running.
// The caller holds mu.
func (r *Runner) stopJobs(jobs []*job, queued, running *stop) (decided []*job, busy []Kernel) {
	if r.closing {
		return nil, nil
	}
	for _, j := range jobs {
		switch {
		case j.phase < sending:
			decided = append(decided, r.conclude(j, queued.end())...)
		case j.phase == sending:
			j.stopped = queued
			j.cancel()
		case j.phase == executing:
			j.stopped = running
			j.cancel()
			k := j.queue.session.kernel
			busy = append(busy, k)
			if r.cfg.Now().Sub(j.run.SentAt) < youngFor {
				r.work.Go(func() { r.interruptAgain(j, k) })
			}
		}
	}
	r.settleLater(decided)
	return decided, busy
}

// How long an interrupt may come too early: a kernel that has not begun with the
// code yet ignores it, and tells nobody.
const youngFor = 2 * time.Second

var againAfter = []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second}

// interruptAgain repeats an early interrupt until the run has ended. Later ones are
// not repeated, as they could hit what the code does to clean up.
func (r *Runner) interruptAgain(j *job, k Kernel) {
	for _, pause := range againAfter {
		select {
		case <-time.After(pause):
		case <-j.settled:
			return
		case <-r.ctx.Done():
			return
		}
		r.mu.Lock()
		running := j.phase == executing
		r.mu.Unlock()
		if !running {
			return
		}
		if err := interrupt(r.ctx, []Kernel{k}); err != nil {
			r.cfg.Log.Warn("a run could not be interrupted", "run", j.run.ID, "error", err)
		}
	}
}

func interrupt(ctx context.Context, kernels []Kernel) error {
	var errs []error
	for _, k := range kernels {
		errs = append(errs, k.Interrupt(ctx))
	}
	return errors.Join(errs...)
}

// Interrupt asks the code that runs in a kernel of the note to stop, on behalf of
// who acts. An empty interpreter means every kernel of the note. It fails as
// NotFound when the named one has no kernel; nothing running is no error.
func (r *Runner) Interrupt(ctx context.Context, note ID, interpreter string) error {
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return err
	}
	r.mu.Lock()
	queues, err := r.named(note, interpreter)
	var jobs []*job
	for _, q := range queues {
		if q.current != nil && q.current.phase == executing {
			jobs = append(jobs, q.current)
		}
	}
	why := &stop{RunCancelled, a.User, "interrupted by " + a.Name}
	_, busy := r.stopJobs(jobs, why, why)
	r.mu.Unlock()
	if err != nil {
		return err
	}
	return interrupt(ctx, busy)
}

// Restart ends kernels of the note and starts new ones, on behalf of who acts. What
// is running ends as cancelled, what is queued stays. It returns when the old
// kernels are gone. interpreter is as for Interrupt.
func (r *Runner) Restart(ctx context.Context, note ID, interpreter string) error {
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return err
	}
	kernels, err := r.endKernels(note, interpreter, &stop{RunCancelled, a.User, "the kernel was restarted by " + a.Name})
	if err != nil {
		return err
	}
	for _, k := range kernels {
		select {
		case <-k.Done():
		case <-ctx.Done():
			return fault.Wrap(ctx.Err(), fault.Unavailable, "The kernel takes long to end. A new one starts when it has.")
		}
	}
	return nil
}

// endKernels ends the kernels of the named queues, which start new ones.
func (r *Runner) endKernels(note ID, interpreter string, why *stop) (kernels []Kernel, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	queues, err := r.named(note, interpreter)
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

// named returns the note's queues, or the one whose interpreter bears the name.
// The caller holds mu.
func (r *Runner) named(note ID, interpreter string) ([]*queue, error) {
	var found []*queue
	var there []string
	for key, q := range r.queues {
		if key.note != note {
			continue
		}
		there = append(there, "%"+key.interpreter)
		if interpreter == "" || q.interpreter.Answers(interpreter) {
			found = append(found, q)
		}
	}
	if interpreter == "" || len(found) > 0 {
		return found, nil
	}
	slices.Sort(there)
	return nil, fault.New(fault.NotFound, "This note has no kernel for %%%s. It has: %s.",
		interpreter, or(strings.Join(there, ", "), "none"))
}
