package prove_test

import (
	"time"

	"quire/auth"
)

// The rule, read once more from docs/permissions.md and written down as it is told
// there, without regard to speed. Each clause has a name, so that it can be left out:
// a clause decides a question when the answer is another one without it.
type clause string

const (
	byPerson    clause = "granted to the person"
	byGroup     clause = "granted to a group of theirs"
	byNesting   clause = "groups are in groups"
	byEveryone  clause = "granted to everyone"
	byLink      clause = "granted to a link they hold, or came by"
	fromFolder  clause = "granted on a folder above"
	ownsAll     clause = "owner of everything by the setting"
	notYet      clause = "a grant has not begun"
	ended       clause = "a grant has ended"
	takenBack   clause = "a grant was taken back"
	closedAbove clause = "a closed node shuts out what stands above"
	capHere     clause = "a cap in a folder"
	capAll      clause = "a cap everywhere"
	inTrash     clause = "the trash is for those who manage"
	byScope     clause = "the scope of a token"
	isDisabled  clause = "the account is disabled"
	isOver      clause = "the sign-in is over"
	linkRevoked clause = "the link was revoked"
)

var clauses = []clause{byPerson, byGroup, byNesting, byEveryone, byLink, fromFolder, ownsAll, notYet, ended, takenBack,
	closedAbove, capHere, capAll, inTrash, byScope, isDisabled, isOver, linkRevoked}

// question asks what whoever signed in so may do on the node then.
type question struct {
	by   *signIn
	node int
	at   time.Time
}

// may answers a question by the rule without the clause (empty: the whole rule).
func (w *world) may(q question, without clause) auth.Actions {
	on := func(c clause) bool { return c != without }
	if q.by.over && on(isOver) || w.isDisabled(q.by.who) && on(isDisabled) {
		return 0
	}
	if l := w.linkOf(q.by); l != nil && (!w.guests || l.revoked && on(linkRevoked)) {
		return 0
	}
	allowed := given(w.role(q, on))
	for _, c := range w.caps {
		if c.lifted || !w.countsAs(q.by, c.group, on) {
			continue
		}
		if c.node < 0 && on(capAll) || c.node >= 0 && w.isBelow(q.node, c.node) && on(capHere) {
			allowed &= c.actions
		}
	}
	if w.nodes[q.node].trashed && on(inTrash) {
		if !allowed.Has(auth.Manage) {
			return 0
		}
		allowed &= auth.Actions(auth.Read | auth.Manage)
	}
	if q.by.kind == "guest" { // never decides: links give no more
		allowed &= auth.Actions(auth.Read | auth.Run)
	}
	if q.by.kind == "token" && on(byScope) {
		allowed &= sum(q.by.scope)
	}
	return allowed
}

// given is what a role allows: reading, then running, then writing, then managing.
func given(role int) auth.Actions {
	return sum([]auth.Action{auth.Read, auth.Run, auth.Write, auth.Manage}[:role])
}

func sum(actions []auth.Action) (set auth.Actions) {
	for _, a := range actions {
		set |= auth.Actions(a)
	}
	return set
}

// role finds the highest role, 0 for none.
func (w *world) role(q question, on func(clause) bool) (highest int) {
	if w.ownerOf != 0 && on(ownsAll) && w.countsAs(q.by, w.ownerOf, on) {
		return 4
	}
	for at := q.node; at >= 0; at = w.nodes[at].parent {
		for _, g := range w.grants {
			if g.node == at && g.role > highest && w.isLive(g, q.at, on) && w.countsAs(q.by, g.to, on) {
				highest = g.role
			}
		}
		if w.nodes[at].closed && on(closedAbove) || !on(fromFolder) {
			break
		}
	}
	return highest
}

func (w *world) isLive(g grant, at time.Time, on func(clause) bool) bool {
	switch {
	case g.revoked && on(takenBack):
		return false
	case !g.from.IsZero() && at.Before(g.from) && on(notYet):
		return false
	case !g.until.IsZero() && !at.Before(g.until) && on(ended):
		return false
	}
	return true
}

// countsAs tells whether a grant to the principal is one to whoever signed in.
func (w *world) countsAs(by *signIn, p principal, on func(clause) bool) bool {
	switch l := w.linkNamed(p); {
	case p == auth.Everyone:
		return by.kind != "guest" && on(byEveryone)
	case p == by.who && l == nil:
		return on(byPerson)
	case l != nil:
		held := p == by.who
		for _, holder := range l.holders {
			held = held || holder == by.who
		}
		return held && on(byLink) && (!l.revoked || !on(linkRevoked))
	}
	return on(byGroup) && w.isIn(p, by.who, on)
}

// isIn tells whether somebody is in a group, or in a group inside it.
func (w *world) isIn(g, who principal, on func(clause) bool) bool {
	for _, one := range w.groups {
		if one.id != g {
			continue
		}
		for _, m := range one.members {
			if m == who || on(byNesting) && w.isIn(m, who, on) {
				return true
			}
		}
	}
	return false
}

func (w *world) isBelow(n, folder int) bool {
	for ; n >= 0; n = w.nodes[n].parent {
		if n == folder {
			return true
		}
	}
	return false
}

func (w *world) isDisabled(who principal) bool {
	for _, p := range w.people {
		if p.id == who {
			return p.disabled
		}
	}
	return false
}

func (w *world) linkNamed(p principal) *link {
	for i := range w.links {
		if w.links[i].id == p {
			return &w.links[i]
		}
	}
	return nil
}

func (w *world) linkOf(by *signIn) *link { return w.linkNamed(by.who) }
