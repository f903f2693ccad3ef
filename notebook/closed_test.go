package notebook_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

func TestClosedNeedsAnOwnerOfItsOwn(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	folder := f.folder(ana, "f", notebook.ID{})
	note := f.newNote(bob, "top", notebook.ID{})
	f.give(bob, note, who(ana).User, auth.Owner)
	_, err := f.tree.Move(bob, note, folder, "")
	require.Equal(t, fault.NotFound, code(err), "bob may not see the folder")
	_, err = f.tree.Move(ana, note, folder, "")
	require.NoError(t, err)
	g, err := f.tree.Grants(ana, note)
	require.NoError(t, err)
	_, err = f.tree.SetGrants(ana, note, notebook.GrantChange{Version: g.Version, Grants: []notebook.GrantWish{byName("bob", auth.Owner)}})
	require.NoError(t, err)
	f.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, int64(who(bob).User))
	f.moved()
	require.Equal(t, owns, f.may(ana, note), "through the folder")
	closed := true
	keep := notebook.GrantChange{Version: g.Version + 1, Grants: []notebook.GrantWish{byName("bob", auth.Owner)}, Closed: &closed}
	_, err = f.tree.SetGrants(ana, note, keep)
	require.Equal(t, fault.Conflict, code(err))
	require.Contains(t, err.Error(), "owner")
	f.requirePaths()
	require.Equal(t, owns, f.may(ana, note), "nothing was closed")
	keep.Grants = append(keep.Grants, byName("ana", auth.Owner))
	now, err := f.tree.SetGrants(ana, note, keep)
	require.NoError(t, err)
	require.True(t, now.Closed)
	require.Empty(t, now.Inherited)
	f.requirePaths()
}

// Closing, opening and moving in a deep tree leave the paths as the parents say,
// and what everybody may do as one would find it by walking up.
func TestClosedInDeepTrees(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	var chain []notebook.ID
	parent := notebook.ID{}
	for i := range 12 {
		parent = f.folder(ana, fmt.Sprint("f", i), parent)
		chain = append(chain, parent)
		if i%4 == 0 {
			f.give(ana, parent, who(bob).User, auth.Role(1+i/4))
		}
	}
	side := f.folder(ana, "side", notebook.ID{})
	f.give(ana, side, who(bob).User, auth.Runner)
	note := f.newNote(ana, "n", parent)
	nodes := append(append([]notebook.ID{}, chain...), side, note)
	random := rand.New(rand.NewPCG(1, 2))
	for step := range 60 {
		id := nodes[random.IntN(len(nodes))]
		switch to := nodes[random.IntN(len(nodes)-1)]; step % 3 {
		case 0:
			f.closeNode(ana, id, true)
		case 1:
			f.closeNode(ana, id, false)
		case 2:
			_, err := f.tree.Move(ana, id, to, "")
			if err != nil { // into itself, or it is there already
				require.Contains(t, []fault.Code{fault.Invalid, fault.Conflict}, code(err), err)
			}
		}
		f.requirePaths()
		for _, id := range nodes {
			require.Equal(t, f.byWalking(id, who(bob).User), f.may(bob, id), "step %d", step)
		}
	}
}

// byWalking is what grants on the node and above give somebody, found from the
// parents alone.
func (f *forest) byWalking(id notebook.ID, user auth.PrincipalID) auth.Actions {
	return auth.Role(one[int16](f, `
		WITH RECURSIVE up(id, parent, closed) AS (
			SELECT id, parent_id, closed FROM nodes WHERE id = $1
			UNION ALL
			SELECT n.id, n.parent_id, n.closed FROM up JOIN nodes n ON n.id = up.parent WHERE NOT up.closed
		)
		SELECT coalesce(max(g.role), 0)::smallint FROM up JOIN grants g ON g.node_id = up.id AND g.revoked_at IS NULL AND g.principal_id = $2`,
		[16]byte(id), int64(user))).Actions()
}
