package notebook_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

func TestAFolderSaysWhoseKernelsRun(t *testing.T) {
	f := newForest(t)
	ana, ben := f.person("ana"), f.person("ben")
	top := f.folder(ana, "course", notebook.ID{})
	inner := f.folder(ana, "week", top)
	note := f.newNote(ana, "exercise", inner)
	says := func() notebook.KernelDefaults {
		d, err := f.db.Notes().KernelDefaults(t.Context(), note)
		require.NoError(t, err)
		return d
	}
	require.Empty(t, says().Folder)
	shown, err := f.tree.SetKernels(ana, top, notebook.KernelsOwn)
	require.NoError(t, err)
	require.Equal(t, notebook.KernelsOwn, shown.Kernels)
	require.Equal(t, notebook.KernelsOwn, says().Folder)
	_, err = f.tree.SetKernels(ana, inner, notebook.KernelsTogether)
	require.NoError(t, err)
	require.Equal(t, notebook.KernelsTogether, says().Folder, "the nearest folder counts")
	_, err = f.tree.SetKernels(ana, inner, "")
	require.NoError(t, err)
	require.Equal(t, notebook.KernelsOwn, says().Folder)

	f.give(ana, top, who(ben).User, auth.Writer)
	_, err = f.tree.SetKernels(ben, top, notebook.KernelsTogether)
	require.Equal(t, fault.Forbidden, code(err))
	_, err = f.tree.SetKernels(ana, note, notebook.KernelsTogether)
	require.Equal(t, fault.Invalid, code(err), "a note says it itself")
	_, err = f.tree.SetKernels(ana, top, "mine")
	require.Equal(t, fault.Invalid, code(err))
	require.Equal(t, notebook.KernelsOwn, says().Folder)

	group := f.group("class", who(f.person("c1")).User, who(f.person("c2")).User)
	f.give(ana, top, group, auth.Runner)
	require.Equal(t, 4, says().Runners, "ana, ben and two of the group")
	require.False(t, says().Public)
}
