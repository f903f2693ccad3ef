package socket_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
	"quire/socket"
	"quire/socket/wire"
)

func TestEndOfTheSignInClosesTheSocket(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	idle, busy := w.join(ana, "idle"), w.join(ana, "busy")
	busy.open(note)
	w.commit(func() { delete(w.records.identities, ana.SignIn) })
	for _, c := range []*client{idle, busy} {
		code, _ := c.closed()
		require.Equal(t, wire.CloseSignedOut, code)
	}
}

func TestSignInThatExpiresClosesTheSocket(t *testing.T) {
	w := newWorld(t, socket.Config{PingEvery: 100 * time.Millisecond})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	idle, busy := w.join(ana, "idle"), w.join(ana, "busy")
	busy.open(note)
	w.commit(func() {
		who := w.records.identities[ana.SignIn]
		who.Until = time.Now().Add(300 * time.Millisecond)
		w.records.identities[ana.SignIn] = who
	})
	var both sync.WaitGroup // they have to answer pings
	for _, c := range []*client{idle, busy} {
		both.Go(func() {
			code, before := c.closed()
			assert.Equal(t, wire.CloseSignedOut, code)
			for _, g := range before {
				assert.NotEqual(t, wire.OpGone, g.Op, "the note is not gone, the sign-in is over")
			}
		})
	}
	both.Wait()
}

func (w *world) distrust() {
	w.records.mu.Lock()
	w.records.broken = errors.New("no database")
	w.records.mu.Unlock()
	require.Eventually(w.t, func() bool { return !w.gate.Trusted() }, patience, patience/1000)
}

func (w *world) trust() {
	w.records.mu.Lock()
	w.records.broken = nil
	w.records.mu.Unlock()
	w.gate.Confirm(context.Background())
}

func (c *client) turns(many int) (next func() got) {
	c.t.Helper()
	return c.turnsUntil(func() bool { many--; return many == 0 })
}

func (c *client) turnsUntil(done func() bool) (next func() got) {
	c.t.Helper()
	ping := func() error {
		return c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(patience))
	}
	enough := make(chan struct{})
	c.ws.SetPongHandler(func(string) error {
		if done() {
			close(enough)
			return nil
		}
		return ping()
	})
	frames := make(chan got, 1)
	go func() {
		g, err := c.next()
		if err != nil {
			g.raw = []byte(err.Error())
		}
		frames <- g
	}()
	require.NoError(c.t, ping())
	select {
	case <-enough:
	case g := <-frames:
		require.Fail(c.t, "a frame was sent", "%s", g.raw)
	}
	return func() got { return <-frames }
}

func TestUnconfirmedAuthorityHoldsEverythingBack(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	c := w.join(ana, "tab")
	c.open(note)
	c.must(wire.OpPeople)
	w.distrust()
	for i := range 3 {
		_, err := w.book.write(note, ana, fmt.Sprint("held", i), &notebook.SetTitle{Paragraph: "p1", Title: "x"})
		require.NoError(t, err)
	}
	code, _ := w.dial(ana).closed()
	require.Equal(t, wire.CloseUnavailable, code, "nobody comes in")
	next := c.turns(30)
	w.trust()
	require.Equal(t, "held0", into[wire.Entry](t, next()).ID)
	for i := 1; i < 3; i++ {
		require.Equal(t, fmt.Sprint("held", i), into[wire.Entry](t, c.must(wire.OpEntry)).ID)
	}
}

// What could not be looked up after a change is looked up again before long.
func TestAnIdleSocketIsLookedAtAgain(t *testing.T) {
	for name, broken := range map[string]func(*records, error){
		"sign-ins": func(r *records, err error) { r.broken = err },
		"notes":    func(r *records, err error) { r.noChains = err },
	} {
		w := newWorld(t, socket.Config{PingEvery: time.Hour})
		ana, ben := w.person("ana"), w.person("ben")
		note := w.note(ana, "p1")
		w.grant(note, ben, auth.Reader)
		c := w.join(ben, "tab")
		c.open(note)
		c.must(wire.OpPeople)
		w.commit(func() {
			broken(w.records, errors.New("no answer"))
			w.setGrant(note, ben, auth.NoRole)
		})
		next := c.turns(30)
		w.records.mu.Lock()
		broken(w.records, nil)
		w.records.mu.Unlock()
		require.Equal(t, wire.OpGone, next().Op, name)
	}
}

func TestTooMuchHeldBackClosesTheSocket(t *testing.T) {
	w := newWorld(t, socket.Config{QueueBytes: 64 << 10})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	c := w.join(ana, "tab")
	c.open(note)
	c.must(wire.OpPeople)
	w.distrust()
	title := &notebook.SetTitle{Paragraph: "p1", Title: strings.Repeat("x", 1000)}
	_, err := w.book.write(note, ana, "first", title)
	require.NoError(t, err)
	since := time.Now()
	next := c.turnsUntil(func() bool { return time.Since(since) > 300*time.Millisecond }) // it was tried again
	for i := range 100 {
		_, err := w.book.write(note, ana, fmt.Sprint("held", i), title)
		require.NoError(t, err)
	}
	require.Contains(t, string(next().raw), fmt.Sprint(wire.CloseUnavailable))
}

func TestAfterAChangeOneLookServesAllSockets(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	var clients []*client
	for i := range 100 {
		p := w.person(fmt.Sprint("reader", i))
		w.grant(note, p, auth.Reader)
		clients = append(clients, w.join(p, "tab"))
		clients[i].open(note)
	}
	w.records.mu.Lock()
	before := w.records.asked
	w.records.crowd = make(chan struct{})
	w.records.mu.Unlock()
	w.commit(func() {
		w.setGrant(note, auth.Actor{User: auth.Everyone}, auth.Writer)
	})
	w.book.publish(note, notebook.NodeChanged{}) // all fetch where it stands, too
	for _, c := range clients {
		for { // of the changes while they came
			if a := into[wire.Allowed](t, c.must(wire.OpAllowed)); len(a.Allowed) == 3 {
				break
			}
		}
	}
	w.records.mu.Lock()
	defer w.records.mu.Unlock()
	require.Less(t, w.records.asked-before, 10)
}
