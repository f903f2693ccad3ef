package kernel

import (
	"fmt"
	"maps"
	"sync"
	"time"
)

const (
	// watchEvery is how often kernels are compared with their limits.
	watchEvery = 250 * time.Millisecond
	// weighEvery is how often the folders of notes are measured.
	weighEvery = 10 * time.Second
	// lookShare is how many times as long as a look took the pause after it is at least,
	// up to longestPause.
	lookShare    = 20
	longestPause = 2 * time.Second
)

// watchdog kills kernels that go beyond their limits. It looks from outside, so
// between two looks a kernel can take more than it may; where every kernel has a
// user of its own, RLIMIT_NPROC bounds the number of its processes at any moment.
type watchdog struct {
	cfg  Config
	sep  separation
	stop chan struct{}
	done sync.WaitGroup

	mu       sync.Mutex
	watched  map[*child]order
	watching bool
}

func newWatchdog(cfg Config, sep separation) *watchdog {
	return &watchdog{cfg: cfg, sep: sep, stop: make(chan struct{}), watched: map[*child]order{}}
}

// add watches a child until the returned function is called.
func (w *watchdog) add(c *child, o order) (forget func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watched[c] = o
	if !w.watching {
		w.watching = true
		w.done.Go(func() { w.every(watchEvery, w.look) })
		// Apart, as a folder can be made to take long.
		w.done.Go(func() { w.every(weighEvery, w.weigh) })
	}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.watched, c)
	}
}

func (w *watchdog) every(pause time.Duration, look func(map[*child]order)) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			began := time.Now()
			if watched := w.all(); len(watched) > 0 {
				look(watched)
			}
			// Among hundreds of kernels a look takes long, and they need the processors.
			timer.Reset(max(pause, min(lookShare*time.Since(began), longestPause)))
		case <-w.stop:
			return
		}
	}
}

func (w *watchdog) all() map[*child]order {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.watched)
}

func (w *watchdog) look(watched map[*child]order) {
	kernels := make([]int, 0, len(watched))
	for c := range watched {
		kernels = append(kernels, c.cmd.Process.Pid)
	}
	all := allProcesses(kernels)
	for c, o := range watched {
		used := all.usage(c, w.ownerOf(o))
		switch {
		case o.Limits.Memory > 0 && used.memory > o.Limits.Memory && used.share() > o.Limits.Memory:
			c.killFor(fmt.Sprintf("it used more than %s of memory, the limit of this kernel", bytesText(o.Limits.Memory)))
		case o.Limits.Processes > 0 && used.tasks > o.Limits.Processes:
			c.killFor(fmt.Sprintf("it had more than %d processes and threads, the limit of this kernel", o.Limits.Processes))
		}
	}
}

func (w *watchdog) weigh(watched map[*child]order) {
	sizes := map[string]int64{} // a class has many kernels in one folder
	for c, o := range watched {
		if _, known := sizes[o.Dir]; !known && o.Limits.Folder > 0 {
			sizes[o.Dir] = folderSize(o.Dir, o.Limits.Folder)
		}
		if o.Limits.Folder > 0 && sizes[o.Dir] > o.Limits.Folder {
			c.killFor(fmt.Sprintf("the note's files grew beyond %s, the limit of this server; delete some", bytesText(o.Limits.Folder)))
		}
	}
}

// ownerOf is the user to whom all that a kernel could have started belongs, -1 where
// that is not its own. In a sandbox everything is a descendant.
func (w *watchdog) ownerOf(o order) int {
	if !w.sep.ownUsers || w.sep.bwrap != "" {
		return -1
	}
	return w.cfg.ownerOf(o.Slot, true).uid
}

func (w *watchdog) close() {
	close(w.stop)
	w.done.Wait()
}

// bytesText is a size as people write it: 2.0 GB is 2 × 10⁹ bytes.
func bytesText(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.0f MB", float64(n)/1e6)
	default:
		return fmt.Sprintf("%d bytes", n)
	}
}
