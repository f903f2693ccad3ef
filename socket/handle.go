package socket

import (
	"fmt"

	"quire/auth"
	"quire/auth/fault"
	"quire/socket/wire"
)

// Limits of what a frame may say.
const (
	maxTab       = 64
	maxWatched   = 500
	maxParagraph = 64
	maxRanges    = 100
	// maxWaiting are the bytes of operations of one socket that may wait.
	maxWaiting = 16 << 20
)

// handle does what a frame asks for, or leaves it to the note's lane. An error
// says what is wrong with the frame itself.
func (c *conn) handle(f wire.Client) error {
	switch f.Op {
	case wire.OpOpen, wire.OpClose, wire.OpDo, wire.OpCaret, wire.OpWatch, wire.OpAnswer, wire.OpComm:
	case wire.OpHello:
		return errFrame{"HELLO is said once."}
	default:
		return errFrame{fmt.Sprintf("%q is no frame of a browser.", shortened(f.Op))}
	}
	if f.Note.IsZero() {
		return errFrame{f.Op + " names its note."}
	}
	switch f.Op {
	case wire.OpCaret:
		c.caret(f)
	case wire.OpWatch:
		return c.watch(f)
	case wire.OpOpen:
		if f.Seq < 0 || f.Seq > 0 && f.Epoch.IsZero() {
			return errFrame{"OPEN names epoch and seq, or neither."}
		}
		c.ask(f, 0, func(l *lane) { l.open(f) })
	case wire.OpClose:
		c.wait(f, func(l *lane) { l.leave() })
	case wire.OpDo:
		c.ask(f, len(f.Body), func(l *lane) { l.do(f) })
	case wire.OpAnswer, wire.OpComm:
		if err := checkPersonal(f); err != nil {
			return err
		}
		if f.Op == wire.OpAnswer {
			c.ask(f, bytesOf(f), func(l *lane) { l.answer(f) })
		} else {
			c.ask(f, bytesOf(f), func(l *lane) { l.comm(f) })
		}
	}
	return nil
}

// ask leaves a task to the note's lane, and refuses it when too much waits.
func (c *conn) ask(f wire.Client, bytes int, task func(*lane)) {
	select {
	case c.slots <- struct{}{}:
	default:
		c.tooMany(f)
		return
	}
	if !c.enqueue(f.Note, bytes, task) {
		<-c.slots
		c.tooMany(f)
	}
}

func (c *conn) tooMany(f wire.Client) {
	c.refuse(f.Note, f.ID, fault.New(fault.TooMany, "Too much was asked for at once; wait for answers and try again."))
}

// wait leaves a task that cannot be refused to the note's lane, when there is
// room.
func (c *conn) wait(f wire.Client, task func(*lane)) {
	select {
	case c.slots <- struct{}{}:
		c.enqueue(f.Note, 0, task)
	case <-c.stop:
	}
}

func (c *conn) watch(f wire.Client) error {
	if len(f.Paragraphs) > maxWatched {
		return errFrame{fmt.Sprintf("At most %d paragraphs are watched.", maxWatched)}
	}
	for _, p := range f.Paragraphs {
		if len(p) > maxParagraph {
			return errFrame{fmt.Sprintf("A paragraph's id has at most %d characters.", maxParagraph)}
		}
	}
	c.wait(f, func(l *lane) {
		if sub := l.current(); sub != nil {
			sub.watching.replace(f.Paragraphs)
		}
	})
	return nil
}

// caret passes a caret on. Readers have none: theirs is left out, as is one of
// nonsense.
func (c *conn) caret(f wire.Client) {
	if len(f.Paragraph) > maxParagraph || len(f.Ranges) > maxRanges || f.TextAt < 0 {
		return
	}
	c.mu.Lock()
	l := c.lanes[f.Note]
	c.mu.Unlock()
	if l == nil {
		return
	}
	if sub := l.current(); sub != nil {
		sub.carets.move(caret{f.Paragraph, f.TextAt, f.Ranges})
	}
}

// refuse tells that something about a note that is not open was not done.
func (c *conn) refuse(note auth.ID, id string, err error) {
	c.push(&item{frame: c.s.encode(c.refusal(note, id, err))})
}

// refusal words what was not done, and logs what is ours.
func (c *conn) refusal(note auth.ID, id string, err error) wire.Refused {
	if fault.Is(err, fault.Internal) {
		c.s.log.Error("a socket's request failed", "error", err, "note", note, "request", c.actor.Request)
	}
	return wire.RefusedOf(note, id, err, c.actor.Request)
}
