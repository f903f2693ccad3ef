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

func TestCapsTakeActionsAway(t *testing.T) {
	top := note(auth.Grant{Principal: ana, Role: auth.Owner})
	folder, n := note(), note()
	chain := []auth.Object{n, folder, top}
	who := identity(ana)
	may := func(caps ...auth.Cap) string {
		who.Caps = caps
		return auth.Decide(chain, who, noon).Actions.String()
	}
	read, readRun, readWrite := auth.Actions(auth.Read), auth.Actions(auth.Read|auth.Run), auth.Actions(auth.Read|auth.Write)
	require.Equal(t, "read run", may(auth.Cap{Actions: readRun}), "everywhere")
	require.Equal(t, "read run", may(auth.Cap{Node: top.ID, Actions: readRun}), "below a folder")
	require.Equal(t, "read run", may(auth.Cap{Node: n.ID, Actions: readRun}), "on the node itself")
	require.Equal(t, "read run write manage", may(auth.Cap{Node: auth.NewID(), Actions: read}), "elsewhere")
	require.Equal(t, "read", may(auth.Cap{Node: folder.ID, Actions: readRun}, auth.Cap{Actions: readWrite}), "each of them counts")
	chain = []auth.Object{note(auth.Grant{Principal: bob, Role: auth.Owner}), folder, top}
	chain[1].Closed = true
	who = identity(bob)
	require.Equal(t, "read", may(auth.Cap{Node: top.ID, Actions: read}), "past a closed folder, through which no grant counts")
}

func TestACapGivesNothing(t *testing.T) {
	who := identity(bob)
	who.Caps = []auth.Cap{{Actions: auth.Actions(auth.Read)}}
	require.Empty(t, auth.Decide([]auth.Object{note(auth.Grant{Principal: ana, Role: auth.Owner})}, who, noon).Actions)
	reader := []auth.Object{note(auth.Grant{Principal: bob, Role: auth.Reader})}
	who.Caps = []auth.Cap{{Actions: auth.Actions(auth.Read | auth.Write)}}
	require.Equal(t, "read", auth.Decide(reader, who, noon).Actions.String())
}

func TestACapThatTakesManageHidesTheTrash(t *testing.T) {
	n := note(auth.Grant{Principal: ana, Role: auth.Owner})
	n.Trashed = true
	who := identity(ana)
	who.Caps = []auth.Cap{{Actions: auth.Owner.Actions() &^ auth.Actions(auth.Manage)}}
	require.Empty(t, auth.Decide([]auth.Object{n}, who, noon).Actions)
	who.Caps = []auth.Cap{{Actions: auth.Actions(auth.Read | auth.Manage)}}
	require.Equal(t, "read manage", auth.Decide([]auth.Object{n}, who, noon).Actions.String())
}

func TestWhoOwnsAllIsCappedAndScopedLikeOthers(t *testing.T) {
	closed := note(auth.Grant{Principal: ana, Role: auth.Owner})
	closed.Closed = true
	who := identity(bob)
	who.OwnsAll = true
	require.Equal(t, "read run write manage", auth.Decide([]auth.Object{closed}, who, noon).Actions.String())
	require.Empty(t, auth.Decide(nil, who, noon).Actions, "of nothing")
	who.Caps = []auth.Cap{{Actions: auth.Actions(auth.Read | auth.Write)}}
	who.Scope = auth.Actions(auth.Read | auth.Run)
	require.Equal(t, "read", auth.Decide([]auth.Object{closed}, who, noon).Actions.String())
}

// A decision holds until the first date of a grant it rests on, or the end of the
// sign-in, whichever is sooner.
func TestADecisionHoldsUntilTheFirstDate(t *testing.T) {
	hours := func(n time.Duration) time.Time { return noon.Add(n * time.Hour) }
	chain := []auth.Object{
		note(auth.Grant{Principal: ana, Role: auth.Reader}, auth.Grant{Principal: ana, Role: auth.Owner, EndsAt: hours(3)}),
		note(auth.Grant{Principal: class, Role: auth.Writer, StartsAt: hours(2), EndsAt: hours(5)}, auth.Grant{Principal: bob, Role: auth.Owner, EndsAt: hours(1)}),
	}
	who := identity(ana, class)
	who.Caps = []auth.Cap{{Actions: auth.Actions(auth.Read | auth.Write)}}
	for _, c := range []struct {
		at    time.Time
		want  string
		until time.Time
	}{
		{noon, "read write", hours(2)}, {hours(2), "read write", hours(3)},
		{hours(3), "read write", hours(5)}, {hours(5), "read", time.Time{}},
	} {
		d := auth.Decide(chain, who, c.at)
		require.Equal(t, c.want, d.Actions.String(), c.at)
		require.Equal(t, c.until, d.Until, c.at)
	}
	who.Until = hours(1)
	require.Equal(t, hours(1), auth.Decide(chain, who, noon).Until)
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
	b.StopTimer()
	who.Caps = []auth.Cap{{Actions: auth.Actions(auth.Read)}, {Node: chain[5].ID, Actions: auth.Actions(auth.Read)}}
	require.Zero(b, testing.AllocsPerRun(100, func() { auth.Decide(chain, who, noon) }), "with caps neither")
}

// A decision holds until the sign-in ends or a grant changes, whichever comes first.
func TestADecisionHoldsUntilTheFirstEnd(t *testing.T) {
	now := time.Now()
	soon, late := now.Add(time.Hour), now.Add(2*time.Hour)
	for _, c := range []struct{ signIn, grant, want time.Time }{
		{late, time.Time{}, late},
		{late, soon, soon},
		{soon, late, soon},
		{time.Time{}, soon, soon},
		{time.Time{}, time.Time{}, time.Time{}},
	} {
		chain := []auth.Object{{ID: auth.NewID(), Grants: []auth.Grant{{Principal: 7, Role: auth.Reader, EndsAt: c.grant}}}}
		who := auth.Identity{User: 7, Principals: []auth.PrincipalID{7}, Scope: auth.AllActions, Until: c.signIn}
		require.Equal(t, auth.Decision{Actions: auth.Actions(auth.Read), Until: c.want}, auth.Decide(chain, who, now))
	}
}

func TestTheFirstOfSeveralDatesIsKept(t *testing.T) {
	soon, late := noon.Add(time.Hour), noon.Add(2*time.Hour)
	dated := func(end time.Time) auth.Grant { return auth.Grant{Principal: ana, Role: auth.Reader, EndsAt: end} }
	for _, ends := range [][]time.Time{{soon, {}}, {{}, soon}, {soon, late}, {late, soon}} {
		d := auth.Decide([]auth.Object{note(dated(ends[0]), dated(ends[1]))}, identity(ana), noon)
		require.Equal(t, soon, d.Until, "%v", ends)
	}
}

// The quick look that most grants end with does not tell all principals apart.
func TestGrantsToPrincipalsThatLookAlikeDoNotCount(t *testing.T) {
	for _, far := range []auth.PrincipalID{64, 128, 256, 1024} {
		require.Empty(t, auth.Decide([]auth.Object{note(auth.Grant{Principal: ana + far, Role: auth.Owner})}, identity(ana), noon).Actions)
	}
}

func TestNothingIsNoAction(t *testing.T) {
	require.False(t, auth.AllActions.Has(0))
}

func TestOneOfTwoActionsIsNotBoth(t *testing.T) {
	require.False(t, auth.Actions(auth.Read).Has(auth.Read|auth.Run))
	require.True(t, auth.Actions(auth.Read|auth.Run|auth.Write).Has(auth.Read|auth.Run))
}
