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
	// Scope limits what the sign-in may do; AllActions for a browser's.
	Scope Actions
	// Until is when the sign-in ends by itself.
	Until time.Time
}

// Is reports whether the identity counts as the principal.
func (who Identity) Is(p PrincipalID) bool {
	_, ok := slices.BinarySearch(who.Principals, p)
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
// within the scope of the sign-in. In the trash only those who manage a node
// may see it, and they may do nothing but read and manage it. Its twin in SQL is
// node_roles in migrations.
func Decide(chain []Object, who Identity, now time.Time) Decision {
	role, until := NoRole, who.Until
	if !until.IsZero() && !now.Before(until) {
		return Decision{Until: until}
	}
	likely := sieveOf(who.Principals)
	for i := range chain {
		for j := range chain[i].Grants {
			g := &chain[i].Grants[j]
			if !likely.has(g.Principal) || !who.Is(g.Principal) {
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
	actions := role.Actions()
	if len(chain) > 0 && chain[0].Trashed {
		if role != Owner {
			actions = 0
		}
		actions &= Actions(Read | Manage)
	}
	return Decision{Actions: actions & who.Scope, Until: until}
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
	if !g.StartsAt.IsZero() && now.Before(g.StartsAt) {
		return false, g.StartsAt
	}
	if !g.EndsAt.IsZero() && !now.Before(g.EndsAt) {
		return false, time.Time{}
	}
	return true, g.EndsAt
}
