package notebook

import (
	"context"
	"fmt"

	"quire/auth"
	"quire/auth/fault"
)

// serve runs one run from its turn to its end.
func (q *queue) serve(j *job) {
	for {
		s, err := q.start(j.ctx)
		if err != nil {
			q.r.finish(j, q.r.failure(j, err))
			return
		}
		if err := q.r.checkRight(j); err != nil {
			q.r.finish(j, q.r.refusal(j, err))
			return
		}
		if q.running() != s && q.ctx.Err() == nil {
			continue // it was restarted or has died meanwhile
		}
		if rec := q.send(j, s); rec != nil {
			q.execute(j, s, rec)
		}
		return
	}
}

// checkRight fails unless whoever pressed run may still run the note.
func (r *Runner) checkRight(j *job) error {
	who := auth.Actor{Kind: auth.Person, User: j.run.By, Name: j.run.ByName}
	return insist(j.ctx, func(ctx context.Context) error {
		_, _, err := r.cfg.Gate.CheckNode(auth.WithActor(ctx, who), auth.RunStart, j.run.Note)
		return err
	})
}

func (r *Runner) refusal(j *job, err error) RunEnd {
	if fault.CodeOf(err) == fault.Internal {
		return r.failure(j, err)
	}
	return RunEnd{State: RunCancelled, Reason: j.run.ByName + " may not run this note any more"}
}

// send marks the run as sent, and only when that is committed begins its
// recording. It returns nil when the run must not go to the kernel.
func (q *queue) send(j *job, s *session) *Recording {
	if !q.r.advance(j, preparing, sending) {
		return nil
	}
	at := q.r.cfg.Now()
	err := insist(j.ctx, func(ctx context.Context) error {
		return q.r.cfg.Store.MarkSent(ctx, j.run.ID, q.interpreter.Name, s.kernel.ID(), at)
	})
	q.r.mu.Lock()
	stopped := j.stopped
	if stopped == nil && err == nil {
		defer q.r.mu.Unlock()
		j.phase = executing
		j.run.State, j.run.SentAt, j.run.Kernel = RunSent, at, s.kernel.ID()
		rec := q.r.cfg.Recorder.Start(j.run.ID, s.displays)
		q.r.news.runs(q.key.note, j.live())
		q.setState(KernelBusy, "")
		q.positionsMoved()
		return rec
	}
	q.r.mu.Unlock()
	if stopped != nil {
		q.r.finish(j, stopped.end())
	} else {
		q.r.finish(j, q.r.unsent(j, err))
	}
	return nil
}

// unsent is the end of a run whose row could not become sent. If somebody else has
// given it an end, that stays.
func (r *Runner) unsent(j *job, err error) RunEnd {
	switch fault.CodeOf(err) {
	case fault.Conflict, fault.NotFound:
		return RunEnd{State: RunCancelled, Reason: "it was not queued any more"}
	}
	return r.failure(j, err)
}

func (r *Runner) advance(j *job, from, to phase) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if j.phase != from {
		return false
	}
	j.phase = to
	return true
}

// execute sends the code and records what comes back.
func (q *queue) execute(j *job, s *session, rec *Recording) {
	res := s.talk.execute(j, rec)
	end := q.judge(j, s, res)
	gone := s.gone(res)
	if gone {
		q.died()
	} else {
		q.idle(s)
	}
	if gone && (end.State == RunError || end.State == RunLost) {
		rec.Notice(fmt.Sprintf("The kernel died: %s. What it held in memory is lost; the next run starts another one.", res.Reason))
	}
	dropped, err := rec.Finish(q.r.ctx)
	if err != nil {
		q.r.cfg.Log.Warn("output was not stored completely", "run", j.run.ID, "error", err)
	}
	s.talk.keep(j.run.ID, rec)
	end.Dropped = dropped
	q.r.finish(j, end)
}

// gone reports whether an execution ended with its kernel.
func (s *session) gone(res ExecuteResult) bool {
	switch res.Status {
	case ExecuteDead:
		<-s.kernel.Done()
		return true
	case ExecuteLost:
		select {
		case <-s.kernel.Done():
			return true
		default:
		}
	}
	return false
}

func (q *queue) idle(s *session) {
	q.r.mu.Lock()
	defer q.r.mu.Unlock()
	if q.session == s {
		q.setState(KernelIdle, "")
	}
}

// judge tells how a run ended that was executed.
func (q *queue) judge(j *job, s *session, res ExecuteResult) RunEnd {
	q.r.mu.Lock()
	defer q.r.mu.Unlock()
	j.phase = executed
	end := RunEnd{State: RunError, Reason: res.Reason}
	switch {
	case res.Status == ExecuteOK:
		end = RunEnd{State: RunDone}
	case s.ended != nil:
		end = s.ended.end()
	case j.stopped != nil:
		end, j.cut = j.stopped.end(), true
	case res.Status == ExecuteDead:
		end.Reason = "the kernel died: " + res.Reason
	case res.Status == ExecuteLost:
		end.State = RunLost
	}
	end.ExecutionCount = res.Count
	return end
}
