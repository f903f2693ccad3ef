package prove_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/notebook"
)

// worlds is how many are listed.
const worlds = 6

// What lists, search and counts show is exactly what asking for each thing would.
func TestListsShowWhatMayBeRead(t *testing.T) {
	for seed := range uint64(worlds) {
		b := newWorld(seed, 11).build(t)
		d := b.open(t)
		for i := range b.signIns {
			b.requireLists(t, d, &b.signIns[i])
			b.requireRequests(t, d.tree, &b.signIns[i])
			b.requireNames(t, d.accounts, &b.signIns[i])
		}
	}
}

// doors are what people come in by.
type doors struct {
	tree     *notebook.Tree
	notes    *notebook.Service
	accounts *account.Service
}

func (b *built) open(t *testing.T) doors {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	gate := auth.NewGate(b.db.Records(), log)
	gate.Confirm(t.Context())
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { gate.Run(ctx, nil) })
	runs := b.db.Runs()
	notes := notebook.NewService(b.db.Notes(), runs, gate, log)
	recorder := notebook.NewRecorder(runs, log, notebook.OutputLimits{})
	notes.Attach(notebook.NewRunner(notebook.RunnerConfig{Store: runs, Gate: gate, Recorder: recorder, Log: log}), notebook.NewOutputs(runs, recorder))
	accounts, err := account.New(b.db.People(), gate, account.Config{Log: log})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, notes.Shutdown(context.Background())); stop(); running.Wait() })
	return doors{notebook.NewTree(b.db.Tree(), gate, nil, log), notes, accounts}
}

func as(t *testing.T, by *signIn) context.Context {
	return auth.WithActor(t.Context(), auth.Actor{Kind: auth.Person, User: by.who, SignIn: by.id, Name: "somebody"})
}

func (b *built) requireLists(t *testing.T, d doors, by *signIn) {
	t.Helper()
	ctx, tree, now := as(t, by), d.tree, time.Now()
	want, words, bin := map[auth.ID]auth.Actions{}, map[auth.ID]bool{}, map[auth.ID]bool{}
	for i, n := range b.nodes {
		allowed := b.may(question{by, i, now}, "")
		shown, err := tree.Show(ctx, n.id)
		require.Equal(t, allowed.Has(auth.Read), err == nil, "show node %d to %+v: %v", i, by, err)
		if err == nil {
			require.Equal(t, b.sharedWith(by, i, now), shown.SharedWith, "node %d, shown to %+v, is shared with so many", i, by)
		}
		if n.note && i%3 == 0 {
			_, err = d.notes.Export(ctx, n.id, "")
			require.Equal(t, allowed.Has(auth.Read), err == nil, "export node %d to %+v: %v", i, by, err)
		}
		switch {
		case n.trashed && allowed.Has(auth.Read) && allowed.Has(auth.Manage):
			bin[n.id] = true
		case !n.trashed && allowed.Has(auth.Read):
			want[n.id] = allowed
			words[n.id] = n.note
		}
	}
	for id, isNote := range words {
		if !isNote {
			delete(words, id)
		}
	}
	nodes, total, err := tree.List(ctx, 0)
	if b.nobody(by) {
		require.Error(t, err, "whom nothing lets in has no lists: %+v", by)
		return
	}
	require.NoError(t, err)
	got := map[auth.ID]auth.Actions{}
	for _, n := range nodes {
		got[n.ID] = n.Allowed
	}
	require.Equal(t, want, got, "listed for %+v", by)
	require.Equal(t, len(want), total, "counted for %+v", by)
	first, all, err := tree.List(ctx, 3)
	require.NoError(t, err)
	require.Len(t, first, min(3, len(want)))
	require.Equal(t, total, all, "a list that is cut short still counts all")

	hits, err := tree.Search(ctx, "common", "", 100)
	if by.kind == "guest" {
		require.Error(t, err, "guests do not search")
		return
	}
	require.NoError(t, err)
	found := map[auth.ID]bool{}
	for _, h := range hits.Hits {
		found[h.Note] = true
	}
	require.Equal(t, words, found, "found for %+v", by)
	require.Equal(t, len(words), hits.Total)

	trashed, err := tree.Trash(ctx)
	require.NoError(t, err)
	thrown := map[auth.ID]bool{}
	for _, n := range trashed {
		thrown[n.ID] = true
	}
	require.Equal(t, b.restorable(bin), thrown, "in the trash for %+v", by)
}

// restorable leaves, of what somebody manages in the trash, what they manage down to
// the last node below, and of that what stands highest.
func (b *built) restorable(managed map[auth.ID]bool) map[auth.ID]bool {
	whole := map[auth.ID]bool{}
	for i, n := range b.nodes {
		whole[n.id] = managed[n.id]
		for j, below := range b.nodes {
			whole[n.id] = whole[n.id] && (!b.isBelow(j, i) || managed[below.id])
		}
	}
	highest := map[auth.ID]bool{}
	for i, n := range b.nodes {
		if whole[n.id] && !(n.parent >= 0 && whole[b.nodes[n.parent].id] && b.trashRoot(n.parent) == b.trashRoot(i)) {
			highest[n.id] = true
		}
	}
	return highest
}

// nobody tells a sign-in that lets nobody in.
func (w *world) nobody(by *signIn) bool {
	l := w.linkOf(by)
	return by.over || w.isDisabled(by.who) || l != nil && (l.revoked || !w.guests)
}

// sharedWith counts the others who can sign in and whom a grant that counts names.
func (w *world) sharedWith(by *signIn, n int, now time.Time) (count int) {
	all := func(clause) bool { return true }
	for _, p := range w.people {
		as := signIn{who: p.id, kind: "browser"}
		named := false
		for at := n; at >= 0; at = w.nodes[at].parent {
			for _, g := range w.grants {
				named = named || g.node == at && g.to != auth.Everyone && w.isLive(g, now, all) && w.countsAs(&as, g.to, all)
			}
			if w.nodes[at].closed {
				break
			}
		}
		if named && !p.disabled && p.id != by.who {
			count++
		}
	}
	return count
}

// asked are who asked for what: everybody for one node each.
func (w *world) asked(person int) (node int) { return person * 7 % nodes }

// Requests are seen by those who manage what is asked for, and name no node to who
// may not read it.
func (b *built) requireRequests(t *testing.T, tree *notebook.Tree, by *signIn) {
	t.Helper()
	ctx, now := as(t, by), time.Now()
	want := map[auth.ID]bool{}
	for i, p := range b.people {
		n := b.nodes[b.asked(i)]
		if !n.trashed && !p.disabled && b.may(question{by, b.asked(i), now}, "").Has(auth.Manage) {
			want[n.id] = true
		}
	}
	got, err := tree.Requests(ctx)
	if b.nobody(by) || by.kind != "browser" {
		return // the scope of a token and guests: cmd/quire's matrix has them
	}
	require.NoError(t, err)
	listed := map[auth.ID]bool{}
	for _, r := range got {
		listed[r.Node.ID] = true
	}
	require.Equal(t, want, listed, "requests for %+v", by)
	count, err := tree.CountRequests(ctx)
	require.NoError(t, err)
	require.Len(t, got, count)
	own, err := tree.OwnRequests(ctx)
	require.NoError(t, err)
	require.Len(t, own, 1)
	for i, p := range b.people {
		if p.id == by.who {
			q := question{by, b.asked(i), now}
			require.Equal(t, b.may(q, "").Has(auth.Read), own[0].Node.Name != "", "the name of what %+v asked for", by)
		}
	}
}

// requireNames completes names: of people and groups, to people, and of nothing else.
func (b *built) requireNames(t *testing.T, accounts *account.Service, by *signIn) {
	t.Helper()
	want := map[auth.PrincipalID]bool{}
	for _, p := range b.people {
		if !p.disabled {
			want[p.id] = true
		}
	}
	found, err := accounts.SearchPeople(as(t, by), "user", 50)
	require.Equal(t, !b.nobody(by) && by.kind != "guest", err == nil, "%+v: %v", by, err)
	if err != nil {
		return
	}
	got := map[auth.PrincipalID]bool{}
	for _, p := range found {
		got[p.ID] = true
	}
	require.Equal(t, want, got)
	for _, hidden := range []string{"link", b.nodes[0].id.String()[:6]} {
		found, err := accounts.SearchPeople(as(t, by), hidden, 50)
		require.NoError(t, err)
		require.Empty(t, found, "nothing but people and groups has a name that is found")
	}
}
