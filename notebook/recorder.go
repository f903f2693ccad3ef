package notebook

import (
	"log/slog"
	"sync"
	"time"
)

// Recorder keeps what runs print, outside the note's keeper: outputs are no
// operations on the note. Each run that is going on has a Recording.
type Recorder struct {
	store  RunStore
	log    *slog.Logger
	limits OutputLimits

	mu       sync.Mutex
	live     map[ID]*Recording
	watchers map[ID]map[chan struct{}]struct{}
}

// OutputLimits bound what is kept of a run's output. A zero is the default.
type OutputLimits struct {
	// RunBytes are stored of one run; 64 MiB. The last TailBytes of them (1 MiB) are
	// for its end, the others for its beginning.
	RunBytes, TailBytes int64
	// HeadBytes of a run's beginning (1 MiB) and RecentBytes of what was stored last
	// (200 KiB) stay in memory while it goes on, for those who watch.
	HeadBytes, RecentBytes int64
	// BacklogBytes may wait to be stored (8 MiB).
	BacklogBytes int64
	// BundleBytes is the largest display, result or error (16 MiB of JSON).
	BundleBytes int64
	// Parts is the number of parts (5000). Text beyond goes on in the last part of its
	// stream.
	Parts int
	// Flush is how long output may wait to be stored (250 ms).
	Flush time.Duration
}

// Fixed sizes of the recorder's work.
const (
	flushBytes   = 1 << 20  // stored at once when so much waits
	batchBytes   = 2 << 20  // in one transaction
	chunkBytes   = 1 << 20  // in one row
	sliceBytes   = 64 << 10 // long texts are taken in such pieces
	churnFactor  = 16       // a run may write so many times RunBytes by rewriting displays
	writeMayWait = time.Second
	tellEvery    = 20 * time.Millisecond
)

func (l OutputLimits) withDefaults() OutputLimits {
	return OutputLimits{
		RunBytes:     or(l.RunBytes, 64<<20),
		TailBytes:    or(l.TailBytes, 1<<20),
		HeadBytes:    or(l.HeadBytes, 1<<20),
		RecentBytes:  or(l.RecentBytes, 200<<10),
		BacklogBytes: or(l.BacklogBytes, 8<<20),
		BundleBytes:  or(l.BundleBytes, 16<<20),
		Parts:        or(l.Parts, 5000),
		Flush:        or(l.Flush, 250*time.Millisecond),
	}
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// NewRecorder returns a recorder that keeps output in store.
func NewRecorder(store RunStore, log *slog.Logger, limits OutputLimits) *Recorder {
	return &Recorder{
		store: store, log: log, limits: limits.withDefaults(),
		live: map[ID]*Recording{}, watchers: map[ID]map[chan struct{}]struct{}{},
	}
}

// recording returns the run's recording, nil when it is not going on.
func (rec *Recorder) recording(run ID) *Recording {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	return rec.live[run]
}

// forget is called when all of a run's output is stored.
func (rec *Recorder) forget(run ID) {
	rec.mu.Lock()
	delete(rec.live, run)
	rec.mu.Unlock()
	rec.tell(run)
}

// watch registers for a token whenever the run's output has changed. It works for
// every run: displays of one that has ended may still be rewritten.
func (rec *Recorder) watch(run ID) (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if rec.watchers[run] == nil {
		rec.watchers[run] = map[chan struct{}]struct{}{}
	}
	rec.watchers[run][c] = struct{}{}
	return c, func() { rec.unwatch(run, c) }
}

func (rec *Recorder) unwatch(run ID, c chan struct{}) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	delete(rec.watchers[run], c)
	if len(rec.watchers[run]) == 0 {
		delete(rec.watchers, run)
	}
}

// tell gives everybody who watches the run a token.
func (rec *Recorder) tell(run ID) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	for c := range rec.watchers[run] {
		signal(c)
	}
}

// signal puts a token into a channel with room for one, if there is none.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
