package notebook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"quire/auth"
	"quire/auth/fault"
)

// staged is what a batch would make of the note: nothing of it counts before the
// commit is known to have happened.
type staged struct {
	note     *Note
	requests []*doRequest
	entries  []Entry
	runs     [][]Run // by request
	// twins wait for the request at the same place: they ask for the very same
	// operation.
	twins map[int][]*doRequest
}

// errMoved means that somebody's rights changed while the batch was staged.
var errMoved = errors.New("authority moved")

// maxRestages bounds how often a batch is checked again because rights changed.
const maxRestages = 20

// commit checks and applies operations to a copy of the note, commits them
// together, and only then makes the copy the note and tells everybody.
func (k *keeper) commit(dos []*doRequest) {
	for range maxRestages {
		if k.broken != nil {
			break
		}
		b := k.stage(dos)
		if len(b.requests) == 0 {
			return
		}
		switch err := k.append(b); {
		case err == nil:
			k.committed(b)
			return
		case errors.Is(err, errMoved):
			dos = b.all()
		case errors.Is(err, ErrRepeated):
			dos = k.answerRepeats(b.all())
		case errors.Is(err, ErrUnknown), errors.Is(err, ErrFenced):
			k.settle(b, err)
			return
		default:
			b.refuse(err)
			return
		}
	}
	err := k.broken
	if err == nil {
		err = fault.New(fault.Unavailable, "Permissions are changing at the moment; try again shortly.")
	}
	for _, r := range dos {
		r.answer <- doAnswer{err: err}
	}
}

// stage answers what is refused, and stages the rest.
func (k *keeper) stage(dos []*doRequest) *staged {
	b := &staged{note: k.note, twins: map[int][]*doRequest{}}
	places := map[opKey]int{}
	for _, r := range dos {
		key := opKey{r.actor.User, r.id}
		if i, ok := places[key]; ok {
			b.twins[i] = append(b.twins[i], r)
			continue
		}
		if err := k.stageOne(b, r); err != nil {
			k.refuseOrRepeat(r, err)
			continue
		}
		places[key] = len(b.requests) - 1
	}
	return b
}

type opKey struct {
	user auth.PrincipalID
	id   string
}

func (k *keeper) stageOne(b *staged, r *doRequest) error {
	allowed, err := k.check(r)
	if err != nil {
		return err
	}
	if run, ok := r.op.(*StartRun); ok {
		run.Runs = nil // the server's to say, as is Own
		if run.Own, err = k.own(b.note, allowed); err != nil {
			return err
		}
	}
	now := k.s.now().UTC()
	next, err := b.note.Apply(r.op, Stamp{By: r.actor.User, At: now})
	if err != nil {
		return err
	}
	body, err := json.Marshal(r.op)
	if err != nil {
		return fmt.Errorf("encode %s: %w", KindOf(r.op), err)
	}
	runs := runsOf(r, next, now)
	if err := k.room(b, runs); err != nil {
		return err
	}
	b.note = next
	b.requests = append(b.requests, r)
	b.entries = append(b.entries, Entry{
		Seq: next.Seq, Op: r.id, By: r.actor.User, ByName: r.actor.Name, At: now, Kind: KindOf(r.op), Body: body,
	})
	b.runs = append(b.runs, runs)
	return nil
}

// room refuses more runs than may wait in the note, with those staged already.
func (k *keeper) room(b *staged, runs []Run) error {
	if len(runs) == 0 {
		return nil
	}
	count, bytes := 0, 0
	for _, list := range append(b.runs, runs) {
		for _, r := range list {
			count, bytes = count+1, bytes+len(r.Text)
		}
	}
	return k.s.runner.Room(k.id, count, bytes)
}

// check refuses unless the actor may do everything the operation needs.
func (k *keeper) check(r *doRequest) (auth.Actions, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, fault.Wrap(err, fault.Unavailable, "Nobody waits for the answer any more.")
	}
	allowed, err := k.pass(r.actor).Actions(r.ctx)
	if err != nil {
		return 0, hide(err)
	}
	for _, op := range r.op.Needs() {
		if err := k.s.gate.Verdict(r.ctx, r.actor, op, k.id, allowed); err != nil {
			return 0, err
		}
	}
	return allowed, nil
}

// own decides whether somebody who may do this runs the note in kernels of their
// own. What the tree says of it is asked for again when authority has moved.
func (k *keeper) own(n *Note, allowed auth.Actions) (bool, error) {
	moved := k.s.gate.Moved()
	if n.Settings.Kernels == "" && k.defaultsAt != moved {
		ctx, cancel := k.background()
		defer cancel()
		d, err := k.s.store.KernelDefaults(ctx, k.id)
		if err != nil {
			return false, err
		}
		k.defaults, k.defaultsAt = d, moved
	}
	return k.defaults.own(n.Settings.Kernels, allowed), nil
}

// hide words "no such note" as "may not be seen".
func hide(err error) error {
	if fault.Is(err, fault.NotFound) {
		return auth.Hidden()
	}
	return err
}

// append commits the batch. Inside its transaction the epoch cannot move any
// more, so rights that still hold there hold until the commit.
func (k *keeper) append(b *staged) error {
	ctx, cancel := k.background()
	defer cancel()
	batch := Batch{Note: k.id, Epoch: k.note.Epoch, Entries: b.entries, Deeds: k.deeds(b)}
	for _, runs := range b.runs {
		batch.Runs = append(batch.Runs, runs...)
	}
	return k.s.store.Append(ctx, batch, func(_ context.Context, epoch uint64) error {
		k.s.gate.Move(epoch)
		for _, r := range b.requests {
			allowed, ok := k.pass(r.actor).Held()
			for _, op := range r.op.Needs() {
				if !ok || !allowed.Has(op.Action()) {
					return errMoved
				}
			}
		}
		return nil
	})
}

// deeds are the lines for the audit log: each run, and a person's edits once.
func (k *keeper) deeds(b *staged) []Deed {
	var list []Deed
	told := map[passKey]bool{}
	for _, r := range b.requests {
		d := Deed{By: r.actor.User, ByName: r.actor.Name, SignIn: r.actor.SignIn, Request: r.actor.Request}
		run, runs := r.op.(*StartRun)
		if runs {
			d.Operation, d.Detail = auth.RunStart.Name(), map[string]any{"paragraphs": run.Paragraphs}
			list = append(list, d)
		}
		key := passKey{r.actor.SignIn, r.actor.User}
		if writes(r.op) && !k.audited[key] && !told[key] {
			told[key] = true
			d.Operation, d.Detail = EditDeed, nil
			list = append(list, d)
		}
	}
	return list
}

// committed makes the batch the note's state and tells everybody, in order.
func (k *keeper) committed(b *staged) {
	k.note, k.lastOp = b.note, k.s.now()
	for i, r := range b.requests {
		if writes(r.op) {
			k.audited[passKey{r.actor.SignIn, r.actor.User}] = true
		}
		k.announce(b.entries[i], b.runs[i])
		r.answer <- doAnswer{entry: b.entries[i]}
		for _, twin := range b.twins[i] {
			twin.answer <- doAnswer{entry: b.entries[i]}
		}
	}
}

// writes reports whether the operation changed the note and not only ran it.
func writes(op Op) bool {
	run, runs := op.(*StartRun)
	return !runs || len(run.Edits) > 0
}

// announce publishes a committed entry and queues the runs it started.
func (k *keeper) announce(e Entry, runs []Run) {
	for _, r := range runs {
		k.runs[r.ID] = r
	}
	k.publish(e)
	if len(runs) > 0 {
		k.s.runner.Enqueue(k.note.Settings.DefaultInterpreter, runs)
	}
}

// refuseOrRepeat answers a refused request: with the first answer if it is one
// that was committed before, since a repeat is often refused for the very change
// it made.
func (k *keeper) refuseOrRepeat(r *doRequest, refusal error) {
	switch fault.CodeOf(refusal) {
	case fault.Stale, fault.Conflict, fault.NotFound, fault.Invalid, fault.TooLarge:
		ctx, cancel := k.background()
		defer cancel()
		e, err := k.s.store.EntryByOp(ctx, k.id, r.actor.User, r.id)
		if err == nil && e != nil && k.mayRead(r) {
			r.answer <- doAnswer{entry: *e}
			return
		}
	}
	r.answer <- doAnswer{err: refusal}
}

// mayRead keeps an earlier answer from somebody who has lost the note since.
func (k *keeper) mayRead(r *doRequest) bool {
	allowed, ok := k.pass(r.actor).Held()
	return ok && allowed.Has(auth.Read)
}

// answerRepeats answers the requests that are in the log already and returns the
// others.
func (k *keeper) answerRepeats(dos []*doRequest) []*doRequest {
	ctx, cancel := k.background()
	defer cancel()
	var rest []*doRequest
	for _, r := range dos {
		switch e, err := k.s.store.EntryByOp(ctx, k.id, r.actor.User, r.id); {
		case err != nil:
			r.answer <- doAnswer{err: err}
		case e != nil:
			r.answer <- doAnswer{entry: *e}
		default:
			rest = append(rest, r)
		}
	}
	return rest
}

// settle finds out what became of a batch whose commit nobody knows the outcome
// of: the note is read again, and each operation looked up by its id. If even
// that fails the keeper gives up, and the next request starts afresh.
func (k *keeper) settle(b *staged, cause error) {
	k.s.log.Warn("reading the note again", "note", k.id, "after", cause)
	before := k.note
	err := k.load()
	if err == nil && k.note.Epoch == before.Epoch {
		err = k.catchUp(before.Seq, b)
	} else if err == nil {
		k.publish(Reloaded{})
	}
	if err != nil {
		k.broken = fault.Wrap(err, fault.Unavailable, "The database cannot be reached at the moment; try again shortly.")
		b.refuse(k.broken)
		return
	}
	for _, r := range k.answerRepeats(b.all()) {
		r.answer <- doAnswer{err: fault.New(fault.Unavailable, "It was not done, as the database was out of reach for a moment; try again.")}
	}
}

// catchUp announces what the log has beyond seq.
func (k *keeper) catchUp(seq int64, b *staged) error {
	ctx, cancel := k.background()
	defer cancel()
	missed, err := k.s.store.Entries(ctx, k.id, seq, len(b.entries)+maxResume)
	if err != nil {
		return err
	}
	ours := map[opKey][]Run{}
	for i, r := range b.requests {
		ours[opKey{r.actor.User, r.id}] = b.runs[i]
	}
	for _, e := range missed {
		k.announce(e, ours[opKey{e.By, e.Op}])
	}
	return nil
}

// all lists the requests of the batch with their twins.
func (b *staged) all() []*doRequest {
	var list []*doRequest
	for i, r := range b.requests {
		list = append(append(list, r), b.twins[i]...)
	}
	return list
}

func (b *staged) refuse(err error) {
	for _, r := range b.all() {
		r.answer <- doAnswer{err: err}
	}
}
