package notebook_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// boss is an administrator, who has nothing granted.
func (f *forest) boss() context.Context {
	f.t.Helper()
	ctx := f.person("boss")
	f.exec(`UPDATE users SET admin = true WHERE id = $1`, int64(who(ctx).User))
	f.moved()
	return ctx
}

func TestAdministratorsPassOnWhatNobodyOwns(t *testing.T) {
	f := newForest(t)
	ana, bob, boss := f.person("ana"), f.person("bob"), f.boss()
	inner := f.group("inner", who(ana).User)
	outer := f.group("outer", inner)
	folder := f.folder(bob, "work", notebook.ID{})
	f.give(bob, folder, who(ana).User, auth.Writer)
	note := f.newNote(ana, "plan", folder)
	f.exec(`UPDATE grants SET revoked_at = now() WHERE node_id = $1 AND principal_id <> $2`, [16]byte(note), int64(who(ana).User))
	f.exec(`UPDATE grants SET role = 4 WHERE node_id = $1 AND revoked_at IS NULL`, [16]byte(note))
	f.moved()
	list := func() []notebook.Ownerless {
		nodes, total, err := f.tree.Ownerless(boss)
		require.NoError(t, err)
		require.Len(t, nodes, total)
		return nodes
	}
	require.Empty(t, list())
	to := notebook.GrantWish{ID: who(boss).User}
	require.Equal(t, fault.Conflict, code(f.tree.PassOn(boss, note, to)), "ana can act")
	require.Equal(t, fault.Forbidden, code(f.tree.PassOn(bob, note, to)))
	require.Equal(t, fault.NotFound, code(f.tree.PassOn(boss, auth.NewID(), to)))

	f.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, int64(who(ana).User))
	f.moved()
	got := list()
	require.Len(t, got, 1)
	require.Equal(t, []any{note, "plan", notebook.NoteNode, []notebook.Place{{ID: folder, Name: "work"}}}, []any{got[0].ID, got[0].Name, got[0].Kind, got[0].Path})
	require.Equal(t, "ana", got[0].Owners[0].Name)
	require.True(t, got[0].Owners[0].Disabled)
	for _, no := range []notebook.GrantWish{{ID: who(ana).User}, {ID: outer}, {ID: auth.Everyone}, {Name: "nix"}} {
		require.Equal(t, fault.Invalid, code(f.tree.PassOn(boss, note, no)), "%v", no)
	}
	require.Equal(t, []string{"ana owner"}, f.rows(note), "nothing has changed")
	require.Len(t, list(), 1)

	require.NoError(t, f.tree.PassOn(boss, note, notebook.GrantWish{Name: "BOB"}))
	require.Empty(t, list())
	require.Equal(t, []string{"ana owner", "bob owner"}, f.rows(note))
	require.True(t, f.may(bob, note).Has(auth.Manage), "at once")
	require.False(t, f.may(boss, note).Has(auth.Read), "who passes on has got nothing by it")
	require.Equal(t, 1, one[int](f, `SELECT count(*)::int FROM audit WHERE operation = 'ownerless.pass' AND object = $1`, note.String()))
	require.Equal(t, fault.Conflict, code(f.tree.PassOn(boss, note, to)), "once")
}

// A group owns for whoever is in it through others, and for nobody when they are
// disabled.
func TestOwnersInNestedGroupsCount(t *testing.T) {
	f := newForest(t)
	ana, boss := f.person("ana"), f.boss()
	outer := f.group("outer", f.group("inner", who(ana).User))
	note := f.newNote(ana, "plan", notebook.ID{})
	f.give(ana, note, outer, auth.Owner)
	f.exec(`UPDATE grants SET revoked_at = now() WHERE node_id = $1 AND principal_id <> $2`, [16]byte(note), int64(outer))
	f.moved()
	nodes, _, err := f.tree.Ownerless(boss)
	require.NoError(t, err)
	require.Empty(t, nodes)
	f.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, int64(who(ana).User))
	nodes, _, err = f.tree.Ownerless(boss)
	require.NoError(t, err)
	require.Len(t, nodes, 1)
	require.Equal(t, "outer", nodes[0].Owners[0].Name)
}
