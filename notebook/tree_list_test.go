package notebook_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// jungle makes random worlds through the tree's own operations, and at random
// behind its back.
type jungle struct {
	*forest
	people []context.Context
	gets   []auth.PrincipalID // whom grants can name
	nodes  []notebook.ID
	guests []context.Context // by links that let in anyone
	big    notebook.ID       // a note that stays; zero for none
}

func newJungle(t *testing.T) *jungle {
	j := &jungle{forest: newForest(t)}
	for _, name := range []string{"ana", "bob", "cat"} {
		j.people = append(j.people, j.person(name))
		j.gets = append(j.gets, who(j.people[len(j.people)-1]).User)
	}
	inner := j.group("inner", j.gets[1])
	j.gets = append(j.gets, inner, j.group("outer", inner, j.gets[2]), auth.Everyone)
	j.exec(`INSERT INTO settings (key, value) VALUES ('links.anyone', 'true')`)
	return j
}

func (j *jungle) clear() {
	j.exec(`DELETE FROM nodes WHERE id <> $1`, [16]byte(j.big))
	j.exec(`DELETE FROM caps`)
	j.exec(`DELETE FROM settings WHERE key = 'notebook.owner_role'`)
	j.nodes, j.guests = nil, nil
	j.moved()
}

// addBig adds a note that everyone may read, with so much in it that searches read
// the index.
func (j *jungle) addBig() {
	d, err := j.tree.CreateWith(j.person("big"), "big", notebook.ID{}, &notebook.NewContent{Paragraphs: make([]notebook.NewParagraph, 3001)})
	require.NoError(j.t, err)
	j.big = d.ID
	j.exec(`INSERT INTO grants (node_id, principal_id, role) VALUES ($1, 1, 1)`, [16]byte(j.big))
}

// all are the nodes there are.
func (j *jungle) all() []notebook.ID {
	if j.big.IsZero() {
		return j.nodes
	}
	return append([]notebook.ID{j.big}, j.nodes...)
}

func (j *jungle) anyNode(t *rapid.T) notebook.ID {
	return rapid.SampledFrom(append([]notebook.ID{{}}, j.nodes...)).Draw(t, "node")
}

// step does something at random; most of it is refused.
func (j *jungle) step(t *rapid.T) {
	me := j.people[max(0, rapid.IntRange(-3, len(j.people)-1).Draw(t, "who"))] // mostly the first, who owns much
	id := j.anyNode(t)
	switch rapid.SampledFrom([]string{"create", "create", "create", "move", "trash", "restore", "purge", "grant", "grant", "close", "dated", "link", "cap", "cap", "lift", "owner of all"}).Draw(t, "what") {
	case "create":
		j.public = rapid.Bool().Draw(t, "public")
		kind := rapid.SampledFrom([]notebook.NodeKind{notebook.FolderNode, notebook.FolderNode, notebook.NoteNode}).Draw(t, "kind")
		content := fmt.Sprintf("n%d", len(j.nodes))
		if kind == notebook.NoteNode {
			d, err := j.tree.CreateWith(me, content, id, &notebook.NewContent{Paragraphs: []notebook.NewParagraph{{Text: "needle " + content}}})
			j.made(d, err)
			return
		}
		j.made(j.tree.Create(me, notebook.CreateNode{Kind: kind, Name: content, Parent: id}))
	case "move":
		_, err := j.tree.Move(me, id, j.anyNode(t), "")
		j.refusedOr(err)
	case "trash":
		j.refusedOr(j.tree.TrashNode(me, id))
	case "restore":
		_, err := j.tree.Restore(me, id, "")
		j.refusedOr(err)
	case "purge":
		if rapid.IntRange(0, 3).Draw(t, "really") == 0 {
			j.refusedOr(j.tree.Purge(me, id))
		}
	case "grant":
		j.randomGrant(t, me, id)
	case "close":
		if g, err := j.tree.Grants(me, id); err == nil {
			closed := rapid.Bool().Draw(t, "closed")
			_, err = j.tree.SetGrants(me, id, notebook.GrantChange{Version: g.Version, Grants: wishesFor(g), Closed: &closed})
			j.refusedOr(err)
		}
	case "dated":
		j.randomDated(t, id)
	case "link":
		j.randomLink(t, id)
	case "cap":
		j.randomCap(t, id)
	case "lift":
		j.exec(`UPDATE caps SET lifted_at = now() WHERE id = (SELECT min(id) FROM caps WHERE lifted_at IS NULL)`)
		j.moved()
	case "owner of all":
		if rapid.IntRange(0, 4).Draw(t, "really") == 0 {
			j.exec(`INSERT INTO settings (key, value) VALUES ('notebook.owner_role', to_jsonb($1::bigint))
				ON CONFLICT (key) DO UPDATE SET value = excluded.value`, int64(rapid.SampledFrom(j.gets).Draw(t, "to")))
			j.moved()
		}
	}
}

// made takes a look at what there is now. Whom a cap leaves no read makes nodes too,
// but is not shown them.
func (j *jungle) made(_ notebook.NodeDetail, err error) {
	j.refusedOr(err)
	rows, err := j.sql.Query(context.Background(), `SELECT id FROM nodes WHERE id <> $1 ORDER BY id`, [16]byte(j.big))
	require.NoError(j.t, err)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[[16]byte])
	require.NoError(j.t, err)
	j.nodes = nil
	for _, id := range ids {
		j.nodes = append(j.nodes, id)
	}
}

// refusedOr lets refusals pass, but nothing that is our fault.
func (j *jungle) refusedOr(err error) {
	j.t.Helper()
	require.NotContains(j.t, []fault.Code{fault.Internal, fault.Unavailable}, code(err), "%v", err)
}

func (j *jungle) randomGrant(t *rapid.T, me context.Context, id notebook.ID) {
	g, err := j.tree.Grants(me, id)
	if err != nil {
		return
	}
	wishes := append(wishesFor(g), notebook.GrantWish{ID: rapid.SampledFrom(j.gets).Draw(t, "to"),
		Role: rapid.SampledFrom(auth.Roles).Draw(t, "role")})
	_, err = j.tree.SetGrants(me, id, notebook.GrantChange{Version: g.Version, Grants: wishes})
	j.refusedOr(err)
}

func (j *jungle) randomDated(t *rapid.T, id notebook.ID) {
	if id.IsZero() || !one[bool](j.forest, `SELECT EXISTS (SELECT FROM nodes WHERE id = $1)`, [16]byte(id)) {
		return
	}
	span := rapid.SampledFrom([]string{"-2,-1", "-1,1", "1,2"}).Draw(t, "span")
	j.exec(`INSERT INTO grants (node_id, principal_id, role, starts_at, ends_at)
		SELECT $1, $2, $3, now() + split_part($4, ',', 1)::int * interval '1 h', now() + split_part($4, ',', 2)::int * interval '1 h'`,
		[16]byte(id), int64(rapid.SampledFrom(j.gets).Draw(t, "to")), int16(rapid.SampledFrom(auth.Roles).Draw(t, "role")), span)
	j.moved()
}

// randomLink gives somebody a link to hold, and lets a guest in by it.
func (j *jungle) randomLink(t *rapid.T, id notebook.ID) {
	if id.IsZero() || !one[bool](j.forest, `SELECT EXISTS (SELECT FROM nodes WHERE id = $1)`, [16]byte(id)) {
		return
	}
	name := auth.NewID()
	link := one[int64](j.forest, `INSERT INTO principals (kind, name, folded) VALUES ('link', $1, $1) RETURNING id`, name.String())
	anyone := rapid.Bool().Draw(t, "anyone")
	j.exec(`INSERT INTO links (id, node_id, secret_hash, anyone) VALUES ($1, $2, $3, $4)`, link, [16]byte(id), name[:], anyone)
	j.exec(`INSERT INTO link_holders (link_id, user_id) VALUES ($1, $2)`, link, int64(rapid.SampledFrom(j.gets[:3]).Draw(t, "to")))
	j.exec(`INSERT INTO grants (node_id, principal_id, role) VALUES ($1, $2, $3)`, [16]byte(id), link,
		rapid.SampledFrom([]int16{1, 2}).Draw(t, "role"))
	if rapid.IntRange(0, 3).Draw(t, "revoked") == 0 {
		j.exec(`UPDATE principals SET removed_at = now() WHERE id = $1`, link)
	} else if anyone {
		j.exec(`INSERT INTO sign_ins (id, user_id, kind, secret_hash, expires_at) VALUES ($1, $2, 'guest', $3, now() + interval '1 day')`,
			[16]byte(name), link, name[:])
		j.guests = append(j.guests, auth.WithActor(context.Background(), auth.Actor{Kind: auth.Person, User: auth.PrincipalID(link), SignIn: name}))
	}
	j.moved()
}

// randomCap caps a group everywhere or on a node.
func (j *jungle) randomCap(t *rapid.T, id notebook.ID) {
	if !id.IsZero() && !one[bool](j.forest, `SELECT EXISTS (SELECT FROM nodes WHERE id = $1)`, [16]byte(id)) {
		return
	}
	var node *[16]byte
	if !id.IsZero() {
		node = (*[16]byte)(&id)
	}
	j.exec(`INSERT INTO caps (group_id, node_id, actions) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		int64(rapid.SampledFrom(j.gets[3:5]).Draw(t, "group")), node, rapid.SampledFrom([]int16{1, 3, 5, 7, 9, 11, 13}).Draw(t, "actions"))
	j.moved()
}

// Lists, counts, searches and the trash show exactly what may be read one by one:
// node_actions in SQL and auth.Decide in Go are one rule.
func TestListsShowWhatMayBeRead(t *testing.T) {
	listsShowWhatMayBeRead(t, newJungle(t))
}

func TestListsShowWhatMayBeReadOfMuch(t *testing.T) {
	j := newJungle(t)
	j.addBig()
	listsShowWhatMayBeRead(t, j)
}

func listsShowWhatMayBeRead(t *testing.T, j *jungle) {
	rapid.Check(t, func(rt *rapid.T) {
		j.clear()
		for range rapid.IntRange(5, 25).Draw(rt, "steps") {
			j.step(rt)
		}
		j.requirePaths()
		for _, me := range append(j.people, j.token(j.people[0], "read", "run"), j.token(j.people[1], "write")) {
			j.requireSame(me, true)
		}
		for _, me := range j.guests {
			if one[bool](j.forest, `SELECT EXISTS (SELECT FROM links WHERE id = $1)`, int64(who(me).User)) { // else its node is gone
				j.requireSame(me, false)
			}
		}
	})
}

// requireSame compares what all ways of looking say to one person. Guests cannot
// search.
func (j *jungle) requireSame(me context.Context, searches bool) {
	j.t.Helper()
	nodes, total, err := j.tree.List(me, 0)
	require.NoError(j.t, err)
	require.Len(j.t, nodes, total)
	listed := map[notebook.ID]notebook.Node{}
	for _, n := range nodes {
		listed[n.ID] = n
	}
	if total > 1 {
		some, count, err := j.tree.List(me, total-1)
		require.NoError(j.t, err)
		require.Equal(j.t, total, count)
		require.Equal(j.t, nodes[:total-1], some)
	}
	hits, err := j.tree.Search(me, "needle", "", 100)
	require.Equal(j.t, searches, err == nil, "%v", err)
	found := map[notebook.ID]bool{}
	for _, h := range hits.Hits {
		found[h.Note] = true
	}
	readable := 0
	for _, id := range j.all() {
		d, showErr := j.tree.Show(me, id)
		_, allowed, err := j.gate.CheckNode(me, auth.NodeShow, id)
		require.Equal(j.t, code(err), code(showErr))
		n, isListed := listed[id]
		require.Equal(j.t, err == nil && !d.Trashed, isListed, "listed")
		require.Equal(j.t, searches && isListed && d.Kind == notebook.NoteNode && id != j.big, found[id], "found")
		if err == nil {
			require.Equal(j.t, allowed, d.Allowed, "in Go and in SQL")
			require.Equal(j.t, j.sharing(me, id), d.Shared)
		}
		if isListed {
			readable++
			require.Equal(j.t, d.Node, n)
		}
	}
	require.Equal(j.t, readable, total)
	require.Equal(j.t, len(found), hits.Total)
	j.requireTrash(me)
	j.requireOneRule(me)
}

// requireOneRule asks both forms of the rule directly, also about what no list shows.
func (j *jungle) requireOneRule(me context.Context) {
	j.t.Helper()
	identity, err := j.gate.Identity(me, who(me))
	require.NoError(j.t, err)
	if !identity.Guest {
		identity.Scope = auth.AllActions
	}
	principals := make([]int64, len(identity.Principals))
	for i, p := range identity.Principals {
		principals[i] = int64(p)
	}
	now := time.Now()
	for _, id := range j.all() {
		chain, _, err := j.db.Records().Chain(context.Background(), id)
		if err != nil {
			require.Equal(j.t, fault.NotFound, code(err)) // deleted for good
		}
		in := one[int](j.forest, `SELECT coalesce((SELECT actions FROM node_actions($1, $2) WHERE node_id = $3), 0)::int`, principals, now, [16]byte(id))
		require.Equal(j.t, auth.Decide(chain, identity, now).Actions, auth.Actions(in)&identity.Scope, "in Go and in SQL")
	}
}

// requireTrash compares the trash with what may be managed one by one, down to the
// last node below.
func (j *jungle) requireTrash(me context.Context) {
	j.t.Helper()
	whole := map[notebook.ID]bool{}
	for _, id := range j.nodes {
		if !one[bool](j.forest, `SELECT EXISTS (SELECT FROM nodes WHERE id = $1 AND trash_id IS NOT NULL)`, [16]byte(id)) {
			continue
		}
		rows, err := j.sql.Query(context.Background(), `SELECT descendant FROM node_paths WHERE ancestor = $1`, [16]byte(id))
		require.NoError(j.t, err)
		below, err := pgx.CollectRows(rows, pgx.RowTo[[16]byte])
		require.NoError(j.t, err)
		all := true
		for _, b := range below {
			all = all && j.may(me, notebook.ID(b)).Has(auth.Manage) && j.may(me, notebook.ID(b)).Has(auth.Read)
		}
		whole[id] = all
	}
	var want []string
	for id, all := range whole {
		var parent [16]byte
		var same bool
		err := j.sql.QueryRow(context.Background(), `SELECT p.id, p.trash_id = n.trash_id FROM nodes n JOIN nodes p ON p.id = n.parent_id
			WHERE n.id = $1 AND p.trash_id IS NOT NULL`, [16]byte(id)).Scan(&parent, &same)
		if all && !(err == nil && same && whole[notebook.ID(parent)]) {
			want = append(want, id.String())
		}
	}
	trash, err := j.tree.Trash(me)
	require.NoError(j.t, err)
	var got []string
	for _, n := range trash {
		got = append(got, n.ID.String())
	}
	slices.Sort(want)
	slices.Sort(got)
	require.Equal(j.t, want, got, "trash")
}

// sharing is how far grants on a node and above it reach, worked out one by one.
func (j *jungle) sharing(me context.Context, id notebook.ID) notebook.Sharing {
	chain, _, err := j.db.Records().Chain(context.Background(), id)
	require.NoError(j.t, err)
	shared := notebook.OnlyMe
	for _, o := range chain {
		for _, g := range o.Grants {
			if auth.Decide([]auth.Object{{Grants: []auth.Grant{g}}}, auth.Identity{Principals: []auth.PrincipalID{g.Principal}, Scope: auth.AllActions}, time.Now()).Actions == 0 {
				continue
			}
			switch {
			case g.Principal == auth.Everyone:
				return notebook.SharedAll
			case g.Principal != who(me).User:
				shared = notebook.SharedSome
			}
		}
		if o.Closed {
			break
		}
	}
	return shared
}
