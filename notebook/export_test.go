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

// Session is what the recording's kernel displayed.
func (r *Recording) Session() *displays { return r.session }

// Again takes up a recording that has ended; nil when that is not to be.
func (rec *Recorder) Again(r *Recording) *Recording {
	was := r.recorded()
	if was == nil {
		return nil
	}
	return rec.Continue(r.run, was, r.session)
}

// Marks are those of a part at this moment.
func (r *Recording) Marks(part int) []Mark {
	_, marks, _ := r.index(part, 0)
	return marks
}
