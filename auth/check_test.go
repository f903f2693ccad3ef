package auth_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
)

// counted is a world where ana counts as who says, and its gate as she asks it.
func counted(t *testing.T, who auth.Identity) (*auth.Gate, context.Context) {
	gate, r, a, _ := world(t)
	gate.Move(r.change(func() { r.identities[a.SignIn] = who }))
	return gate, auth.WithActor(context.Background(), a)
}

func TestEverybodySignedInUsesTheServerWithinTheirScope(t *testing.T) {
	gate, ctx := counted(t, identity(ana))
	_, err := gate.CheckServer(ctx, auth.TreeList)
	require.NoError(t, err)

	token := identity(ana)
	token.Admin, token.Scope = true, auth.Actions(auth.Read|auth.Use)
	gate, ctx = counted(t, token)
	_, err = gate.CheckServer(ctx, auth.TreeList)
	require.NoError(t, err)
	_, err = gate.CheckServer(ctx, auth.UserList)
	require.True(t, fault.Is(err, fault.Forbidden), "an administrator's token without the scope: %v", err)
	token.Scope = auth.Actions(auth.Read)
	gate, ctx = counted(t, token)
	_, err = gate.CheckServer(ctx, auth.TreeList)
	require.True(t, fault.Is(err, fault.Forbidden), "%v", err)
}

func TestOneChangesOneselfWithinTheScope(t *testing.T) {
	gate, ctx := counted(t, identity(ana))
	_, err := gate.CheckSelf(ctx, auth.SelfShow)
	require.NoError(t, err)
	_, err = gate.CheckSelf(ctx, auth.NodeShow)
	require.Error(t, err, "an operation on something else")
	_, err = gate.CheckSelf(auth.WithActor(ctx, auth.Actor{Kind: auth.Operator, Name: "operator"}), auth.SelfShow)
	require.True(t, fault.Is(err, fault.Forbidden), "the operator is nobody: %v", err)
	_, err = gate.CheckSelf(context.Background(), auth.SelfShow)
	require.True(t, fault.Is(err, fault.Unauthenticated), "%v", err)

	token := identity(ana)
	token.Scope = auth.Actions(auth.Read | auth.Use)
	gate, ctx = counted(t, token)
	_, err = gate.CheckSelf(ctx, auth.SelfShow)
	require.True(t, fault.Is(err, fault.Forbidden), "%v", err)
}

// Members see a group, its leaders and administrators change it; for others there is none.
func TestWhoMayDoWhatWithAGroup(t *testing.T) {
	type who = func(*auth.Identity)
	member := func(w *auth.Identity) { w.Principals = append(w.Principals, class) }
	leader := func(w *auth.Identity) { w.Leads = []auth.PrincipalID{class} }
	administers := func(w *auth.Identity) { w.Admin = true }
	scoped := func(scope auth.Action) who { return func(w *auth.Identity) { w.Scope = auth.Actions(scope) } }
	for name, c := range map[string]struct {
		who       []who
		see, lead bool
	}{
		"nobody":            {nil, false, false},
		"member":            {[]who{member}, true, false},
		"leader":            {[]who{leader}, true, true},
		"administrator":     {[]who{administers}, true, true},
		"token that reads":  {[]who{administers, leader, member, scoped(auth.Read)}, false, false},
		"token that sees":   {[]who{leader, member, scoped(auth.See)}, true, false},
		"leader of another": {[]who{func(w *auth.Identity) { w.Leads = []auth.PrincipalID{bob} }}, false, false},
	} {
		id := identity(ana)
		for _, f := range c.who {
			f(&id)
		}
		gate, ctx := counted(t, id)
		for op, want := range map[auth.Operation]bool{auth.GroupShow: c.see, auth.GroupMembers: c.lead, auth.NodeShow: false, auth.UserList: false} {
			_, err := gate.CheckGroup(ctx, op, class)
			require.Equal(t, want, err == nil, "%s %s: %v", name, op.Name(), err)
		}
	}
	gate, _ := counted(t, identity(ana))
	operator := auth.WithActor(context.Background(), auth.Actor{Kind: auth.Operator, Name: "operator"})
	_, err := gate.CheckGroup(operator, auth.GroupMembers, class)
	require.NoError(t, err)
	_, err = gate.CheckGroup(operator, auth.UserList, class)
	require.Error(t, err)
	_, err = gate.CheckGroup(context.Background(), auth.GroupShow, class)
	require.True(t, fault.Is(err, fault.Unauthenticated), "%v", err)
}

func TestWithoutAnybodyThereIsNothingOnNotes(t *testing.T) {
	gate, _, _, node := world(t)
	_, _, err := gate.CheckNode(context.Background(), auth.NoteOpen, node)
	require.True(t, fault.Is(err, fault.Unauthenticated), "%v", err)
}

// What guests do not have is for all others.
func TestWhoIsSignedInHasWhatGuestsDoNot(t *testing.T) {
	gate, _, a, node := world(t)
	ctx := auth.WithActor(context.Background(), a)
	for _, op := range []auth.Operation{auth.NoteClone, auth.GrantsShow, auth.GrantsChange} {
		_, _, err := gate.CheckNode(ctx, op, node)
		require.NoError(t, err, op.Name())
	}
}

func TestRefusalsAreTold(t *testing.T) {
	gate, r, a, node := world(t)
	gate.Move(r.change(func() { r.chains[node][0].Grants[0].Role = auth.Reader }))
	var told []string
	gate.Refused = func(_ context.Context, _ auth.Actor, op auth.Operation, _ string) { told = append(told, op.Name()) }
	ctx := auth.WithActor(context.Background(), a)
	_, _, _ = gate.CheckNode(ctx, auth.NodeShow, node)
	_, _, _ = gate.CheckNode(ctx, auth.NodeRename, node)
	_, _ = gate.CheckServer(ctx, auth.UserList)
	_, _ = gate.CheckGroup(ctx, auth.GroupShow, class)
	_, _ = gate.CheckServer(ctx, auth.TreeList)
	require.Equal(t, []string{"node.rename", "user.list", "group.show"}, told)
}
