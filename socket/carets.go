package socket

import (
	"sync"
	"time"

	"quire/auth"
)

// caretEvery is the shortest time between two carets of one tab in one note that
// are passed on.
const caretEvery = 100 * time.Millisecond

// caret is where somebody's caret is.
type caret struct {
	paragraph string
	version   int64
	ranges    [][2]int
}

// carets passes on where a tab's caret is: at once if the last is long ago, else
// the newest when it is time.
type carets struct {
	sub *subscription

	mu      sync.Mutex
	last    time.Time
	newest  *caret
	timer   *time.Timer // running while newest waits
	stopped bool
}

func (k *carets) move(to caret) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stopped {
		return
	}
	k.newest = &to
	if k.timer != nil {
		return
	}
	if wait := time.Until(k.last.Add(caretEvery)); wait > 0 {
		k.timer = time.AfterFunc(wait, k.due)
		return
	}
	k.pass()
}

func (k *carets) due() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.timer = nil
	if !k.stopped {
		k.pass()
	}
}

// pass tells the note of the newest caret, of those who may have one. Where that
// cannot be told at once it is left out: the next movement brings another.
func (k *carets) pass() {
	to := k.newest
	k.newest, k.last = nil, time.Now()
	actions, ok := k.sub.pass.Held()
	if ok && actions.Has(auth.NoteCaret.Action()) {
		k.sub.handle.Caret(to.paragraph, to.version, to.ranges)
	}
}

func (k *carets) stop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stopped = true
	if k.timer != nil {
		k.timer.Stop()
	}
}
