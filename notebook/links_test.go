package notebook_test

import (
	"context"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

func hashOf(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}

func (f *forest) link(owner context.Context, id notebook.ID, secret string, role auth.Role) notebook.Link {
	f.t.Helper()
	l, err := f.tree.CreateLink(owner, id, notebook.NewLink{Label: "for " + secret, Role: role, SecretHash: hashOf(secret)})
	require.NoError(f.t, err)
	return l
}

func TestLinkIsOpenedAndRevoked(t *testing.T) {
	f := newForest(t)
	ana, bob, eve := f.person("ana"), f.person("bob"), f.person("eve")
	id := f.newNote(ana, "n", notebook.ID{})
	l := f.link(ana, id, "s", auth.Runner)
	require.Equal(t, []any{"for s", auth.Runner, "ana", false}, []any{l.Label, l.Role, l.CreatedBy, l.Anyone})
	require.Zero(t, f.may(bob, id), "a link gives nothing before it is opened")
	for range 3 {
		d, err := f.tree.OpenLink(bob, hashOf("s"))
		require.NoError(t, err)
		require.Equal(t, "n", d.Name)
		require.Equal(t, runs, d.Allowed)
	}
	require.Equal(t, []auth.Actions{runs, 0}, []auth.Actions{f.may(bob, id), f.may(eve, id)})
	links, anyone, err := f.tree.Links(ana, id)
	require.NoError(t, err)
	require.False(t, anyone)
	require.Len(t, links, 1)
	require.Equal(t, []any{l.ID, int64(3), 1}, []any{links[0].ID, links[0].Uses, links[0].Holders})
	require.WithinDuration(t, time.Now(), links[0].LastUsedAt, time.Minute)
	g, err := f.tree.Grants(ana, id)
	require.NoError(t, err)
	require.Equal(t, 1, g.Links)
	g, err = f.tree.Grants(bob, id)
	require.NoError(t, err)
	require.Zero(t, g.Links, "only for who manages it")
	_, _, err = f.tree.Links(bob, id)
	require.Equal(t, fault.Forbidden, code(err))
	require.Equal(t, fault.Forbidden, code(f.tree.RevokeLink(bob, id, l.ID)))

	other := f.newNote(ana, "other", notebook.ID{})
	require.Equal(t, fault.NotFound, code(f.tree.RevokeLink(ana, other, l.ID)), "it stands elsewhere")
	pass := f.gate.Pass(who(bob), id)
	defer pass.Release()
	_, err = pass.Actions(bob)
	require.NoError(t, err)
	require.NoError(t, f.tree.RevokeLink(ana, id, l.ID))
	_, held := pass.Held()
	require.False(t, held, "at once")
	require.Zero(t, f.may(bob, id))
	require.Equal(t, fault.NotFound, code(f.tree.RevokeLink(ana, id, l.ID)))
	links, _, err = f.tree.Links(ana, id)
	require.NoError(t, err)
	require.Empty(t, links)
	_, err = f.tree.OpenLink(bob, hashOf("s"))
	require.Equal(t, notebook.NoLink(), err)
}

// Whatever is wrong with a link, the answer is the same.
func TestLinksThatDoNotWork(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	id, trashed := f.newNote(ana, "n", notebook.ID{}), f.newNote(ana, "t", notebook.ID{})
	revoked := f.link(ana, id, "revoked", auth.Reader)
	require.NoError(t, f.tree.RevokeLink(ana, id, revoked.ID))
	over := f.link(ana, id, "over", auth.Reader)
	f.exec(`UPDATE grants SET ends_at = now() - interval '1 second' WHERE principal_id = $1`, int64(over.ID))
	early := f.link(ana, id, "early", auth.Reader)
	f.exec(`UPDATE grants SET starts_at = now() + interval '1 hour' WHERE principal_id = $1`, int64(early.ID))
	f.link(ana, trashed, "trashed", auth.Reader)
	require.NoError(t, f.tree.TrashNode(ana, trashed))
	for i, hash := range [][]byte{hashOf("made up"), nil, {}, []byte("short"), hashOf("revoked"), hashOf("over"), hashOf("early"), hashOf("trashed")} {
		bob := f.person("bob" + string(rune('a'+i)))
		_, err := f.tree.OpenLink(bob, hash)
		require.Equal(t, notebook.NoLink(), err, i)
		require.Zero(t, f.may(bob, id))
	}
	require.NoError(t, f.tree.TrashNode(ana, id))
	_, err := f.tree.CreateLink(ana, id, notebook.NewLink{Label: "x", Role: auth.Reader, SecretHash: hashOf("x")})
	require.Equal(t, fault.Conflict, code(err))

	bob := f.person("bob")
	for range 20 {
		_, err := f.tree.OpenLink(bob, hashOf("guess"))
		require.Equal(t, fault.NotFound, code(err))
	}
	f.link(ana, f.newNote(ana, "n2", notebook.ID{}), "right", auth.Reader)
	_, err = f.tree.OpenLink(bob, hashOf("right"))
	require.Equal(t, fault.TooMany, code(err), "after many guesses even the right one")
	_, err = f.tree.OpenLink(f.person("eve"), hashOf("right"))
	require.NoError(t, err)
}

func TestLinksThatCannotBeMade(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.newNote(ana, "n", notebook.ID{})
	f.give(ana, id, who(bob).User, auth.Writer)
	rows := f.rows(id)
	for what, n := range map[string]notebook.NewLink{
		"writer":  {Label: "l", Role: auth.Writer},
		"owner":   {Label: "l", Role: auth.Owner},
		"no role": {Label: "l"},
		"past":    {Label: "l", Role: auth.Reader, EndsAt: time.Now().Add(-time.Second)},
		"long":    {Label: strings.Repeat("x", 101), Role: auth.Reader},
		"nul":     {Label: "a\x00", Role: auth.Reader},
		"bidi":    {Label: "\u202egpj", Role: auth.Reader},
		"anyone":  {Label: "l", Role: auth.Reader, Anyone: true},
	} {
		n.SecretHash = hashOf(what)
		_, err := f.tree.CreateLink(ana, id, n)
		require.Equal(t, fault.Invalid, code(err), what)
	}
	_, err := f.tree.CreateLink(bob, id, notebook.NewLink{Label: "l", Role: auth.Reader, SecretHash: hashOf("b")})
	require.Equal(t, fault.Forbidden, code(err))
	require.Equal(t, rows, f.rows(id))
	f.tree.LinksAnyone = func(context.Context) (bool, error) { return true, nil }
	_, err = f.tree.CreateLink(ana, id, notebook.NewLink{Label: "l", Role: auth.Reader, Anyone: true, SecretHash: hashOf("a")})
	require.NoError(t, err)
	for i := range notebook.MaxLinks - 1 {
		f.link(ana, id, string(rune(1000+i)), auth.Reader)
	}
	_, err = f.tree.CreateLink(ana, id, notebook.NewLink{Label: "l", Role: auth.Reader, SecretHash: hashOf("more")})
	require.Equal(t, fault.Conflict, code(err))
}

func TestHeldLinks(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.newNote(ana, "n", notebook.ID{})
	one := f.link(ana, id, "one", auth.Reader)
	f.link(ana, id, "two", auth.Runner)
	for _, s := range []string{"one", "two"} {
		_, err := f.tree.OpenLink(bob, hashOf(s))
		require.NoError(t, err)
	}
	require.Equal(t, runs, f.may(bob, id))
	held, err := f.tree.HeldLinks(bob)
	require.NoError(t, err)
	require.Len(t, held, 2)
	require.Equal(t, []any{"for two", "n", auth.Runner}, []any{held[0].Label, held[0].Node.Name, held[0].Role})
	require.NoError(t, f.tree.LeaveLink(bob, held[0].ID))
	require.Equal(t, reads, f.may(bob, id))
	require.Equal(t, fault.NotFound, code(f.tree.LeaveLink(bob, held[0].ID)))
	require.Equal(t, fault.NotFound, code(f.tree.LeaveLink(ana, one.ID)))
	require.NoError(t, f.tree.LeaveLink(bob, one.ID))
	require.Zero(t, f.may(bob, id))
	_, err = f.tree.OpenLink(bob, hashOf("one"))
	require.NoError(t, err, "the link still works")
	require.NoError(t, f.tree.TrashNode(ana, id))
	require.Zero(t, f.may(bob, id), "in the trash it gives nothing")
	_, err = f.tree.Restore(ana, id, "")
	require.NoError(t, err)
	require.Equal(t, reads, f.may(bob, id))
	require.NoError(t, f.tree.TrashNode(ana, id))
	require.NoError(t, f.tree.Purge(ana, id))
	f.tree.Sweep(context.Background())
	held, err = f.tree.HeldLinks(bob)
	require.NoError(t, err)
	require.Empty(t, held, "it is gone with the note")
}

// A link on a folder gives what is below, up to what is closed.
func TestLinkOnAFolder(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	folder := f.folder(ana, "f", notebook.ID{})
	open, closed := f.newNote(ana, "open", folder), f.newNote(ana, "closed", folder)
	f.closeNode(ana, closed, true)
	f.link(ana, folder, "s", auth.Reader)
	d, err := f.tree.OpenLink(bob, hashOf("s"))
	require.NoError(t, err)
	require.Equal(t, notebook.FolderNode, d.Kind)
	require.Equal(t, []auth.Actions{reads, 0}, []auth.Actions{f.may(bob, open), f.may(bob, closed)})
}
