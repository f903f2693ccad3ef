package notebook_test

import (
	"context"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// race does all at the same moment and returns how each ended, counted.
func race(things ...func() error) map[fault.Code]int {
	begin := make(chan struct{})
	ends := make([]fault.Code, len(things))
	var done sync.WaitGroup
	for i, do := range things {
		done.Go(func() {
			<-begin
			ends[i] = code(do())
		})
	}
	close(begin)
	done.Wait()
	count := map[fault.Code]int{}
	for _, c := range ends {
		count[c]++
	}
	return count
}

const rounds = 20

func TestOwnersTakeEachOtherAway(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	for range rounds {
		id := f.shared(ana, who(bob).User, auth.Owner)
		version := one[int64](f, `SELECT access_version FROM nodes WHERE id = $1`, [16]byte(id))
		ends := race(
			func() error { _, err := f.set(ana, id, version, byName("ana", auth.Owner)); return err },
			func() error { _, err := f.set(bob, id, version, byName("bob", auth.Owner)); return err },
		)
		require.Equal(t, 1, ends[""], "%v", ends)
		require.True(t, one[bool](f, `SELECT has_live_owner($1)`, [16]byte(id)))
	}
}

// Without versions, as Zeppelin's clients ask, the second one is no owner any more.
func TestOwnersTakeEachOtherAwayAsInZeppelin(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	for range rounds {
		id := f.shared(ana, who(bob).User, auth.Owner)
		lists := func(name string) notebook.ZeppelinLists {
			return notebook.ZeppelinLists{Owners: []string{name}, Readers: []string{name}}
		}
		ends := race(
			func() error { return f.tree.SetZeppelinGrants(ana, id, lists("ana")) },
			func() error { return f.tree.SetZeppelinGrants(bob, id, lists("bob")) },
		)
		require.Equal(t, map[fault.Code]int{"": 1, fault.NotFound: 1}, ends)
	}
}

func TestGrantsOfOneVersion(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	for i := range 6 {
		f.person("p" + strconv.Itoa(i))
	}
	for range rounds {
		id := f.newNote(ana, auth.NewID().String(), notebook.ID{})
		var things []func() error
		for i := range 6 {
			things = append(things, func() error {
				_, err := f.set(ana, id, 1, byName("ana", auth.Owner), byName("p"+strconv.Itoa(i), auth.Writer))
				return err
			})
		}
		require.Equal(t, map[fault.Code]int{"": 1, fault.Stale: 5}, race(things...))
	}
}

func TestTwoOfOneName(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	for i := range rounds {
		name := "n" + strconv.Itoa(i)
		other := f.newNote(ana, "other"+name, notebook.ID{})
		third := f.newNote(ana, "third"+name, notebook.ID{})
		create := func(who context.Context) func() error {
			return func() error {
				_, err := f.tree.Create(who, notebook.CreateNode{Kind: notebook.NoteNode, Name: name})
				return err
			}
		}
		rename := func(id notebook.ID) func() error {
			return func() error { _, err := f.tree.Rename(ana, id, name); return err }
		}
		require.Equal(t, map[fault.Code]int{"": 1, fault.Conflict: 3}, race(create(ana), create(bob), rename(other), rename(third)))
	}
	// The same folder on the way is made once, by whoever comes first.
	below := func(leaf string) func() error {
		return func() error {
			_, err := f.tree.Create(ana, notebook.CreateNode{Kind: notebook.NoteNode, Name: "way/" + leaf})
			return err
		}
	}
	require.Equal(t, map[fault.Code]int{"": 3}, race(below("a"), below("b"), below("c")))
	f.requirePaths()
}

func TestMovesIntoEachOther(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	for i := range rounds {
		a, b := f.folder(ana, "a"+strconv.Itoa(i), notebook.ID{}), f.folder(ana, "b"+strconv.Itoa(i), notebook.ID{})
		inA := f.folder(ana, "in", a)
		ends := race(
			func() error { _, err := f.tree.Move(ana, a, b, ""); return err },
			func() error { _, err := f.tree.Move(ana, b, inA, ""); return err },
			func() error {
				_, err := f.tree.Create(ana, notebook.CreateNode{Kind: notebook.NoteNode, Name: "x", Parent: inA})
				return err
			},
		)
		require.Equal(t, map[fault.Code]int{"": 2, fault.Invalid: 1}, ends)
	}
	f.requirePaths()
}

// A change that was allowed when it was asked for is refused when the right was
// taken away before it was done.
func TestRightsAreAskedAgainInTheChange(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.shared(ana, who(bob).User, auth.Owner)
	require.Equal(t, owns, f.may(bob, id))

	// Somebody else's change is under way and holds the authority row.
	tx, err := f.sql.Begin(context.Background())
	require.NoError(t, err)
	_, err = tx.Exec(context.Background(), `UPDATE authority SET epoch = epoch + 1`)
	require.NoError(t, err)
	_, err = tx.Exec(context.Background(), `UPDATE grants SET revoked_at = now() WHERE node_id = $1 AND principal_id = $2`, [16]byte(id), int64(who(bob).User))
	require.NoError(t, err)
	ended := make(chan error, 2)
	go func() { ended <- f.tree.TrashNode(bob, id) }()
	go func() { _, err := f.tree.Rename(bob, id, "bobs"); ended <- err }()
	f.untilWaiting(tx, 2)
	require.NoError(t, tx.Commit(context.Background()))
	for range 2 {
		require.Equal(t, fault.NotFound, code(<-ended))
	}
	require.False(t, one[bool](f, `SELECT trash_id IS NOT NULL OR name = 'bobs' FROM nodes WHERE id = $1`, [16]byte(id)))
}

// Many people make notes at the same time: nobody is told to try again.
func TestManyCreateAtOnce(t *testing.T) {
	f := newForest(t)
	f.public = true
	var things []func() error
	for i := range 60 {
		p := f.person("p" + strconv.Itoa(i))
		things = append(things, func() error {
			_, err := f.tree.Create(p, notebook.CreateNode{Kind: notebook.NoteNode, Name: "class/" + strconv.Itoa(i)})
			return err
		})
	}
	require.Equal(t, map[fault.Code]int{"": 60}, race(things...))
	f.requirePaths()
}
