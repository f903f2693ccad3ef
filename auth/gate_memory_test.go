package auth_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
)

// another adds a note that bob owns, and his sign-in.
func (r *records) another() (auth.Actor, auth.ID) {
	a, node := auth.Actor{Kind: auth.Person, User: bob, Name: "bob", SignIn: auth.NewID()}, auth.NewID()
	r.identities[a.SignIn] = identity(bob)
	r.chains[node] = []auth.Object{{ID: node, Grants: []auth.Grant{{Principal: bob, Role: auth.Owner}}}}
	return a, node
}

// mayOn is what somebody may do on a note by a pass of its own.
func mayOn(t testing.TB, g *auth.Gate, a auth.Actor, node auth.ID) string {
	t.Helper()
	pass := g.Pass(a, node)
	defer pass.Release()
	got, err := pass.Actions(context.Background())
	require.NoError(t, err)
	return got.String()
}

const everything = "read run write manage"

func TestWhatIsRememberedIsOfOnePersonAndOneNote(t *testing.T) {
	gate, r, a, node := world(t)
	b, other := r.another()
	for range 3 {
		require.Equal(t, everything, mayOn(t, gate, a, node))
		require.Equal(t, everything, mayOn(t, gate, b, other))
		require.Empty(t, mayOn(t, gate, a, other))
		require.Empty(t, mayOn(t, gate, b, node))
	}
	require.Equal(t, [][]auth.ID{{a.SignIn}, {b.SignIn}}, r.asked, "each is read once")
	require.Equal(t, 2, r.askedNodes)
}

func TestPassesAreOfOnePersonSignInAndNote(t *testing.T) {
	gate, r, a, node := world(t)
	b, other := r.another()
	token := a
	token.SignIn = auth.NewID()
	who := identity(ana)
	who.Scope = auth.Actions(auth.Read)
	r.identities[token.SignIn] = who
	r.users = map[auth.PrincipalID]auth.Identity{ana: identity(ana), bob: identity(bob)}
	later, laterBob := a, b // those who pressed run a while ago have no sign-in
	later.SignIn, laterBob.SignIn = auth.ID{}, auth.ID{}
	held := gate.Pass(a, node)
	defer held.Release()
	heldLater := gate.Pass(later, node)
	defer heldLater.Release()
	for _, p := range []*auth.Pass{held, heldLater} {
		got, err := p.Actions(context.Background())
		require.NoError(t, err)
		require.Equal(t, everything, got.String())
	}
	require.Equal(t, "read", mayOn(t, gate, token, node))
	require.Empty(t, mayOn(t, gate, a, other))
	require.Empty(t, mayOn(t, gate, b, node))
	require.Empty(t, mayOn(t, gate, laterBob, node))
}

func TestWhatIsRememberedEndsWithTheEpoch(t *testing.T) {
	gate, r, a, node := world(t)
	require.Equal(t, everything, mayOn(t, gate, a, node))
	gate.Move(r.change(func() {
		who := identity(ana)
		who.Scope = auth.Actions(auth.Read)
		r.identities[a.SignIn] = who
	}))
	require.Equal(t, "read", mayOn(t, gate, a, node))
	gate.Move(r.change(func() { r.chains[node] = []auth.Object{{ID: node}} }))
	require.Empty(t, mayOn(t, gate, a, node))
	gate.Move(r.change(func() { delete(r.identities, a.SignIn) }))
	_, err := gate.Identity(context.Background(), a)
	require.Error(t, err)
}

func TestUsersAreRememberedApart(t *testing.T) {
	gate, r, a, _ := world(t)
	r.users = map[auth.PrincipalID]auth.Identity{ana: identity(ana), bob: identity(bob)}
	for _, user := range []auth.PrincipalID{ana, bob, ana} {
		who, err := gate.Identity(context.Background(), auth.Actor{Kind: auth.Person, User: user})
		require.NoError(t, err)
		require.Equal(t, user, who.User)
	}
	require.Equal(t, 2, r.askedUsers)
	_, err := gate.Identity(context.Background(), a)
	require.NoError(t, err)
}

// One look reads the sign-ins of all passes: each keeps its own.
func TestOneLookMixesNobodyUp(t *testing.T) {
	gate, r, a, node := world(t)
	users := map[auth.PrincipalID]auth.Actor{ana: a}
	for user := auth.PrincipalID(2000); user < 2050; user++ {
		one := auth.Actor{Kind: auth.Person, User: user, SignIn: auth.NewID()}
		r.identities[one.SignIn] = identity(user)
		users[user] = one
		defer gate.Pass(one, node).Release()
	}
	gate.Move(r.change(func() {}))
	for range 2 {
		for user, one := range users {
			who, err := gate.Identity(context.Background(), one)
			require.NoError(t, err)
			require.Equal(t, user, who.User)
		}
	}
}

func TestOnlyTheSignInsOfPassesThatAreHeldAreLookedUp(t *testing.T) {
	gate, r, a, node := world(t)
	b, other := r.another()
	passes := []*auth.Pass{gate.Pass(a, node), gate.Pass(a, other), gate.Pass(b, node), gate.Pass(b, node), gate.Pass(auth.Actor{Kind: auth.Person, User: ana}, node)}
	look := func() []auth.ID {
		gate.Move(r.change(func() { r.asked = nil }))
		_, err := gate.Identity(context.Background(), a)
		require.NoError(t, err)
		require.Len(t, r.asked, 1)
		return r.asked[0]
	}
	require.ElementsMatch(t, []auth.ID{a.SignIn, b.SignIn}, look(), "each once")
	passes[2].Release()
	require.ElementsMatch(t, []auth.ID{a.SignIn, b.SignIn}, look(), "the other is held still")
	passes[3].Release()
	require.Equal(t, []auth.ID{a.SignIn}, look())
	for _, p := range []int{0, 1, 4} {
		passes[p].Release()
	}
}

// What is read while access changes may be of before or of after: it stands for no
// longer than the older of the two.
func TestADecisionIsOfTheOldestEpochItRestsOn(t *testing.T) {
	gate, r, a, node := world(t)
	pass := gate.Pass(a, node)
	defer pass.Release()
	r.after = func() { r.change(func() { delete(r.identities, a.SignIn) }) } // after the sign-in was read, before the note is
	_, err := pass.Actions(context.Background())
	require.NoError(t, err)
	_, held := pass.Held()
	require.False(t, held)
	_, err = pass.Actions(context.Background())
	require.Error(t, err)
}

func TestADecisionIsNotOfAnEpochThatCameMeanwhile(t *testing.T) {
	gate, r, a, node := world(t)
	require.Equal(t, everything, mayOn(t, gate, a, node))
	gate.Move(r.change(func() {}))
	_, err := gate.Identity(context.Background(), a)
	require.NoError(t, err)
	pass := gate.Pass(a, node)
	defer pass.Release()
	r.after = func() { gate.Move(r.change(func() { r.chains[node] = []auth.Object{{ID: node}} })) }
	_, err = pass.Actions(context.Background())
	require.NoError(t, err)
	_, held := pass.Held()
	require.False(t, held)
	got, err := pass.Actions(context.Background())
	require.NoError(t, err)
	require.Empty(t, got)
}

// Though the note was looked at before, it is not as it was then.
func TestWhatChangesWhileASignInIsReadCounts(t *testing.T) {
	gate, r, a, node := world(t)
	b, _ := r.another()
	alone := r.chains[node]
	r.chains[node] = []auth.Object{{ID: node, Grants: []auth.Grant{{Principal: ana, Role: auth.Owner}, {Principal: bob, Role: auth.Reader}}}}
	require.Equal(t, everything, mayOn(t, gate, a, node))
	r.after = func() { gate.Move(r.change(func() { r.chains[node] = alone })) }
	require.Empty(t, mayOn(t, gate, b, node))
}

// An answer that comes late takes nothing away that is known by now.
func TestALateAnswerThrowsNothingAway(t *testing.T) {
	gate, r, a, node := world(t)
	_, other := r.another()
	require.Empty(t, mayOn(t, gate, a, other))
	gate.Move(r.change(func() {}))
	b, _ := r.another()
	_, err := gate.Identity(context.Background(), b) // of this epoch, so that the look below is the note's
	require.NoError(t, err)
	_, err = gate.Identity(context.Background(), a)
	require.NoError(t, err)
	r.after = func() {
		gate.Move(r.change(func() {}))
		require.Empty(t, mayOn(t, gate, a, other)) // reads both anew
	}
	require.Equal(t, everything, mayOn(t, gate, a, node))
	r.asked, r.askedNodes = nil, 0
	require.Empty(t, mayOn(t, gate, a, other))
	require.Empty(t, r.asked)
	require.Zero(t, r.askedNodes)
}

func TestASignInIsReadAgainAfterItsEndOnly(t *testing.T) {
	gate, r, a, _ := world(t)
	who := identity(ana)
	who.Until = time.Now().Add(time.Hour)
	r.identities[a.SignIn] = who
	look := func() time.Time {
		who, err := gate.Identity(context.Background(), a)
		require.NoError(t, err)
		return who.Until
	}
	require.Equal(t, who.Until, look())
	require.Equal(t, who.Until, look())
	require.Len(t, r.asked, 1)
	gate.Move(r.change(func() {
		who.Until = time.Now().Add(-time.Hour)
		r.identities[a.SignIn] = who
	}))
	require.Equal(t, who.Until, look())
	who.Until = time.Now().Add(time.Hour) // used meanwhile, which is no change of authority
	r.identities[a.SignIn] = who
	require.Equal(t, who.Until, look())
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	gate, r, a, node := world(t)
	require.Equal(t, everything, mayOn(t, gate, a, node))
	for range 25_000 {
		id := auth.NewID()
		r.chains[id] = []auth.Object{{ID: id}}
		mayOn(t, gate, a, id)
	}
	r.askedNodes = 0
	require.Equal(t, everything, mayOn(t, gate, a, node))
	require.Equal(t, 1, r.askedNodes, "it was forgotten")
}
