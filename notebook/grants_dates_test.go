package notebook_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

func dated(name string, role auth.Role, starts, ends time.Time) notebook.GrantWish {
	return notebook.GrantWish{Name: name, Role: role, StartsAt: starts, EndsAt: ends}
}

func (f *forest) setDated(ctx context.Context, id notebook.ID, version int64, wishes ...notebook.GrantWish) (notebook.Grants, error) {
	return f.tree.SetGrants(ctx, id, notebook.GrantChange{Version: version, Grants: wishes, Dated: true})
}

func TestGrantsWithDates(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.newNote(ana, "n", notebook.ID{})
	now := time.Now()
	later, end := now.Add(time.Hour), now.Add(48*time.Hour)
	_, err := f.setDated(ana, id, 1, byName("ana", auth.Owner), dated("bob", auth.Writer, later, end),
		dated("bob", auth.Reader, time.Time{}, end), dated("everyone", auth.Reader, end, time.Time{}))
	require.NoError(t, err)
	require.Equal(t, reads, f.may(bob, id), "what begins later does not count yet")
	g, err := f.tree.Grants(ana, id)
	require.NoError(t, err)
	require.Equal(t, []string{"ana owner", "bob writer", "bob reader", "everyone reader"}, names(g.Own))
	require.WithinDuration(t, later, g.Own[1].StartsAt, time.Microsecond)
	require.WithinDuration(t, end, g.Own[1].EndsAt, time.Microsecond)

	rows := f.rows(id)
	_, err = f.set(ana, id, 2, byName("ana", auth.Owner))
	require.NoError(t, err)
	require.Equal(t, rows, f.rows(id), "without dates in it a change leaves those that have some")
	var same []notebook.GrantWish
	for _, one := range g.Own {
		same = append(same, notebook.GrantWish{ID: one.Principal.ID, Role: one.Role, StartsAt: one.StartsAt, EndsAt: one.EndsAt})
	}
	g, err = f.setDated(ana, id, 2, same...)
	require.NoError(t, err)
	require.EqualValues(t, 2, g.Version, "what was shown and comes back is no change")

	g, err = f.setDated(ana, id, 2, byName("ana", auth.Owner), byName("bob", auth.Runner))
	require.NoError(t, err)
	require.Equal(t, []string{"ana owner", "bob runner"}, names(g.Own))
	require.NotContains(t, f.rows(id), "bob writer")
}

func TestDatesThatCannotBe(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	f.person("bob")
	id := f.newNote(ana, "n", notebook.ID{})
	before, now := f.rows(id), time.Now()
	for what, wish := range map[string]notebook.GrantWish{
		"an end that has passed":   dated("bob", auth.Reader, time.Time{}, now.Add(-time.Second)),
		"a start after the end":    dated("bob", auth.Reader, now.Add(2*time.Hour), now.Add(time.Hour)),
		"a start that is the end":  dated("bob", auth.Reader, now.Add(time.Hour), now.Add(time.Hour)),
		"an end before all starts": dated("bob", auth.Reader, time.Time{}, time.Unix(0, 0)),
	} {
		_, err := f.setDated(ana, id, 1, byName("ana", auth.Owner), wish)
		require.Equal(t, fault.Invalid, code(err), what)
		require.Contains(t, err.Error(), "bob", what)
	}
	_, err := f.setDated(ana, id, 1, dated("ana", auth.Owner, time.Time{}, now.Add(time.Hour)))
	require.Equal(t, fault.Invalid, code(err), "the only owner has no dates")
	require.Contains(t, err.Error(), "end date")
	require.Equal(t, before, f.rows(id))
	require.EqualValues(t, 1, one[int64](f, `SELECT access_version FROM nodes WHERE id = $1`, [16]byte(id)))
}

// Nobody does anything at these moments: what happens, happens by time.
func TestGrantsBeginAndEndByThemselves(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.newNote(ana, "n", notebook.ID{})
	told := make(chan struct{}, 10)
	starts := time.Now().Add(400 * time.Millisecond)
	ends := starts.Add(400 * time.Millisecond)
	_, err := f.setDated(ana, id, 1, byName("ana", auth.Owner), dated("bob", auth.Reader, starts, ends))
	require.NoError(t, err)
	f.tree.Changed = func() { told <- struct{}{} }
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { f.tree.WatchDates(ctx); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	pass := f.gate.Pass(who(bob), id)
	defer pass.Release()

	listed := func() int {
		nodes, total, err := f.tree.List(bob, 0)
		require.NoError(t, err)
		require.Len(t, nodes, total)
		return total
	}
	if n := listed(); time.Now().Before(starts) {
		require.Zero(t, n)
	}
	<-told
	require.False(t, time.Now().Before(starts), "told too early")
	require.Equal(t, 1, listed())
	allowed, err := pass.Actions(context.Background())
	require.NoError(t, err)
	require.Equal(t, reads, allowed)
	moved := f.gate.Moved()
	<-moved
	<-told
	require.False(t, time.Now().Before(ends), "told too early")
	require.Zero(t, listed())
	_, held := pass.Held()
	require.False(t, held, "what was decided before the end does not stand any more")
	_, err = f.tree.Show(bob, id)
	require.Equal(t, fault.NotFound, code(err))
}

func TestDateSetLaterIsHeardOf(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.newNote(ana, "n", notebook.ID{})
	told := make(chan struct{}, 10)
	f.tree.Changed = func() { told <- struct{}{} }
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { f.tree.WatchDates(ctx); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	ends := time.Now().Add(300 * time.Millisecond)
	_, err := f.setDated(ana, id, 1, byName("ana", auth.Owner), dated("bob", auth.Reader, time.Time{}, ends))
	require.NoError(t, err)
	require.Equal(t, reads, f.may(bob, id))
	<-told // of the change itself
	moved := f.gate.Moved()
	<-told  // of the end
	<-moved // also where nobody has the note open, for what waits to run
	require.False(t, time.Now().Before(ends))
	require.Zero(t, f.may(bob, id))
}
