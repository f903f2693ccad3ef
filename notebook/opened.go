package notebook

import (
	"sync"

	"quire/auth"
)

// Opened is a subscription to an open note. Close it when the client leaves.
type Opened struct {
	keeper   *keeper
	sub      Subscriber
	presence Presence // the keeper's alone
	once     sync.Once
}

// Close ends the subscription. Events that are on their way may still be
// delivered. It may be called more than once.
func (o *Opened) Close() {
	o.once.Do(func() { o.keeper.inbox.put(closeRequest{o}, false) })
}

// Caret tells the others where this subscriber's caret is. It is not stored, and
// left out when the note is very busy or the subscriber may not write.
func (o *Opened) Caret(paragraph string, version int64, ranges [][2]int) {
	o.keeper.inbox.put(caretRequest{o, paragraph, version, ranges}, true)
}

// Allowed tells the others whether this subscriber may write from now on.
func (o *Opened) Allowed(actions auth.Actions) {
	o.keeper.inbox.put(allowedRequest{o, actions.Has(auth.Write)}, false)
}
