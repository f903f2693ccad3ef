package auth_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
)

const (
	ana   auth.PrincipalID = 1001
	bob   auth.PrincipalID = 1002
	class auth.PrincipalID = 1003
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func identity(ids ...auth.PrincipalID) auth.Identity {
	return auth.Identity{User: ids[0], Principals: append([]auth.PrincipalID{auth.Everyone}, ids...), Scope: auth.AllActions}
}

func note(grants ...auth.Grant) auth.Object { return auth.Object{ID: auth.NewID(), Grants: grants} }

func TestRolesAllowTheirActionsAndThoseBelow(t *testing.T) {
	for role, want := range map[auth.Role]string{
		auth.Owner: "read run write manage", auth.Writer: "read run write", auth.Runner: "read run", auth.Reader: "read", auth.NoRole: "",
	} {
		chain := []auth.Object{note(auth.Grant{Principal: ana, Role: role})}
		require.Equal(t, want, auth.Decide(chain, identity(ana), noon).Actions.String(), role)
		require.Empty(t, auth.Decide(chain, identity(bob), noon).Actions, "no grant, no access")
	}
}

func TestTheHighestGrantDecides(t *testing.T) {
	chain := []auth.Object{
		note(auth.Grant{Principal: ana, Role: auth.Reader}, auth.Grant{Principal: class, Role: auth.Writer}),
		note(auth.Grant{Principal: auth.Everyone, Role: auth.Runner}),
	}
	require.True(t, auth.Decide(chain, identity(ana, class), noon).Actions.Has(auth.Write))
	require.Equal(t, "read run", auth.Decide(chain, identity(ana), noon).Actions.String(), "from the folder, through everyone")
}

func TestAClosedNodeShutsOutGrantsAbove(t *testing.T) {
	folder := note(auth.Grant{Principal: bob, Role: auth.Owner})
	closed := note(auth.Grant{Principal: ana, Role: auth.Owner})
	closed.Closed = true
	require.Empty(t, auth.Decide([]auth.Object{closed, folder}, identity(bob), noon).Actions)
	require.Empty(t, auth.Decide([]auth.Object{note(), closed, folder}, identity(bob), noon).Actions)
	require.True(t, auth.Decide([]auth.Object{note(), closed, folder}, identity(ana), noon).Actions.Has(auth.Manage), "its own grants reach down")
}

func TestDatedGrantsCountBetweenTheirDates(t *testing.T) {
	starts, ends := noon.Add(time.Hour), noon.Add(2*time.Hour)
	chain := []auth.Object{note(auth.Grant{Principal: ana, Role: auth.Reader, StartsAt: starts, EndsAt: ends})}
	before := auth.Decide(chain, identity(ana), noon)
	require.Empty(t, before.Actions)
	require.Equal(t, starts, before.Until)
	during := auth.Decide(chain, identity(ana), starts)
	require.True(t, during.Actions.Has(auth.Read))
	require.Equal(t, ends, during.Until)
	require.Empty(t, auth.Decide(chain, identity(ana), ends).Actions)
}

func TestScopeAndEndOfTheSignInLimit(t *testing.T) {
	chain := []auth.Object{note(auth.Grant{Principal: ana, Role: auth.Owner})}
	who := identity(ana)
	who.Scope = auth.Actions(auth.Read)
	require.Equal(t, "read", auth.Decide(chain, who, noon).Actions.String())
	who = identity(ana)
	who.Until = noon
	require.Empty(t, auth.Decide(chain, who, noon).Actions, "the sign-in is over")
}

func TestTheTrashIsItsOwnersToSee(t *testing.T) {
	n := note(auth.Grant{Principal: ana, Role: auth.Owner}, auth.Grant{Principal: bob, Role: auth.Writer})
	n.Trashed = true
	require.Equal(t, "read manage", auth.Decide([]auth.Object{n}, identity(ana), noon).Actions.String())
	require.Empty(t, auth.Decide([]auth.Object{n}, identity(bob), noon).Actions)
}

func BenchmarkDecideCold(b *testing.B) {
	var chain []auth.Object
	for range 6 {
		var grants []auth.Grant
		for i := range 20 {
			grants = append(grants, auth.Grant{Principal: auth.PrincipalID(5000 + i), Role: auth.Writer})
		}
		chain = append(chain, note(grants...))
	}
	who := auth.Identity{User: ana, Principals: []auth.PrincipalID{auth.Everyone}, Scope: auth.AllActions}
	for i := range 20 {
		who.Principals = append(who.Principals, auth.PrincipalID(2000+i*7))
	}
	b.ReportAllocs()
	for b.Loop() {
		auth.Decide(chain, who, noon)
	}
}
