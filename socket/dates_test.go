package socket_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
	"quire/socket/wire"
)

// shareFor gives ben a role on a note of ana's for a time, and has dates watched.
func (w *realWorld) shareFor(role auth.Role, starts, ends time.Time) (note auth.ID, a, b *client) {
	w.t.Helper()
	ana, asAna := w.signIn("ana")
	ben, _ := w.signIn("ben")
	node, err := w.tree.Create(asAna, notebook.CreateNode{Kind: notebook.NoteNode, Name: "notes"})
	require.NoError(w.t, err)
	_, err = w.tree.SetGrants(asAna, node.ID, notebook.GrantChange{Version: 1, Dated: true, Grants: []notebook.GrantWish{
		{ID: ana.User, Role: auth.Owner}, {ID: ben.User, Role: role, StartsAt: starts, EndsAt: ends}}})
	require.NoError(w.t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { w.tree.WatchDates(ctx); close(done) }()
	w.t.Cleanup(func() { stop(); <-done })
	return node.ID, w.join(ana, "a"), w.join(ben, "b")
}

// Nothing else happens anywhere, and the socket is told.
func TestIdleSocketIsToldThatAGrantEnded(t *testing.T) {
	w := newRealWorld(t)
	ends := time.Now().Add(500 * time.Millisecond)
	note, _, b := w.shareFor(auth.Reader, time.Time{}, ends)
	b.send(wire.Client{Op: wire.OpOpen, Note: note})
	b.mustAmong(wire.OpNote, wire.OpTree)
	g := into[wire.Gone](t, b.mustAmong(wire.OpGone, wire.OpTree))
	require.Equal(t, "access", g.Why)
	require.False(t, time.Now().Before(ends))
	b.send(wire.Client{Op: wire.OpOpen, Note: note})
	require.Equal(t, "not_found", into[wire.Refused](t, b.mustAmong(wire.OpRefused, wire.OpTree)).Code)
}

// While somebody writes all the time, whose grant ends gets nothing that was written
// later than the gate's clock is old.
func TestNothingLeavesAfterAGrantEnded(t *testing.T) {
	w := newRealWorld(t)
	ends := time.Now().Add(600 * time.Millisecond)
	note, a, b := w.shareFor(auth.Reader, time.Time{}, ends)
	a.send(wire.Client{Op: wire.OpOpen, Note: note})
	a.mustAmong(wire.OpNote, wire.OpTree)
	b.send(wire.Client{Op: wire.OpOpen, Note: note})
	b.mustAmong(wire.OpNote, wire.OpTree)
	quit, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for n := 0; ; n++ {
			select {
			case <-quit:
				return
			default:
			}
			a.send(wire.Client{Op: wire.OpDo, Note: note, ID: fmt.Sprint(n), Kind: "paragraph.insert",
				Body: fmt.Appendf(nil, `{"paragraph":"p%d","text":"secret"}`, n)})
			for g, err := a.next(); g.Op != wire.OpEntry; g, err = a.next() {
				require.NoError(t, err)
			}
		}
	}()
	entries := 0
	for {
		g, err := b.next()
		require.NoError(t, err)
		if g.Op == wire.OpGone {
			break
		}
		if g.Op == wire.OpEntry {
			e := into[wire.Entry](t, g)
			require.True(t, e.At.Before(ends.Add(500*time.Millisecond)), "written %s after the end", e.At.Sub(ends))
			entries++
		}
	}
	require.False(t, time.Now().Before(ends))
	require.Positive(t, entries)
	close(quit)
	<-stopped
	b.send(wire.Client{Op: wire.OpOpen, Note: note})
	for {
		g, err := b.next()
		require.NoError(t, err)
		require.NotEqual(t, wire.OpEntry, g.Op, "after GONE")
		if g.Op == wire.OpRefused {
			return
		}
	}
}

// Who waits for a grant to begin hears of it, and may open from then on.
func TestSocketHearsThatAGrantBegan(t *testing.T) {
	w := newRealWorld(t)
	starts := time.Now().Add(700 * time.Millisecond)
	note, _, b := w.shareFor(auth.Reader, starts, time.Time{})
	b.send(wire.Client{Op: wire.OpOpen, Note: note})
	refused := b.mustAmong(wire.OpRefused, wire.OpTree)
	require.Equal(t, "not_found", into[wire.Refused](t, refused).Code)
	for early := true; early; { // the making of the note may still be told
		b.must(wire.OpTree)
		early = time.Now().Before(starts)
	}
	b.send(wire.Client{Op: wire.OpOpen, Note: note})
	require.Equal(t, []string{"read"}, into[wire.Note](t, b.mustAmong(wire.OpNote, wire.OpTree)).Allowed)
}

// Who has the note open already, and gets more, is told without asking.
func TestOpenNoteHearsThatAGrantBegan(t *testing.T) {
	w := newRealWorld(t)
	starts := time.Now().Add(600 * time.Millisecond)
	note, _, b := w.shareFor(auth.Writer, starts, time.Time{})
	_, err := w.sql.Exec(context.Background(), `INSERT INTO grants (node_id, principal_id, role) SELECT node_id, principal_id, 1 FROM grants WHERE starts_at IS NOT NULL`)
	require.NoError(t, err)
	var epoch uint64
	require.NoError(t, w.sql.QueryRow(context.Background(), `UPDATE authority SET epoch = epoch + 1 RETURNING epoch`).Scan(&epoch))
	w.gate.Move(epoch)
	b.send(wire.Client{Op: wire.OpOpen, Note: note})
	require.Equal(t, []string{"read"}, into[wire.Note](t, b.mustAmong(wire.OpNote, wire.OpTree)).Allowed)
	allowed := into[wire.Allowed](t, b.mustAmong(wire.OpAllowed, wire.OpTree)).Allowed
	require.Equal(t, []string{"read", "run", "write"}, allowed)
	require.False(t, time.Now().Before(starts))
}

// A link that is revoked, and one that is let go of, close what they had opened.
func TestRevokedLinkClosesTheNote(t *testing.T) {
	w := newRealWorld(t)
	_, asAna := w.signIn("ana")
	ben, asBen := w.signIn("ben")
	node, err := w.tree.Create(asAna, notebook.CreateNode{Kind: notebook.NoteNode, Name: "notes"})
	require.NoError(t, err)
	b := w.join(ben, "b")
	for round, end := range []func(notebook.Link) error{
		func(l notebook.Link) error { return w.tree.RevokeLink(asAna, node.ID, l.ID) },
		func(l notebook.Link) error { return w.tree.LeaveLink(asBen, l.ID) },
	} {
		hash := fmt.Appendf(nil, "hash %d", round)
		l, err := w.tree.CreateLink(asAna, node.ID, notebook.NewLink{Label: "l", Role: auth.Runner, SecretHash: hash})
		require.NoError(t, err)
		_, err = w.tree.OpenLink(asBen, hash)
		require.NoError(t, err)
		b.send(wire.Client{Op: wire.OpOpen, Note: node.ID})
		require.Equal(t, []string{"read", "run"}, into[wire.Note](t, b.mustAmong(wire.OpNote, wire.OpTree)).Allowed)
		require.NoError(t, end(l))
		require.Equal(t, "access", into[wire.Gone](t, b.mustAmong(wire.OpGone, wire.OpTree)).Why)
	}
}

// Owners hear of a request as of a change of the tree, whoever is asked for what.
func TestRequestIsHeardOf(t *testing.T) {
	w := newRealWorld(t)
	ana, asAna := w.signIn("ana")
	_, asBen := w.signIn("ben")
	node, err := w.tree.Create(asAna, notebook.CreateNode{Kind: notebook.NoteNode, Name: "notes"})
	require.NoError(t, err)
	a := w.join(ana, "a")
	require.NoError(t, w.tree.Request(asBen, node.ID, auth.Reader, ""))
	a.must(wire.OpTree)
	n, err := w.tree.CountRequests(asAna)
	require.NoError(t, err)
	require.Equal(t, 1, n)
}
