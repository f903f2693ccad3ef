package socket

import (
	"context"
	"sync"
	"sync/atomic"

	"quire/auth"
	"quire/notebook"
	"quire/socket/wire"
)

// subscription is a note that a socket has open.
type subscription struct {
	c      *conn
	lane   *lane
	id     auth.ID
	room   *room
	pass   *auth.Pass
	ctx    context.Context // ends with the subscription
	cancel context.CancelFunc
	// sent is the number of the last entry that was queued.
	sent     atomic.Int64
	watching watching
	carets   carets
	once     sync.Once
	attends  atomic.Bool  // it hears what concerns its person alone
	waits    atomic.Int64 // bytes of that which wait
	lost     atomic.Int64 // messages of that which were left out

	mu      sync.Mutex
	handle  Handle
	started bool         // the frame that opens the note was queued
	early   []*item      // what came before that
	size    int          // bytes of early
	over    bool         // nothing more is queued
	told    auth.Actions // what the client knows it may do
	place   place
	// elsewhere is set while the client does not know place.
	elsewhere bool
	// stale asks to fetch place again, fetching says that somebody does.
	stale, fetching bool
}

func newSubscription(l *lane) *subscription {
	c := l.c
	sub := &subscription{c: c, lane: l, id: l.note, pass: c.s.gate.Pass(c.actor, l.note)}
	sub.ctx, sub.cancel = context.WithCancel(c.ctx)
	sub.watching.sub, sub.carets.sub = sub, sub
	sub.room = c.s.enter(sub)
	return sub
}

// start queues the frame that opens the note and everything that came since.
func (sub *subscription) start(opening *frame, upTo int64, where place, allowed auth.Actions, h Handle) {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	sub.handle, sub.place, sub.told = h, where, allowed
	sub.raise(upTo)
	sub.c.push(&item{frame: opening, about: sub, asked: true})
	for _, it := range sub.early {
		sub.c.push(it)
	}
	sub.started, sub.early, sub.size = true, nil, 0
}

// raise keeps the highest number that was queued.
func (sub *subscription) raise(seq int64) {
	for {
		old := sub.sent.Load()
		if seq <= old || sub.sent.CompareAndSwap(old, seq) {
			return
		}
	}
}

// push queues an item about the note, behind the frame that opens it.
func (sub *subscription) push(it *item) {
	it.about = sub
	sub.mu.Lock()
	defer sub.mu.Unlock()
	switch {
	case sub.over:
		it.leave()
		return
	case sub.started:
		sub.c.push(it)
	case sub.size+it.size() > sub.c.s.config.QueueBytes:
		it.leave()
		sub.c.close(wire.CloseSlow, "Too much happened while the note was being opened.")
	default:
		sub.early, sub.size = append(sub.early, it), sub.size+it.size()
	}
	sub.over = sub.over || it.last
}

func (sub *subscription) refuse(id string, err error) {
	sub.push(&item{frame: sub.c.s.encode(sub.c.refusal(sub.id, id, err))})
}

// Deliver implements notebook.Subscriber.
func (sub *subscription) Deliver(e notebook.Event) {
	switch e := e.(type) {
	case notebook.NodeChanged:
		sub.nodeChanged(e)
	case notebook.Reloaded:
		sub.c.s.closeRoom(sub.room)
		sub.push(&item{frame: sub.gone("resync", "The note starts over."), last: true})
	case notebook.PeopleChanged:
		sub.room.peopleChanged(e)
	default:
		sub.deliver(e)
	}
}

func (sub *subscription) deliver(e notebook.Event) {
	if caret, ok := e.(notebook.CaretMoved); ok && caret.Presence.Tab == sub.c.tab && caret.Presence.User == sub.c.actor.User {
		return
	}
	told := sub.room.tell(e)
	if entry, ok := e.(notebook.Entry); ok {
		sub.raise(entry.Seq)
	}
	if it := told.item(sub.c.actor.User); it != nil {
		sub.push(it)
	}
	if told.runs {
		sub.watching.update()
	}
}

// nodeChanged sends the new name and place, or that there is nothing more to see.
func (sub *subscription) nodeChanged(e notebook.NodeChanged) {
	if e.Deleted {
		sub.push(&item{frame: sub.gone("access", "The note was deleted."), last: true})
		return
	}
	sub.refresh()
}

func (sub *subscription) gone(why, message string) *frame {
	return sub.c.s.encode(wire.Gone{Op: wire.OpGone, Note: sub.id, Why: why, Message: message})
}

// release gives back all that the subscription holds. Nothing is queued any more.
func (sub *subscription) release() {
	sub.once.Do(func() {
		sub.mu.Lock()
		sub.over = true
		early, h := sub.early, sub.handle
		sub.early = nil
		sub.mu.Unlock()
		for _, it := range early {
			it.leave()
		}
		sub.cancel()
		sub.carets.stop()
		sub.watching.stop()
		sub.c.s.exit(sub)
		if h != nil {
			h.Close()
		}
		sub.pass.Release()
	})
}

// news compares what may be done, and where the note stands, with what the client
// knows, and returns the frame that tells the difference; nil for none.
func (sub *subscription) news(actions auth.Actions) *frame {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	if !sub.started || actions == sub.told && !sub.elsewhere {
		return nil
	}
	if actions != sub.told {
		sub.handle.Allowed(actions)
	}
	sub.told, sub.elsewhere = actions, false
	return sub.c.s.encode(wire.Allowed{
		Op: wire.OpAllowed, Note: sub.id, Allowed: actions.Names(),
		Name: sub.place.name, Path: sub.place.path, Trashed: sub.place.trashed,
	})
}
