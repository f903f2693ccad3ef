package notebook_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
)

func TestANodeTellsHowManyItIsSharedWith(t *testing.T) {
	f := newForest(t)
	ana, bob, cat, dan := f.person("ana"), f.person("bob"), f.person("cat"), f.person("dan")
	outer := f.group("outer", f.group("inner", who(bob).User, who(dan).User), who(ana).User)
	folder := f.folder(ana, "work", notebook.ID{})
	note := f.newNote(ana, "plan", folder)
	shared := func() (int, bool) {
		d, err := f.tree.Show(ana, note)
		require.NoError(t, err)
		return d.SharedWith, d.Closed
	}
	n, closed := shared()
	require.Zero(t, n)
	require.False(t, closed)
	f.give(ana, folder, outer, auth.Reader)
	f.give(ana, note, who(cat).User, auth.Writer)
	f.give(ana, note, who(bob).User, auth.Writer)
	n, _ = shared()
	require.Equal(t, 3, n, "each once")
	f.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, int64(who(dan).User))
	n, _ = shared()
	require.Equal(t, 2, n)
	f.closeNode(ana, note, true)
	n, closed = shared()
	require.Equal(t, 2, n, "named on the note itself")
	require.True(t, closed)
}

func TestScratchCopiesStandInNoList(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	d, err := f.tree.CreateWith(ana, "draft", notebook.ID{}, &notebook.NewContent{Paragraphs: []notebook.NewParagraph{{Text: "needle"}}})
	require.NoError(t, err)
	f.exec(`UPDATE notes SET scratch = true WHERE id = $1`, [16]byte(d.ID))
	nodes, total, err := f.tree.List(ana, 0)
	require.NoError(t, err)
	require.Empty(t, nodes)
	require.Zero(t, total)
	for _, query := range []string{"needle", "draft"} {
		hits, err := f.tree.Search(ana, query, "", 10)
		require.NoError(t, err)
		require.Zero(t, hits.Total, query)
	}
	_, err = f.tree.Show(ana, d.ID)
	require.NoError(t, err)
}
