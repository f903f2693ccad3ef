package socket

import (
	"time"

	"github.com/gorilla/websocket"

	"quire/auth"
	"quire/auth/fault"
	"quire/socket/wire"
)

// retryEvery is how often it is asked again who may read, while nobody can tell.
const retryEvery = 100 * time.Millisecond

// writer is the goroutine that sends what waits for one socket. Each frame about a
// note is checked as it leaves the queue, and all open notes whenever decisions may
// have changed.
type writer struct {
	*conn
	held  *item // what could not be decided on; everything behind it waits
	due   bool  // open notes are to be looked at, as nobody could tell
	retry *time.Timer
}

func (c *conn) write() {
	w := &writer{conn: c, retry: time.NewTimer(retryEvery)}
	w.retry.Stop()
	w.run()
	_ = c.ws.Close()
	<-c.readDone
	c.release()
	c.s.remove(c)
}

func (w *writer) run() {
	defer w.recovered()
	defer w.retry.Stop()
	ping := time.NewTicker(w.s.config.PingEvery)
	defer ping.Stop()
	moved := w.s.gate.Moved()
	for {
		wake := w.out.wake
		if w.held != nil {
			wake = nil
		}
		var err error
		select {
		case <-w.stop:
			w.sayGoodbye()
			return
		case <-w.readDone:
			return
		case <-moved:
			moved = w.s.gate.Moved()
			err = w.lookAround()
		case <-w.look:
			err = w.lookAround()
		case <-wake:
			err = w.sendNext()
		case <-w.retry.C:
			err = w.again()
		case payload := <-w.pongs:
			err = w.control(websocket.PongMessage, payload)
		case <-ping.C:
			if err = w.control(websocket.PingMessage, ""); err == nil {
				err = w.lookAround()
			}
		}
		if err != nil {
			return // the connection is broken
		}
	}
}

// sendNext sends one frame, if it may be.
func (w *writer) sendNext() error {
	it := w.out.pop()
	if it == nil {
		return nil
	}
	return w.send(it)
}

// send writes an item if it may be, and lets go of it; or holds it back.
func (w *writer) send(it *item) error {
	if it.last {
		defer w.end(it.about, true)
	}
	for it.about != nil && !it.last {
		actions, s, err := w.see(it.about)
		if err != nil {
			return err
		}
		if s == unknown {
			w.held = it
			w.hold()
			return nil
		}
		if s != mayRead {
			w.out.done(it)
			return nil
		}
		f := it.pick(actions)
		if f == nil {
			w.out.done(it)
			return nil
		}
		sent, err := w.putAbout(it.about, f, f == it.full)
		if sent || err != nil {
			w.out.done(it)
			return err
		}
	}
	defer w.out.done(it)
	return w.put(it.frame)
}

// see asks how it stands with a subscription's right to read, and tells the client
// what has changed.
func (w *writer) see(sub *subscription) (auth.Actions, standing, error) {
	actions, s := w.standingOf(sub)
	switch s {
	case mayRead:
		if f := sub.news(actions); f != nil {
			_, err := w.putAbout(sub, f, false) // if it is left out, the next look finds why
			return actions, s, err
		}
	case mayNot:
		w.end(sub, true)
		return actions, s, w.put(sub.gone("access", "You may not read this note any more, or it was deleted."))
	case signedOut:
		w.signOut()
	}
	return actions, s, nil
}

// end forgets a subscription and everything that waits about it.
func (w *writer) end(sub *subscription, gone bool) {
	sub.lane.ended(sub, gone)
	sub.release()
	w.out.drop(sub)
}

// lookAround looks at the sign-in and all open notes, whether anything waits or
// not.
func (w *writer) lookAround() error {
	w.due = false
	if _, err := w.s.identity(w.ctx, w.actor); err != nil {
		w.doubt(err)
		return nil
	}
	for _, sub := range w.open() {
		_, s, err := w.see(sub)
		if err != nil {
			return err
		}
		if s == unknown {
			w.due = true
			w.hold()
			return nil
		}
	}
	return nil
}

// doubt is what to do when the sign-in could not be confirmed.
func (w *writer) doubt(err error) {
	if fault.Is(err, fault.Unauthenticated) {
		w.signOut()
		return
	}
	w.due = true
	w.hold()
}

func (w *writer) signOut() {
	w.close(wire.CloseSignedOut, reasons[wire.CloseSignedOut])
	w.out.close()
}

// hold keeps everything back for a moment.
func (w *writer) hold() {
	w.holding.Store(true)
	w.retry.Reset(retryEvery)
}

// again tries what nobody could decide on.
func (w *writer) again() error {
	if w.due {
		if err := w.lookAround(); err != nil {
			return err
		}
	}
	if it := w.held; it != nil {
		w.held = nil
		if err := w.send(it); err != nil {
			return err
		}
	}
	w.holding.Store(w.due || w.held != nil)
	return nil
}

// putAbout writes a frame about a note, unless that has just become forbidden; one
// for writers needs the right to write. Meanwhile others can see what is being
// written.
func (w *writer) putAbout(sub *subscription, f *frame, forWriters bool) (sent bool, err error) {
	still := func() bool { return w.mayStill(sub, forWriters) }
	w.net.still.Store(&still)
	w.net.skipped.Store(false)
	err = w.put(f)
	w.net.still.Store(nil)
	return !w.net.skipped.Load(), err
}

// put writes a frame.
func (w *writer) put(f *frame) error {
	w.ws.EnableWriteCompression(f.size >= compressFrom)
	return w.ws.WritePreparedMessage(f.prepared)
}

func (w *writer) control(kind int, payload string) error {
	return w.ws.WriteControl(kind, []byte(payload), time.Now().Add(writeWait))
}

// sayGoodbye sends the close frame, and waits a moment for the client to have read
// it: a connection closed on unread data takes what was sent last with it.
func (w *writer) sayGoodbye() {
	w.out.close()
	message := websocket.FormatCloseMessage(w.code, w.reason)
	if w.control(websocket.CloseMessage, string(message)) != nil {
		return
	}
	w.net.drain(closeWait)
	<-w.readDone
}
