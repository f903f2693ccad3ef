package notebook

import (
	"context"
	"maps"
)

// CloseNote ends a note's kernels and cancels what is open. The channel it returns
// is closed when they are gone and the ends are stored.
func (r *Runner) CloseNote(note ID) (gone <-chan struct{}) {
	why := &stop{RunCancelled, 0, "the note was closed"}
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.past, func(key queueKey, _ KernelState) bool { return key.note == note })
	all := make(chan struct{})
	if r.closing {
		close(all)
		return all
	}
	waits := r.closeAll(func(key queueKey) bool { return key.note == note },
		func(j *job) bool { return j.run.Note == note }, why, why)
	r.work.Go(func() {
		defer close(all)
		for _, c := range waits {
			<-c
		}
	})
	return all
}

// Shutdown ends everything: what is queued is cancelled, what is running is lost.
// When ctx ends first the rest is given up; the next Recover gives it its end.
func (r *Runner) Shutdown(ctx context.Context) error {
	const reason = "the server stopped"
	r.mu.Lock()
	r.closeAll(func(queueKey) bool { return true }, func(*job) bool { return true },
		&stop{RunCancelled, 0, reason}, &stop{RunLost, 0, reason})
	r.closing = true
	r.mu.Unlock()
	defer r.stop()
	done := make(chan struct{})
	go func() { r.work.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// closeAll concludes runs and closes queues, and returns what to wait for until all
// of it is over. The caller holds mu.
func (r *Runner) closeAll(queues func(queueKey) bool, runs func(*job) bool, queued, running *stop) (waits []<-chan struct{}) {
	jobs := r.jobs(runs)
	for _, j := range jobs {
		if j.phase < sending {
			r.settleLater(r.conclude(j, queued.end()))
		} else if j.stopped == nil && j.phase == sending {
			j.stopped = queued
			j.cancel()
		}
		waits = append(waits, j.settled)
	}
	for key, q := range r.queues {
		if queues(key) {
			waits = append(waits, q.close(running), q.done)
		}
	}
	return waits
}
