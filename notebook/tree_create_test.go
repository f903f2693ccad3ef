package notebook_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

func TestNamesOfNodes(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	for name, ok := range map[string]bool{
		"a": true, "Überblick 2026 (neu)": true, "日本語": true, "👩‍🔬 lab": true, strings.Repeat("é", 255): true,
		"a\\b": true, "...": true, "": false, ".": false, "..": false, " a": false, "a ": false, "a\u00a0": false,
		"a\nb": false, "a\x00b": false, "a\u202eb": false, "a\u2028b": false, "a\xffb": false,
		strings.Repeat("é", 256): false, "a//b": false, "a/": false, "a/../b": false,
	} {
		_, err := f.tree.Create(ana, notebook.CreateNode{Kind: notebook.NoteNode, Name: name})
		if ok {
			require.NoError(t, err, "%q", name)
		} else {
			require.Equal(t, fault.Invalid, code(err), "%q: %v", name, err)
		}
	}
	id := f.newNote(ana, "with/slash", notebook.ID{})
	_, err := f.tree.Rename(ana, id, "a/b")
	require.Equal(t, fault.Invalid, code(err))
	_, err = f.tree.Create(ana, notebook.CreateNode{Kind: "link", Name: "x"})
	require.Equal(t, fault.Invalid, code(err))
}

func TestNamesAreOneInNormalForm(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	f.newNote(ana, "caf\u00e9", notebook.ID{})
	_, err := f.tree.Create(ana, notebook.CreateNode{Kind: notebook.NoteNode, Name: "cafe\u0301"})
	require.Equal(t, fault.Conflict, code(err))
	require.ErrorContains(t, err, "café")
}

func TestWhoSeesNewNodes(t *testing.T) {
	everyone, onlyMe := true, false
	alone := []string{"ana owner", "ana reader", "ana runner", "ana writer"}
	for _, c := range []struct {
		what    string
		public  bool // the default
		asked   *bool
		inside  bool // in a folder that ana shares with bob
		want    []string
		closed  bool
		bobMay  auth.Actions
		evesMay auth.Actions
	}{
		{what: "public", public: true, want: []string{"ana owner", "everyone writer"}, bobMay: writes, evesMay: writes},
		{what: "private", want: alone},
		{what: "private, asked for everyone", asked: &everyone, want: []string{"ana owner", "everyone writer"}, bobMay: writes, evesMay: writes},
		{what: "public, asked for me", public: true, asked: &onlyMe, want: alone},
		{what: "in a folder", public: true, inside: true, want: []string{"ana owner"}, bobMay: writes},
		{what: "in a folder, for everyone", inside: true, asked: &everyone, want: []string{"ana owner", "everyone writer"}, bobMay: writes, evesMay: writes},
		{what: "in a folder, for me", public: true, inside: true, asked: &onlyMe, want: []string{"ana owner"}, closed: true},
	} {
		t.Run(c.what, func(t *testing.T) {
			f := newForest(t)
			ana, bob, eve := f.person("ana"), f.person("bob"), f.person("eve")
			var parent notebook.ID
			if c.inside {
				parent = f.folder(ana, "shared", notebook.ID{})
				f.give(ana, parent, who(bob).User, auth.Writer)
			}
			f.public = c.public
			d, err := f.tree.Create(ana, notebook.CreateNode{Kind: notebook.NoteNode, Name: "n", Parent: parent, Public: c.asked})
			require.NoError(t, err)
			require.Equal(t, c.want, f.rows(d.ID))
			require.Equal(t, c.closed, one[bool](f, `SELECT closed FROM nodes WHERE id = $1`, [16]byte(d.ID)))
			require.Equal(t, c.bobMay, f.may(bob, d.ID))
			require.Equal(t, c.evesMay, f.may(eve, d.ID))
		})
	}
}

var (
	reads  = auth.Reader.Actions()
	runs   = auth.Runner.Actions()
	writes = auth.Writer.Actions()
	owns   = auth.Owner.Actions()
)

// may is what somebody may do on a node.
func (f *forest) may(ctx context.Context, id notebook.ID) auth.Actions {
	f.t.Helper()
	p := f.gate.Pass(who(ctx), id)
	defer p.Release()
	allowed, err := p.Actions(ctx)
	if !fault.Is(err, fault.NotFound) {
		require.NoError(f.t, err)
	}
	return allowed
}

func TestFoldersOnTheWay(t *testing.T) {
	f := newForest(t)
	f.public = true
	ana, bob := f.person("ana"), f.person("bob")
	d, err := f.tree.Create(ana, notebook.CreateNode{Kind: notebook.NoteNode, Name: "/team/2026/plan"})
	require.NoError(t, err)
	require.Len(t, d.Path, 2)
	team, year := d.Path[0], d.Path[1]
	require.Equal(t, []string{"team", "2026", "plan"}, []string{team.Name, year.Name, d.Name})
	require.Equal(t, []string{"ana owner", "everyone writer"}, f.rows(team.ID))
	require.Equal(t, []string{"ana owner"}, f.rows(year.ID))
	require.Equal(t, []string{"ana owner"}, f.rows(d.ID))
	require.Equal(t, writes, f.may(bob, d.ID), "a public workspace stays one")
	f.requirePaths()

	other, err := f.tree.Create(bob, notebook.CreateNode{Kind: notebook.NoteNode, Name: "team/2026/other"})
	require.NoError(t, err)
	require.Equal(t, year.ID, other.Parent, "folders that exist are used")
	require.Equal(t, []string{"bob owner"}, f.rows(other.ID))

	_, err = f.tree.Create(bob, notebook.CreateNode{Kind: notebook.NoteNode, Name: "team/2026/plan/x"})
	require.Equal(t, fault.Conflict, code(err), "a note is no folder")
	_, err = f.tree.Create(bob, notebook.CreateNode{Kind: notebook.NoteNode, Name: "x", Parent: d.ID})
	require.Equal(t, fault.Invalid, code(err))
}

func TestCreatingNeedsWriteInTheFolder(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.folder(ana, "f", notebook.ID{})
	inner := f.folder(ana, "inner", id)
	for _, c := range []struct {
		role         auth.Role
		byID, byName fault.Code
	}{
		// A folder one cannot see only says that its name is taken.
		{auth.NoRole, fault.NotFound, fault.Conflict},
		{auth.Reader, fault.Forbidden, fault.Forbidden},
		{auth.Runner, fault.Forbidden, fault.Forbidden},
		{auth.Writer, "", ""},
	} {
		if c.role != auth.NoRole {
			f.give(ana, id, who(bob).User, c.role)
		}
		before := one[int](f, `SELECT count(*)::int FROM nodes`)
		_, err := f.tree.Create(bob, notebook.CreateNode{Kind: notebook.NoteNode, Name: "x", Parent: id})
		require.Equal(t, c.byID, code(err), c.role)
		_, err = f.tree.Create(bob, notebook.CreateNode{Kind: notebook.NoteNode, Name: "f/inner/y"})
		require.Equal(t, c.byName, code(err), c.role)
		_, err = f.tree.CreateWith(bob, "z", inner, nil)
		require.Equal(t, c.byID, code(err), c.role)
		if c.byID != "" {
			require.Equal(t, before, one[int](f, `SELECT count(*)::int FROM nodes`), "a refusal changes nothing")
		}
	}
	f.closeNode(ana, inner, true)
	_, err := f.tree.Create(bob, notebook.CreateNode{Kind: notebook.NoteNode, Name: "f/inner/y2"})
	require.Equal(t, fault.Conflict, code(err), "write in the outer folder is not enough")
}

func TestTakenNamesSaySo(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.newNote(ana, "plan", notebook.ID{})
	for _, kind := range []notebook.NodeKind{notebook.NoteNode, notebook.FolderNode} {
		_, err := f.tree.Create(bob, notebook.CreateNode{Kind: kind, Name: "plan"})
		require.Equal(t, fault.Conflict, code(err))
		require.ErrorContains(t, err, "plan")
	}
	require.NoError(t, f.tree.TrashNode(ana, id))
	f.newNote(bob, "plan", notebook.ID{}) // names in the trash are free
}

func TestDepthIsLimited(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	_, err := f.tree.Create(ana, notebook.CreateNode{Kind: notebook.NoteNode, Name: strings.Repeat("d/", 50) + "n"})
	require.Equal(t, fault.TooLarge, code(err))
	d, err := f.tree.Create(ana, notebook.CreateNode{Kind: notebook.NoteNode, Name: strings.Repeat("d/", 49) + "n"})
	require.NoError(t, err)
	require.Len(t, d.Path, 49)
	_, err = f.tree.Create(ana, notebook.CreateNode{Kind: notebook.NoteNode, Name: "x/y", Parent: d.Parent})
	require.Equal(t, fault.TooLarge, code(err))
	two, err := f.tree.Create(ana, notebook.CreateNode{Kind: notebook.NoteNode, Name: "top/below"})
	require.NoError(t, err)
	_, err = f.tree.Move(ana, two.Parent, d.Parent, "")
	require.Equal(t, fault.TooLarge, code(err), "with all that is in it")
	_, err = f.tree.Move(ana, two.ID, d.Parent, "")
	require.NoError(t, err)
}

func TestTokensMakeNothingWithoutWrite(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	note := f.newNote(ana, "n", notebook.ID{})
	reading := f.token(ana, "read", "run", "manage")
	_, err := f.tree.Create(reading, notebook.CreateNode{Kind: notebook.NoteNode, Name: "x"})
	require.Equal(t, fault.Forbidden, code(err))
	_, err = f.tree.CreateWith(reading, "x", notebook.ID{}, nil)
	require.Equal(t, fault.Forbidden, code(err))
	_, err = f.tree.Clone(reading, note, notebook.CloneNote{})
	require.Equal(t, fault.Forbidden, code(err))
	_, err = f.tree.Create(f.token(ana, "read", "write"), notebook.CreateNode{Kind: notebook.NoteNode, Name: "x"})
	require.NoError(t, err)
}

func TestOnlyPeopleMakeNodes(t *testing.T) {
	f := newForest(t)
	_, err := f.tree.Create(context.Background(), notebook.CreateNode{Kind: notebook.NoteNode, Name: "x"})
	require.Equal(t, fault.Unauthenticated, code(err))
	operator := auth.WithActor(context.Background(), auth.Actor{Kind: auth.Operator, Name: "operator"})
	_, err = f.tree.Create(operator, notebook.CreateNode{Kind: notebook.NoteNode, Name: "x"})
	require.Equal(t, fault.Forbidden, code(err))
	_, _, err = f.tree.List(operator, 0)
	require.Equal(t, fault.Forbidden, code(err))
}

func TestCreationIsAudited(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	id := f.newNote(ana, "n", notebook.ID{})
	require.Equal(t, "ana node.create done null", one[string](f,
		`SELECT actor || ' ' || operation || ' ' || outcome || ' ' || (detail->'parent')::text FROM audit WHERE object = $1`, id.String()))
}
