package notebook

import (
	"context"
	"time"
)

// How long WatchDates waits at most: after a failure, and in case the clock is set.
const (
	datesRetry = time.Second
	datesLook  = time.Hour
)

// WatchDates acts on grants that begin and end by themselves, until ctx ends: at
// that moment all who show a note or the tree ask anew, as after a change, and what
// was queued by those who may run no more is cancelled.
func (t *Tree) WatchDates(ctx context.Context) {
	for ctx.Err() == nil {
		moved := t.gate.Moved()
		next, err := t.store.NextDate(ctx, t.now())
		wait := datesLook
		switch {
		case err != nil:
			wait, next = datesRetry, time.Time{}
		case !next.IsZero():
			wait = min(wait, next.Sub(t.now()))
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-moved:
		case <-timer.C:
			t.turn(next)
		}
		timer.Stop()
	}
}

// turn tells everybody that the date has come.
func (t *Tree) turn(date time.Time) {
	if date.IsZero() || t.now().Before(date) {
		return
	}
	t.gate.Turn()
	if t.Changed != nil {
		t.Changed()
	}
}
