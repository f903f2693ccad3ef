package kernel

import (
	"context"
	"errors"

	"quire/notebook"
	"quire/notebook/kernel/message"
)

// A connection to a kernel elsewhere can be cut. What the kernel answers to a later
// request then tells what became of earlier ones: the shell channel keeps its order,
// so what is not answered by then never will be. Nothing is ever sent twice.

// maybeLost is the reason that the end of an execution cannot be known.
const maybeLost = "the connection to its kernel was cut, and how it ended did not come through"

var errReplaced = errors.New("another process stands in its place")

// know keeps the session of the kernel's own messages. Most kernels have one; of those
// that repeat ours nobody can tell another process.
func (c *client) know(session string) {
	if session != c.session {
		c.peer.Store(&session)
	}
}

// isReplaced tells whether a message is of another process than the one that was
// greeted: a gateway puts one of the same id in the place of a kernel that died or is
// restarted there. What a gateway says itself bears our session.
func (c *client) isReplaced(m message.Message) bool {
	peer := c.peer.Load()
	return peer != nil && m.Header.Session != *peer && m.Header.Session != c.session
}

// cutOff takes note that messages may be missing. The caller has no lock.
func (c *client) cutOff(e *CutError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.requests {
		r.cut = true
	}
	if c.running != nil {
		c.outputs.lose(c.running, 0, 0, e.Reason)
	}
	close(c.nextCut)
	c.nextCut = make(chan struct{})
	c.onCut(c.nextCut)
}

// afterCut finds out, when the connection is there again, what did not come through.
// next is closed at the next cut, whose own check then counts.
func (k *kernel) afterCut(next <-chan struct{}) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-next:
		case <-k.Backing.Ended():
		case <-ctx.Done():
		}
		cancel()
	}()
	if _, err := k.info(ctx); err != nil {
		return // or another process has answered, which its reader has told
	}
	k.client.giveUpUnanswered()
}

// giveUpUnanswered ends the wait for answers that a cut has swallowed.
func (c *client) giveUpUnanswered() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.requests {
		if r.cut {
			r.cut = false
			r.missOnce.Do(func() { close(r.missed) })
		}
	}
}

// deadResult is the end of an execution whose kernel is gone.
func (e *execution) deadResult(count int) notebook.ExecuteResult {
	e.k.client.mu.Lock()
	cut := e.cut
	e.k.client.mu.Unlock()
	res := notebook.ExecuteResult{Status: notebook.ExecuteDead, Count: count, Reason: e.k.death}
	if cut {
		res.Status = notebook.ExecuteLost
	}
	return res
}
