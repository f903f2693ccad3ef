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

func TestScratchCopies(t *testing.T) {
	f := newForest(t)
	f.public = true
	ana, bob, eve := f.person("ana"), f.person("bob"), f.person("eve")
	src, err := f.tree.CreateWith(ana, "n", notebook.ID{}, imported())
	require.NoError(t, err)
	f.give(ana, src.ID, auth.Everyone, auth.Reader)
	f.give(ana, src.ID, who(bob).User, auth.Runner)
	_, _, err = f.tree.Scratch(eve, src.ID, false)
	require.Equal(t, fault.Forbidden, code(err), "who may not run the note gets no copy to run")

	made, _, err := f.tree.Scratch(bob, src.ID, false)
	require.NoError(t, err)
	require.Equal(t, []any{true, src.ID, notebook.OnlyMe}, []any{made.Scratch, made.ScratchOf, made.Shared})
	require.Equal(t, []string{"bob owner"}, f.rows(made.ID), "its maker's alone, although everyone reads the note and the default is public")
	require.Zero(t, f.may(ana, made.ID))
	f.requireImported(bob, made.ID, true)
	nodes, total, err := f.tree.List(bob, 0)
	require.NoError(t, err)
	require.Equal(t, 1, total)
	require.Equal(t, src.ID, nodes[0].ID)
	require.NotEqual(t, one[int](f, `SELECT slot FROM notes WHERE id = $1`, [16]byte(src.ID)), one[int](f, `SELECT slot FROM notes WHERE id = $1`, [16]byte(made.ID)))
}

// A cap on the note's folder counts for who asks for a scratch copy.
func TestACapKeepsScratchCopiesAway(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	class := f.group("class", who(bob).User)
	note := f.newNote(ana, "n", notebook.ID{})
	f.give(ana, note, who(bob).User, auth.Writer)
	f.exec(`INSERT INTO caps (group_id, actions) VALUES ($1, 1)`, int64(class))
	f.moved()
	_, _, err := f.tree.Scratch(bob, note, false)
	require.Equal(t, fault.Forbidden, code(err))
}

func TestScratchCopiesAreNotShared(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	note, folder := f.newNote(ana, "n", notebook.ID{}), f.folder(ana, "f", notebook.ID{})
	made, _, err := f.tree.Scratch(ana, note, false)
	require.NoError(t, err)
	g, err := f.tree.Grants(ana, made.ID)
	require.NoError(t, err)
	_, err = f.tree.SetGrants(ana, made.ID, notebook.GrantChange{Version: g.Version,
		Grants: append(wishesFor(g), notebook.GrantWish{ID: who(bob).User, Role: auth.Reader})})
	require.Equal(t, fault.Conflict, code(err))
	_, err = f.tree.CreateLink(ana, made.ID, notebook.NewLink{Label: "l", Role: auth.Reader, SecretHash: []byte("x")})
	require.Equal(t, fault.Conflict, code(err))
	_, err = f.tree.Move(ana, made.ID, folder, "")
	require.Equal(t, fault.Conflict, code(err))
	require.Equal(t, fault.Conflict, code(f.tree.TrashNode(ana, made.ID)), "no list of the trash would have it")
	require.NoError(t, f.tree.Request(bob, made.ID, auth.Reader, ""))
	asked, err := f.tree.Requests(ana)
	require.NoError(t, err)
	require.Len(t, asked, 1)
	for _, r := range asked {
		_, err = f.tree.DecideRequest(ana, made.ID, r.ID, notebook.RequestAnswer{Outcome: notebook.RequestGranted})
		require.Equal(t, fault.Conflict, code(err))
	}
	require.Equal(t, []string{"ana owner"}, f.rows(made.ID))
}

func TestKeepAScratchCopy(t *testing.T) {
	f := newForest(t)
	f.public = true
	ana, bob, eve := f.person("ana"), f.person("bob"), f.person("eve")
	src := f.newNote(ana, "n", notebook.ID{})
	f.public = false
	folder := f.folder(ana, "f", notebook.ID{})
	f.public = true
	f.give(ana, folder, who(bob).User, auth.Writer)
	f.give(ana, folder, who(eve).User, auth.Reader)
	made, _, err := f.tree.Scratch(bob, src, false)
	require.NoError(t, err)
	_, err = f.tree.KeepScratch(ana, made.ID, notebook.CloneNote{Name: "hers"})
	require.Equal(t, fault.NotFound, code(err))
	_, err = f.tree.KeepScratch(bob, made.ID, notebook.CloneNote{Name: "n"})
	require.Equal(t, fault.Conflict, code(err), "a name that is taken")
	kept, err := f.tree.KeepScratch(bob, made.ID, notebook.CloneNote{Name: "mine"})
	require.NoError(t, err)
	require.Equal(t, []any{"mine", false, notebook.OnlyMe}, []any{kept.Name, kept.Scratch, kept.Shared})
	require.Equal(t, []string{"bob owner"}, f.rows(made.ID), "its maker's alone, whatever the default")
	_, err = f.tree.KeepScratch(bob, made.ID, notebook.CloneNote{Name: "again"})
	require.Equal(t, fault.Conflict, code(err))
	_, total, err := f.tree.List(bob, 0)
	require.NoError(t, err)
	require.Equal(t, 3, total, "it stands in lists now")

	in, _, err := f.tree.Scratch(bob, src, false)
	require.NoError(t, err)
	_, _, err = f.tree.Scratch(eve, src, false)
	require.NoError(t, err)
	_, err = f.tree.KeepScratch(bob, in.ID, notebook.CloneNote{Name: "shared", Parent: folder})
	require.NoError(t, err)
	require.Equal(t, reads, f.may(eve, in.ID), "in a folder it gets what the folder gives")
	f.requirePaths()
}

func TestScratchCopiesEndWhenClosed(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	src := f.newNote(ana, "n", notebook.ID{})
	made, _, err := f.tree.Scratch(ana, src, false)
	require.NoError(t, err)
	open, _, err := f.tree.Scratch(ana, src, false)
	require.NoError(t, err)
	kept, _, err := f.tree.Scratch(ana, src, false)
	require.NoError(t, err)
	_, err = f.tree.KeepScratch(ana, kept.ID, notebook.CloneNote{Name: "kept"})
	require.NoError(t, err)
	_, _, err = f.svc.Read(ana, open.ID) // its keeper stays for a minute
	require.NoError(t, err)

	now, closed := time.Now(), map[notebook.ID]time.Time{}
	f.tree.SetNow(func() time.Time { return now })
	sweep := func() { require.NoError(t, f.tree.SweepScratch(auth.AsSystem(context.Background(), "test"), closed)) }
	there := func(id notebook.ID) bool {
		return one[bool](f, `SELECT EXISTS (SELECT FROM nodes WHERE id = $1)`, [16]byte(id))
	}
	sweep()
	now = now.Add(9 * time.Minute)
	sweep()
	require.True(t, there(made.ID), "who comes back soon finds it")
	now = now.Add(time.Minute)
	sweep()
	require.False(t, there(made.ID))
	require.Equal(t, []notebook.ID{made.ID}, f.heard.deleted)
	require.True(t, there(open.ID), "somebody has it open")
	require.True(t, there(kept.ID))
	require.Equal(t, 1, one[int](f, `SELECT count(*)::int FROM audit WHERE operation = 'node.purge' AND actor = 'system' AND object = $1`, made.ID.String()))
}

func TestScratchCopiesAreFew(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	src := f.newNote(ana, "n", notebook.ID{})
	f.give(ana, src, who(bob).User, auth.Runner)
	var first notebook.ID
	for i := range notebook.MaxScratch {
		d, _, err := f.tree.Scratch(bob, src, false)
		require.NoError(t, err)
		if i == 0 {
			first = d.ID
			continue
		}
		_, _, err = f.svc.Read(bob, d.ID)
		require.NoError(t, err)
	}
	next, _, err := f.tree.Scratch(bob, src, false)
	require.NoError(t, err)
	_, err = f.tree.Show(bob, first)
	require.Equal(t, fault.NotFound, code(err), "the oldest that is closed made room")
	_, _, err = f.svc.Read(bob, next.ID)
	require.NoError(t, err)
	_, _, err = f.tree.Scratch(bob, src, false)
	require.Equal(t, fault.Conflict, code(err), "all are open")
	_, _, err = f.tree.Scratch(ana, src, false)
	require.NoError(t, err, "others have their own")
	require.NoError(t, f.tree.Purge(bob, next.ID), "one's own can be thrown away at once")
	_, _, err = f.tree.Scratch(bob, src, false)
	require.NoError(t, err)
}

func TestAScratchCopyOutlivesItsNote(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	src := f.newNote(ana, "n", notebook.ID{})
	made, _, err := f.tree.Scratch(ana, src, false)
	require.NoError(t, err)
	require.NoError(t, f.tree.TrashNode(ana, src))
	require.NoError(t, f.tree.Purge(ana, src))
	d, err := f.tree.Show(ana, made.ID)
	require.NoError(t, err)
	require.Equal(t, []any{true, notebook.ID{}}, []any{d.Scratch, d.ScratchOf})
}
