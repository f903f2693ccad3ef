package socket

import (
	"context"
	"time"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/socket/wire"
)

// Of lanes.
const (
	askWait  = 30 * time.Second // for one answer of a note
	maxOpen  = 50               // notes one socket may have open
	maxLanes = 200              // before those that are not used are forgotten
)

// lane does what one socket asks of one note, in the order it was asked. Its
// goroutine lives as long as something waits.
type lane struct {
	c    *conn
	note auth.ID
	// Guarded by c.mu:
	tasks []task
	busy  bool
	sub   *subscription // what is open
	gone  bool          // GONE was the last word about the note
}

type task struct {
	bytes int
	do    func(*lane)
}

// enqueue adds a task, whose slot the caller has taken. It reports false if more
// bytes would wait than may.
func (c *conn) enqueue(note auth.ID, bytes int, do func(*lane)) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if bytes > 0 && c.waiting > 0 && c.waiting+bytes > maxWaiting {
		return false
	}
	l := c.lanes[note]
	if l == nil {
		c.forgetLanes()
		l = &lane{c: c, note: note}
		c.lanes[note] = l
	}
	c.waiting += bytes
	l.tasks = append(l.tasks, task{bytes, do})
	if !l.busy {
		l.busy = true
		c.start(l.run)
	}
	return true
}

// forgetLanes keeps a socket that looks at one note after another small.
func (c *conn) forgetLanes() {
	if len(c.lanes) < maxLanes {
		return
	}
	for id, l := range c.lanes {
		if !l.busy && l.sub == nil {
			delete(c.lanes, id)
		}
	}
}

func (l *lane) run() {
	for {
		l.c.mu.Lock()
		if len(l.tasks) == 0 {
			l.tasks, l.busy = nil, false
			l.c.mu.Unlock()
			return
		}
		t := l.tasks[0]
		l.tasks[0] = task{}
		l.tasks = l.tasks[1:]
		l.c.mu.Unlock()
		t.do(l)
		l.c.mu.Lock()
		l.c.waiting -= t.bytes
		l.c.mu.Unlock()
		<-l.c.slots
	}
}

// current returns the open subscription; nil for none.
func (l *lane) current() *subscription {
	l.c.mu.Lock()
	defer l.c.mu.Unlock()
	return l.sub
}

// ended forgets a subscription that is over; gone if the client was told so.
func (l *lane) ended(sub *subscription, gone bool) {
	l.c.mu.Lock()
	defer l.c.mu.Unlock()
	if l.sub == sub {
		l.sub, l.gone = nil, gone
	}
}

// do hands an operation to the note. The acknowledgement is its ENTRY, which
// everybody gets; only a repeat of what was sent long ago is answered here.
func (l *lane) do(f wire.Client) {
	sub := l.current()
	if sub == nil {
		if !l.wasGone() {
			l.c.refuse(f.Note, f.ID, fault.New(fault.Unavailable, "The note is not open here; open it and send this again."))
		}
		return
	}
	op, err := notebook.DecodeOp(f.Kind, f.Body)
	if err != nil {
		sub.refuse(f.ID, err)
		return
	}
	sent := sub.sent.Load()
	// Not cancelled when the connection ends: who closes the tab after typing wants
	// the typing kept.
	ctx, cancel := context.WithTimeout(l.c.ctx, askWait)
	defer cancel()
	e, err := l.c.s.notes.Do(ctx, f.Note, f.ID, op)
	switch {
	case err != nil:
		sub.refuse(f.ID, err)
	case e.Seq <= sent:
		sub.push(&item{frame: l.c.s.encode(wire.EntryOf(f.Note, e))})
	}
}

func (l *lane) wasGone() bool {
	l.c.mu.Lock()
	defer l.c.mu.Unlock()
	return l.gone
}

// leave closes the note, if it is open.
func (l *lane) leave() {
	if sub := l.current(); sub != nil {
		l.ended(sub, false)
		sub.release()
		l.c.out.drop(sub)
	}
}
