package notebook_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// treeOperations is what can be done to a node by its id, and what each role gets
// told: with nothing, as reader, runner, writer and owner.
var treeOperations = []struct {
	name string
	want [5]fault.Code
	do   func(f *forest, ctx context.Context, id notebook.ID) error
}{
	{"show", needsRead, func(f *forest, ctx context.Context, id notebook.ID) error {
		_, err := f.tree.Show(ctx, id)
		return err
	}},
	{"clone", needsRead, func(f *forest, ctx context.Context, id notebook.ID) error {
		_, err := f.tree.Clone(ctx, id, notebook.CloneNote{})
		return err
	}},
	{"grants", needsRead, func(f *forest, ctx context.Context, id notebook.ID) error {
		_, err := f.tree.Grants(ctx, id)
		return err
	}},
	{"Zeppelin's grants", needsRead, func(f *forest, ctx context.Context, id notebook.ID) error {
		_, err := f.tree.ZeppelinGrants(ctx, id)
		return err
	}},
	{"rename", needsManage, func(f *forest, ctx context.Context, id notebook.ID) error {
		_, err := f.tree.Rename(ctx, id, "renamed")
		return err
	}},
	{"move", needsManage, func(f *forest, ctx context.Context, id notebook.ID) error {
		_, err := f.tree.Move(ctx, id, notebook.ID{}, "moved")
		return err
	}},
	{"set grants", needsManage, func(f *forest, ctx context.Context, id notebook.ID) error {
		_, err := f.tree.SetGrants(ctx, id, notebook.GrantChange{Version: one[int64](f, `SELECT access_version FROM nodes WHERE id = $1`, [16]byte(id)),
			Grants: []notebook.GrantWish{{ID: auth.Everyone, Role: auth.Owner}}})
		return err
	}},
	{"set Zeppelin's grants", needsManage, func(f *forest, ctx context.Context, id notebook.ID) error {
		return f.tree.SetZeppelinGrants(ctx, id, notebook.ZeppelinLists{})
	}},
	{"trash", needsManage, func(f *forest, ctx context.Context, id notebook.ID) error { return f.tree.TrashNode(ctx, id) }},
	{"restore", inTrash, func(f *forest, ctx context.Context, id notebook.ID) error {
		f.trashed(id)
		_, err := f.tree.Restore(ctx, id, "restored")
		return err
	}},
	{"purge", inTrash, func(f *forest, ctx context.Context, id notebook.ID) error {
		f.trashed(id)
		return f.tree.Purge(ctx, id)
	}},
	{"show in the trash", inTrash, func(f *forest, ctx context.Context, id notebook.ID) error {
		f.trashed(id)
		_, err := f.tree.Show(ctx, id)
		return err
	}},
	{"grants in the trash", inTrash, func(f *forest, ctx context.Context, id notebook.ID) error {
		f.trashed(id)
		_, err := f.tree.Grants(ctx, id)
		return err
	}},
}

var (
	needsRead   = [5]fault.Code{fault.NotFound, "", "", "", ""}
	needsManage = [5]fault.Code{fault.NotFound, fault.Forbidden, fault.Forbidden, fault.Forbidden, ""}
	// In the trash there is nothing to see but for owners.
	inTrash = [5]fault.Code{fault.NotFound, fault.NotFound, fault.NotFound, fault.NotFound, ""}
)

// trashed puts a note into the trash behind everybody's back.
func (f *forest) trashed(id notebook.ID) {
	f.exec(`UPDATE nodes SET trash_id = id, trashed_at = now() WHERE id = $1`, [16]byte(id))
	f.moved()
}

func TestOperationsByRole(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	friends := f.group("friends", who(bob).User)
	outer := f.group("outer", friends)
	ways := map[string]func(role auth.Role) notebook.ID{
		"as himself":      func(r auth.Role) notebook.ID { return f.shared(ana, who(bob).User, r) },
		"through a group": func(r auth.Role) notebook.ID { return f.shared(ana, outer, r) },
		"as everyone":     func(r auth.Role) notebook.ID { return f.shared(ana, auth.Everyone, r) },
		"through a folder": func(r auth.Role) notebook.ID {
			folder := f.folder(ana, auth.NewID().String(), notebook.ID{})
			if r != auth.NoRole {
				f.give(ana, folder, who(bob).User, r)
			}
			return f.newNote(ana, "n", folder)
		},
	}
	for _, op := range treeOperations {
		for way, make := range ways {
			for role := auth.NoRole; role <= auth.Owner; role++ {
				err := op.do(f, bob, make(role))
				require.Equal(t, op.want[role], code(err), "%s as %s %s: %v", op.name, role, way, err)
				f.exec(`DELETE FROM nodes`) // names made by the last one are free again
			}
		}
	}
}

// shared makes a note of the owner's with a role for somebody.
func (f *forest) shared(owner context.Context, with auth.PrincipalID, role auth.Role) notebook.ID {
	id := f.newNote(owner, auth.NewID().String(), notebook.ID{})
	if role != auth.NoRole {
		f.give(owner, id, with, role)
	}
	return id
}

// A token does only what its scope allows, however much its owner may.
func TestOperationsByTokenScope(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	for _, c := range []struct {
		scope []string
		want  func([5]fault.Code) fault.Code
	}{
		{[]string{"write", "run"}, func([5]fault.Code) fault.Code { return fault.NotFound }},
		{[]string{"read", "run", "write"}, func(w [5]fault.Code) fault.Code {
			if w == inTrash {
				return fault.Forbidden
			}
			return w[auth.Writer]
		}},
		{[]string{"read", "run", "write", "manage"}, func([5]fault.Code) fault.Code { return "" }},
	} {
		for _, op := range treeOperations {
			want := c.want(op.want)
			if want == fault.Forbidden && (op.name == "show in the trash" || op.name == "grants in the trash") {
				want = "" // that only reads
			}
			err := op.do(f, f.token(ana, c.scope...), f.shared(ana, 0, auth.NoRole))
			require.Equal(t, want, code(err), "%s with %v: %v", op.name, c.scope, err)
			f.exec(`DELETE FROM nodes`)
		}
	}
}
