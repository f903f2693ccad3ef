package auth_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
)

// running is a world whose gate runs, in a bubble of time of its own.
func running(t *testing.T, f func(*testing.T, *auth.Gate, *records, auth.Actor, auth.ID, chan<- uint64)) {
	synctest.Test(t, func(t *testing.T) {
		gate, r, a, node := world(t)
		ctx, cancel := context.WithCancel(context.Background())
		announced := make(chan uint64)
		ended := make(chan struct{})
		go func() { gate.Run(ctx, announced); close(ended) }()
		synctest.Wait()
		f(t, gate, r, a, node, announced)
		cancel()
		<-ended
	})
}

// heard reports whether the gate has told that decisions may have changed.
func heard(moved <-chan struct{}) bool {
	select {
	case <-moved:
		return true
	default:
		return false
	}
}

func TestNothingIsAllowedFourSecondsAfterTheEpochWasLastConfirmed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, r, a, node := world(t)
		pass := gate.Pass(a, node)
		defer pass.Release()
		_, err := pass.Actions(context.Background())
		require.NoError(t, err)
		r.down = errors.New("out of reach")
		time.Sleep(4 * time.Second)
		gate.Turn()
		gate.Confirm(context.Background())
		_, held := pass.Held()
		require.True(t, held, "to the moment")

		time.Sleep(time.Nanosecond)
		gate.Turn()
		gate.Confirm(context.Background())
		_, held = pass.Held()
		require.False(t, held)
		_, err = pass.Actions(context.Background())
		require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
		_, err = gate.Identity(context.Background(), a)
		require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
		r.down = nil
		gate.Confirm(context.Background())
		_, held = pass.Held()
		require.True(t, held, "it was confirmed, and nothing has changed")
	})
}

func TestTheEpochIsReadEverySecond(t *testing.T) {
	running(t, func(t *testing.T, gate *auth.Gate, r *records, a auth.Actor, node auth.ID, _ chan<- uint64) {
		pass := gate.Pass(a, node)
		defer pass.Release()
		_, err := pass.Actions(context.Background())
		require.NoError(t, err)
		moved := gate.Moved()
		r.change(func() {})
		time.Sleep(time.Second)
		synctest.Wait()
		_, held := pass.Held()
		require.False(t, held)
		require.True(t, heard(moved))
	})
}

func TestAnEpochThatIsAnnouncedCountsAtOnce(t *testing.T) {
	running(t, func(t *testing.T, gate *auth.Gate, r *records, a auth.Actor, node auth.ID, announced chan<- uint64) {
		pass := gate.Pass(a, node)
		defer pass.Release()
		_, err := pass.Actions(context.Background())
		require.NoError(t, err)
		moved := gate.Moved()
		announced <- r.change(func() {})
		synctest.Wait()
		_, held := pass.Held()
		require.False(t, held)
		require.True(t, heard(moved))
	})
}

func TestOnlyALaterEpochMoves(t *testing.T) {
	gate, r, _, _ := world(t)
	epoch := r.change(func() {})
	moved := gate.Moved()
	gate.Move(epoch)
	require.True(t, heard(moved))
	moved = gate.Moved()
	gate.Move(epoch)
	gate.Move(epoch - 1)
	require.False(t, heard(moved), "again, or late")
	gate.Turn()
	require.True(t, heard(moved), "a date has come")
}

// A pass with an end stands to it, others stand on; the end is told once.
func TestTheEndOfAPassIsToldOnce(t *testing.T) {
	running(t, func(t *testing.T, gate *auth.Gate, r *records, a auth.Actor, node auth.ID, _ chan<- uint64) {
		ends := time.Now().Add(10 * time.Second)
		_, dated := r.another()
		r.chains[dated] = []auth.Object{{ID: dated, Grants: []auth.Grant{{Principal: ana, Role: auth.Reader, EndsAt: ends}}}}
		defer gate.Pass(a, auth.NewID()).Release() // nobody asks this one
		passes := []*auth.Pass{gate.Pass(a, node), gate.Pass(a, dated)}
		for _, p := range passes {
			defer p.Release()
			_, err := p.Actions(context.Background())
			require.NoError(t, err)
		}
		moved := gate.Moved()
		held := func() [2]bool {
			synctest.Wait()
			_, first := passes[0].Held()
			_, second := passes[1].Held()
			return [2]bool{first, second}
		}
		time.Sleep(10*time.Second - time.Nanosecond)
		require.Equal(t, [2]bool{true, true}, held())
		require.False(t, heard(moved))
		time.Sleep(time.Nanosecond)
		require.Equal(t, [2]bool{true, false}, held())
		require.True(t, heard(moved))
		moved = gate.Moved()
		time.Sleep(time.Second)
		require.Equal(t, [2]bool{true, false}, held())
		require.False(t, heard(moved))
	})
}

// Between two ticks of the clock Turn brings the time: a pass that ends then ends.
func TestAPassDoesNotStandAtItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, r, a, node := world(t)
		ends := time.Now().Add(time.Second)
		r.chains[node][0].Grants[0].EndsAt = ends
		pass := gate.Pass(a, node)
		defer pass.Release()
		_, err := pass.Actions(context.Background())
		require.NoError(t, err)
		time.Sleep(time.Second - time.Nanosecond)
		gate.Turn()
		_, held := pass.Held()
		require.True(t, held)
		time.Sleep(time.Nanosecond)
		gate.Turn()
		_, held = pass.Held()
		require.False(t, held)
	})
}

// stuck are records that answer when they are asked no longer.
type stuck struct{ records }

func (*stuck) Epoch(ctx context.Context) (uint64, error) { <-ctx.Done(); return 0, ctx.Err() }

func TestAnEpochThatIsNotConfirmedIsLoggedUnlessWeStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		gate := auth.NewGate(&stuck{}, slog.New(slog.NewTextHandler(&log, nil)))
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		gate.Confirm(ctx)
		require.Empty(t, log.String(), "the server stops")
		gate.Confirm(context.Background())
		require.Contains(t, log.String(), "not confirmed", "it took too long")

		log.Reset()
		r := newRecords()
		r.down = errors.New("out of reach")
		auth.NewGate(r, slog.New(slog.NewTextHandler(&log, nil))).Confirm(context.Background())
		require.Contains(t, log.String(), "out of reach")
	})
}
