package notebook

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// How long a keeper waits for what.
const (
	checkpointQuiet = 2 * time.Second  // without operations, then the checkpoint is written
	checkpointEvery = 500              // operations, however busy the note is
	leaveAfter      = 60 * time.Second // without subscribers, runs and messages
	storeTimeout    = 15 * time.Second // for one commit, load or checkpoint
)

// keeper is the goroutine that holds an open note: the only one that changes it,
// and the one that tells its subscribers, in order. Nothing of it is shared but
// the mailbox.
type keeper struct {
	s     *Service
	id    ID
	inbox *mailbox

	// handling is what was taken from the mailbox and may not be answered yet.
	handling []any

	note    *Note
	runs    map[ID]Run // the latest of each paragraph; of own ones those asked for
	keeping int        // how many of runs were the latest when that was looked at last
	kernels []KernelState
	subs    map[*Opened]struct{}
	passes  map[passKey]*auth.Pass
	audited map[passKey]bool // whose edits stand in the audit log
	// defaults decide whose kernels run, as of when the gate's Moved was defaultsAt.
	defaults   KernelDefaults
	defaultsAt <-chan struct{}
	// saved is the state in the checkpoint, nil when only its number is known.
	saved    *Note
	savedSeq int64
	lastOp   time.Time
	lastUse  time.Time
	leaving  bool
	broken   error // set when what is held can no longer be trusted
}

type passKey struct {
	signIn ID
	user   auth.PrincipalID
}

func newKeeper(s *Service, id ID) *keeper {
	return &keeper{
		s: s, id: id, inbox: newMailbox(), runs: map[ID]Run{},
		subs: map[*Opened]struct{}{}, passes: map[passKey]*auth.Pass{}, audited: map[passKey]bool{},
	}
}

// What a keeper is asked, beside events that it passes on.
type (
	doRequest struct {
		ctx    context.Context
		actor  auth.Actor
		id     string
		op     Op
		answer chan doAnswer // has room for the answer
	}
	doAnswer struct {
		entry Entry
		err   error
	}
	// openRequest without a subscriber only reads.
	openRequest struct {
		ctx    context.Context
		actor  auth.Actor
		known  *Position
		tab    string
		sub    Subscriber
		answer chan openAnswer
	}
	openAnswer struct {
		opened  *Opened
		opening Opening
		err     error
	}
	closeRequest struct{ opened *Opened }
	caretRequest struct {
		opened    *Opened
		paragraph string
		version   int64
		ranges    [][2]int
	}
	allowedRequest struct {
		opened *Opened
		writes bool
	}
	leaveRequest struct{}
)

// run holds the note until nobody needs it. A panic ends this note's session only:
// its subscribers open it again from what was committed.
func (k *keeper) run() {
	defer k.s.left(k)
	defer k.releasePasses()
	defer func() {
		if v := recover(); v != nil {
			k.s.log.Error("keeper panicked; the note starts over", "note", k.id, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			k.abandon(fault.New(fault.Unavailable, "The note had to be reopened; try again."))
		}
	}()
	if err := k.load(); err != nil {
		k.abandon(err)
		return
	}
	k.lastUse = k.s.now()
	timer := time.NewTimer(checkpointQuiet)
	defer timer.Stop()
	for {
		select {
		case <-k.inbox.wake:
			k.handle(k.inbox.take())
		case <-timer.C:
			timer.Reset(checkpointQuiet)
		}
		if k.broken != nil {
			k.abandon(k.broken)
			return
		}
		if k.checkpointDue() {
			k.checkpoint()
		}
		if k.mayLeave() && k.inbox.close() {
			return
		}
	}
}

// load reads the note. It may wait for the database, but not for ever.
func (k *keeper) load() error {
	ctx, cancel := k.background()
	defer cancel()
	note, checkpoint, err := k.s.store.LoadNote(ctx, k.id)
	if err != nil {
		if fault.Is(err, fault.NotFound) {
			return auth.Hidden()
		}
		return err
	}
	var ids []ID
	for _, p := range note.Paragraphs {
		if !p.Run.IsZero() {
			ids = append(ids, p.Run)
		}
	}
	runs, err := k.s.runs.Runs(ctx, ids)
	if err != nil {
		return err
	}
	k.note, k.saved, k.savedSeq = note, nil, checkpoint
	k.runs = map[ID]Run{}
	k.keep(ids, runs)
	k.kernels = k.s.runner.Kernels(k.id)
	return nil
}

// keep remembers runs that were read from the store, as they stand now.
func (k *keeper) keep(ids []ID, stored []Run) {
	for _, r := range append(stored, k.s.runner.Snapshot(ids)...) {
		k.runs[r.ID] = r
	}
}

func (k *keeper) background() (context.Context, context.CancelFunc) {
	return context.WithTimeout(auth.AsSystem(context.Background(), "keeper"), storeTimeout)
}

// handle works through what waited, in order. Operations that follow each other
// are committed together.
func (k *keeper) handle(items []any) {
	k.lastUse = k.s.now()
	k.handling = items
	var dos []*doRequest
	flush := func() {
		if len(dos) > 0 {
			k.commit(dos)
			dos = nil
		}
	}
	for _, item := range items {
		if r, ok := item.(*doRequest); ok {
			dos = append(dos, r)
			continue
		}
		flush()
		k.handleOther(item)
	}
	flush()
	k.handling = nil
}

func (k *keeper) handleOther(item any) {
	switch r := item.(type) {
	case *openRequest:
		k.open(r)
	case closeRequest:
		if _, ok := k.subs[r.opened]; ok {
			delete(k.subs, r.opened)
			k.publishPeople()
		}
	case caretRequest:
		k.caret(r)
	case allowedRequest:
		if _, ok := k.subs[r.opened]; ok && r.opened.presence.Writes != r.writes {
			r.opened.presence.Writes = r.writes
			k.tellOwn(r.opened)
			k.publishPeople()
		}
	case RunsChanged:
		k.runsChanged(r)
	case KernelsChanged:
		k.kernels = r.Kernels
		k.publish(r)
	case leaveRequest:
		k.leaving = true
	case Event:
		k.publish(r)
	}
}

// publish tells every subscriber.
func (k *keeper) publish(e Event) {
	for o := range k.subs {
		o.sub.Deliver(e)
	}
}

// runsChanged keeps the latest run of each paragraph and passes the rest by.
func (k *keeper) runsChanged(e RunsChanged) {
	for _, r := range e.Runs {
		if p, _ := k.note.Find(r.Paragraph); p != nil && p.latest(r) {
			k.runs[r.ID] = r
		}
	}
	k.publish(e)
}

// checkpointDue reports whether the state should be written now.
func (k *keeper) checkpointDue() bool {
	behind := k.note.Seq - k.savedSeq
	return behind >= checkpointEvery || behind > 0 && (k.leaving || k.s.now().Sub(k.lastOp) >= checkpointQuiet)
}

// checkpoint writes the state beside the log. When it cannot be written the log
// still says everything, so that is only logged.
func (k *keeper) checkpoint() {
	ctx, cancel := k.background()
	defer cancel()
	if err := k.s.store.Checkpoint(ctx, k.note, k.saved); err != nil {
		k.s.log.Warn("checkpoint not written", "note", k.id, "seq", k.note.Seq, "error", err)
		return
	}
	k.saved, k.savedSeq = k.note, k.note.Seq
}

func (k *keeper) mayLeave() bool {
	if k.leaving {
		return true
	}
	return len(k.subs) == 0 && k.s.now().Sub(k.lastUse) >= leaveAfter && len(k.s.runner.Open(k.id)) == 0
}

// abandon gives up the note: whoever waits is refused, whoever listens starts over.
// What was being handled may have been answered; then nobody takes the second answer.
func (k *keeper) abandon(err error) {
	for _, item := range append(k.handling, k.inbox.abandon()...) {
		switch r := item.(type) {
		case *doRequest:
			select {
			case r.answer <- doAnswer{err: err}:
			default:
			}
		case *openRequest:
			select {
			case r.answer <- openAnswer{err: err}:
			default:
			}
		}
	}
	k.publish(Reloaded{})
}

// pass returns the person's pass on this note, kept while the note is open.
func (k *keeper) pass(a auth.Actor) *auth.Pass {
	key := passKey{a.SignIn, a.User}
	p := k.passes[key]
	if p == nil {
		if len(k.passes) >= maxPasses {
			k.releasePasses()
		}
		p = k.s.gate.Pass(a, k.id)
		k.passes[key] = p
	}
	return p
}

// maxPasses bounds the passes kept of people who came and went.
const maxPasses = 5000

func (k *keeper) releasePasses() {
	for _, p := range k.passes {
		p.Release()
	}
	k.passes = map[passKey]*auth.Pass{}
}
