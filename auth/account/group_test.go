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

func names(people []account.PersonOrGroup) []string {
	list := []string{}
	for _, p := range people {
		list = append(list, p.Name)
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
	g, err = w.AddMember(operator(t), g.ID, "ana")
	require.NoError(t, err)
	g, err = w.AddMember(operator(t), g.ID, "ana")
	require.NoError(t, err, "twice is as once")
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

func TestGroupsAreNotInThemselves(t *testing.T) {
	w := newWorld(t)
	a := w.group(t, "a")
	b := w.group(t, "b", "a")
	w.group(t, "c", "b")
	for _, member := range []string{"a", "b", "c"} {
		_, err := w.AddMember(operator(t), a.ID, member)
		requireCode(t, fault.Invalid, err)
		require.ErrorContains(t, err, "cannot be a member")
	}
	_, err := w.AddMember(operator(t), b.ID, "c")
	requireCode(t, fault.Invalid, err)
	require.Equal(t, int64(2), one[int64](t, w, `SELECT count(*) FROM memberships`))
}

func TestTwoChangesCannotCloseACircleTogether(t *testing.T) {
	w := newWorld(t)
	groups := []account.Group{w.group(t, "a"), w.group(t, "b")}
	for range 10 {
		atOnce(2, func(i int) error {
			_, err := w.AddMember(operator(t), groups[i].ID, groups[1-i].Name)
			return err
		})
		require.Equal(t, int64(1), one[int64](t, w, `SELECT count(*) FROM memberships`))
		w.exec(t, `DELETE FROM memberships`)
	}
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

	_, err = w.AddMember(operator(t), outer.ID, "ana")
	require.NoError(t, err)
	_, err = w.SetMembers(operator(t), inner.ID, nil)
	require.NoError(t, err, "ana is still in the outer group")
	w.exec(t, `INSERT INTO grants (node_id, principal_id, role) SELECT node_id, $1, 4 FROM grants`, int64(ana.ID))
	require.NoError(t, w.RemoveGroup(operator(t), outer.ID))
	require.Equal(t, int64(1), one[int64](t, w, `SELECT count(*) FROM grants WHERE revoked_at IS NULL`))
	require.Equal(t, int64(2), one[int64](t, w, `SELECT count(*) FROM grants`), "the past can be told")
}
