package notebook

import (
	"context"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// phase is how far a run has come in this process. It only goes forward.
type phase int

const (
	waiting   phase = iota // in the inbox or in a queue
	preparing              // next; its kernel starts, its right is checked
	sending                // its row becomes sent: what stops it now is seen afterwards
	executing
	executed  // its end is known, its output is being stored
	concluded // its end is decided; the row may not say so yet
)

// job is a run in the hands of the runner. Its fields are guarded by Runner.mu; of
// run only the interpreter, the kernel and how it stands change, and not any more
// once it is concluded.
type job struct {
	run      Run
	group    *group
	place    int // in its group
	code     string
	queue    *queue // nil in the inbox
	position int    // in the queue, as it was numbered last
	phase    phase
	stopped  *stop // who wanted it to stop after it was sent
	cut      bool  // it was executing, and stopped for that
	asks     bool  // its code waits for an answer
	end      RunEnd
	ctx      context.Context // ends when there is no use in sending it
	cancel   context.CancelFunc
	settled  chan struct{} // closed when its end is stored, or storing it given up
}

// group is what was queued by one press of a button.
type group struct {
	defaultInterpreter string
	jobs               []*job
}

// stop is by whom and why a run or a kernel was ended.
type stop struct {
	state  RunState
	by     auth.PrincipalID
	reason string
}

func (s *stop) end() RunEnd { return RunEnd{State: s.state, CancelledBy: s.by, Reason: s.reason} }

func newJob(ctx context.Context, run Run, g *group) *job {
	j := &job{run: run, group: g, place: len(g.jobs), settled: make(chan struct{})}
	j.ctx, j.cancel = context.WithCancel(ctx)
	g.jobs = append(g.jobs, j)
	return j
}

// live is the run as it stands.
func (j *job) live() Run {
	run := j.run
	run.Asks = j.asks
	if run.State == RunQueued && j.queue != nil {
		run.Position = j.queue.position(j)
	}
	return run
}

// conclude decides how a run ends, once: nothing is sent of it any more. It returns
// all whose end was decided, which the caller settles: after an error or
// interrupt that includes the later ones of the group. The caller holds mu.
func (r *Runner) conclude(j *job, end RunEnd) []*job {
	if j.phase == concluded {
		return nil
	}
	end.ID, end.At = j.run.ID, r.cfg.Now()
	j.phase, j.end = concluded, end
	j.cancel()
	if j.queue != nil {
		j.queue.drop(j)
	}
	decided := []*job{j}
	why := ""
	switch {
	case end.State == RunError:
		why = "an earlier paragraph of the same run failed"
	case end.State == RunLost:
		why = "how an earlier paragraph of the same run ended is not known"
	case j.cut:
		why = "an earlier paragraph of the same run was interrupted"
	default:
		return decided
	}
	for _, later := range j.group.jobs[j.place+1:] {
		if later.phase < sending {
			decided = append(decided, r.conclude(later, RunEnd{State: RunCancelled, Reason: why})...)
		}
	}
	return decided
}

// finish concludes a run and returns when its end is stored.
func (r *Runner) finish(j *job, end RunEnd) {
	r.mu.Lock()
	decided := r.conclude(j, end)
	if len(decided) > 1 {
		r.settleLater(decided[1:])
	}
	r.mu.Unlock()
	if len(decided) > 0 {
		r.settle(j)
	}
}

// settleLater stores the ends of runs without waiting. The caller holds mu, and is
// counted in work or has seen that the runner is not closing.
func (r *Runner) settleLater(jobs []*job) {
	if len(jobs) == 0 {
		return
	}
	r.work.Go(func() {
		for _, j := range jobs {
			r.settle(j)
		}
	})
}

// settle stores the end of a concluded run, however long the database is away,
// and tells everybody.
func (r *Runner) settle(j *job) {
	defer close(j.settled)
	run, err := r.storeEnd(j)
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, j.run.ID)
	if err != nil {
		r.cfg.Log.Error("the end of a run could not be stored", "run", j.run.ID, "state", j.end.State, "error", err)
		return
	}
	r.news.runs(run.Note, run)
}

// storeEnd returns the run with its end: another one if it had that already.
func (r *Runner) storeEnd(j *job) (Run, error) {
	err := insist(r.ctx, func(ctx context.Context) error { return r.cfg.Store.MarkEnded(ctx, j.end) })
	run := j.run
	switch {
	case fault.Is(err, fault.Conflict):
		err = insist(r.ctx, func(ctx context.Context) (err error) {
			run, err = r.cfg.Store.Run(ctx, j.run.ID)
			return err
		})
		return run, err
	case err != nil && !fault.Is(err, fault.NotFound): // deleted with its note: nothing to store
		return run, err
	}
	run.State, run.Reason, run.CancelledBy = j.end.State, j.end.Reason, j.end.CancelledBy
	run.ExecutionCount, run.EndedAt, run.Dropped = j.end.ExecutionCount, j.end.At, j.end.Dropped
	return run, nil
}

// How long and how often the database is asked.
const (
	attemptLimit  = 15 * time.Second
	firstPause    = 100 * time.Millisecond
	faultsAllowed = 5
)

// insist calls do until it succeeds or is refused, or ctx ends. A database that is
// away is waited for; other failures of ours are tried a few times.
func insist(ctx context.Context, do func(context.Context) error) error {
	pause := firstPause
	for faults := 0; ; {
		err := attempt(ctx, do)
		switch fault.CodeOf(err) {
		case "":
			return nil
		case fault.Unavailable:
		case fault.Internal:
			if faults++; faults == faultsAllowed {
				return err
			}
		default:
			return err
		}
		select {
		case <-time.After(pause):
			pause = min(2*pause, longestPause)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func attempt(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, attemptLimit)
	defer cancel()
	return do(ctx)
}
