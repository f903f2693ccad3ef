package notebook_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
	"quire/notebook"
)

// Groups and folders that the asker may not see are counted, not named.
func TestWhatTheAskerMayNotSeeIsNotNamed(t *testing.T) {
	f := newForest(t)
	ana, bo, cy := f.person("ana"), f.person("bo"), f.person("cy")
	inner := f.group("secret-team", who(cy).User)
	outer := f.group("outer", inner)
	folder := f.folder(ana, "private folder", notebook.ID{})
	note := f.newNote(ana, "plan", folder)
	f.give(ana, folder, outer, auth.Reader)
	f.give(ana, note, who(bo).User, auth.Owner)

	ask := func(ctx context.Context, person string) notebook.AccessAnswer {
		a, err := f.tree.Explain(ctx, notebook.AccessQuestion{Node: note, Person: person, Action: auth.Read})
		require.NoError(t, err)
		return a
	}
	a := ask(bo, "cy")
	require.True(t, a.Allowed)
	require.Len(t, a.Paths, 1)
	require.Equal(t, 1, a.Hidden)
	require.Nil(t, a.Paths[0].Node, "bo may not read the folder")
	require.Equal(t, "outer", a.Paths[0].Principal.Name, "whom it is granted to is in the list of grants too")
	require.True(t, a.Paths[0].Chain[0].Hidden)
	require.Equal(t, "outer", a.Paths[0].Chain[1].Name)
	text := a.Sentence + a.Smallest.Words
	require.NotContains(t, text, "secret-team")
	require.NotContains(t, text, "private folder")

	own := ask(cy, "")
	require.Zero(t, own.Hidden, "of oneself one sees all")
	require.Equal(t, "secret-team", own.Paths[0].Chain[0].Name)
	require.Equal(t, "private folder", own.Paths[0].Node.Name)
	require.Equal(t, "ana", own.Paths[0].By)
	require.Equal(t, "cy may read “plan”: in 1 way.", own.Sentence)

	_, err := f.tree.Explain(cy, notebook.AccessQuestion{Node: note, Person: "bo", Action: auth.Read})
	require.Equal(t, fault.Forbidden, code(err), "about others one has to own it")
	_, err = f.tree.Explain(cy, notebook.AccessQuestion{Node: note, Action: auth.Read, At: time.Now().Add(-time.Hour)})
	require.Equal(t, fault.Forbidden, code(err))
	_, err = f.tree.Explain(f.person("dan"), notebook.AccessQuestion{Node: note, Action: auth.Read})
	require.Equal(t, fault.NotFound, code(err))
	_, err = f.tree.Explain(bo, notebook.AccessQuestion{Node: note, Person: "nobody such", Action: auth.Read})
	require.Equal(t, fault.Invalid, code(err))
}

// A token is told what the token may.
func TestAnExplanationOfOneselfKnowsTheScope(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	note := f.newNote(ana, "n", notebook.ID{})
	a, err := f.tree.Explain(f.token(ana, "read"), notebook.AccessQuestion{Node: note, Action: auth.Write})
	require.NoError(t, err)
	require.False(t, a.Allowed)
	require.Equal(t, "scope", a.Ignored[0].Why)
	require.Equal(t, "scope", a.Smallest.Changes[0].Kind)
}

// The past is told from what is kept; of moves it is said that nothing is.
func TestThePastIsTold(t *testing.T) {
	f := newForest(t)
	ana, bo := f.person("ana"), f.person("bo")
	crew := f.group("crew")
	note := f.newNote(ana, "n", notebook.ID{})
	clock := func() time.Time { return one[time.Time](f, `SELECT clock_timestamp()`) }
	before := clock()
	f.give(ana, note, crew, auth.Writer)
	f.exec(`INSERT INTO memberships (group_id, member_id) VALUES ($1, $2)`, int64(crew), int64(who(bo).User))
	during := clock()
	f.exec(`DELETE FROM memberships`)
	f.moved()
	after := clock()

	at := func(moment time.Time) notebook.AccessAnswer {
		a, err := f.tree.Explain(ana, notebook.AccessQuestion{Node: note, Person: "bo", Action: auth.Write, At: moment})
		require.NoError(t, err)
		return a
	}
	require.False(t, at(before).Allowed)
	require.True(t, at(during).Allowed)
	require.Equal(t, "bo could write “n”: in 1 way.", at(during).Sentence)
	require.False(t, at(after).Allowed)
	require.Equal(t, "left", at(after).Ignored[0].Why)
	require.False(t, at(after).Ignored[0].Chain[0].Ended.IsZero())
	people := func(moment time.Time) (names []string) {
		r, err := f.tree.WhoReaches(ana, note, moment)
		require.NoError(t, err)
		require.Len(t, r.People, r.Total)
		for _, p := range r.People {
			names = append(names, p.Principal.Name)
		}
		return names
	}
	require.Equal(t, []string{"ana"}, people(before))
	require.Equal(t, []string{"ana", "bo"}, people(during))
	require.Equal(t, []string{"ana"}, people(time.Time{}))
	require.Empty(t, at(during).Unsure)

	_, err := f.tree.Move(ana, note, f.folder(ana, "f", notebook.ID{}), "")
	require.NoError(t, err)
	require.Equal(t, []string{"it or a folder above it was moved since"}, at(during).Unsure)
	require.Contains(t, at(during).Sentence, "moved since")
	require.Contains(t, at(before.Add(-time.Hour)).Sentence, "did not exist yet")
}

// What is listed as reached and by whom is what auth.Decide says of each.
func TestReachAndReachersAreWhatIsDecided(t *testing.T) {
	s := newSociety(t, 5)
	for range proofs(60) {
		_ = s.step().do()
	}
	all := s.rights()
	for _, p := range s.people {
		r, err := s.tree.ReachOf(s.olga, p, notebook.ReachQuery{Kind: notebook.NoteNode})
		require.NoError(t, err)
		got := map[notebook.ID][]string{}
		for _, n := range r.Nodes {
			got[n.ID] = n.Actions
			require.NotEmpty(t, n.Through)
		}
		readable := 0
		for n, actions := range all[p] {
			trashed := one[bool](s.forest, `SELECT trash_id IS NOT NULL FROM nodes WHERE id = $1`, [16]byte(n))
			if !actions.Has(auth.Read) || trashed {
				require.NotContains(t, got, n)
				continue
			}
			readable++
			if all[s.people[0]][n].Has(auth.Read) {
				require.Equal(t, actions.Names(), got[n])
			}
		}
		require.Equal(t, readable, r.Total)
		require.Equal(t, readable-len(got), r.Hidden)
	}
	for n := range all[s.people[0]] {
		r, err := s.tree.WhoReaches(s.olga, n, time.Time{})
		if err != nil {
			continue // olga does not manage it any more
		}
		s.requireReachers(r, n, all)
	}
}

func (s *society) requireReachers(r notebook.Reachers, n notebook.ID, all rights) {
	total := 0
	for _, p := range s.people {
		actions := all[p][n]
		if actions.Has(auth.Read) {
			total++
		}
		i := slices.IndexFunc(r.People, func(q notebook.Reacher) bool { return q.Principal.ID == p })
		switch {
		case i >= 0:
			require.Equal(s.t, actions.Names(), r.People[i].Actions)
		case actions.Has(auth.Read):
			require.Equal(s.t, actions.Names(), r.EveryoneMay)
		}
	}
	require.Equal(s.t, total, r.Total)
}

// While somebody holds the row that all changes of authority wait for, a preview
// does not wait.
func TestAPreviewDoesNotTakeTheAuthorityRow(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	f.person("bo")
	note := f.newNote(ana, "n", notebook.ID{})
	tx, err := f.sql.Begin(t.Context())
	require.NoError(t, err)
	defer tx.Rollback(context.Background())
	_, err = tx.Exec(t.Context(), `SELECT FROM authority FOR UPDATE`)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(ana, 5*time.Second)
	defer cancel()
	e, err := f.tree.PreviewGrants(ctx, note, notebook.GrantChange{Version: 1, Grants: []notebook.GrantWish{
		{ID: who(ana).User, Role: auth.Owner}, {ID: auth.Everyone, Role: auth.Reader}}})
	require.NoError(t, err)
	require.True(t, e.Gains.Everyone.Has(auth.Read))
	require.Equal(t, []notebook.ID{note}, e.Opened)
	_, err = f.tree.PreviewGrants(ctx, note, notebook.GrantChange{Version: 1})
	require.Equal(t, fault.Conflict, code(err), "somebody has to own it, as when it is saved: %v", err)
	_, err = f.tree.PreviewGrants(ctx, note, notebook.GrantChange{Version: 7})
	require.Equal(t, fault.Stale, code(err))
}

// Notes that only a cap tells apart are told apart.
func TestAPreviewSeesACapOnOneOfTwoLikeNotes(t *testing.T) {
	s := newSociety(t, 9)
	crew := s.groups[0]
	for _, name := range []string{"one", "two"} {
		id := s.newNote(s.olga, name, notebook.ID{})
		s.give(s.olga, id, crew, auth.Writer)
		if name == "two" {
			_, err := s.accounts.SetCap(s.olga, account.NewCap{Group: account.GroupRef{ID: crew}, Node: id, Actions: []string{"read"}})
			require.NoError(t, err)
		}
		s.nodes = append(s.nodes, id)
	}
	before := s.rights()
	effect, err := s.accounts.PreviewMembers(s.olga, crew, []string{"p3", "p4"})
	require.NoError(t, err)
	_, err = s.accounts.SetMembers(s.olga, crew, []string{"p3", "p4"})
	require.NoError(t, err)
	gains, _, notes := s.difference(before, s.rights())
	s.requireSide(gains, effect.Gains, "gains")
	require.Len(t, notes, effect.Notes)
	require.Equal(t, auth.Writer.Actions(), effect.Gains.Listed[0].Actions)
}
