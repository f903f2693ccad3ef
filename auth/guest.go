package auth

import (
	"context"

	"quire/auth/fault"
)

// GuestScope is all that a guest may do with the one note its link leads to.
const GuestScope = Actions(Read | Run)

// openToGuests are the operations off a note that guests have: what a page needs to
// show one note, and to leave. All others need somebody who is signed in.
var openToGuests = map[Operation]bool{SelfShow: true, SignOut: true, TreeList: true, InterpreterSee: true}

// notForGuests are operations on a note that guests do not have although they read
// it: such as leave a note of one's own behind, and such as tell who has access.
var notForGuests = map[Operation]bool{NoteClone: true, NoteScratch: true, GrantsShow: true, AccessExplain: true}

// ForGuests tells whether a guest may have the operation at all. On a note it still
// needs the action.
func (o Operation) ForGuests() bool {
	if o.kind == OnNode {
		return GuestScope.Has(o.action) && !notForGuests[o]
	}
	return openToGuests[o]
}

// checkGuest refuses a guest what only those who are signed in have.
func (g *Gate) checkGuest(ctx context.Context, a Actor, op Operation) error {
	if op.ForGuests() {
		return nil
	}
	who, err := g.Identity(ctx, a)
	if err != nil || !who.Guest {
		return err
	}
	g.refused(ctx, a, op, "")
	return fault.New(fault.Forbidden, "Guests cannot do this (%s). Sign in first.", op.Name())
}
