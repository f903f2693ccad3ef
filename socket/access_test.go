package socket_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/socket"
	"quire/socket/wire"
)

// tapped is a world that sees what the server writes.

func tapped(s *taps) func(*world) { return func(w *world) { w.accept = s.accept } }

// Thousands of times somebody loses a note in which something happens all the

// time. What the server had checked before the change was committed may be in the

// act of being written: one write of each socket at most. Nothing else of the note

// leaves, and nothing after GONE.

func TestNothingLeavesAfterAccessWasTakenBack(t *testing.T) {
	const sockets, rounds = 100, 25
	var s taps
	w := newWorld(t, socket.Config{PingEvery: time.Hour}, tapped(&s))
	ana := w.person("ana")
	note := w.note(ana, "p1")
	readers, clients := make([]auth.Actor, sockets), make([]*client, sockets)
	for i := range readers {
		readers[i] = w.person(fmt.Sprint("reader", i))
		clients[i] = w.join(readers[i], "tab")
	}
	each := func(do func(i int)) {
		var all sync.WaitGroup
		for i := range clients {
			all.Go(func() { do(i) })
		}
		all.Wait()
	}
	setAll := func(role auth.Role) {
		w.commit(func() {
			for _, r := range readers {
				w.setGrant(note, r, role)
			}
		})
	}
	lateBytes, lateSockets := 0, 0
	for round := range rounds {
		setAll(auth.Reader)
		each(func(i int) { // the first frame after GONE is the answer to OPEN
			clients[i].send(wire.Client{Op: wire.OpOpen, Note: note})
			g, err := clients[i].next()
			require.NoError(t, err)
			require.Equal(t, wire.OpNote, g.Op, "%s", g.raw)
		})
		quit, stopped := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(stopped)
			for n := 0; ; n++ {
				select {
				case <-quit:
					return
				default:
					_, err := w.book.write(note, ana, fmt.Sprint(round, "/", n), &notebook.SetTitle{Paragraph: "p1", Title: "secret"})
					require.NoError(t, err)
				}
			}
		}()
		for range 5 { // in the midst of it
			clients[0].must(wire.OpEntry)
		}
		setAll(auth.NoRole)
		s.forbidden.Store(true)
		each(func(i int) {
			for {
				g, err := clients[i].next()
				require.NoError(t, err)
				if g.Op == wire.OpGone {
					require.Equal(t, "access", into[wire.Gone](t, g).Why)
					return
				}
			}
		})
		close(quit)
		<-stopped
		s.forbidden.Store(false)
		counts, bytes := s.takeLate()
		lateBytes += bytes
		for _, n := range counts {
			require.LessOrEqual(t, n, 1, "a write was begun by what was checked after the change")
			lateSockets += n
		}
	}
	t.Logf("%d revocations: %d writes (%d bytes) were under way at that moment, none begun after", sockets*rounds, lateSockets, lateBytes)
}

func TestAccessTakenBackWhileAFrameIsStuck(t *testing.T) {
	var s taps
	w := newWorld(t, socket.Config{}, tapped(&s))
	ana, ben := w.person("ana"), w.person("ben")
	note := w.note(ana, "p1")
	w.grant(note, ben, auth.Reader)
	c := w.join(ben, "tab")
	c.open(note)
	stuck := s.last()
	tried, goOn := stuck.stop()
	for i := range 20 { // the first of them gets stuck, the others wait
		_, err := w.book.write(note, ana, fmt.Sprint(i), &notebook.InsertParagraph{Paragraph: fmt.Sprint("q", i), Text: strings.Repeat("x", 100_000)})
		require.NoError(t, err)
	}
	await(t, tried)
	before := stuck.written.Load()
	w.grant(note, ben, auth.NoRole)
	await(t, stuck.closed) // though its reader takes nothing
	goOn()
	_, err := c.next()
	require.Error(t, err)
	require.Equal(t, before, stuck.written.Load())
	require.Eventually(t, func() bool {
		w.book.mu.Lock()
		defer w.book.mu.Unlock()
		return len(w.book.notes[note].subs) == 0
	}, patience, patience/1000)
}

// A large frame is on its way in pieces, and the reader takes one after the other.

func TestAccessTakenBackInTheMiddleOfAFrame(t *testing.T) {
	var s taps
	w := newWorld(t, socket.Config{}, tapped(&s))
	ana, ben := w.person("ana"), w.person("ben")
	note := w.note(ana, "p1")
	w.grant(note, ben, auth.Reader)
	c := w.join(ben, "tab")
	c.open(note)
	c.must(wire.OpPeople)
	half := s.last()
	tried, goOn := half.stop()
	_, err := w.book.write(note, ana, "1", &notebook.InsertParagraph{Paragraph: "q", Text: strings.Repeat("x", 1_000_000)})
	require.NoError(t, err)
	await(t, tried)
	before := half.written.Load()
	w.grant(note, ben, auth.NoRole)
	goOn()
	g, err := c.next()
	requireEnded(t, g, err)
	require.Less(t, half.written.Load()-before, int64(100_000), "the frame was cut short")
}

// requireEnded takes no frame for an answer, nor that nothing comes.
func requireEnded(t *testing.T, g got, err error) {
	t.Helper()
	require.Error(t, err, "%s", g.Op)
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded)
}

// What a writer gets of others' kernels is cut short when they become a reader.
func TestWritingTakenBackInTheMiddleOfAFrame(t *testing.T) {
	var s taps
	w := newWorld(t, socket.Config{}, tapped(&s))
	ana, ben := w.person("ana"), w.person("ben")
	note := w.note(ana, "p1")
	w.grant(note, ben, auth.Writer)
	c := w.join(ben, "tab")
	c.open(note)
	c.must(wire.OpPeople)
	half := s.last()
	tried, goOn := half.stop()
	w.book.publish(note, notebook.KernelsChanged{Kernels: []notebook.KernelState{{Kernel: "of ana", Person: ana.User, Reason: numbered(1_000_000)}}})
	await(t, tried)
	w.grant(note, ben, auth.Reader)
	goOn()
	g, err := c.next()
	requireEnded(t, g, err)
	require.Less(t, half.written.Load(), int64(100_000), "the frame was cut short")
}

// The second tab asks nobody any more what the first was told.
func TestAScopeWithoutReadingClosesTheNoteInAllTabs(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	tabs := []*client{w.join(ana, "a"), w.join(ana, "b")}
	for _, c := range tabs {
		c.open(note)
	}
	w.commit(func() {
		who := w.records.identities[ana.SignIn]
		who.Scope = auth.Actions(auth.Run)
		w.records.identities[ana.SignIn] = who
	})
	for _, c := range tabs {
		c.must(wire.OpGone)
	}
}

func TestTheEndOfANoteIsToldThoughNobodyCanTellWhoMayRead(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	c := w.join(ana, "tab")
	c.open(note)
	w.distrust()
	w.book.publish(note, notebook.NodeChanged{Deleted: true})
	require.Equal(t, "The note was deleted.", into[wire.Gone](t, c.must(wire.OpGone)).Message)
}

func TestIdleSocketIsToldThatAccessIsGone(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana, ben := w.person("ana"), w.person("ben")
	lost, kept := w.note(ana, "p1"), w.note(ana, "p1")
	w.grant(lost, ben, auth.Writer)
	w.grant(kept, ben, auth.Writer)
	c := w.join(ben, "tab")
	c.open(lost)
	c.open(kept)
	w.grant(lost, ben, auth.NoRole)
	g := into[wire.Gone](t, c.must(wire.OpGone))
	require.Equal(t, lost, g.Note)
	require.Equal(t, "access", g.Why)

	_, err := w.book.write(lost, ana, "unseen", &notebook.SetTitle{Paragraph: "p1", Title: "x"})
	require.NoError(t, err)
	c.title(lost, "mine", "p1", "x") // GONE was the answer to this
	c.title(kept, "other", "p1", "x")
	e := into[wire.Entry](t, c.must(wire.OpEntry))
	require.Equal(t, kept, e.Note, "the other note goes on")
	require.Empty(t, w.book.notes[lost].subs)
}

func TestRightsThatChangeAreTold(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana, ben := w.person("ana"), w.person("ben")
	note := w.note(ana, "p1")
	w.grant(note, ben, auth.Reader)
	c := w.join(ben, "tab")
	require.Equal(t, []string{"read"}, c.open(note).Allowed)
	w.grant(note, ben, auth.Writer)
	a := into[wire.Allowed](t, c.must(wire.OpAllowed))
	require.Equal(t, []string{"read", "run", "write"}, a.Allowed)
	require.Equal(t, "note ", a.Name)
	c.title(note, "1", "p1", "x")
	c.must(wire.OpEntry)
	w.grant(note, ben, auth.Runner)
	require.Equal(t, []string{"read", "run"}, into[wire.Allowed](t, c.must(wire.OpAllowed)).Allowed)
	c.title(note, "2", "p1", "x")
	require.Equal(t, string(fault.Forbidden), into[wire.Refused](t, c.must(wire.OpRefused)).Code)
	for h := range w.book.notes[note].subs {
		require.False(t, h.who.Writes, "others see that ben does not write any more")
	}

	w.grant(note, w.person("eve"), auth.Reader) // changes nothing for ben
	c.title(note, "3", "p1", "x")
	c.must(wire.OpRefused)
}

func TestNameAndPlaceThatChangeAreTold(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	c := w.join(ana, "tab")
	c.open(note)
	w.book.mu.Lock()
	w.book.names = map[auth.ID]string{note: "renamed"}
	w.book.mu.Unlock()
	w.book.publish(note, notebook.NodeChanged{})
	require.Equal(t, "note renamed", into[wire.Allowed](t, c.must(wire.OpAllowed)).Name)
	w.book.publish(note, notebook.NodeChanged{}) // nothing new
	c.title(note, "1", "p1", "x")
	c.must(wire.OpEntry)
}

func TestNoteThatEndsOrStartsOver(t *testing.T) {
	w := newWorld(t, socket.Config{})
	ana := w.person("ana")
	note := w.note(ana, "p1")
	c := w.join(ana, "tab")
	c.open(note)
	for _, end := range []struct {
		event notebook.Event
		why   string
	}{{notebook.Reloaded{}, "resync"}, {notebook.NodeChanged{Deleted: true}, "access"}} {
		w.book.publish(note, end.event)
		require.Equal(t, end.why, into[wire.Gone](t, c.must(wire.OpGone)).Why)
		c.open(note)
		c.title(note, end.why, "p1", "x")
		c.must(wire.OpEntry)
	}
}

// distrust ends the trust in what is known of authority.

// turns waits until the goroutine that writes has had so many turns: it answers

// pings whatever is held back. No frame may come meanwhile; the one that comes next

// is returned by the function.
