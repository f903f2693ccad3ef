package notebook

import (
	"context"
	"time"
)

// SetNow gives the tree another clock.
func (t *Tree) SetNow(now func() time.Time) { t.now = now }

// SweepScratch is one round of WatchScratch.
func (t *Tree) SweepScratch(ctx context.Context, closed map[ID]time.Time) error {
	return t.sweepScratch(ctx, closed)
}

// IsNoWord is for comparing with what the database takes for words.
var IsNoWord = isNoWord
