package prove_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"quire/auth"
)

// world is everything that the rule looks at, as plain values. Principals are
// numbers from 2 on, 1 is everyone; nodes are numbers from 0 on, parents first.
type world struct {
	now     time.Time
	people  []person
	groups  []group
	links   []link
	nodes   []node
	grants  []grant
	caps    []cap
	signIns []signIn
	guests  bool // links.anyone
	ownerOf principal
}

type principal = auth.PrincipalID

type person struct {
	id       principal
	disabled bool
}

type group struct {
	id      principal
	members []principal // people and earlier groups
}

type link struct {
	id      principal
	node    int
	anyone  bool
	revoked bool
	holders []principal
}

type node struct {
	id      auth.ID
	parent  int // -1 at the top
	note    bool
	closed  bool
	trashed bool
}

type grant struct {
	node        int
	to          principal
	role        int // 1 reader … 4 owner
	from, until time.Time
	revoked     bool
}

type cap struct {
	group   principal
	node    int // -1: everywhere
	actions auth.Actions
	lifted  bool
}

// signIn is a browser's, a token's or a guest's.
type signIn struct {
	id    auth.ID
	who   principal
	kind  string
	scope []auth.Action // of a token; nil for all
	over  bool
}

// sizes of a world.
const (
	people = 24
	groups = 14
	links  = 30
	nodes  = 60
)

// newWorld makes up a world. What decides often enough to be looked at is not left
// to chance alone: everybody has rights somewhere, and each rule has its place.
func newWorld(seed, stream uint64) *world {
	r := rand.New(rand.NewPCG(seed, stream))
	w := &world{now: time.Now().Truncate(time.Second), guests: r.IntN(6) > 0}
	next := principal(1000)
	id := func() principal { next++; return next }
	for range people {
		w.people = append(w.people, person{id(), r.IntN(14) == 0})
	}
	for range groups {
		w.groups = append(w.groups, w.newGroup(r, id()))
	}
	for i := range nodes {
		w.nodes = append(w.nodes, w.newNode(r, i))
	}
	for range links {
		l := link{id: id(), node: r.IntN(nodes / 4), anyone: r.IntN(2) == 0, revoked: r.IntN(2) == 0}
		for _, p := range w.people {
			if r.IntN(4) == 0 {
				l.holders = append(l.holders, p.id)
			}
		}
		w.links = append(w.links, l)
		w.grants = append(w.grants, w.newGrant(r, l.node, l.id, 1+r.IntN(2)))
	}
	w.addGrants(r)
	w.addCaps(r)
	w.addSignIns(r)
	if seed%2 == 1 { // in the first world too, for those who ask few questions
		w.ownerOf = w.groups[r.IntN(groups)].id
	}
	return w
}

func (w *world) newGroup(r *rand.Rand, id principal) group {
	g := group{id: id}
	for _, p := range w.people {
		if r.IntN(9) == 0 {
			g.members = append(g.members, p.id)
		}
	}
	for _, inner := range w.groups {
		if r.IntN(7) == 0 {
			g.members = append(g.members, inner.id)
		}
	}
	return g
}

// newNode hangs a node below an earlier folder; every third note, every sixth closed.
func (w *world) newNode(r *rand.Rand, i int) node {
	n := node{id: auth.NewID(), parent: -1, note: i > nodes/3 && r.IntN(2) == 0, closed: r.IntN(6) == 0}
	if i >= 6 {
		n.parent = r.IntN(i)
		for w.nodes[n.parent].note {
			n.parent = r.IntN(i)
		}
		n.trashed = w.nodes[n.parent].trashed
	}
	n.trashed = n.trashed || r.IntN(25) == 0
	return n
}

func (w *world) newGrant(r *rand.Rand, at int, to principal, role int) grant {
	g := grant{node: at, to: to, role: role, revoked: r.IntN(6) == 0}
	if r.IntN(3) == 0 {
		g.from = w.now.Add(time.Duration(r.IntN(6)) * time.Hour)
	}
	if r.IntN(2) == 0 {
		g.until = w.now.Add(time.Duration(6+r.IntN(6)) * time.Hour)
	}
	return g
}

func (w *world) addGrants(r *rand.Rand) {
	for _, p := range w.people {
		for range 4 {
			w.grants = append(w.grants, w.newGrant(r, r.IntN(nodes), p.id, 1+r.IntN(4)))
		}
	}
	for i := range w.nodes {
		for range 1 + r.IntN(3) {
			to := principal(auth.Everyone)
			switch r.IntN(8) {
			case 0:
			case 1, 2, 3, 4:
				to = w.people[r.IntN(people)].id
			default:
				to = w.groups[r.IntN(groups)].id
			}
			w.grants = append(w.grants, w.newGrant(r, i, to, 1+r.IntN(4)))
		}
	}
}

var capped = []auth.Actions{
	auth.Actions(auth.Read), auth.Actions(auth.Read | auth.Write), auth.Actions(auth.Read | auth.Run),
	auth.Actions(auth.Read | auth.Run | auth.Write),
}

func (w *world) addCaps(r *rand.Rand) {
	seen := map[string]bool{}
	for range 11 {
		c := cap{group: w.groups[r.IntN(groups)].id, node: -1, actions: capped[r.IntN(len(capped))], lifted: r.IntN(4) == 0}
		if r.IntN(4) > 0 {
			c.node = r.IntN(nodes / 4)
		}
		if key := fmt.Sprint(c.group, c.node); !seen[key] {
			seen[key] = true
			w.caps = append(w.caps, c)
		}
	}
}

// addSignIns gives everybody a browser, some a token with less scope, and guests
// their links.
func (w *world) addSignIns(r *rand.Rand) {
	all := []auth.Action{auth.Read, auth.Run, auth.Write, auth.Manage}
	for _, p := range w.people {
		w.signIns = append(w.signIns, signIn{auth.NewID(), p.id, "browser", nil, r.IntN(14) == 0})
		if r.IntN(3) == 0 {
			some := []auth.Action{}
			for _, a := range all {
				if r.IntN(2) == 0 {
					some = append(some, a)
				}
			}
			w.signIns = append(w.signIns, signIn{auth.NewID(), p.id, "token", some, false})
		}
	}
	for _, l := range w.links {
		if l.anyone {
			w.signIns = append(w.signIns, signIn{auth.NewID(), l.id, "guest", nil, false})
		}
	}
}
