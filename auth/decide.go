package auth

import (
	"slices"
	"time"
)

// Grant gives a principal a role on a node, perhaps only for a time. Zero times
// mean no start and no end.
type Grant struct {
	Principal PrincipalID
	Role      Role
	StartsAt  time.Time
	EndsAt    time.Time
}

// Object is a node with the grants that stand on itself. A chain of objects goes
// from a node up to the top of the tree.
type Object struct {
	ID     ID
	Closed bool
	// Trashed marks a node that is in the trash, by itself or with a folder.
	Trashed bool
	Grants  []Grant
}

// Identity is what a sign-in counts as at one moment.
type Identity struct {
	User PrincipalID
	Name string
	// Admin may administer the server. It gives nothing on nodes.
	Admin bool
	// Principals holds the user, all groups the user is in through nesting, and
	// Everyone; sorted.
	Principals []PrincipalID
	// Leads holds the groups whose members the user may change; sorted.
	Leads []PrincipalID
	// Caps are the limits set for groups the user is in, through nesting.
	Caps []Cap
	// OwnsAll tells that the user counts as an owner of every folder and note, by the
	// setting notebook.owner_role.
	OwnsAll bool
	// Guest tells that nobody is signed in: the user is a link that lets in whoever
	// has it. Guests are not Everyone.
	Guest bool
	// Scope limits what the sign-in may do; AllActions for a browser's.
	Scope Actions
	// Until is when the sign-in ends by itself.
	Until time.Time
}

// Cap leaves nothing but its actions to a group's members: on a folder and all that
// is structurally below it, also past closed nodes, or everywhere.
type Cap struct {
	Node    ID // zero: everywhere
	Actions Actions
}

// Is reports whether the identity counts as the principal.
func (who Identity) Is(p PrincipalID) bool {
	return contains(who.Principals, p)
}

func contains(sorted []PrincipalID, p PrincipalID) bool {
	_, ok := slices.BinarySearch(sorted, p)
	return ok
}

// Decision is what somebody may do on a node, and until when that is known to
// hold if nothing changes. A zero Until means without end.
type Decision struct {
	Actions Actions
	Until   time.Time
}

// Decide says what who may do on the node at the head of the chain at the moment
// now. The actions are those of the highest live grant that names one of who's
// principals, on the node or on a folder above it up to the first closed one,
// within every cap that counts there and within the scope of the sign-in. In the
// trash only those who still manage a node may see it, and they may do nothing but
// read and manage it. Its twin in SQL is node_actions in migrations.
func Decide(chain []Object, who Identity, now time.Time) Decision {
	until := who.Until
	if len(chain) == 0 || !until.IsZero() && !now.Before(until) {
		return Decision{Until: until}
	}
	role, change := Owner, time.Time{}
	if !who.OwnsAll {
		role, change = highest(chain, who.Principals, now)
	}
	if !change.IsZero() && (until.IsZero() || change.Before(until)) {
		until = change
	}
	actions := role.Actions() & capped(chain, who.Caps)
	if chain[0].Trashed {
		if !actions.Has(Manage) {
			actions = 0
		}
		actions &= Actions(Read | Manage)
	}
	return Decision{Actions: actions & who.Scope, Until: until}
}

// highest finds the highest role that live grants on the chain give, and the
// earliest moment at which one of them begins or ends (zero: none does).
func highest(chain []Object, principals []PrincipalID, now time.Time) (role Role, until time.Time) {
	likely := sieveOf(principals)
	for i := range chain {
		for j := range chain[i].Grants {
			g := &chain[i].Grants[j]
			if !likely.has(g.Principal) || !contains(principals, g.Principal) {
				continue
			}
			live, change := g.liveAt(now)
			if !change.IsZero() && (until.IsZero() || change.Before(until)) {
				until = change
			}
			if live && g.Role > role {
				role = g.Role
			}
		}
		if chain[i].Closed {
			break
		}
	}
	return role, until
}

// capped returns what the caps leave on the node at the head of the chain.
func capped(chain []Object, caps []Cap) Actions {
	left := AllActions
	for _, c := range caps {
		if c.Node.IsZero() || slices.ContainsFunc(chain, func(o Object) bool { return o.ID == c.Node }) {
			left &= c.Actions
		}
	}
	return left
}

// sieve tells quickly that a principal is not in a set; most grants name others.
type sieve [4]uint64

func sieveOf(ids []PrincipalID) (s sieve) {
	for _, p := range ids {
		s[p>>6&3] |= 1 << (p & 63)
	}
	return s
}

func (s *sieve) has(p PrincipalID) bool { return s[p>>6&3]&(1<<(p&63)) != 0 }

// liveAt tells whether the grant counts now, and when that changes next.
func (g *Grant) liveAt(now time.Time) (live bool, change time.Time) {
	if now.Before(g.StartsAt) {
		return false, g.StartsAt
	}
	if !g.EndsAt.IsZero() && !now.Before(g.EndsAt) {
		return false, time.Time{}
	}
	return true, g.EndsAt
}
