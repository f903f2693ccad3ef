package notebook

import (
	"context"
	"time"

	"quire/auth"
)

// positionsEvery is how often the places of waiting runs are told at most.
const positionsEvery = 200 * time.Millisecond

type queueKey struct {
	note        ID
	interpreter string
	person      auth.PrincipalID // whose own kernel; 0 for one that people share
}

// queue runs what is to be run in one note by one interpreter, for one person or
// for people in turn, one after another, in one kernel at a time. One goroutine
// does so; it ends with the queue.
type queue struct {
	r           *Runner
	key         queueKey
	interpreter Interpreter
	ctx         context.Context // ends when the queue is closed
	cancel      context.CancelFunc
	wake        chan struct{} // a token: there is something to do
	done        chan struct{} // closed when the goroutine has ended

	// Guarded by Runner.mu.
	waiting turns[*job]
	current *job
	session *session
	by      auth.PrincipalID // whose run was the last to be served
	state   KernelState      // without State when there never was a kernel
	closed  bool
	restart bool      // a kernel is wanted even if nothing is to be run
	touched time.Time // when somebody used an object in the kernel
	moved   bool      // positions have to be numbered anew
	telling bool      // of positions, soon
}

// session is the life of one kernel.
type session struct {
	kernel   Kernel
	displays *displays
	talk     *talk
	ended    *stop // set when we end it; guarded by Runner.mu
}

// queue returns the queue of a run by an interpreter, a new one if there is none.
// The caller holds mu.
func (r *Runner) queue(run *Run, i Interpreter) *queue {
	key := queueKey{run.Note, i.Name, run.Owner()}
	if q := r.queues[key]; q != nil {
		return q
	}
	delete(r.past, key)
	q := &queue{r: r, key: key, interpreter: i, wake: make(chan struct{}, 1), done: make(chan struct{})}
	q.ctx, q.cancel = context.WithCancel(r.ctx)
	q.state.Interpreter = i.Name
	if q.state.Person = key.person; key.person != 0 {
		q.state.PersonName = run.ByName
	}
	r.queues[key] = q
	r.work.Go(q.work)
	return q
}

// push adds a run. The caller holds mu.
func (q *queue) push(j *job) {
	j.queue = q
	others := !q.waiting.empty()
	q.waiting.add(j.run.By, j)
	q.moved = true
	if others {
		q.positionsMoved() // it may come before some
	}
	q.r.news.runs(q.key.note, j.live())
	signal(q.wake)
}

// drop takes a concluded run out. The caller holds mu.
func (q *queue) drop(j *job) {
	if q.current == j {
		q.current = nil
	}
	q.waiting.remove(j.run.By, j)
	q.positionsMoved()
}

// position is the run's place, 1 for next. The caller holds mu.
func (q *queue) position(j *job) int {
	if q.moved {
		q.number()
	}
	return j.position
}

// number gives every run that was not sent its place. The caller holds mu.
func (q *queue) number() {
	q.moved = false
	before := 1
	if q.current != nil && q.current.phase < executing {
		q.current.position = 1
		before = 2
	}
	for i, j := range q.waiting.inOrder() {
		j.position = before + i
	}
}

// positionsMoved tells soon where the waiting runs are: not each time, as a queue
// of thousands moves with every run. The caller holds mu.
func (q *queue) positionsMoved() {
	q.moved = true
	if q.telling || q.waiting.empty() {
		return
	}
	q.telling = true
	time.AfterFunc(positionsEvery, func() {
		q.r.mu.Lock()
		defer q.r.mu.Unlock()
		q.telling = false
		if q.r.closing {
			return
		}
		var runs []Run
		for _, j := range q.waiting.inOrder() {
			runs = append(runs, j.live())
		}
		q.r.news.runs(q.key.note, runs...)
	})
}

// work runs what comes until the queue is closed.
func (q *queue) work() {
	defer close(q.done)
	defer q.cancel()
	for {
		j, open := q.next()
		if !open {
			return
		}
		q.serve(j)
	}
}

// next waits for a run. Meanwhile it sees to the kernel: that its death is told,
// that a restarted one starts, and that one which is idle for long is ended.
func (q *queue) next() (j *job, open bool) {
	idle := time.NewTimer(q.idleEnd())
	defer idle.Stop()
	for {
		j, open, restart := q.take()
		if j != nil || !open {
			return j, open
		}
		if restart {
			_, _ = q.start(q.ctx) // its state tells of a failure
			idle.Reset(q.idleEnd())
		}
		select {
		case <-q.wake:
		case <-q.kernelDone():
			q.died()
		case <-idle.C:
			if left := q.idleLeft(); left > 0 {
				idle.Reset(left)
			} else if q.retire() {
				return nil, false
			}
		}
	}
}

func (q *queue) take() (j *job, open, restart bool) {
	q.r.mu.Lock()
	defer q.r.mu.Unlock()
	restart, q.restart = q.restart, false // a run that comes starts a kernel as well
	j, waits := q.waiting.next()
	if !waits {
		return nil, !q.closed, restart && !q.closed
	}
	q.current, q.by, j.phase = j, j.run.By, preparing
	return j, true, false
}

// idleEnd is how long the kernel may be idle.
func (q *queue) idleEnd() time.Duration { return or(q.interpreter.Idle, q.r.cfg.IdleEnd) }

// idleLeft is how long the kernel may still be idle, as widgets use it as well.
func (q *queue) idleLeft() time.Duration {
	q.r.mu.Lock()
	defer q.r.mu.Unlock()
	return q.idleEnd() - q.r.cfg.Now().Sub(q.touched)
}

// retire closes an idle queue, unless something came in this moment.
func (q *queue) retire() bool {
	q.r.mu.Lock()
	defer q.r.mu.Unlock()
	if !q.waiting.empty() || q.restart {
		return false
	}
	q.retireFor("it was idle for " + inWords(q.idleEnd()))
	return true
}

// retireFor closes the queue and keeps word of why its kernel ended. The caller
// holds mu.
func (q *queue) retireFor(reason string) {
	if q.session != nil {
		q.r.keepPast(q.key, q.state, reason)
	}
	q.close(&stop{state: RunCancelled, reason: reason})
}

// close takes the queue out of use and ends its kernel; channel gone is closed
// when that is no more. The caller holds mu, has concluded what waited, and is
// counted in work or has seen that the runner is not closing.
func (q *queue) close(why *stop) (gone <-chan struct{}) {
	q.closed = true
	q.cancel()
	if q.r.queues[q.key] == q {
		delete(q.r.queues, q.key)
	}
	q.r.news.kernels(q.key.note)
	signal(q.wake)
	ended := make(chan struct{})
	s := q.session
	if s == nil {
		close(ended)
		return ended
	}
	s.end(why)
	q.r.work.Go(func() {
		defer close(ended)
		q.r.shutdown(s.kernel)
	})
	return ended
}
