package auth

import "slices"

// graph is what a person counts as, and by which memberships: it leads upwards,
// from members to groups and links.
type graph struct {
	person PrincipalID
	up     map[PrincipalID][]Membership
	chains map[PrincipalID][][]Membership // the shortest, at most maxChains each
	counts map[PrincipalID]int
}

// newGraph finds the shortest chains to everything that can be reached. Keeping
// maxChains for each is enough to find the maxChains shortest of what is above.
func newGraph(person PrincipalID, memberships []Membership) *graph {
	g := &graph{person: person, up: map[PrincipalID][]Membership{}, counts: map[PrincipalID]int{}}
	for _, m := range memberships {
		g.up[m.Member] = append(g.up[m.Member], m)
	}
	g.chains = map[PrincipalID][][]Membership{person: {nil}}
	queue := [][]Membership{nil}
	for len(queue) > 0 {
		chain := queue[0]
		queue = queue[1:]
		for _, m := range g.up[end(person, chain)] {
			if m.Into == person || visits(chain, m.Into) || len(g.chains[m.Into]) >= maxChains {
				continue
			}
			longer := append(slices.Clip(chain), m)
			g.chains[m.Into] = append(g.chains[m.Into], longer)
			queue = append(queue, longer)
		}
	}
	return g
}

func end(person PrincipalID, chain []Membership) PrincipalID {
	if len(chain) == 0 {
		return person
	}
	return chain[len(chain)-1].Into
}

func visits(chain []Membership, p PrincipalID) bool {
	return slices.ContainsFunc(chain, func(m Membership) bool { return m.Into == p })
}

// principals are all that the person counts as by memberships, itself too.
func (g *graph) principals() []PrincipalID {
	list := make([]PrincipalID, 0, len(g.chains)+1)
	for p := range g.chains {
		list = append(list, p)
	}
	return list
}

// to returns the shortest chains to a principal, and how many there are at all.
func (g *graph) to(p PrincipalID) ([][]Membership, int) {
	chains := g.chains[p]
	if len(chains) < maxChains {
		return chains, len(chains)
	}
	return chains, max(g.count(p, map[PrincipalID]bool{}), len(chains))
}

// manyChains is where counting them ends.
const manyChains = 1_000_000

// count counts the chains from the person to p; under guards against circles,
// which memberships of different times can form.
func (g *graph) count(p PrincipalID, under map[PrincipalID]bool) int {
	if p == g.person {
		return 1
	}
	if n, known := g.counts[p]; known || under[p] {
		return n
	}
	under[p] = true
	n := 0
	for member, list := range g.up {
		for _, m := range list {
			if m.Into == p {
				n = min(n+g.count(member, under), manyChains)
			}
		}
	}
	delete(under, p)
	g.counts[p] = n
	return n
}
