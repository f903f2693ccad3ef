package account_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
)

func (w *world) group(t *testing.T, name string, members ...string) account.Group {
	t.Helper()
	g, err := w.CreateGroup(operator(t), name, "", members)
	require.NoError(t, err)
	return g
}

func names(members []account.Member) []string {
	list := []string{}
	for _, m := range members {
		list = append(list, m.Name)
	}
	return list
}

func TestMembersByName(t *testing.T) {
	w := newWorld(t)
	w.named(t, "Ana")
	w.named(t, "bo")
	w.named(t, "cy")
	g := w.group(t, "crew", "ANA", "bo", "Bo")
	require.Equal(t, []string{"Ana", "bo"}, names(g.Members))

	g, err := w.SetMembers(operator(t), g.ID, []string{"cy", " bo "})
	require.NoError(t, err)
	require.Equal(t, []string{"bo", "cy"}, names(g.Members))
	p, err := w.AddMembers(operator(t), g.ID, []string{"ana"})
	require.NoError(t, err)
	g = p.Group
	require.Equal(t, []string{"Ana", "bo", "cy"}, names(g.Members))
	g, err = w.RemoveMember(operator(t), g.ID, g.Members[1].ID)
	require.NoError(t, err)
	require.Equal(t, []string{"Ana", "cy"}, names(g.Members))
	_, err = w.RemoveMember(operator(t), g.ID, 99999)
	requireCode(t, fault.NotFound, err)
}

func TestUnknownMembersAreListedAndChangeNothing(t *testing.T) {
	w := newWorld(t)
	w.named(t, "ana")
	w.named(t, "bo")
	g := w.group(t, "crew", "ana")
	_, err := w.SetMembers(operator(t), g.ID, []string{"bo", "nix", "everyone", "a/b", ""})
	requireCode(t, fault.Invalid, err)
	require.Equal(t, map[string]any{"unknown": []string{"nix", "everyone", "a/b", ""}}, fault.Of(err).Details)
	_, err = w.CreateGroup(operator(t), "other", "", []string{"nix"})
	requireCode(t, fault.Invalid, err)
	groups, err := w.Groups(operator(t))
	require.NoError(t, err)
	require.Len(t, groups, 1)
	require.Equal(t, []string{"ana"}, names(groups[0].Members))
}

// paste adds names, which must be known.
func (w *world) paste(t *testing.T, group auth.PrincipalID, names ...string) account.Pasted {
	t.Helper()
	p, err := w.AddMembers(operator(t), group, names)
	require.NoError(t, err)
	return p
}

func TestAPastedListIsAddedWholeOrNotAtAll(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"Ana", "bo", "cy"} {
		w.named(t, name)
	}
	g := w.group(t, "class", "bo")
	p := w.paste(t, g.ID, "ana", "ANA", " Bo ", "cy", "bo", "cy")
	require.Equal(t, 2, p.Added)
	require.Equal(t, []string{"ANA", "bo", "cy"}, p.Repeated)
	require.Equal(t, []string{"bo"}, p.Already)
	require.Equal(t, []string{"Ana", "bo", "cy"}, names(p.Members))

	_, err := w.SetMembers(operator(t), g.ID, nil)
	require.NoError(t, err)
	_, err = w.AddMembers(operator(t), g.ID, []string{"ana", "nix", "bo", "nax"})
	requireCode(t, fault.Invalid, err)
	require.Equal(t, map[string]any{"unknown": []string{"nix", "nax"}}, fault.Of(err).Details)
	many := make([]string, 2001)
	for i := range many {
		many[i] = "ana"
	}
	_, err = w.AddMembers(operator(t), g.ID, many)
	requireCode(t, fault.TooLarge, err)
	require.Zero(t, one[int64](t, w, `SELECT count(*) FROM memberships`), "nothing has changed")
	require.Len(t, w.paste(t, g.ID, many[:2000]...).Repeated, 1999)
}

func TestGroupsAreNotInThemselves(t *testing.T) {
	w := newWorld(t)
	a := w.group(t, "a")
	b := w.group(t, "b", "a")
	w.group(t, "c", "b")
	w.group(t, "d", "b", "a", "c")
	for member, circle := range map[string]string{"a": "a > a", "b": "a > b > a", "c": "a > c > b > a", "d": "a > d > a"} {
		_, err := w.AddMembers(operator(t), a.ID, []string{member})
		requireCode(t, fault.Invalid, err)
		require.ErrorContains(t, err, "would close a circle, "+circle+".")
		_, err = w.SetMembers(operator(t), a.ID, []string{member})
		requireCode(t, fault.Invalid, err)
	}
	_, err := w.AddMembers(operator(t), b.ID, []string{"c"})
	require.ErrorContains(t, err, "b > c > b")
	require.Equal(t, map[string]any{"circle": []string{"b", "c", "b"}}, fault.Of(err).Details)
	require.Equal(t, int64(5), one[int64](t, w, `SELECT count(*) FROM memberships`))
}

func TestTwoChangesCannotCloseACircleTogether(t *testing.T) {
	w := newWorld(t)
	groups := []account.Group{w.group(t, "a"), w.group(t, "b"), w.group(t, "c")}
	for range 10 {
		errs := atOnce(3, func(i int) error {
			_, err := w.AddMembers(operator(t), groups[i].ID, []string{groups[(i+1)%3].Name})
			return err
		})
		refused := 0
		for _, err := range errs {
			if err != nil {
				requireCode(t, fault.Invalid, err)
				refused++
			}
		}
		require.Equal(t, 1, refused)
		require.Equal(t, int64(2), one[int64](t, w, `SELECT count(*) FROM memberships`))
		w.exec(t, `DELETE FROM memberships`)
	}
}

func TestLeadersChangeTheMembers(t *testing.T) {
	w := newWorld(t)
	ana, bo := w.named(t, "ana"), w.named(t, "bo")
	w.named(t, "cy")
	inner := w.group(t, "inner", "bo")
	g := w.group(t, "class", "ana", "bo", "inner")
	_, err := w.AddMembers(w.as(t, ana.Secret), g.ID, []string{"cy"})
	requireCode(t, fault.NotFound, err)

	g, err = w.SetLeader(operator(t), g.ID, ana.ID, true)
	require.NoError(t, err)
	require.Equal(t, []bool{true, false, false}, []bool{g.Members[0].Leads, g.Members[1].Leads, g.Members[2].Leads})
	as := w.as(t, ana.Secret)
	_, err = w.AddMembers(as, g.ID, []string{"cy"})
	require.NoError(t, err, "at once")
	_, err = w.SetLeader(as, g.ID, bo.ID, true)
	require.NoError(t, err)
	g, err = w.SetMembers(as, g.ID, []string{"ana", "cy", "inner"})
	require.NoError(t, err)
	require.True(t, g.Members[0].Leads, "who stays keeps leading")
	_, err = w.AddMembers(w.as(t, bo.Secret), g.ID, []string{"bo"})
	requireCode(t, fault.NotFound, err)
	_, err = w.AddMembers(as, inner.ID, []string{"cy"})
	requireCode(t, fault.NotFound, err)
	_, err = w.SetLeader(as, g.ID, inner.ID, true)
	requireCode(t, fault.Invalid, err)
	_, err = w.SetLeader(as, g.ID, bo.ID, true)
	requireCode(t, fault.NotFound, err)
	for _, err := range []error{func() error { _, err := w.ChangeGroup(as, g.ID, account.GroupChange{Name: ptr("x")}); return err }(), w.RemoveGroup(as, g.ID)} {
		requireCode(t, fault.Forbidden, err)
	}
	_, err = w.SetLeader(as, g.ID, ana.ID, false)
	require.NoError(t, err)
	_, err = w.AddMembers(as, g.ID, []string{"bo"})
	requireCode(t, fault.NotFound, err)
}

func TestMyGroupsAreThoseIAmIn(t *testing.T) {
	w := newWorld(t)
	ana, bo := w.named(t, "ana"), w.named(t, "bo")
	w.group(t, "inner", "ana", "bo")
	w.group(t, "other", "bo")
	outer := w.group(t, "outer", "inner", "ana")
	_, err := w.SetLeader(operator(t), outer.ID, ana.ID, true)
	require.NoError(t, err)
	list, err := w.MyGroups(w.as(t, ana.Secret))
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, "inner", list[0].Name)
	require.Nil(t, list[0].Members, "only where one leads")
	require.Equal(t, []any{2, true, false}, []any{list[0].Size, list[0].Direct, list[0].Leads})
	require.Equal(t, []string{"ana", "inner"}, names(list[1].Members))
	list, err = w.MyGroups(w.as(t, bo.Secret))
	require.NoError(t, err)
	require.Len(t, list, 3)
	require.Equal(t, []any{"outer", false, false}, []any{list[2].Name, list[2].Direct, list[2].Leads})
}

func TestMembershipCountsThroughNesting(t *testing.T) {
	w := newWorld(t)
	ana := w.named(t, "ana")
	w.group(t, "inner", "ana")
	w.group(t, "middle", "inner")
	outer := w.group(t, "outer", "middle")
	a, _ := auth.ActorFrom(w.as(t, ana.Secret))
	who, err := w.gate.Identity(t.Context(), a)
	require.NoError(t, err)
	require.True(t, who.Is(outer.ID))
	_, err = w.SetMembers(operator(t), outer.ID, nil)
	require.NoError(t, err)
	who, err = w.gate.Identity(t.Context(), a)
	require.NoError(t, err)
	require.False(t, who.Is(outer.ID), "at once")
}

func TestRenameAndRemoveAGroup(t *testing.T) {
	w := newWorld(t)
	w.named(t, "ana")
	g := w.group(t, "crew", "ana")
	w.group(t, "outer", "crew")
	_, err := w.ChangeGroup(operator(t), g.ID, account.GroupChange{Name: ptr("ANA")})
	requireCode(t, fault.Conflict, err)
	_, err = w.ChangeGroup(operator(t), g.ID, account.GroupChange{Name: ptr("everyone")})
	requireCode(t, fault.Invalid, err)
	g, err = w.ChangeGroup(operator(t), g.ID, account.GroupChange{Name: ptr("Ship's crew"), Description: ptr("all hands")})
	require.NoError(t, err)
	require.Equal(t, "Ship's crew", g.Name)
	require.Equal(t, "all hands", g.Description)
	require.Len(t, g.Members, 1)

	require.NoError(t, w.RemoveGroup(operator(t), g.ID))
	requireCode(t, fault.NotFound, w.RemoveGroup(operator(t), g.ID))
	require.Zero(t, one[int64](t, w, `SELECT count(*) FROM memberships`))
	again := w.group(t, "ship's crew")
	require.NotEqual(t, g.ID, again.ID, "ids are never used again")
	for _, id := range []auth.PrincipalID{0, 1, g.ID, 99999} {
		_, err := w.ChangeGroup(operator(t), id, account.GroupChange{Description: ptr("x")})
		requireCode(t, fault.NotFound, err)
		_, err = w.SetMembers(operator(t), id, nil)
		requireCode(t, fault.NotFound, err)
	}
}

// owned makes a note whose one owner is the principal.
func (w *world) owned(t *testing.T, owner auth.PrincipalID) {
	t.Helper()
	tx, err := w.sql.Begin(t.Context())
	require.NoError(t, err)
	defer tx.Rollback(t.Context())
	const node = `INSERT INTO nodes (id, kind, name) VALUES (gen_random_uuid(), 'note', gen_random_uuid()) RETURNING id`
	_, err = tx.Exec(t.Context(), `WITH n AS (`+node+`) INSERT INTO grants (node_id, principal_id, role) SELECT id, $1, 4 FROM n`, int64(owner))
	require.NoError(t, err)
	require.NoError(t, tx.Commit(t.Context()))
}

func TestAGroupThatIsTheOnlyOwnerStays(t *testing.T) {
	w := newWorld(t)
	ana := w.named(t, "ana")
	inner := w.group(t, "inner", "ana")
	outer := w.group(t, "outer", "inner")
	w.owned(t, outer.ID)
	requireCode(t, fault.Conflict, w.RemoveGroup(operator(t), outer.ID))
	requireCode(t, fault.Conflict, w.RemoveGroup(operator(t), inner.ID))
	_, err := w.SetMembers(operator(t), inner.ID, nil)
	requireCode(t, fault.Conflict, err)
	_, err = w.RemoveMember(operator(t), outer.ID, inner.ID)
	requireCode(t, fault.Conflict, err)

	w.paste(t, outer.ID, "ana")
	_, err = w.SetMembers(operator(t), inner.ID, nil)
	require.NoError(t, err, "ana is still in the outer group")
	w.exec(t, `INSERT INTO grants (node_id, principal_id, role) SELECT node_id, $1, 4 FROM grants`, int64(ana.ID))
	require.NoError(t, w.RemoveGroup(operator(t), outer.ID))
	require.Equal(t, int64(1), one[int64](t, w, `SELECT count(*) FROM grants WHERE revoked_at IS NULL`))
	require.Equal(t, int64(2), one[int64](t, w, `SELECT count(*) FROM grants`), "the past can be told")
}
