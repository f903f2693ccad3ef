package auth

import (
	"slices"
	"time"
)

// ChangeKind is the kind of a change that would turn an answer.
type ChangeKind string

// The kinds of changes. The first three end access, the others give it.
const (
	ChangeRevoke  ChangeKind = "revoke"  // take back the grant
	ChangeLeave   ChangeKind = "leave"   // take the member out of the group, or the link from its holder
	ChangeClose   ChangeKind = "close"   // let only grants on the node and below count there
	ChangeEnable  ChangeKind = "enable"  // the account
	ChangeRestore ChangeKind = "restore" // the node, from the trash
	ChangeLift    ChangeKind = "lift"    // the cap
	ChangeScope   ChangeKind = "scope"   // use a sign-in that may
	ChangeGrant   ChangeKind = "grant"   // the role, to the person, on the node
)

// Change is one thing to do. Which fields count goes by the kind.
type Change struct {
	Kind       ChangeKind
	Grant      *GrantFact
	Node       int // where the grant stands, or which node to close, in the chain
	Membership Membership
	Cap        *CapFact
	Role       Role
}

// Apply returns the facts as they would be after the changes.
func (f Facts) Apply(changes []Change) Facts {
	f.Chain, f.Memberships, f.Caps = slices.Clone(f.Chain), slices.Clone(f.Memberships), slices.Clone(f.Caps)
	for i := range f.Chain {
		f.Chain[i].Grants = slices.Clone(f.Chain[i].Grants)
	}
	for _, c := range changes {
		f.apply(c)
	}
	return f
}

func (f *Facts) apply(c Change) {
	switch c.Kind {
	case ChangeRevoke:
		n := &f.Chain[c.Node]
		n.Grants = slices.DeleteFunc(n.Grants, func(g GrantFact) bool { return g.ID == c.Grant.ID })
	case ChangeLeave:
		f.Memberships = slices.DeleteFunc(f.Memberships, func(m Membership) bool {
			return m.Member == c.Membership.Member && m.Into == c.Membership.Into
		})
	case ChangeClose:
		f.Chain[c.Node].Closed = true
	case ChangeEnable:
		f.Disabled = false
	case ChangeRestore:
		for i := range f.Chain {
			f.Chain[i].Trashed = false
		}
	case ChangeLift:
		f.Caps = slices.DeleteFunc(f.Caps, func(k CapFact) bool { return k.ID == c.Cap.ID })
	case ChangeScope:
		f.Scope = AllActions
	case ChangeGrant:
		n := &f.Chain[c.Node]
		n.Grants = append(n.Grants, GrantFact{Grant: Grant{Principal: f.Person, Role: c.Role}, Since: time.Time{}})
	}
}

// How far a smallest set of changes is searched for.
const (
	maxCut   = 4
	maxTries = 4000
)

// cut finds a smallest set of changes that ends access: revoking grants, ending
// memberships, closing nodes. Every way must be hit, so it branches on the parts of
// one way that is left. exact is false when the search was given up; then what is
// returned works, but a smaller set may too.
func (w *world) cut(action Action) (changes []Change, exact bool) {
	s := search{facts: w.Facts, action: action, tries: maxTries}
	for size := 1; size <= maxCut; size++ {
		if s.within(nil, size) {
			return s.found, true
		}
		if s.tries <= 0 {
			break
		}
		if s.stuck {
			return nil, true // one of the ways cannot be ended at all
		}
	}
	return s.greedy(), false
}

type search struct {
	facts  Facts
	action Action
	tries  int
	found  []Change
	stuck  bool
}

// within searches for at most size more changes after those done.
func (s *search) within(done []Change, size int) bool {
	s.tries--
	way := s.left(done)
	if way == nil {
		s.found = slices.Clone(done)
		return true
	}
	parts := s.parts(done, *way)
	if len(parts) == 0 && len(done) == 0 {
		s.stuck = true
	}
	if size == 0 || s.tries <= 0 {
		return false
	}
	for _, c := range parts {
		if s.within(append(slices.Clip(done), c), size-1) {
			return true
		}
	}
	return false
}

// left returns a way that still gives the action after the changes, the one with
// the fewest parts; nil when access has ended.
func (s *search) left(done []Change) *Path {
	w := newWorld(s.facts.Apply(done))
	if !w.decide().Has(s.action) {
		return nil
	}
	var e Explanation
	for i := range w.Chain {
		for j := range w.Chain[i].Grants {
			if g := &w.Chain[i].Grants[j]; w.gives(g, s.action) {
				w.tell(&e, i, g, s.action)
			}
		}
	}
	if w.gives(nil, s.action) {
		w.tellOwner(&e, s.action)
	}
	parts := func(p Path) int { return len(s.parts(done, p)) }
	best := slices.MinFunc(e.Paths, func(a, b Path) int { return parts(a) - parts(b) })
	return &best
}

// parts are the changes each of which ends one way. One live owner stays on a node.
func (s *search) parts(done []Change, p Path) []Change {
	var list []Change
	if g := p.Grant; g != nil && (!g.Owns || s.owners(done, p.Node) > 1) {
		list = append(list, Change{Kind: ChangeRevoke, Grant: g, Node: p.Node})
	}
	for _, m := range p.Chain {
		list = append(list, Change{Kind: ChangeLeave, Membership: m})
	}
	for i := p.Node - 1; p.Grant != nil && i >= 0; i-- {
		if s.owners(done, i) > 0 {
			list = append(list, Change{Kind: ChangeClose, Node: i})
		}
	}
	return list
}

// owners counts the live owners that the changes leave on a node.
func (s *search) owners(done []Change, node int) int {
	n := s.facts.Chain[node].Owners
	for _, c := range done {
		if c.Kind == ChangeRevoke && c.Node == node && c.Grant.Owns {
			n--
		}
	}
	return n
}

// greedy takes the first part of each way that is left.
func (s *search) greedy() []Change {
	var done []Change
	for {
		way := s.left(done)
		if way == nil {
			return done
		}
		parts := s.parts(done, *way)
		if len(parts) == 0 {
			return nil
		}
		done = append(done, parts[0])
	}
}

// missing finds what would have to be done for the answer to be yes, none of which
// could be left out.
func (w *world) missing(action Action) []Change {
	var needed []Change
	if w.Disabled {
		needed = append(needed, Change{Kind: ChangeEnable})
	}
	if w.Chain[0].Trashed {
		needed = append(needed, Change{Kind: ChangeRestore})
	}
	enabled := newWorld(w.Apply(needed)) // a disabled account is in no group
	for _, c := range enabled.capPaths(action) {
		if c.Forbids && !slices.ContainsFunc(needed, func(d Change) bool { return d.Cap != nil && d.Cap.ID == c.ID }) {
			needed = append(needed, Change{Kind: ChangeLift, Cap: c.CapFact})
		}
	}
	if !w.Scope.Has(action) {
		needed = append(needed, Change{Kind: ChangeScope})
	}
	needed = append(needed, Change{Kind: ChangeGrant, Role: lowestFor(action)})
	for i := len(needed) - 1; i >= 0; i-- {
		fewer := slices.Delete(slices.Clone(needed), i, i+1)
		if newWorld(w.Apply(fewer)).decide().Has(action) {
			needed = fewer
		}
	}
	return needed
}

func lowestFor(action Action) Role {
	for r := Reader; r < Owner; r++ {
		if r.Actions().Has(action) {
			return r
		}
	}
	return Owner
}
