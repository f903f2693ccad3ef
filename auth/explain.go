package auth

import (
	"slices"
	"time"
)

// Facts are all that the answer to "may this person do this here, at this moment?"
// can rest on, with the history that tells near misses. They are values: loading
// them is somebody else's.
type Facts struct {
	// At is the moment asked about. What ended at or before it does not count.
	At time.Time
	// Person is asked about: a user, or a group, a link or Everyone.
	Person PrincipalID
	// Guest tells that the person is a link that lets in whoever has it: not Everyone.
	Guest bool
	// Disabled tells that the account could not sign in.
	Disabled bool
	// Scope is what the sign-in may do; AllActions when none is in question.
	Scope Actions
	// Chain goes from the node up to the top of the tree.
	Chain []FactNode
	// Memberships are those by which the person counts, or once counted, as others.
	Memberships []Membership
	// Caps are those set for principals in Memberships.
	Caps []CapFact
	// OwnerOfAll is the principal that owns everything by the setting
	// notebook.owner_role; 0 for none.
	OwnerOfAll PrincipalID
}

// FactNode is a node with the grants that stand or stood on itself.
type FactNode struct {
	ID      ID
	Closed  bool
	Trashed bool
	// Owners counts the grants to live owners on the node itself, to whomever. One has
	// to be left; without one the node cannot be closed.
	Owners int
	Grants []GrantFact
}

// GrantFact is a grant with its history.
type GrantFact struct {
	ID int64
	Grant
	By      PrincipalID
	Since   time.Time
	Revoked time.Time // zero: it stands
	// Owns tells that it is one of the node's Owners.
	Owns bool
}

// Membership makes one principal count as another: a member of a group, or the
// holder of a link.
type Membership struct {
	Member PrincipalID
	Into   PrincipalID
	By     PrincipalID
	Since  time.Time
	Ended  time.Time // zero: it stands
}

// CapFact is a cap with its history.
type CapFact struct {
	ID    int64
	Group PrincipalID
	Cap
	Reason string
	By     PrincipalID
	Since  time.Time
	Lifted time.Time // zero: it stands
}

// Path is one way in which something is granted: a grant that stands on the node or
// above it, to a principal that the person counts as by a chain of memberships. A
// path without a grant is that of OwnerOfAll.
type Path struct {
	Grant *GrantFact
	// Node is the place in the chain of nodes where the grant stands, 0 for the node.
	Node int
	// Chain goes from the person to the principal; empty for the person and Everyone.
	Chain []Membership
}

// Why tells why a path does not count.
type Why string

// The reasons, in the order in which they are looked for.
const (
	WhyRevoked  Why = "revoked"
	WhyEnded    Why = "ended"
	WhyNotYet   Why = "not yet"
	WhyLeft     Why = "left" // a membership on the way has ended
	WhyClosed   Why = "closed above"
	WhyLower    Why = "lower than another"
	WhyTooLow   Why = "too low" // and nothing higher is there
	WhyDisabled Why = "account disabled"
	WhyTrashed  Why = "trashed"
	WhyCapped   Why = "capped"
	WhyScope    Why = "scope"
)

// Ignored is a path that does not count.
type Ignored struct {
	Path
	Why Why
}

// CapPath is a cap that counts on the node, with the way it reaches the person.
type CapPath struct {
	*CapFact
	Chain []Membership
	// Forbids tells that it takes the action asked about away.
	Forbids bool
}

// Explanation is the answer with its reasons.
type Explanation struct {
	// Actions are all that was decided, Allowed whether the one asked about is among
	// them. Both are what Decide says.
	Actions Actions
	Allowed bool
	// Paths are those that give the action, each alone enough: nearest node first,
	// shortest chain first. Empty when the answer is no.
	Paths   []Path
	Ignored []Ignored
	Caps    []CapPath
	// More counts paths beyond those listed.
	More int
	// Change is a smallest set of changes that would turn the answer; nil when none
	// of those known here can. Exact is false when a smaller one was not ruled out.
	Change []Change
	Exact  bool
}

// Bounds of one explanation.
const (
	maxChains  = 20  // of memberships to one principal
	maxPaths   = 200 // listed
	maxIgnored = 100
)

// Explain answers whether the person may do the action and why. The answer is that
// of Decide on the same facts; everything else is told around it.
func Explain(f Facts, action Action) Explanation {
	w := newWorld(f)
	d := w.decide()
	e := Explanation{Actions: d, Allowed: d.Has(action), Caps: w.capPaths(action)}
	for i := range f.Chain {
		for j := range f.Chain[i].Grants {
			w.tell(&e, i, &f.Chain[i].Grants[j], action)
		}
	}
	w.tellOwner(&e, action)
	if !e.Allowed {
		e.Change, e.Exact = w.missing(action), true
	} else {
		e.Change, e.Exact = w.cut(action)
	}
	return e
}

// world is facts with what is derived from them once.
type world struct {
	Facts
	live *graph // memberships that count
	ever *graph // and those that have ended
	who  Identity
}

func newWorld(f Facts) *world {
	live := slices.DeleteFunc(slices.Clone(f.Memberships), func(m Membership) bool { return !during(f.At, m.Since, m.Ended) })
	w := &world{Facts: f, live: newGraph(f.Person, live), ever: newGraph(f.Person, f.Memberships)}
	w.who = w.identity()
	return w
}

// during tells whether something that began and perhaps ended counted at a moment.
func during(at, since, ended time.Time) bool {
	return !at.Before(since) && (ended.IsZero() || at.Before(ended))
}

// decide asks Decide about the facts.
func (w *world) decide() Actions { return Decide(w.objects(all), w.who, w.At).Actions }

// gives asks Decide whether one grant alone would do; nil is no grant at all, which
// does for OwnerOfAll.
func (w *world) gives(only *GrantFact, action Action) bool {
	who := w.who
	who.OwnsAll = who.OwnsAll && only == nil
	chain := w.objects(func(g *GrantFact) bool { return g == only })
	return Decide(chain, who, w.At).Actions.Has(action)
}

func all(*GrantFact) bool { return true }

// objects is the chain with those grants that stand and are to be kept.
func (w *world) objects(keep func(*GrantFact) bool) []Object {
	chain := make([]Object, len(w.Chain))
	for i := range w.Chain {
		n := &w.Chain[i]
		chain[i] = Object{ID: n.ID, Closed: n.Closed, Trashed: n.Trashed}
		for j := range n.Grants {
			g := &n.Grants[j]
			if during(w.At, g.Since, g.Revoked) && keep(g) {
				chain[i].Grants = append(chain[i].Grants, g.Grant)
			}
		}
	}
	return chain
}

// identity is what the person counts as. A disabled account counts as nobody.
func (w *world) identity() Identity {
	who := Identity{User: w.Person, Scope: w.Scope, Guest: w.Guest}
	if w.Disabled {
		return who
	}
	who.Principals = w.live.principals()
	if !w.Guest && !slices.Contains(who.Principals, Everyone) {
		who.Principals = append(who.Principals, Everyone)
	}
	slices.Sort(who.Principals)
	for _, c := range w.Caps {
		if during(w.At, c.Since, c.Lifted) && who.Is(c.Group) {
			who.Caps = append(who.Caps, c.Cap)
		}
	}
	who.OwnsAll = w.OwnerOfAll != 0 && who.Is(w.OwnerOfAll)
	return who
}

// chains are the ways by which the person counts as the principal.
func (w *world) chains(g *graph, p PrincipalID) ([][]Membership, int) {
	if p == Everyone && !w.Guest && w.Person != Everyone {
		return [][]Membership{nil}, 1
	}
	return g.to(p)
}

// tell adds the paths of one grant.
func (w *world) tell(e *Explanation, node int, g *GrantFact, action Action) {
	if w.At.Before(g.Since) {
		return // it did not exist yet
	}
	chains, total := w.chains(w.live, g.Principal)
	why := w.why(node, g, action, e.Allowed)
	if len(chains) == 0 {
		if chains, total = w.chains(w.ever, g.Principal); why == "" || why == WhyDisabled {
			why = WhyLeft
		}
	}
	if why == "" {
		e.More += total - len(chains)
	}
	for _, c := range chains {
		e.add(Path{Grant: g, Node: node, Chain: c}, why)
	}
}

func (w *world) tellOwner(e *Explanation, action Action) {
	if w.OwnerOfAll == 0 {
		return
	}
	chains, total := w.chains(w.live, w.OwnerOfAll)
	why := w.forbidden(Owner, action)
	if why == "" {
		e.More += total - len(chains)
	}
	for _, c := range chains {
		e.add(Path{Chain: c}, why)
	}
}

func (e *Explanation) add(p Path, why Why) {
	switch {
	case why == "" && len(e.Paths) < maxPaths:
		e.Paths = append(e.Paths, p)
	case why == "":
		e.More++
	case len(e.Ignored) < maxIgnored:
		e.Ignored = append(e.Ignored, Ignored{p, why})
	}
}

// why tells why a grant does not give the action, or nothing when it does.
func (w *world) why(node int, g *GrantFact, action Action, allowed bool) Why {
	_, chainHas := w.chains(w.live, g.Principal)
	switch {
	case chainHas > 0 && w.gives(g, action):
		return ""
	case !during(w.At, g.Since, g.Revoked):
		return WhyRevoked
	case !g.EndsAt.IsZero() && !w.At.Before(g.EndsAt):
		return WhyEnded
	case w.At.Before(g.StartsAt):
		return WhyNotYet
	case slices.ContainsFunc(w.Chain[:node], func(n FactNode) bool { return n.Closed }):
		return WhyClosed
	case !g.Role.Actions().Has(action) && allowed:
		return WhyLower
	case !g.Role.Actions().Has(action):
		return WhyTooLow
	}
	return w.forbidden(g.Role, action)
}

// forbidden tells what takes an action away from somebody with the role.
func (w *world) forbidden(role Role, action Action) Why {
	switch {
	case w.Disabled:
		return WhyDisabled
	case w.Chain[0].Trashed && (role != Owner || !(Actions(Read | Manage)).Has(action)):
		return WhyTrashed
	case !w.capsLeave().Has(action) || w.Chain[0].Trashed && !w.capsLeave().Has(Manage):
		return WhyCapped
	case !w.Scope.Has(action):
		return WhyScope
	}
	return ""
}

func (w *world) capsLeave() Actions { return capped(w.objects(all), w.who.Caps) }

// capPaths lists the caps that count on the node for the person.
func (w *world) capPaths(action Action) []CapPath {
	var list []CapPath
	for i := range w.Caps {
		c := &w.Caps[i]
		if !during(w.At, c.Since, c.Lifted) || !w.reaches(c.Node) {
			continue
		}
		forbids := !c.Actions.Has(action) || w.Chain[0].Trashed && !c.Actions.Has(Manage)
		chains, _ := w.chains(w.live, c.Group)
		for _, chain := range chains {
			list = append(list, CapPath{c, chain, forbids})
		}
	}
	return list
}

func (w *world) reaches(node ID) bool {
	return node.IsZero() || slices.ContainsFunc(w.Chain, func(n FactNode) bool { return n.ID == node })
}
