package notebook_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

func TestRename(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	folder := f.folder(ana, "f", notebook.ID{})
	note, other := f.newNote(ana, "a", folder), f.newNote(ana, "b", folder)
	d, err := f.tree.Rename(ana, note, "c")
	require.NoError(t, err)
	require.Equal(t, "c", d.Name)
	_, err = f.tree.Rename(ana, note, "b")
	require.Equal(t, fault.Conflict, code(err))
	_, err = f.tree.Rename(ana, other, "b")
	require.NoError(t, err, "its own name is not taken")
	f.heard.changed = nil
	_, err = f.tree.Rename(ana, folder, "g")
	require.NoError(t, err)
	require.Len(t, f.heard.changed, 1)
	require.ElementsMatch(t, []notebook.ID{folder, note, other}, f.heard.changed[0], "notes inside hear of their new path")
}

func TestMoveGivesWhatTheFolderGives(t *testing.T) {
	f := newForest(t)
	ana, bob, eve := f.person("ana"), f.person("bob"), f.person("eve")
	from, to := f.folder(ana, "from", notebook.ID{}), f.folder(ana, "to", notebook.ID{})
	f.give(ana, from, who(bob).User, auth.Reader)
	f.give(ana, to, who(eve).User, auth.Runner)
	sub := f.folder(ana, "sub", from)
	note := f.newNote(ana, "n", sub)
	require.Equal(t, []auth.Actions{reads, 0}, []auth.Actions{f.may(bob, note), f.may(eve, note)})
	d, err := f.tree.Move(ana, sub, to, "sub2")
	require.NoError(t, err)
	require.Equal(t, []notebook.Place{{ID: to, Name: "to"}}, d.Path)
	require.Equal(t, "sub2", d.Name)
	require.Equal(t, []auth.Actions{0, runs}, []auth.Actions{f.may(bob, note), f.may(eve, note)})
	f.requirePaths()
	_, err = f.tree.Move(ana, sub, notebook.ID{}, "")
	require.NoError(t, err)
	require.Equal(t, []auth.Actions{0, 0}, []auth.Actions{f.may(bob, note), f.may(eve, note)})
	f.requirePaths()
}

func TestClosedNodesStayClosedWhenMoved(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	shared := f.folder(ana, "shared", notebook.ID{})
	f.give(ana, shared, who(bob).User, auth.Reader)
	folder := f.folder(ana, "f", notebook.ID{})
	note := f.newNote(ana, "n", folder)
	f.closeNode(ana, folder, true)
	_, err := f.tree.Move(ana, folder, shared, "")
	require.NoError(t, err)
	require.Zero(t, f.may(bob, note))
	f.requirePaths()
	f.closeNode(ana, folder, false)
	require.Equal(t, reads, f.may(bob, note))
	f.requirePaths()
}

func TestMoveIsRefused(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	a := f.folder(ana, "a", notebook.ID{})
	b := f.folder(ana, "b", a)
	c := f.folder(ana, "c", b)
	note := f.newNote(ana, "n", a)
	for _, into := range []notebook.ID{a, b, c} {
		_, err := f.tree.Move(ana, a, into, "")
		require.Equal(t, fault.Invalid, code(err), "into itself")
	}
	_, err := f.tree.Move(ana, b, note, "")
	require.Equal(t, fault.Invalid, code(err), "into a note")
	f.newNote(ana, "n", notebook.ID{})
	_, err = f.tree.Move(ana, note, notebook.ID{}, "")
	require.Equal(t, fault.Conflict, code(err))
	_, err = f.tree.Move(ana, note, notebook.ID{}, "m")
	require.NoError(t, err, "another name is free")

	own := f.newNote(bob, "bobs", notebook.ID{})
	_, err = f.tree.Move(bob, own, a, "")
	require.Equal(t, fault.NotFound, code(err), "a folder one cannot see")
	f.give(ana, a, who(bob).User, auth.Runner)
	_, err = f.tree.Move(bob, own, a, "")
	require.Equal(t, fault.Forbidden, code(err), "moving in needs write there")
	f.give(ana, a, who(bob).User, auth.Writer)
	_, err = f.tree.Move(bob, own, a, "")
	require.NoError(t, err)
	_, err = f.tree.Move(bob, note, own, "")
	require.Error(t, err)
	f.give(ana, note, who(bob).User, auth.Owner)
	_, err = f.tree.Move(f.token(bob, "read", "manage"), note, notebook.ID{}, "m2")
	require.Equal(t, fault.Forbidden, code(err), "placing at the top needs a token that may write")
	require.NoError(t, f.tree.TrashNode(ana, c))
	_, err = f.tree.Move(ana, note, c, "")
	require.Equal(t, fault.Forbidden, code(err), "into the trash")
	_, err = f.tree.Move(ana, c, notebook.ID{}, "")
	require.Equal(t, fault.Conflict, code(err), "out of the trash")
	_, err = f.tree.Rename(ana, c, "c2")
	require.Equal(t, fault.Conflict, code(err))
	f.requirePaths()
}

// What is done to a folder needs ownership of everything inside, whether one can
// see that or not, and the refusal is always the same.
func TestFoldersNeedOwnershipBelow(t *testing.T) {
	visible := func(f *forest, ana, bob context.Context) notebook.ID {
		folder := f.folder(ana, "f", notebook.ID{})
		note := f.newNote(ana, "deep/er/n", folder)
		f.closeNode(ana, note, true)
		f.give(ana, note, who(bob).User, auth.Writer)
		f.give(ana, folder, who(bob).User, auth.Owner)
		return folder
	}
	hidden := func(f *forest, ana, bob context.Context) notebook.ID {
		folder := f.folder(ana, "f", notebook.ID{})
		f.closeNode(ana, f.newNote(ana, "secret", folder), true)
		f.give(ana, folder, who(bob).User, auth.Owner)
		return folder
	}
	binned := func(f *forest, ana, bob context.Context) notebook.ID {
		folder := f.folder(ana, "f", notebook.ID{})
		note := f.newNote(ana, "secret", folder)
		f.closeNode(ana, note, true)
		require.NoError(f.t, f.tree.TrashNode(ana, note))
		f.give(ana, folder, who(bob).User, auth.Owner)
		return folder
	}
	for name, build := range map[string]func(*forest, context.Context, context.Context) notebook.ID{"visible": visible, "hidden": hidden, "in the trash": binned} {
		t.Run(name, func(t *testing.T) {
			f := newForest(t)
			ana, bob := f.person("ana"), f.person("bob")
			folder := build(f, ana, bob)
			home := f.folder(bob, "home", notebook.ID{})
			refused := func(err error) {
				require.Equal(t, fault.Forbidden, code(err))
				require.Equal(t, "You need to own everything inside this folder.", err.Error())
				require.Nil(t, fault.Of(err).Details)
			}
			_, err := f.tree.Rename(bob, folder, "g")
			refused(err)
			_, err = f.tree.Move(bob, folder, home, "")
			refused(err)
			refused(f.tree.TrashNode(bob, folder))
			require.NoError(t, f.tree.TrashNode(ana, folder))
			_, err = f.tree.Restore(bob, folder, "")
			refused(err)
			refused(f.tree.Purge(bob, folder))
			trash, err := f.tree.Trash(bob)
			require.NoError(t, err)
			require.Empty(t, trash, "it cannot be restored")
			require.NoError(t, f.tree.Purge(ana, folder))
		})
	}
}

func TestShowStopsAtFoldersOneMayNotRead(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	d, err := f.tree.Create(ana, notebook.CreateNode{Kind: notebook.NoteNode, Name: "open/secret/shared/n"})
	require.NoError(t, err)
	open, secret, shared := d.Path[0], d.Path[1], d.Path[2]
	f.give(ana, shared.ID, who(bob).User, auth.Reader)
	f.give(ana, open.ID, who(bob).User, auth.Reader)
	f.closeNode(ana, secret.ID, true)
	got, err := f.tree.Show(bob, d.ID)
	require.NoError(t, err)
	require.Equal(t, []notebook.Place{shared}, got.Path)
	got, err = f.tree.Show(bob, shared.ID)
	require.NoError(t, err)
	require.Empty(t, got.Path)
	require.True(t, got.Parent.IsZero())
	_, err = f.tree.Show(bob, secret.ID)
	require.Equal(t, fault.NotFound, code(err))
	_, err = f.tree.Show(bob, auth.NewID())
	require.Equal(t, fault.NotFound, code(err))
}
