package notebook_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
	"quire/notebook"
)

// proofs is how many random changes a proof makes: some in every test run, and as
// many as QUIRE_PROVE says when one wants to be sure.
func proofs(few int) int {
	if n, err := strconv.Atoi(os.Getenv("QUIRE_PROVE")); err == nil {
		return n
	}
	return few
}

// society is a forest of folders and notes with people, groups and links, in which
// olga owns everything and administers, so that she may do whatever the dice say.
type society struct {
	*forest
	*rand.Rand
	accounts *account.Service
	olga     context.Context
	people   []auth.PrincipalID
	groups   []auth.PrincipalID
	names    map[auth.PrincipalID]string
	nodes    []notebook.ID
}

func newSociety(t *testing.T, seed uint64) *society {
	s := &society{forest: newForest(t), Rand: rand.New(rand.NewPCG(seed, 3)), names: map[auth.PrincipalID]string{}}
	var err error
	s.accounts, err = account.New(s.db.People(), s.gate, account.Config{Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	s.olga = s.person("olga")
	s.exec(`UPDATE users SET admin = true`)
	s.people = []auth.PrincipalID{who(s.olga).User}
	s.names[s.people[0]] = "olga"
	for i := range 7 {
		name := fmt.Sprint("p", i)
		s.people = append(s.people, who(s.person(name)).User)
		s.names[s.people[i+1]] = name
	}
	for i := range 4 {
		name := fmt.Sprint("g", i)
		s.groups = append(s.groups, s.group(name))
		s.names[s.groups[i]] = name
	}
	folders := []notebook.ID{{}}
	for i := range 14 {
		kind := notebook.NoteNode
		if i%2 == 0 {
			kind = notebook.FolderNode
		}
		id := s.create(s.olga, kind, fmt.Sprint("n", i), folders[s.IntN(len(folders))])
		if s.nodes = append(s.nodes, id); kind == notebook.FolderNode {
			folders = append(folders, id)
		}
	}
	return s
}

func (s *society) node() notebook.ID { return s.nodes[s.IntN(len(s.nodes))] }

func (s *society) anybody() auth.PrincipalID {
	switch s.IntN(5) {
	case 0:
		return auth.Everyone
	case 1, 2:
		return s.groups[s.IntN(len(s.groups))]
	}
	return s.people[s.IntN(len(s.people))]
}

// rehearsable is a change, as it is tried before and as it is done.
type rehearsable struct {
	what    string
	preview func() (auth.Effect, error)
	do      func() error
}

func (s *society) step() rehearsable {
	ctx, node := s.olga, s.node()
	switch s.IntN(10) {
	case 0:
		parent := notebook.ID{}
		if s.IntN(3) > 0 {
			parent = s.node()
		}
		return rehearsable{"move", func() (auth.Effect, error) { return s.tree.PreviewMove(ctx, node, parent) },
			func() error { _, err := s.tree.Move(ctx, node, parent, ""); return err }}
	case 1:
		return rehearsable{"trash", func() (auth.Effect, error) { return s.tree.PreviewTrash(ctx, node) },
			func() error { return s.tree.TrashNode(ctx, node) }}
	case 2:
		return s.closing(node)
	case 3, 4:
		return s.membership()
	case 5:
		return s.capping(node)
	case 6:
		link := notebook.NewLink{Role: auth.Runner, SecretHash: []byte(auth.NewID().String())}
		return rehearsable{"link", func() (auth.Effect, error) { return s.tree.PreviewLink(ctx, node, link) },
			func() error { _, err := s.tree.CreateLink(ctx, node, link); return err }}
	}
	return s.granting(node)
}

func (s *society) granting(node notebook.ID) rehearsable {
	c := notebook.GrantChange{Version: one[int64](s.forest, `SELECT access_version FROM nodes WHERE id = $1`, [16]byte(node)), Dated: s.IntN(2) == 0}
	if s.IntN(12) > 0 {
		c.Grants = []notebook.GrantWish{{ID: s.people[0], Role: auth.Owner}}
	}
	for range s.IntN(4) {
		w := notebook.GrantWish{ID: s.anybody(), Role: auth.Role(1 + s.IntN(4))}
		if c.Dated && s.IntN(3) == 0 {
			w.StartsAt = time.Now().Add(time.Duration(s.IntN(3)-1) * time.Hour)
		}
		c.Grants = append(c.Grants, w)
	}
	return rehearsable{"grants", func() (auth.Effect, error) { return s.tree.PreviewGrants(s.olga, node, c) },
		func() error { _, err := s.tree.SetGrants(s.olga, node, c); return err }}
}

func (s *society) closing(node notebook.ID) rehearsable {
	closed := s.IntN(2) == 0
	return rehearsable{"close", func() (auth.Effect, error) { return s.tree.PreviewClose(s.olga, node, closed) }, func() error {
		g, err := s.tree.Grants(s.olga, node)
		if err != nil {
			return err
		}
		_, err = s.tree.SetGrants(s.olga, node, notebook.GrantChange{Version: g.Version, Grants: wishesFor(g), Closed: &closed})
		return err
	}}
}

func (s *society) membership() rehearsable {
	group := s.groups[s.IntN(len(s.groups))]
	var members []string
	for range s.IntN(4) {
		if p := s.anybody(); p != auth.Everyone {
			members = append(members, s.names[p])
		}
	}
	return rehearsable{"members", func() (auth.Effect, error) { return s.accounts.PreviewMembers(s.olga, group, members) },
		func() error { _, err := s.accounts.SetMembers(s.olga, group, members); return err }}
}

func (s *society) capping(node notebook.ID) rehearsable {
	caps, err := s.accounts.Caps(s.olga)
	require.NoError(s.t, err)
	if len(caps) > 0 && s.IntN(2) == 0 {
		id := caps[s.IntN(len(caps))].ID
		return rehearsable{"lift", func() (auth.Effect, error) { return s.accounts.PreviewLift(s.olga, id) },
			func() error { return s.accounts.LiftCap(s.olga, id) }}
	}
	// Not for a group that olga is in: she is to go on.
	group := s.groups[s.IntN(len(s.groups))]
	inside := one[bool](s.forest, `WITH RECURSIVE i(id) AS (SELECT $1::bigint UNION SELECT m.member_id FROM memberships m JOIN i ON i.id = m.group_id)
		SELECT EXISTS (SELECT FROM i WHERE id = $2)`, int64(group), int64(s.people[0]))
	n := account.NewCap{Group: account.GroupRef{ID: group}, Actions: auth.Actions(1 + 2*s.IntN(4)).Names()}
	if s.IntN(3) > 0 {
		n.Node = node
	}
	if inside {
		n.Actions = nil // refused
	}
	return rehearsable{"cap", func() (auth.Effect, error) { return s.accounts.PreviewCap(s.olga, n) },
		func() error { _, err := s.accounts.SetCap(s.olga, n); return err }}
}

// rights are what each person and each link may do on each note, by auth.Decide.
type rights map[auth.PrincipalID]map[notebook.ID]auth.Actions

func (s *society) rights() rights {
	all := rights{}
	ctx := context.Background()
	who := map[auth.PrincipalID]auth.Identity{}
	for _, p := range s.people {
		id, _, err := s.db.Records().UserIdentity(ctx, p)
		require.NoError(s.t, err)
		who[p] = id
	}
	for _, l := range s.links() {
		who[l] = auth.Identity{User: l, Principals: []auth.PrincipalID{l}, Guest: true, Scope: auth.GuestScope}
	}
	now := time.Now()
	for _, n := range s.nodes {
		chain, _, err := s.db.Records().Chain(ctx, n)
		require.NoError(s.t, err)
		if one[string](s.forest, `SELECT kind FROM nodes WHERE id = $1`, [16]byte(n)) != "note" {
			continue
		}
		for p, id := range who {
			if all[p] == nil {
				all[p] = map[notebook.ID]auth.Actions{}
			}
			all[p][n] = auth.Decide(chain, id, now).Actions & auth.Owner.Actions()
		}
	}
	return all
}

func (s *society) links() (list []auth.PrincipalID) {
	for _, id := range one[[]int64](s.forest, `SELECT coalesce(array_agg(id), '{}') FROM links`) {
		list = append(list, auth.PrincipalID(id))
	}
	return list
}

type change struct {
	actions auth.Actions
	notes   int
}

// difference is what each gained and lost, and the notes on which anybody did.
func (s *society) difference(before, after rights) (gains, losses map[auth.PrincipalID]change, notes map[notebook.ID]bool) {
	gains, losses, notes = map[auth.PrincipalID]change{}, map[auth.PrincipalID]change{}, map[notebook.ID]bool{}
	for p, now := range after {
		for n, a := range now {
			b := before[p][n]
			for _, side := range []struct {
				of   map[auth.PrincipalID]change
				diff auth.Actions
			}{{gains, a &^ b}, {losses, b &^ a}} {
				if side.diff != 0 {
					c := side.of[p]
					side.of[p] = change{c.actions | side.diff, c.notes + 1}
					notes[n] = true
				}
			}
		}
	}
	return gains, losses, notes
}

// trace is everything that a preview could leave behind.
func (s *society) trace() string {
	return one[string](s.forest, `SELECT concat_ws(' ', (SELECT epoch FROM authority), (SELECT count(*) FROM audit),
		(SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM grants t), (SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM nodes t),
		(SELECT md5(string_agg(t::text, ',' ORDER BY descendant, ancestor)) FROM node_paths t),
		(SELECT md5(string_agg(t::text, ',' ORDER BY group_id, member_id)) FROM memberships t), (SELECT count(*) FROM past_memberships),
		(SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM caps t), (SELECT count(*) FROM links), (SELECT count(*) FROM principals))`)
}

// A preview says exactly what the change then does, refuses what the change refuses,
// and leaves nothing behind.
func TestAPreviewIsTheActualDifference(t *testing.T) {
	s := newSociety(t, 1)
	done := map[string]int{}
	before := s.rights()
	for i := range proofs(200) {
		st := s.step()
		was, heard := s.trace(), len(s.heard.changed)
		effect, refused := st.preview()
		require.Equal(t, was, s.trace(), "%d %s: the preview left something", i, st.what)
		require.Len(t, s.heard.changed, heard, "%d %s: open notes were told of a preview", i, st.what)
		err := st.do()
		require.Equal(t, fault.CodeOf(err), fault.CodeOf(refused), "%d %s: %v, but the preview: %v", i, st.what, err, refused)
		if err != nil {
			require.NotEqual(t, fault.Internal, fault.CodeOf(err), "%v", err)
			continue
		}
		done[st.what]++
		after := s.rights()
		gains, losses, notes := s.difference(before, after)
		s.requireSide(gains, effect.Gains, "%d %s gains", i, st.what)
		s.requireSide(losses, effect.Losses, "%d %s losses", i, st.what)
		require.Equal(t, len(notes), effect.Notes, "%d %s", i, st.what)
		require.False(t, effect.Truncated)
		before = s.restored(after)
	}
	require.GreaterOrEqual(t, len(done), 7, "%v", done)
}

// restored takes everything out of the trash again, now and then.
func (s *society) restored(now rights) rights {
	trashed, err := s.tree.Trash(s.olga)
	require.NoError(s.t, err)
	if len(trashed) < 3 {
		return now
	}
	for _, n := range trashed {
		effect, err := s.tree.PreviewRestore(s.olga, n.ID, "")
		require.NoError(s.t, err)
		_, err = s.tree.Restore(s.olga, n.ID, "")
		require.NoError(s.t, err)
		after := s.rights()
		gains, losses, _ := s.difference(now, after)
		s.requireSide(gains, effect.Gains, "restore gains")
		s.requireSide(losses, effect.Losses, "restore losses")
		now = after
	}
	return now
}

func (s *society) requireSide(want map[auth.PrincipalID]change, got auth.Side, what string, args ...any) {
	s.t.Helper()
	what = fmt.Sprintf(what, args...)
	listed := map[auth.PrincipalID]change{}
	for _, a := range got.Listed {
		listed[a.Person] = change{a.Actions & auth.Owner.Actions(), a.Notes}
	}
	links := s.links()
	count, readers := 0, 0
	for p, c := range want {
		isLink := slices.Contains(links, p)
		if !isLink {
			count++
		}
		if !isLink && c.actions.Has(auth.Read) {
			readers++
		}
		have, ok := listed[p]
		if !ok && !isLink {
			have = listed[auth.Everyone] // stands for those who have nothing else
		}
		if !ok && isLink {
			continue // a link that is made only now has no id in the preview that the test knows
		}
		require.Equal(s.t, c, have, "%s of %d %s", what, p, s.names[p])
	}
	require.Equal(s.t, count, got.People, what)
	require.Equal(s.t, readers, got.Readers, what)
	for p := range listed {
		if _, ok := s.names[p]; ok {
			require.Contains(s.t, want, p, what)
		}
	}
}
