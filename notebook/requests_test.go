package notebook_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// waiting are the requests somebody has to answer, and checks that the count agrees.
func (f *forest) waiting(ctx context.Context) []notebook.AccessRequest {
	f.t.Helper()
	list, err := f.tree.Requests(ctx)
	require.NoError(f.t, err)
	n, err := f.tree.CountRequests(ctx)
	require.NoError(f.t, err)
	require.Len(f.t, list, n)
	return list
}

func TestRequestIsGranted(t *testing.T) {
	f := newForest(t)
	ana, bob, eve := f.person("ana"), f.person("bob"), f.person("eve")
	folder := f.folder(ana, "f", notebook.ID{})
	id := f.newNote(ana, "n", folder)
	told := 0
	f.tree.Changed = func() { told++ }
	require.NoError(t, f.tree.Request(bob, id, auth.Runner, " Please.\nI am new. "))
	require.Equal(t, 1, told, "whoever looks at the tree hears of it")
	require.Empty(t, f.waiting(eve))
	list := f.waiting(ana)
	require.Len(t, list, 1)
	r := list[0]
	require.Equal(t, []any{"n", id, "bob", auth.Runner, "Please.\nI am new."}, []any{r.Node.Name, r.Node.ID, r.Person.Name, r.Role, r.Message})
	require.Equal(t, "f", r.Path[0].Name)
	g, err := f.tree.Grants(ana, id)
	require.NoError(t, err)
	require.Equal(t, 1, g.Requests)

	own, err := f.tree.OwnRequests(bob)
	require.NoError(t, err)
	require.Equal(t, []any{id, "", ""}, []any{own[0].Node.ID, own[0].Node.Name, own[0].Outcome})
	for _, stranger := range []context.Context{bob, eve} {
		_, err = f.tree.DecideRequest(stranger, id, r.ID, notebook.RequestAnswer{Outcome: notebook.RequestGranted})
		require.Equal(t, fault.NotFound, code(err))
	}
	ends := time.Now().Add(time.Hour)
	done, err := f.tree.DecideRequest(ana, id, r.ID, notebook.RequestAnswer{Outcome: notebook.RequestGranted, Role: auth.Reader, EndsAt: ends})
	require.NoError(t, err)
	require.Equal(t, []any{auth.Reader, "granted"}, []any{done.Role, done.Outcome})
	require.Equal(t, reads, f.may(bob, id))
	g, err = f.tree.Grants(ana, id)
	require.NoError(t, err)
	require.WithinDuration(t, ends, g.Own[1].EndsAt, time.Microsecond)
	require.Zero(t, g.Requests)
	require.EqualValues(t, 2, g.Version, "who looks at the grants meanwhile is told")
	require.Empty(t, f.waiting(ana))
	own, err = f.tree.OwnRequests(bob)
	require.NoError(t, err)
	require.Equal(t, []any{"n", "granted"}, []any{own[0].Node.Name, own[0].Outcome})
	_, err = f.tree.DecideRequest(ana, id, r.ID, notebook.RequestAnswer{Outcome: notebook.RequestDeclined})
	require.Equal(t, fault.NotFound, code(err), "it was answered")
}

func TestGrantedRequestTakesTheLowerRolesPlace(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.newNote(ana, "n", notebook.ID{})
	f.give(ana, id, who(bob).User, auth.Reader)
	grant := func(role auth.Role) {
		require.NoError(t, f.tree.Request(bob, id, role, ""))
		_, err := f.tree.DecideRequest(ana, id, f.waiting(ana)[0].ID, notebook.RequestAnswer{Outcome: notebook.RequestGranted})
		require.NoError(t, err)
	}
	grant(auth.Writer)
	require.Contains(t, f.rows(id), "bob writer")
	require.NotContains(t, f.rows(id), "bob reader")
	rows := f.rows(id)
	grant(auth.Runner)
	require.Equal(t, rows, f.rows(id), "who has more keeps it")
}

func TestRequestIsDeclined(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.newNote(ana, "n", notebook.ID{})
	before := f.rows(id)
	require.NoError(t, f.tree.Request(bob, id, auth.Writer, ""))
	r := f.waiting(ana)[0]
	for _, bad := range []notebook.RequestAnswer{{Outcome: "maybe"}, {}, {Outcome: "granted", EndsAt: time.Now().Add(-time.Second)}} {
		_, err := f.tree.DecideRequest(ana, id, r.ID, bad)
		require.Equal(t, fault.Invalid, code(err))
	}
	other := f.newNote(ana, "other", notebook.ID{})
	_, err := f.tree.DecideRequest(ana, other, r.ID, notebook.RequestAnswer{Outcome: "granted"})
	require.Equal(t, fault.NotFound, code(err), "it is about another note")
	_, err = f.tree.DecideRequest(f.token(ana, "read", "manage"), id, r.ID, notebook.RequestAnswer{Outcome: "granted"})
	require.Equal(t, fault.Forbidden, code(err), "nobody gives more than they may")
	require.Len(t, f.waiting(ana), 1, "what was refused changes nothing")
	_, err = f.tree.DecideRequest(ana, id, r.ID, notebook.RequestAnswer{Outcome: "declined"})
	require.NoError(t, err)
	require.Equal(t, before, f.rows(id))
	require.Zero(t, f.may(bob, id))
	require.NoError(t, f.tree.Request(bob, id, auth.Reader, "again"), "one may ask again")
	require.Len(t, f.waiting(ana), 1)
}

// Asking tells nothing: what exists, what does not and what is in the trash are
// answered and listed alike, and cost the same statements.
func TestRequestTellsNothing(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	there, trashed, gone := f.newNote(ana, "there", notebook.ID{}), f.newNote(ana, "trashed", notebook.ID{}), f.newNote(ana, "gone", notebook.ID{})
	require.NoError(t, f.tree.TrashNode(ana, trashed))
	require.NoError(t, f.tree.TrashNode(ana, gone))
	told := 0
	f.tree.Changed = func() { told++ }
	ids := []notebook.ID{there, trashed, gone, auth.NewID(), {1, 2, 3}}
	for _, id := range ids {
		require.NoError(t, f.tree.Request(bob, id, auth.Reader, "hi"))
	}
	require.Equal(t, len(ids), told)
	require.NoError(t, f.tree.Purge(ana, gone))
	f.tree.Sweep(context.Background())
	own, err := f.tree.OwnRequests(bob)
	require.NoError(t, err)
	require.Len(t, own, len(ids))
	for i, r := range own {
		require.Equal(t, ids[len(ids)-1-i], r.Node.ID)
		require.Equal(t, []any{"", "hi", ""}, []any{r.Node.Name, r.Message, r.Outcome})
	}
	require.Len(t, f.waiting(ana), 1, "what is in the trash waits there")
	require.Equal(t, len(ids), one[int](f, `SELECT count(*)::int FROM audit WHERE operation = 'request.create'`))
}

func TestRequestsAreBounded(t *testing.T) {
	f := newForest(t)
	ana, bob, eve := f.person("ana"), f.person("bob"), f.person("eve")
	id := f.newNote(ana, "n", notebook.ID{})
	for _, bad := range []struct {
		role    auth.Role
		message string
	}{{auth.Owner, ""}, {auth.NoRole, ""}, {auth.Reader, strings.Repeat("ü", 2001)}, {auth.Reader, "a\x00b"}, {auth.Reader, "\x1b[2J"}, {auth.Reader, "\xff"}} {
		require.Equal(t, fault.Invalid, code(f.tree.Request(bob, id, bad.role, bad.message)), "%v", bad)
	}
	require.NoError(t, f.tree.Request(bob, id, auth.Reader, strings.Repeat("ü", 2000)))
	first := f.waiting(ana)[0]
	require.NoError(t, f.tree.Request(bob, id, auth.Writer, "more"))
	list := f.waiting(ana)
	require.Len(t, list, 1, "one for each person and node")
	require.Equal(t, []any{auth.Writer, "more", first.AskedAt}, []any{list[0].Role, list[0].Message, list[0].AskedAt})
	_, err := f.tree.DecideRequest(ana, id, first.ID, notebook.RequestAnswer{Outcome: "granted"})
	require.Equal(t, fault.NotFound, code(err), "nobody grants what they have not seen")
	require.Zero(t, f.may(bob, id))

	asked := 2
	for ; asked < 50; asked++ {
		if err = f.tree.Request(bob, auth.NewID(), auth.Reader, ""); err != nil {
			break
		}
	}
	require.Equal(t, fault.TooMany, code(err))
	require.Equal(t, 20, asked)
	require.NoError(t, f.tree.Request(eve, id, auth.Reader, ""), "others may ask")
	f.exec(`INSERT INTO access_requests (id, node_id, user_id, role) SELECT gen_random_uuid(), gen_random_uuid(), $1, 1 FROM generate_series(1, 100)`, int64(who(ana).User))
	require.Equal(t, fault.TooMany, code(f.tree.Request(ana, auth.NewID(), auth.Reader, "")), "a hundred wait")

	require.Equal(t, fault.Unauthenticated, code(f.tree.Request(context.Background(), id, auth.Reader, "")))
	require.Equal(t, fault.Forbidden, code(f.tree.Request(f.bare(eve), id, auth.Reader, "")), "a token that may only read")
	_, err = f.tree.Requests(f.token(ana, "read"))
	require.Equal(t, fault.Forbidden, code(err))
	n, err := f.tree.CountRequests(f.token(ana, "read"))
	require.NoError(t, err)
	require.Zero(t, n)
}

// bare is a token without the scope that the server's own operations need.
func (f *forest) bare(ctx context.Context) context.Context {
	f.t.Helper()
	token := f.token(ctx, "read")
	f.exec(`UPDATE sign_ins SET scope = '{read}' WHERE id = $1`, [16]byte(who(token).SignIn))
	return token
}

func TestDisabledAccountsAskForNothing(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.newNote(ana, "n", notebook.ID{})
	require.NoError(t, f.tree.Request(bob, id, auth.Reader, ""))
	r := f.waiting(ana)[0]
	f.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, int64(who(bob).User))
	f.moved()
	require.Empty(t, f.waiting(ana))
	_, err := f.tree.DecideRequest(ana, id, r.ID, notebook.RequestAnswer{Outcome: "granted"})
	require.Equal(t, fault.Conflict, code(err))
}
