package notebook_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

func TestTrashAndRestore(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	folder := f.folder(ana, "f", notebook.ID{})
	f.give(ana, folder, who(bob).User, auth.Writer)
	note := f.newNote(ana, "sub/n", folder)
	require.NoError(t, f.tree.TrashNode(ana, folder))
	require.Zero(t, f.may(bob, note), "in the trash only owners see anything")
	require.Equal(t, auth.Actions(auth.Read|auth.Manage), f.may(ana, note))
	require.Equal(t, fault.Conflict, code(f.tree.TrashNode(ana, note)))
	trash, err := f.tree.Trash(ana)
	require.NoError(t, err)
	require.Len(t, trash, 1)
	require.Equal(t, []any{folder, "f", "ana"}, []any{trash[0].ID, trash[0].Name, trash[0].TrashedBy})
	d, err := f.tree.Restore(ana, folder, "")
	require.NoError(t, err)
	require.False(t, d.Trashed)
	require.Equal(t, writes, f.may(bob, note), "with the same people")
	_, err = f.tree.Restore(ana, folder, "")
	require.Equal(t, fault.Conflict, code(err))
	f.requirePaths()
}

func TestRestoreBringsBackOnlyWhatWentAlong(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	folder := f.folder(ana, "f", notebook.ID{})
	earlier, along := f.newNote(ana, "earlier", folder), f.newNote(ana, "along", folder)
	require.NoError(t, f.tree.TrashNode(ana, earlier))
	require.NoError(t, f.tree.TrashNode(ana, folder))
	trash, err := f.tree.Trash(ana)
	require.NoError(t, err)
	require.Len(t, trash, 2, "what was in the trash before stays a thing of its own")
	_, err = f.tree.Restore(ana, folder, "")
	require.NoError(t, err)
	require.Equal(t, owns, f.may(ana, along))
	require.Equal(t, auth.Actions(auth.Read|auth.Manage), f.may(ana, earlier))
	d, err := f.tree.Restore(ana, earlier, "")
	require.NoError(t, err)
	require.Equal(t, folder, d.Parent)
}

func TestRestoreFindsAPlace(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	folder := f.folder(ana, "f", notebook.ID{})

	// The name is taken: another one can be given.
	note := f.newNote(ana, "n", folder)
	require.NoError(t, f.tree.TrashNode(ana, note))
	f.newNote(ana, "n", folder)
	_, err := f.tree.Restore(ana, note, "")
	require.Equal(t, fault.Conflict, code(err))
	d, err := f.tree.Restore(ana, note, "n2")
	require.NoError(t, err)
	require.Equal(t, []any{folder, "n2"}, []any{d.Parent, d.Name})

	// The folder is in the trash itself: to the top.
	require.NoError(t, f.tree.TrashNode(ana, folder))
	d, err = f.tree.Restore(ana, note, "")
	require.NoError(t, err)
	require.True(t, d.Parent.IsZero())
	f.requirePaths()
	_, err = f.tree.Restore(ana, folder, "")
	require.NoError(t, err)
	require.Empty(t, one[int](f, `SELECT count(*)::int FROM node_paths WHERE ancestor = $1 AND descendant = $2`, [16]byte(folder), [16]byte(note)))

	// One may not write in the folder any more: to the top.
	f.give(ana, folder, who(bob).User, auth.Writer)
	bobs := f.newNote(bob, "bobs", folder)
	require.NoError(t, f.tree.TrashNode(bob, bobs))
	f.give(ana, folder, who(bob).User, auth.Reader)
	d, err = f.tree.Restore(bob, bobs, "")
	require.NoError(t, err)
	require.True(t, d.Parent.IsZero())
	f.requirePaths()
}

func TestOwnNoteInSomebodysTrashedFolder(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	folder := f.folder(ana, "f", notebook.ID{})
	f.give(ana, folder, who(bob).User, auth.Writer)
	note := f.newNote(bob, "bobs", folder)
	require.NoError(t, f.tree.TrashNode(ana, folder))
	trash, err := f.tree.Trash(bob)
	require.NoError(t, err)
	require.Len(t, trash, 1, "bob can save his note")
	require.Equal(t, note, trash[0].ID)
	require.Empty(t, trash[0].Path, "of a folder he cannot see")
	d, err := f.tree.Restore(bob, note, "")
	require.NoError(t, err)
	require.True(t, d.Parent.IsZero())
}

func TestPurge(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	folder := f.folder(ana, "f", notebook.ID{})
	d, err := f.tree.CreateWith(ana, "n", folder, &notebook.NewContent{Paragraphs: []notebook.NewParagraph{
		{Text: "secret", Result: &notebook.NewResult{State: notebook.RunDone, Parts: []notebook.PartWrite{
			{Part: notebook.Part{Kind: notebook.StreamPart, Name: "stdout", Bytes: 2}, Data: []byte("42")}}}}}})
	require.NoError(t, err)
	entry := f.do(ana, d.ID, &notebook.InsertParagraph{Paragraph: "p2", Text: "more"})
	require.EqualValues(t, 1, entry.Seq)
	require.Equal(t, fault.Conflict, code(f.tree.Purge(ana, folder)), "only from the trash")
	require.NoError(t, f.tree.TrashNode(ana, folder))
	require.NoError(t, f.tree.Purge(ana, folder))
	require.ElementsMatch(t, []notebook.ID{folder, d.ID}, f.heard.deleted)
	for _, table := range []string{"nodes", "node_paths", "grants", "notes", "paragraphs", "note_log", "runs", "run_parts", "run_chunks"} {
		require.Zero(t, one[int](f, `SELECT count(*)::int FROM `+table), table)
	}
	require.Equal(t, fault.NotFound, code(f.tree.Purge(ana, folder)))
	_, err = f.tree.Restore(ana, folder, "")
	require.Equal(t, fault.NotFound, code(err))
	require.Equal(t, 1, one[int](f, `SELECT count(*)::int FROM audit WHERE operation = 'node.purge' AND object = $1`, folder.String()))
}

// A server that was stopped between the two halves of a purge leaves nodes without
// paths: nobody finds them, and the next start deletes them.
func TestSweepAfterAHalfPurge(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	note, kept := f.newNote(ana, "n", notebook.ID{}), f.newNote(ana, "kept", notebook.ID{})
	require.NoError(t, f.tree.TrashNode(ana, note))
	f.exec(`DELETE FROM node_paths WHERE descendant = $1`, [16]byte(note))
	f.moved()
	_, err := f.tree.Show(ana, note)
	require.Equal(t, fault.NotFound, code(err))
	exists, err := f.tree.Exists(ana, note)
	require.NoError(t, err)
	require.False(t, exists)
	f.tree.Sweep(context.Background())
	require.Equal(t, kept.String(), notebook.ID(one[[16]byte](f, `SELECT id FROM nodes`)).String())
}
