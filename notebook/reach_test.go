package notebook_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
)

// What an administrator may not read is counted, and not named.
func TestReachNamesNothingOneMayNotRead(t *testing.T) {
	f := newForest(t)
	ana, bob, boss := f.person("ana"), f.person("bob"), f.boss()
	hidden, open := f.newNote(ana, "hidden", notebook.ID{}), f.newNote(ana, "open", notebook.ID{})
	for _, id := range []notebook.ID{hidden, open} {
		f.give(ana, id, who(bob).User, auth.Reader)
	}
	f.give(ana, open, who(boss).User, auth.Reader)
	r, err := f.tree.ReachOf(boss, who(bob).User, notebook.ReachQuery{})
	require.NoError(t, err)
	require.Len(t, r.Nodes, 1)
	require.Equal(t, open, r.Nodes[0].ID)
	require.Equal(t, []int{2, 1}, []int{r.Total, r.Hidden})
}

func TestReachLeavesScratchCopiesOut(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	note := f.newNote(ana, "n", notebook.ID{})
	_, _, err := f.tree.Scratch(ana, note, false)
	require.NoError(t, err)
	r, err := f.tree.ReachOwn(ana, notebook.ReachQuery{})
	require.NoError(t, err)
	require.Len(t, r.Nodes, 1)
	require.Equal(t, []any{note, 1}, []any{r.Nodes[0].ID, r.Total})
}

// By what a node is reached: not by what a closed note shuts out, nor by others'
// grants, and folders that one may not read have no name.
func TestReachTellsWaysThatCount(t *testing.T) {
	f := newForest(t)
	ana, bob, eve := f.person("ana"), f.person("bob"), f.person("eve")
	folder := f.folder(ana, "plans", notebook.ID{})
	note := f.newNote(ana, "n", folder)
	f.give(ana, folder, who(bob).User, auth.Writer)
	f.give(ana, note, who(bob).User, auth.Reader)
	f.give(ana, note, who(eve).User, auth.Owner)
	ways := func() []string {
		r, err := f.tree.ReachOwn(bob, notebook.ReachQuery{Kind: notebook.NoteNode})
		require.NoError(t, err)
		require.Len(t, r.Nodes, 1)
		return r.Nodes[0].Through
	}
	require.Len(t, ways(), 2)
	require.Contains(t, ways()[1], "plans")
	f.closeNode(ana, note, true)
	require.Len(t, ways(), 1)
	require.NotContains(t, ways()[0], "plans")
}
