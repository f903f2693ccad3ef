package notebook_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// Of two owners who answer a request at once one is told that it was answered, and
// what was granted stands once.
func TestRequestIsAnsweredOnce(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	for round := range 10 {
		id := f.newNote(ana, fmt.Sprint("n", round), notebook.ID{})
		require.NoError(t, f.tree.Request(bob, id, auth.Reader, ""))
		r := f.waiting(ana)[0]
		var done atomic.Int32
		var all sync.WaitGroup
		for _, outcome := range []string{notebook.RequestGranted, notebook.RequestGranted, notebook.RequestDeclined} {
			all.Go(func() {
				_, err := f.tree.DecideRequest(ana, id, r.ID, notebook.RequestAnswer{Outcome: outcome})
				if err == nil {
					done.Add(1)
				} else if !fault.Is(err, fault.NotFound) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, done.Load())
		own, err := f.tree.OwnRequests(bob)
		require.NoError(t, err)
		require.Equal(t, own[0].Outcome == notebook.RequestGranted, f.may(bob, id) == reads)
	}
}

// Whoever opens a link while it is revoked holds nothing afterwards.
func TestLinkOpenedWhileItIsRevoked(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	people := make([]context.Context, 5)
	for i := range people {
		people[i] = f.person(fmt.Sprint("p", i))
	}
	for round := range 8 {
		id := f.newNote(ana, fmt.Sprint("n", round), notebook.ID{})
		secret := fmt.Sprint("secret", round)
		l := f.link(ana, id, secret, auth.Runner)
		var all sync.WaitGroup
		for _, p := range people {
			all.Go(func() {
				if _, err := f.tree.OpenLink(p, hashOf(secret)); err != nil && !fault.Is(err, fault.NotFound) {
					t.Error(err)
				}
			})
		}
		all.Go(func() {
			if err := f.tree.RevokeLink(ana, id, l.ID); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		for _, p := range people {
			require.Zero(t, f.may(p, id))
		}
	}
}
