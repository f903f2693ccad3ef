package prove_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
)

// worlds is how many are listed.
const worlds = 6

// What lists, search and counts show is exactly what asking for each thing would.
func TestListsShowWhatMayBeRead(t *testing.T) {
	for seed := range uint64(worlds) {
		b := newWorld(rand.New(rand.NewPCG(seed, 11))).build(t)
		tree := b.tree(t)
		for i := range b.signIns {
			b.requireLists(t, tree, &b.signIns[i])
		}
	}
}

// tree is the door to the world for people.
func (b *built) tree(t *testing.T) *notebook.Tree {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	gate := auth.NewGate(b.db.Records(), log)
	gate.Confirm(t.Context())
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { gate.Run(ctx, nil) })
	t.Cleanup(func() { stop(); running.Wait() })
	return notebook.NewTree(b.db.Tree(), gate, nil, log)
}

func (b *built) requireLists(t *testing.T, tree *notebook.Tree, by *signIn) {
	t.Helper()
	ctx := auth.WithActor(t.Context(), auth.Actor{Kind: auth.Person, User: by.who, SignIn: by.id, Name: "somebody"})
	now := time.Now()
	want, words, bin := map[auth.ID]auth.Actions{}, map[auth.ID]bool{}, map[auth.ID]bool{}
	for i, n := range b.nodes {
		allowed := b.allowed(by, i, now)
		_, err := tree.Show(ctx, n.id)
		require.Equal(t, allowed.Has(auth.Read), err == nil, "show node %d to %+v: %v", i, by, err)
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

	hits, err := tree.Search(ctx, "common", 100)
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

func (w *world) allowed(by *signIn, n int, at time.Time) (set auth.Actions) {
	for _, a := range []auth.Action{auth.Read, auth.Run, auth.Write, auth.Manage} {
		if w.may(question{by, n, a, at}, "") {
			set |= auth.Actions(a)
		}
	}
	return set
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
