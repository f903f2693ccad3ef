package notebook

import (
	"context"
	"errors"
	"slices"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// Cancel ends runs of a note on behalf of somebody: what is queued at once, what is
// running by an interrupt. None named are all that are open in kernels that people
// share, or in the own ones of who asks. Runs that have ended, are another note's or
// may not be seen are left alone. It returns when the ends of the
// queued ones are stored; Unavailable when that took longer than ctx, and they
// will be as soon as the database is there.
func (r *Runner) Cancel(ctx context.Context, note ID, runs []ID, by View, byName string) error {
	queued := &stop{RunCancelled, by.Person, "cancelled by " + byName}
	running := &stop{RunCancelled, by.Person, "interrupted by " + byName}
	meant := func(run *Run) bool { return slices.Contains(runs, run.ID) && by.Sees(*run) }
	if len(runs) == 0 {
		meant = func(run *Run) bool { return run.Owner() == 0 || run.Owner() == by.Person }
	}
	r.mu.Lock()
	jobs := r.jobs(func(j *job) bool { return j.run.Note == note && meant(&j.run) })
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

// CancelOf cancels what somebody has queued in a note, for a right that was lost,
// and ends their own kernels there. What is running in a shared one goes on.
func (r *Runner) CancelOf(note ID, user auth.PrincipalID, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	why := &stop{RunCancelled, 0, reason}
	r.stopJobs(r.jobs(func(j *job) bool {
		return j.run.Note == note && j.run.By == user && j.phase < executing
	}), why, why)
	r.endOwn(func(key queueKey) bool { return key.note == note && key.person == user }, reason)
}

// CancelUser cancels everything somebody has queued, interrupts what is running, and
// ends their own kernels.
func (r *Runner) CancelUser(user auth.PrincipalID, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	why := &stop{RunCancelled, 0, reason}
	_, busy := r.stopJobs(r.jobs(func(j *job) bool { return j.run.By == user }), why, why)
	r.endOwn(func(key queueKey) bool { return key.person == user }, reason)
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

// endOwn ends kernels of one's own whose runs were stopped. The caller holds mu.
func (r *Runner) endOwn(which func(queueKey) bool, reason string) {
	if r.closing {
		return
	}
	for key, q := range r.queues {
		if which(key) {
			q.retireFor(reason)
		}
	}
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
