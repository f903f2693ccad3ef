package notebook

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// RunnerConfig is what a Runner works with.
type RunnerConfig struct {
	Store RunStore
	// Interpreters tells what runs a text and starts it; nil offers what Kernels finds,
	// to everybody.
	Interpreters Interpreters
	// Kernels runs code; nil runs none.
	Kernels  Kernels
	Gate     *auth.Gate
	Recorder *Recorder
	// Files tells where a note's files are and which slot it has (see StartKernel).
	Files func(note ID) (dir string, slot int, err error)
	// Publish is told where runs stand now, PublishKernels how the kernels of a note
	// are: of one note never two calls at a time, the newest state last. What follows
	// quickly on one another is told as one. They may block; nothing waits for them.
	Publish        func(note ID, runs []Run)
	PublishKernels func(note ID, kernels []KernelState)
	// Personal tells one person who has the note open something that concerns only
	// them, and reports whether they heard it. It must not block, nor call the runner.
	Personal func(note ID, person auth.PrincipalID, e PersonalEvent) (heard bool)
	Log      *slog.Logger
	Limits   KernelLimits
	// IdleEnd is how long a kernel may be idle before it is ended; 0 is an hour.
	IdleEnd time.Duration
	// Now is the clock for what is recorded; nil is time.Now.
	Now func() time.Time
}

// Limits of what may wait to be run in one note.
const (
	maxOpenRuns = 10000
	maxOpenText = 64 << 20
)

// Runner runs code: each note has a queue and a kernel per interpreter, kernels
// start with the first run and end when nobody used them for long. It checks no
// rights of callers, only that whoever pressed run may still do so when a run is
// sent.
type Runner struct {
	cfg          RunnerConfig
	interpreters Interpreters
	news         *publisher
	desks        *desks
	ctx          context.Context // ends with Shutdown
	stop         context.CancelFunc
	work         sync.WaitGroup

	mu          sync.Mutex
	open        map[ID]*job
	queues      map[queueKey]*queue
	inbox       []*group // not given to queues yet
	dispatching bool
	closing     bool
	starters    turns[*starter]
	starting    int // kernels whose turn to start it is
	places      map[*place]struct{}
	past        map[queueKey]KernelState // of kernels that were ended
}

// NewRunner returns a runner without any kernels. End it with Shutdown.
func NewRunner(cfg RunnerConfig) *Runner {
	cfg.IdleEnd = or(cfg.IdleEnd, time.Hour)
	l := &cfg.Limits
	l.Server, l.PerPerson, l.Starting = or(l.Server, 100), or(l.PerPerson, 10), or(l.Starting, 4)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Interpreters == nil {
		cfg.Interpreters = foundOnly{cfg.Kernels}
	}
	ctx, cancel := context.WithCancel(auth.AsSystem(context.Background(), "runner"))
	r := &Runner{
		cfg: cfg, interpreters: cfg.Interpreters, ctx: ctx, stop: cancel,
		open: map[ID]*job{}, queues: map[queueKey]*queue{}, places: map[*place]struct{}{}, past: map[queueKey]KernelState{},
	}
	r.desks = newDesks(cfg.Personal)
	r.news = newPublisher(cfg, r.Kernels, &r.work)
	return r
}

// Recover gives the runs that an earlier process left open their end. Call it
// before the first Enqueue.
func (r *Runner) Recover(ctx context.Context) error {
	lost, cancelled, err := r.cfg.Store.EndOpen(ctx, r.cfg.Now(), "the server stopped before it had ended")
	if err == nil && lost+cancelled > 0 {
		r.cfg.Log.Info("runs of an earlier process were ended", "lost", lost, "cancelled", cancelled)
	}
	return err
}

// Interpreters lists what a first line can name, with those refused that whoever
// asks may not use.
func (r *Runner) Interpreters(ctx context.Context) ([]Interpreter, error) {
	return r.interpreters.Interpreters(ctx)
}

// Room fails as TooMany when so many more runs, with texts of so many bytes
// together, may not be queued in the note. Ask before they are stored.
func (r *Runner) Room(note ID, runs, bytes int) error {
	for _, run := range r.Open(note) {
		runs, bytes = runs+1, bytes+len(run.Text)
	}
	if runs > maxOpenRuns || bytes > maxOpenText {
		return fault.New(fault.TooMany, "Too much waits to be run in this note: %d runs or %d MB of text are allowed at once. Cancel some first.",
			maxOpenRuns, maxOpenText>>20)
	}
	return nil
}

// Enqueue takes over runs that were just stored as queued, to be run in order, each
// in the queue of the interpreter that its first line names, or defaultInterpreter
// (empty: python). When one fails the later ones of the same call are cancelled.
// It never blocks. Once the server is stopping it does nothing: such runs get
// their end from the next Recover.
func (r *Runner) Enqueue(defaultInterpreter string, runs []Run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closing {
		return
	}
	g := &group{defaultInterpreter: defaultInterpreter}
	for _, run := range runs {
		if r.open[run.ID] == nil {
			j := newJob(r.ctx, run, g)
			r.open[run.ID] = j
		}
	}
	r.inbox = append(r.inbox, g)
	if !r.dispatching {
		r.dispatching = true
		r.work.Go(r.dispatch)
	}
}

// dispatch gives runs to queues until there are no more. What an interpreter's
// name means may have to be looked up, so callers of Enqueue do not wait for it.
func (r *Runner) dispatch() {
	for {
		r.mu.Lock()
		if len(r.inbox) == 0 {
			r.dispatching = false
			r.mu.Unlock()
			return
		}
		g := r.inbox[0]
		r.inbox = r.inbox[1:]
		r.mu.Unlock()
		var all []Interpreter
		var err error
		for i, j := range g.jobs {
			if i == 0 || j.run.By != g.jobs[i-1].run.By {
				all, err = r.offeredTo(j.run)
			}
			r.place(j, all, err)
		}
	}
}

// offeredTo lists the interpreters as whoever pressed run may use them.
func (r *Runner) offeredTo(run Run) (all []Interpreter, err error) {
	who := auth.Actor{Kind: auth.Person, User: run.By, Name: run.ByName}
	err = insist(auth.WithActor(r.ctx, who), func(ctx context.Context) (err error) {
		all, err = r.interpreters.Interpreters(ctx)
		return err
	})
	return all, err
}

// place gives one run to its queue, or ends it if no kernel is needed or there.
func (r *Runner) place(j *job, all []Interpreter, err error) {
	var p plan
	if err == nil {
		p, err = planFor(all, j.run.Text, j.group.defaultInterpreter)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case j.phase != waiting:
	case err != nil:
		r.settleLater(r.conclude(j, r.failure(j, err)))
	case p.skip:
		r.settleLater(r.conclude(j, RunEnd{State: RunDone}))
	default:
		j.code = p.code
		j.run.Interpreter = p.interpreter.Name
		r.queue(&j.run, p.interpreter).push(j)
	}
}

// failure is the end of a run that could not be sent.
func (r *Runner) failure(j *job, err error) RunEnd {
	if fault.CodeOf(err) == fault.Internal && !errors.Is(err, context.Canceled) {
		r.cfg.Log.Error("run failed before it was sent", "note", j.run.Note, "run", j.run.ID, "error", err)
	}
	return RunEnd{State: RunError, Reason: fault.Of(err).Message}
}
