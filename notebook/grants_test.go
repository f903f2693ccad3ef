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

func (f *forest) set(ctx context.Context, id notebook.ID, version int64, wishes ...notebook.GrantWish) (notebook.Grants, error) {
	return f.tree.SetGrants(ctx, id, notebook.GrantChange{Version: version, Grants: wishes})
}

func byName(name string, role auth.Role) notebook.GrantWish {
	return notebook.GrantWish{Name: name, Role: role}
}

func names(grants []notebook.Granted) []string {
	list := []string{}
	for _, g := range grants {
		list = append(list, g.Principal.Name+" "+g.Role.String())
	}
	return list
}

func TestSetGrants(t *testing.T) {
	f := newForest(t)
	ana, bob, eve := f.person("ana"), f.person("bob"), f.person("eve")
	f.group("friends", who(eve).User)
	id := f.newNote(ana, "n", notebook.ID{})
	g, err := f.tree.Grants(ana, id)
	require.NoError(t, err)
	require.Equal(t, []string{"ana owner"}, names(g.Own), "only the highest role of each is shown")
	require.EqualValues(t, 1, g.Version)
	require.False(t, g.Closed)
	require.Equal(t, owns, g.Allowed)

	g, err = f.set(ana, id, 1, byName("ana", auth.Owner), byName("BOB", auth.Writer), byName("friends", auth.Reader))
	require.NoError(t, err)
	require.EqualValues(t, 2, g.Version)
	require.Equal(t, []string{"ana owner", "bob writer", "friends reader"}, names(g.Own))
	require.Equal(t, "ana", g.Own[1].By)
	require.Equal(t, []auth.Actions{writes, reads}, []auth.Actions{f.may(bob, id), f.may(eve, id)})
	require.Contains(t, f.rows(id), "ana runner", "who keeps the role keeps every row")

	given := one[time.Time](f, `SELECT granted_at FROM grants WHERE node_id = $1 AND principal_id = $2`, [16]byte(id), int64(who(bob).User))
	g, err = f.set(ana, id, 2, byName("ana", auth.Owner), byName("bob", auth.Writer), byName("everyone", auth.Runner))
	require.NoError(t, err)
	require.Equal(t, []string{"ana owner", "bob writer", "everyone runner"}, names(g.Own))
	require.Equal(t, given, g.Own[1].At, "an unchanged grant keeps its row")
	require.Equal(t, runs, f.may(eve, id))
	require.Equal(t, "ana", one[string](f, `SELECT p.name FROM grants g JOIN principals p ON p.id = g.revoked_by
		WHERE g.node_id = $1 AND g.revoked_at IS NOT NULL`, [16]byte(id)), "what was taken back stays, with who did it")

	same, err := f.set(ana, id, 3, byName("everyone", auth.Runner), byName("bob", auth.Writer), byName("ana", auth.Owner))
	require.NoError(t, err)
	require.EqualValues(t, 3, same.Version, "nothing changed")
}

func TestSetGrantsIsRefused(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.newNote(ana, "n", notebook.ID{})
	before := f.rows(id)

	_, err := f.set(ana, id, 7, byName("ana", auth.Owner))
	require.Equal(t, fault.Stale, code(err))
	require.Equal(t, map[string]int64{"version": 1, "yours": 7}, fault.Of(err).Details)

	_, err = f.set(ana, id, 1, byName("ana", auth.Owner), byName("bob", auth.Reader), byName("nobody", auth.Reader),
		byName("a/b", auth.Reader), notebook.GrantWish{ID: 999999, Role: auth.Reader})
	require.Equal(t, fault.Invalid, code(err))
	require.Equal(t, map[string]any{"unknown": []string{"nobody", "a/b", "999999"}}, fault.Of(err).Details)

	for _, none := range [][]notebook.GrantWish{nil, {byName("ana", auth.Writer)}, {byName("bob", auth.Reader)}} {
		_, err = f.set(ana, id, 1, none...)
		require.Equal(t, fault.Conflict, code(err), "somebody has to own it")
	}
	f.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, int64(who(bob).User))
	f.moved()
	_, err = f.set(ana, id, 1, byName("ana", auth.Owner), byName("bob", auth.Reader))
	require.Equal(t, fault.Invalid, code(err))
	require.Equal(t, map[string]any{"disabled": []string{"bob"}}, fault.Of(err).Details)
	many := make([]notebook.GrantWish, notebook.MaxGrants+1)
	_, err = f.set(ana, id, 1, many...)
	require.Equal(t, fault.TooLarge, code(err))
	require.Equal(t, before, f.rows(id), "refusals change nothing")
}

func TestDisabledAccountsKeepWhatTheyHave(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.newNote(ana, "n", notebook.ID{})
	f.give(ana, id, who(bob).User, auth.Owner)
	f.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, int64(who(bob).User))
	f.moved()
	g, err := f.tree.Grants(ana, id)
	require.NoError(t, err)
	require.True(t, g.Own[1].Principal.Disabled)
	_, err = f.tree.SetGrants(ana, id, notebook.GrantChange{Version: g.Version, Grants: append(wishesFor(g), byName("everyone", auth.Reader))})
	require.NoError(t, err)
	_, err = f.set(ana, id, g.Version+1, byName("bob", auth.Owner))
	require.Equal(t, fault.Conflict, code(err), "a disabled account alone owns nothing")
}

func TestOneCanLeave(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.newNote(ana, "n", notebook.ID{})
	g, err := f.set(ana, id, 1, byName("bob", auth.Owner))
	require.NoError(t, err)
	require.Equal(t, []string{"bob owner"}, names(g.Own))
	require.Zero(t, g.Allowed)
	require.Zero(t, f.may(ana, id))
	require.Equal(t, owns, f.may(bob, id))
}

func TestInheritedGrantsAreTold(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	outer := f.folder(ana, "outer", notebook.ID{})
	inner := f.folder(ana, "inner", outer)
	note := f.newNote(ana, "n", inner)
	f.give(ana, outer, who(bob).User, auth.Reader)
	g, err := f.tree.Grants(ana, note)
	require.NoError(t, err)
	require.Equal(t, []string{"ana owner"}, names(g.Own))
	require.Equal(t, []string{"ana owner", "ana owner", "bob reader"}, names(g.Inherited))
	require.Equal(t, []*notebook.Place{{ID: inner, Name: "inner"}, {ID: outer, Name: "outer"}, {ID: outer, Name: "outer"}},
		[]*notebook.Place{g.Inherited[0].From, g.Inherited[1].From, g.Inherited[2].From})

	f.closeNode(ana, inner, true)
	f.requirePaths()
	g, err = f.tree.Grants(ana, note)
	require.NoError(t, err)
	require.Equal(t, []string{"ana owner"}, names(g.Inherited), "grants do not pass a closed folder")
	require.Zero(t, f.may(bob, note))
	g, err = f.tree.Grants(ana, inner)
	require.NoError(t, err)
	require.True(t, g.Closed)
	f.closeNode(ana, inner, false)
	f.requirePaths()
	require.Equal(t, reads, f.may(bob, note))

	f.give(ana, note, who(bob).User, auth.Runner)
	f.exec(`UPDATE grants SET revoked_at = now() WHERE node_id = $1 AND principal_id = $2`, [16]byte(outer), int64(who(bob).User))
	f.moved()
	g, err = f.tree.Grants(bob, note)
	require.NoError(t, err)
	require.Nil(t, g.Inherited[0].From, "no names of folders one may not read")
}

func TestLinksAndDatedGrantsStay(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.newNote(ana, "n", notebook.ID{})
	link := one[int64](f, `INSERT INTO principals (kind, name, folded) VALUES ('link', 'l', 'l') RETURNING id`)
	f.exec(`INSERT INTO grants (node_id, principal_id, role) VALUES ($1, $2, 1)`, [16]byte(id), link)
	f.exec(`INSERT INTO grants (node_id, principal_id, role, ends_at) VALUES ($1, $2, 3, now() + interval '1 day')`, [16]byte(id), int64(who(bob).User))
	f.moved()
	_, err := f.set(ana, id, 1, byName("ana", auth.Owner))
	require.NoError(t, err)
	require.Equal(t, writes, f.may(bob, id))
	require.Contains(t, f.rows(id), "l reader")
	g, err := f.tree.Grants(ana, id)
	require.NoError(t, err)
	require.Equal(t, []string{"ana owner", "bob writer", "l reader"}, names(g.Own))
	require.False(t, g.Own[1].EndsAt.IsZero())
	f.exec(`INSERT INTO grants (node_id, principal_id, role) VALUES ($1, $2, 1)`, [16]byte(id), int64(who(bob).User))
	g, err = f.tree.Grants(ana, id)
	require.NoError(t, err)
	require.Equal(t, []string{"ana owner", "bob writer", "bob reader", "l reader"}, names(g.Own), "what stays when the other ends is told")
	require.NoError(t, f.tree.SetZeppelinGrants(ana, id, notebook.ZeppelinLists{Owners: []string{"ana"}, Readers: []string{"ana"}}))
	require.Equal(t, writes, f.may(bob, id))
	require.Contains(t, f.rows(id), "l reader")
	_, err = f.set(ana, id, 2, byName("ana", auth.Owner), notebook.GrantWish{ID: auth.PrincipalID(link), Role: auth.Writer})
	require.Equal(t, fault.Invalid, code(err), "links are given elsewhere")
}

func TestGrantsCountOnlyInTheirTime(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.newNote(ana, "n", notebook.ID{})
	for span, want := range map[string]int{
		"now() - interval '2 h', now() - interval '1 h'": 0,
		"now() - interval '2 h', now() + interval '1 h'": 1,
		"now() + interval '1 h', NULL":                   0,
		"NULL, now() + interval '1 h'":                   1,
		"NULL, now() - interval '1 h'":                   0,
	} {
		f.exec(`DELETE FROM grants WHERE principal_id = $1`, int64(who(bob).User))
		f.exec(`INSERT INTO grants (node_id, principal_id, role, starts_at, ends_at) SELECT $1, $2, 1, `+span, [16]byte(id), int64(who(bob).User))
		f.moved()
		nodes, total, err := f.tree.List(bob, 0)
		require.NoError(t, err)
		require.Equal(t, []int{want, want}, []int{len(nodes), total}, span)
	}
}
