package auth_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
)

// forGuests repeats by hand all that somebody without an account may do with a link.
var forGuests = map[string]bool{
	"tree.list": true, "interpreter.list": true, "self.show": true, "session.signout": true,
	"node.show": true, "note.export": true, "note.open": true,
	"output.show": true, "run.start": true, "run.cancel": true, "run.list": true, "file.list": true, "file.read": true,
	"kernel.interrupt": true, "kernel.restart": true, "kernel.stop": true, "input.answer": true, "comm.send": true,
}

func TestGuestsHaveWhatTheTableSays(t *testing.T) {
	for _, op := range auth.Registry() {
		require.Equal(t, forGuests[op.Name()], op.ForGuests(), op.Name())
	}
}

func TestAGuestReadsAndRunsAndHasNothingOfItsOwn(t *testing.T) {
	gate, r, a, node := world(t)
	const link auth.PrincipalID = 1077
	gate.Move(r.change(func() {
		r.identities[a.SignIn] = auth.Identity{User: link, Principals: []auth.PrincipalID{link}, Scope: auth.GuestScope, Guest: true}
		r.chains[node][0].Grants = []auth.Grant{{Principal: link, Role: auth.Owner}}
	}))
	a.User = link
	ctx := auth.WithActor(context.Background(), a)
	_, may, err := gate.CheckNode(ctx, auth.RunStart, node)
	require.NoError(t, err)
	require.Equal(t, "read run", may.String(), "never more, whatever was granted")
	for _, op := range []auth.Operation{auth.NoteClone, auth.NoteScratch, auth.GrantsShow, auth.ParagraphEdit, auth.GrantsChange} {
		_, _, err := gate.CheckNode(ctx, op, node)
		require.True(t, fault.Is(err, fault.Forbidden), "%s %v", op.Name(), err)
	}
	for _, op := range auth.Registry() {
		switch op.Kind() {
		case auth.OnServer:
			_, err = gate.CheckServer(ctx, op)
		case auth.OnSelf:
			_, err = gate.CheckSelf(ctx, op)
		case auth.OnGroup:
			_, err = gate.CheckGroup(ctx, op, link)
		default:
			continue
		}
		require.Equal(t, forGuests[op.Name()], err == nil, "%s %v", op.Name(), err)
	}
	_, _, hidden := gate.CheckNode(ctx, auth.NoteClone, auth.NewID())
	require.Equal(t, auth.Hidden(), hidden)
	gate.Move(r.change(func() { r.chains[node][0].Grants = nil }))
	_, _, err = gate.CheckNode(ctx, auth.NoteClone, node)
	require.Equal(t, hidden, err, "what may not be seen and what is not there answer alike")
}
