package auth_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
)

// records is a world that tests change. Every change raises the epoch, as in the
// database.
type records struct {
	mu         sync.Mutex
	epoch      uint64
	identities map[auth.ID]auth.Identity
	chains     map[auth.ID][]auth.Object
	users      map[auth.PrincipalID]auth.Identity
	asked      [][]auth.ID // sign-ins of each look into identities
	askedUsers int
	askedNodes int
	down       error
	after      func() // called once, when an answer is on its way
}

func newRecords() *records {
	return &records{epoch: 1, identities: map[auth.ID]auth.Identity{}, chains: map[auth.ID][]auth.Object{}}
}

func (r *records) change(f func()) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
	r.epoch++
	return r.epoch
}

// answered lets happen what happens while an answer is on its way.
func (r *records) answered() {
	r.mu.Lock()
	f := r.after
	r.after = nil
	r.mu.Unlock()
	if f != nil {
		f()
	}
}

func (r *records) Identities(_ context.Context, ids []auth.ID) (map[auth.ID]auth.Identity, uint64, error) {
	defer r.answered()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, ids)
	found := map[auth.ID]auth.Identity{}
	for _, id := range ids {
		if who, ok := r.identities[id]; ok {
			found[id] = who
		}
	}
	return found, r.epoch, r.down
}

func (r *records) UserIdentity(_ context.Context, user auth.PrincipalID) (auth.Identity, uint64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.askedUsers++
	if who, ok := r.users[user]; ok {
		return who, r.epoch, r.down
	}
	return auth.Identity{}, 0, fault.New(fault.NotFound, "no such user")
}

func (r *records) Chain(_ context.Context, node auth.ID) ([]auth.Object, uint64, error) {
	defer r.answered()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.askedNodes++
	chain, ok := r.chains[node]
	if !ok {
		return nil, 0, fault.New(fault.NotFound, "no such node")
	}
	return chain, r.epoch, r.down
}

func (r *records) Epoch(context.Context) (uint64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.epoch, r.down
}

// world is a note that ana owns, and her sign-in.
func world(t testing.TB) (*auth.Gate, *records, auth.Actor, auth.ID) {
	r := newRecords()
	signIn, node := auth.NewID(), auth.NewID()
	r.identities[signIn] = identity(ana)
	r.chains[node] = []auth.Object{{ID: node, Grants: []auth.Grant{{Principal: ana, Role: auth.Owner}}}}
	gate := auth.NewGate(r, slog.New(slog.DiscardHandler))
	gate.Confirm(context.Background())
	return gate, r, auth.Actor{Kind: auth.Person, User: ana, Name: "ana", SignIn: signIn}, node
}

func TestNothingIsAllowedBeforeTheEpochIsConfirmed(t *testing.T) {
	_, r, a, node := world(t)
	fresh := auth.NewGate(r, slog.New(slog.DiscardHandler))
	_, _, err := fresh.CheckNode(auth.WithActor(context.Background(), a), auth.NoteOpen, node)
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	fresh.Confirm(context.Background())
	_, _, err = fresh.CheckNode(auth.WithActor(context.Background(), a), auth.NoteOpen, node)
	require.NoError(t, err)
}

func TestAPassStandsUntilTheEpochMoves(t *testing.T) {
	gate, r, a, node := world(t)
	pass := gate.Pass(a, node)
	defer pass.Release()
	got, err := pass.Actions(context.Background())
	require.NoError(t, err)
	require.True(t, got.Has(auth.Manage))

	epoch := r.change(func() { r.chains[node][0].Grants = []auth.Grant{{Principal: ana, Role: auth.Reader}} })
	_, held := pass.Held()
	require.True(t, held, "this process has not heard of the change yet")
	gate.Move(epoch)
	_, held = pass.Held()
	require.False(t, held)
	got, err = pass.Actions(context.Background())
	require.NoError(t, err)
	require.Equal(t, "read", got.String())
}

func TestDenialsAreNotRemembered(t *testing.T) {
	gate, r, a, node := world(t)
	r.chains[node] = []auth.Object{{ID: node}}
	pass := gate.Pass(a, node)
	defer pass.Release()
	got, err := pass.Actions(context.Background())
	require.NoError(t, err)
	require.Empty(t, got)
	_, held := pass.Held()
	require.False(t, held)
}

func TestAnEndedSignInIsToldSo(t *testing.T) {
	gate, r, a, node := world(t)
	gate.Move(r.change(func() { delete(r.identities, a.SignIn) }))
	_, err := gate.Pass(a, node).Actions(context.Background())
	require.True(t, fault.Is(err, fault.Unauthenticated), "%v", err)
}

func TestOneLookServesAllSignInsAfterAChange(t *testing.T) {
	gate, r, a, node := world(t)
	passes := []*auth.Pass{gate.Pass(a, node)}
	for range 99 {
		other := auth.Actor{Kind: auth.Person, User: bob, SignIn: auth.NewID()}
		r.identities[other.SignIn] = identity(bob)
		passes = append(passes, gate.Pass(other, node))
	}
	gate.Move(r.change(func() {}))
	r.asked = nil
	for _, p := range passes {
		_, err := p.Actions(context.Background())
		require.NoError(t, err)
	}
	require.Len(t, r.asked, 1)
	require.Len(t, r.asked[0], 100)
}

// Whoever pressed run a while ago acts without a sign-in: each run asks.
func TestAPersonWithoutASignInIsLookedUpOnceBetweenChanges(t *testing.T) {
	gate, r, a, _ := world(t)
	r.users = map[auth.PrincipalID]auth.Identity{ana: identity(ana)}
	a.SignIn = auth.ID{}
	for range 3 {
		who, err := gate.Identity(context.Background(), a)
		require.NoError(t, err)
		require.Equal(t, ana, who.User)
	}
	require.Equal(t, 1, r.askedUsers)
	gate.Move(r.change(func() { delete(r.users, ana) }))
	_, err := gate.Identity(context.Background(), a)
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
}

func TestRefusalsDoNotTellWhatExists(t *testing.T) {
	gate, r, a, node := world(t)
	ctx := auth.WithActor(context.Background(), a)
	_, _, missing := gate.CheckNode(ctx, auth.NoteOpen, auth.NewID())
	r.chains[node] = []auth.Object{{ID: node}}
	gate.Move(r.change(func() {}))
	_, _, hidden := gate.CheckNode(ctx, auth.NodeRename, node)
	require.Equal(t, missing, hidden)

	r.chains[node] = []auth.Object{{ID: node, Grants: []auth.Grant{{Principal: ana, Role: auth.Reader}}}}
	gate.Move(r.change(func() {}))
	_, _, err := gate.CheckNode(ctx, auth.NodeRename, node)
	require.True(t, fault.Is(err, fault.Forbidden), "%v", err)
}

func TestAnOperationIsOnlyForItsKindOfObject(t *testing.T) {
	gate, r, a, node := world(t)
	gate.Move(r.change(func() {
		who := r.identities[a.SignIn]
		who.Admin = true
		r.identities[a.SignIn] = who
	}))
	ctx := auth.WithActor(context.Background(), a)
	_, _, err := gate.CheckNode(ctx, auth.UserList, node)
	require.Error(t, err)
	_, err = gate.CheckServer(ctx, auth.NodeRename)
	require.Error(t, err)
	_, err = gate.CheckServer(ctx, auth.Operation{})
	require.Error(t, err, "an operation that was never declared")
	_, err = gate.CheckServer(ctx, auth.UserList)
	require.NoError(t, err)
	_, err = gate.CheckServer(context.Background(), auth.TreeList)
	require.True(t, fault.Is(err, fault.Unauthenticated), "nobody acts")
}

func TestOnlyAdministratorsAdminister(t *testing.T) {
	gate, _, a, _ := world(t)
	_, err := gate.CheckServer(auth.WithActor(context.Background(), a), auth.UserList)
	require.True(t, fault.Is(err, fault.Forbidden), "%v", err)
	operator := auth.WithActor(context.Background(), auth.Actor{Kind: auth.Operator, Name: "operator"})
	_, err = gate.CheckServer(operator, auth.UserList)
	require.NoError(t, err)
	_, err = gate.CheckServer(auth.AsSystem(context.Background(), "test"), auth.UserList)
	require.Error(t, err, "the system acts for nobody here")
}

func TestAPassEndsWithItsDateAndSaysSo(t *testing.T) {
	gate, r, a, node := world(t)
	ends := time.Now().Add(200 * time.Millisecond)
	gate.Move(r.change(func() {
		r.chains[node] = []auth.Object{{ID: node, Grants: []auth.Grant{{Principal: ana, Role: auth.Reader, EndsAt: ends}}}}
	}))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { gate.Run(ctx, nil); close(ended) }()
	pass, moved := gate.Pass(a, node), gate.Moved()
	got, err := pass.Actions(ctx)
	require.NoError(t, err)
	require.True(t, got.Has(auth.Read))
	<-moved
	got, err = pass.Actions(ctx)
	require.NoError(t, err)
	require.Empty(t, got)
	cancel()
	<-ended
}

func BenchmarkPassHeld(b *testing.B) {
	gate, _, a, node := world(b)
	pass := gate.Pass(a, node)
	_, err := pass.Actions(context.Background())
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := pass.Held(); !ok {
			b.Fatal("not held")
		}
	}
}

func TestAVerdictIsOnNodesOnly(t *testing.T) {
	gate, _, a, node := world(t)
	require.NoError(t, gate.Verdict(context.Background(), a, auth.NodeShow, node, auth.AllActions))
	require.Error(t, gate.Verdict(context.Background(), a, auth.Search, node, auth.AllActions))
}

func TestARefusalSaysWhoMay(t *testing.T) {
	require.ErrorContains(t, auth.Needs(auth.GrantsChange), "Only owners")
	require.ErrorContains(t, auth.Needs(auth.CapSet), "Only administrators")
	require.ErrorContains(t, auth.Needs(auth.Search), "You may not")
}
