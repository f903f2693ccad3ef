package notebook_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// zeppelinMember and what follows are Zeppelin's own rules (AuthorizationService):
// an empty set holds everybody, and each level includes those above it.
func zeppelinMember(entities, set []string) bool {
	return len(set) == 0 || slices.ContainsFunc(entities, func(e string) bool { return slices.Contains(set, e) })
}

func zeppelinRole(l notebook.ZeppelinLists, entities []string) auth.Role {
	switch {
	case zeppelinMember(entities, l.Owners):
		return auth.Owner
	case zeppelinMember(entities, l.Writers):
		return auth.Writer
	case zeppelinMember(entities, l.Runners):
		return auth.Runner
	case zeppelinMember(entities, l.Readers):
		return auth.Reader
	}
	return auth.NoRole
}

// zeppelinNormal is what Zeppelin stores of a PUT (NotebookRestApi).
func zeppelinNormal(p notebook.ZeppelinLists, caller string) notebook.ZeppelinLists {
	clean := func(list []string) []string {
		set := map[string]bool{}
		for _, s := range list {
			if s = strings.TrimSpace(s); s != "" {
				set[s] = true
			}
		}
		return slices.AppendSeq([]string{}, maps.Keys(set))
	}
	fill := func(list *[]string) {
		if len(*list) == 0 {
			*list = []string{caller}
		}
	}
	p = notebook.ZeppelinLists{Owners: clean(p.Owners), Writers: clean(p.Writers), Runners: clean(p.Runners), Readers: clean(p.Readers)}
	if len(p.Readers) > 0 {
		fill(&p.Runners)
		fill(&p.Writers)
		fill(&p.Owners)
	}
	if len(p.Runners) > 0 {
		fill(&p.Writers)
		fill(&p.Owners)
	}
	if len(p.Writers) > 0 {
		fill(&p.Owners)
	}
	for _, list := range []*[]string{&p.Owners, &p.Writers, &p.Runners, &p.Readers} {
		slices.Sort(*list)
	}
	return p
}

var zeppelinNames = []string{"ana", "bob", "cat", "dan", "staff", "guests"}

func drawLists(t *rapid.T) notebook.ZeppelinLists {
	list := rapid.SliceOfN(rapid.SampledFrom(append([]string{"", "  ", " ana "}, zeppelinNames...)), 0, 4)
	empty := rapid.Just([]string{})
	either := rapid.OneOf(list, empty)
	return notebook.ZeppelinLists{Owners: either.Draw(t, "owners"), Writers: either.Draw(t, "writers"),
		Runners: either.Draw(t, "runners"), Readers: either.Draw(t, "readers")}
}

// granted is what stands on a note after a PUT, as the store would return it.
func granted(wishes []notebook.GrantWish) []notebook.Granted {
	var own []notebook.Granted
	for _, w := range wishes {
		p := notebook.Principal{ID: w.ID, Name: w.Name, Kind: "user"}
		switch {
		case w.ID == auth.Everyone:
			p.Kind, p.Name = "everyone", "everyone"
		default:
			p.ID = auth.PrincipalID(1000 + slices.Index(zeppelinNames, w.Name))
		}
		own = append(own, notebook.Granted{Principal: p, Role: w.Role})
	}
	return own
}

// roleOf is what our own rule gives somebody: the highest grant.
func roleOf(own []notebook.Granted, entities []string) (role auth.Role) {
	for _, g := range own {
		if g.Principal.ID == auth.Everyone || slices.Contains(entities, g.Principal.Name) {
			role = max(role, g.Role)
		}
	}
	return role
}

func TestZeppelinPutComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		put := drawLists(t)
		own := granted(notebook.FromZeppelin(put, "ana"))
		want := zeppelinNormal(put, "ana")
		require.Equal(t, want, notebook.ZeppelinView(own))
		require.Equal(t, want, notebook.ZeppelinView(granted(notebook.FromZeppelin(want, "bob"))), "putting it again changes nothing")
		for range 5 {
			entities := rapid.SliceOfNDistinct(rapid.SampledFrom(append([]string{"eve"}, zeppelinNames...)), 1, 3, rapid.ID).Draw(t, "who")
			require.Equal(t, zeppelinRole(want, entities), roleOf(own, entities), "%v", entities)
		}
	})
}

// Grants that our own dialog made have lists that give, by Zeppelin's rules, exactly
// the same people the same rights. A grant that ends or begins is left out, as are
// links and what folders give: Zeppelin knows none of them.
func TestZeppelinViewGivesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one := rapid.Custom(func(t *rapid.T) notebook.Granted {
			w := notebook.GrantWish{Name: rapid.SampledFrom(zeppelinNames).Draw(t, "name"), Role: rapid.SampledFrom(auth.Roles).Draw(t, "role")}
			if rapid.IntRange(0, 4).Draw(t, "everyone") == 0 {
				w = notebook.GrantWish{ID: auth.Everyone, Role: w.Role}
			}
			return granted([]notebook.GrantWish{w})[0]
		})
		own := rapid.SliceOfN(one, 0, 8).Draw(t, "grants")
		own = append(own, granted([]notebook.GrantWish{{Name: "ana", Role: auth.Owner}})...) // there always is one
		view := notebook.ZeppelinView(own)
		for _, name := range append([]string{"eve"}, zeppelinNames...) {
			require.Equal(t, zeppelinRole(view, []string{name}), roleOf(own, []string{name}), "%s by %+v", name, view)
		}
	})
}

func TestZeppelinGrants(t *testing.T) {
	f := newForest(t)
	ana, bob, eve := f.person("ana"), f.person("bob"), f.person("eve")
	f.group("staff", who(bob).User)
	for _, c := range []struct {
		public bool
		want   notebook.ZeppelinLists
	}{
		{true, notebook.ZeppelinLists{Owners: []string{"ana"}, Writers: []string{}, Runners: []string{}, Readers: []string{}}},
		{false, notebook.ZeppelinLists{Owners: []string{"ana"}, Writers: []string{"ana"}, Runners: []string{"ana"}, Readers: []string{"ana"}}},
	} {
		f.public = c.public
		id := f.newNote(ana, auth.NewID().String(), notebook.ID{})
		got, err := f.tree.ZeppelinGrants(ana, id)
		require.NoError(t, err)
		require.Equal(t, c.want, got, "as Zeppelin makes them")

		require.NoError(t, f.tree.SetZeppelinGrants(ana, id, notebook.ZeppelinLists{Writers: []string{" Staff "}, Readers: []string{"eve", "ana"}}))
		got, err = f.tree.ZeppelinGrants(eve, id)
		require.NoError(t, err)
		require.Equal(t, notebook.ZeppelinLists{Owners: []string{"ana"}, Writers: []string{"staff"}, Runners: []string{"ana"}, Readers: []string{"ana", "eve"}}, got)
		require.Equal(t, []auth.Actions{owns, writes, reads}, []auth.Actions{f.may(ana, id), f.may(bob, id), f.may(eve, id)})

		err = f.tree.SetZeppelinGrants(ana, id, notebook.ZeppelinLists{Owners: []string{"ana"}, Readers: []string{"zoe"}})
		require.Equal(t, fault.Invalid, code(err))
		require.Equal(t, map[string]any{"unknown": []string{"zoe"}}, fault.Of(err).Details)

		require.NoError(t, f.tree.SetZeppelinGrants(ana, id, notebook.ZeppelinLists{Runners: []string{"Everyone"}}))
		got, err = f.tree.ZeppelinGrants(eve, id)
		require.NoError(t, err)
		require.Equal(t, notebook.ZeppelinLists{Owners: []string{"ana"}, Writers: []string{"ana"}, Runners: []string{}, Readers: []string{}}, got)
		require.NoError(t, f.tree.SetZeppelinGrants(ana, id, notebook.ZeppelinLists{}))
		require.Equal(t, owns, f.may(eve, id), "four empty lists are everyone's")
	}
}

// Who only the folder made an owner is named when lists are filled in, as Zeppelin
// names the caller who is an owner by a role.
func TestZeppelinFillsInTheCaller(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	folder := f.folder(ana, "f", notebook.ID{})
	f.give(ana, folder, who(bob).User, auth.Owner)
	id := f.newNote(ana, "n", folder)
	require.NoError(t, f.tree.SetZeppelinGrants(bob, id, notebook.ZeppelinLists{Readers: []string{"ana"}}))
	require.Equal(t, []string{"ana reader", "bob owner", "bob runner", "bob writer"}, f.rows(id))
}
