package account_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
)

// folderOf makes a folder of the user with a note in it.
func (w *world) folderOf(t *testing.T, owner auth.PrincipalID) (folder, note auth.ID) {
	t.Helper()
	folder, note = auth.NewID(), auth.NewID()
	w.exec(t, `
		WITH n AS (INSERT INTO nodes (id, parent_id, kind, name) VALUES ($1::uuid, NULL::uuid, 'folder', $1::uuid::text), ($2::uuid, $1::uuid, 'note', 'n') RETURNING id),
		p AS (INSERT INTO node_paths VALUES ($1::uuid, $1::uuid, 0, true), ($2::uuid, $2::uuid, 0, true), ($1::uuid, $2::uuid, 1, true))
		INSERT INTO grants (node_id, principal_id, role) SELECT id, $3, 4 FROM n`, [16]byte(folder), [16]byte(note), int64(owner))
	return folder, note
}

// may tells what somebody may do on a node.
func (w *world) may(t *testing.T, ctx context.Context, node auth.ID) string {
	t.Helper()
	_, may, _ := w.gate.CheckNode(ctx, auth.NodeShow, node)
	return may.String()
}

func TestCapsCountAtOnceAndThroughNesting(t *testing.T) {
	w := newWorld(t)
	ana, boss := w.named(t, "ana"), w.admin(t, "boss")
	w.group(t, "inner", "ana")
	w.group(t, "outer", "inner")
	folder, note := w.folderOf(t, ana.ID)
	other, _ := w.folderOf(t, ana.ID)
	as := w.as(t, ana.Secret)
	require.Equal(t, "read run write manage", w.may(t, as, note))

	c, err := w.SetCap(w.as(t, boss.Secret), account.NewCap{Group: account.GroupRef{Name: "OUTER"}, Node: folder, Actions: []string{"read", "run"}, Reason: "exam"})
	require.NoError(t, err)
	require.Equal(t, "read run", w.may(t, as, note), "at once")
	require.Equal(t, "read run write manage", w.may(t, as, other))
	again, err := w.SetCap(operator(t), account.NewCap{Group: c.Group, Node: folder, Actions: []string{"read"}})
	require.NoError(t, err)
	require.Equal(t, "read", w.may(t, as, note), "in the place of the one before")
	everywhere, err := w.SetCap(operator(t), account.NewCap{Group: c.Group, Actions: []string{"read", "write"}})
	require.NoError(t, err)
	require.Equal(t, "read write", w.may(t, as, other))

	list, err := w.Caps(operator(t))
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Nil(t, list[0].Node)
	require.Equal(t, again, list[1])
	require.Equal(t, folder, list[1].Node.ID)
	require.NoError(t, w.LiftCap(operator(t), again.ID))
	requireCode(t, fault.NotFound, w.LiftCap(operator(t), again.ID))
	requireCode(t, fault.NotFound, w.LiftCap(operator(t), c.ID))
	require.NoError(t, w.LiftCap(operator(t), everywhere.ID))
	require.Equal(t, "read run write manage", w.may(t, as, note))
	require.Equal(t, int64(3), one[int64](t, w, `SELECT count(*) FROM caps WHERE lifted_at IS NOT NULL`), "the past can be told")
	require.Equal(t, int64(3), one[int64](t, w, `SELECT count(*) FROM audit WHERE operation = 'cap.set' AND object = 'outer'`))
	require.Equal(t, int64(2), one[int64](t, w, `SELECT count(*) FROM audit WHERE operation = 'cap.lift'`))
}

func TestCapsThatAreNone(t *testing.T) {
	w := newWorld(t)
	ana := w.named(t, "ana")
	g := w.group(t, "g", "ana")
	ref := account.GroupRef{ID: g.ID}
	for name, c := range map[string]struct {
		code fault.Code
		cap  account.NewCap
	}{
		"nothing left":  {fault.Invalid, account.NewCap{Group: ref}},
		"without read":  {fault.Invalid, account.NewCap{Group: ref, Actions: []string{"write"}}},
		"all left":      {fault.Invalid, account.NewCap{Group: ref, Actions: []string{"read", "run", "write", "manage"}}},
		"other actions": {fault.Invalid, account.NewCap{Group: ref, Actions: []string{"read", "administer"}}},
		"no word":       {fault.Invalid, account.NewCap{Group: ref, Actions: []string{"fly"}}},
		"a user":        {fault.Invalid, account.NewCap{Group: account.GroupRef{Name: "ana"}, Actions: []string{"read"}}},
		"a user's id":   {fault.NotFound, account.NewCap{Group: account.GroupRef{ID: ana.ID}, Actions: []string{"read"}}},
		"nobody":        {fault.Invalid, account.NewCap{Group: account.GroupRef{Name: "nix"}, Actions: []string{"read"}}},
		"no node":       {fault.NotFound, account.NewCap{Group: ref, Node: auth.NewID(), Actions: []string{"read"}}},
	} {
		_, err := w.SetCap(operator(t), c.cap)
		require.Equal(t, c.code, fault.CodeOf(err), "%s: %v", name, err)
	}
	_, err := w.SetCap(w.as(t, ana.Secret), account.NewCap{Group: ref, Actions: []string{"read"}})
	requireCode(t, fault.Forbidden, err)
	require.Zero(t, one[int64](t, w, `SELECT count(*) FROM caps`))
}

// A leader can change members, but not lift a cap by taking people out.
func TestLeadersDoNotTakePeopleOutFromUnderACap(t *testing.T) {
	w := newWorld(t)
	ana, bo := w.named(t, "ana"), w.named(t, "bo")
	w.named(t, "cy")
	g := w.group(t, "class", "ana", "bo")
	w.group(t, "school", "class")
	_, err := w.SetLeader(operator(t), g.ID, ana.ID, true)
	require.NoError(t, err)
	c, err := w.SetCap(operator(t), account.NewCap{Group: account.GroupRef{Name: "school"}, Actions: []string{"read"}})
	require.NoError(t, err)
	as := w.as(t, ana.Secret)
	_, err = w.RemoveMember(as, g.ID, bo.ID)
	requireCode(t, fault.Forbidden, err)
	_, err = w.SetMembers(as, g.ID, []string{"cy"})
	requireCode(t, fault.Forbidden, err)
	_, err = w.AddMembers(as, g.ID, []string{"cy"})
	require.NoError(t, err)
	require.NoError(t, w.LiftCap(operator(t), c.ID))
	_, err = w.RemoveMember(as, g.ID, bo.ID)
	require.NoError(t, err)
}

// The three examples of Jupyter's authorization project
// (example/single-user-example): read only; read and write without running; and the
// temporary server, on which one reads and runs but saves nothing.
func TestTheExamplesOfJupytersAuthorizationProject(t *testing.T) {
	w := newWorld(t)
	user := w.named(t, "user")
	g := w.group(t, "everybody", "user")
	_, note := w.folderOf(t, user.ID)
	as := w.as(t, user.Secret)
	for name, c := range map[string]struct {
		cap  []string
		want map[auth.Operation]bool
	}{
		"read only": {[]string{"read"}, map[auth.Operation]bool{
			auth.NoteOpen: true, auth.ParagraphInsert: false, auth.FileWrite: false, auth.RunStart: false}},
		"read and write": {[]string{"read", "write"}, map[auth.Operation]bool{
			auth.NoteOpen: true, auth.ParagraphEdit: true, auth.FileWrite: true, auth.RunStart: false}},
		"temporary server": {[]string{"read", "run"}, map[auth.Operation]bool{
			auth.NoteOpen: true, auth.TreeList: true, auth.RunStart: true, auth.ParagraphEdit: false, auth.NodeRename: false, auth.FileWrite: false}},
	} {
		_, err := w.SetCap(operator(t), account.NewCap{Group: account.GroupRef{ID: g.ID}, Actions: c.cap})
		require.NoError(t, err)
		for op, may := range c.want {
			if op.Kind() == auth.OnServer {
				_, err = w.gate.CheckServer(as, op)
			} else {
				_, _, err = w.gate.CheckNode(as, op, note)
			}
			require.Equal(t, may, err == nil, "%s: %s %v", name, op.Name(), err)
		}
	}
}
