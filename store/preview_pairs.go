package store

import (
	"context"
	"slices"

	"quire/auth"
	"quire/notebook"
)

// pair is a class before the change and one after it.
type pair struct{ before, after int }

// crowd are the people of a pair of classes. Those of restClass are only counted.
type crowd struct {
	people []auth.PrincipalID
	guest  bool
	rest   int
}

// pairPeople pairs the classes of all people.
func (m *measure) pairPeople() map[pair]*crowd {
	pairs := map[pair]*crowd{{restClass, restClass}: {rest: m.before.rest}}
	add := func(id auth.PrincipalID, p pair) {
		if pairs[p] == nil {
			pairs[p] = &crowd{guest: m.before.people[p.before].Guest || m.after.people[p.after].Guest}
		}
		pairs[p].people = append(pairs[p].people, id)
	}
	for id, before := range m.before.classOf {
		add(id, pair{before, m.after.classOf[id]})
	}
	for id, after := range m.after.classOf {
		if _, was := m.before.classOf[id]; !was {
			add(id, pair{restClass, after})
			if !m.after.people[after].Guest {
				pairs[pair{restClass, restClass}].rest--
			}
		}
	}
	return pairs
}

// askAfter asks about the people whose rights the change may have changed: all of
// them if it changed places, closing or the trash, else those who count as somebody
// else now, or as somebody whose grants or caps are other ones.
func (m *measure) askAfter(ctx context.Context) error {
	everywhere, whose := m.before.differs(m.after)
	m.pairs = map[pair]*crowd{}
	classes := map[int]bool{}
	for p, people := range m.pairPeople() {
		before, after := m.before.people[p.before], m.after.people[p.after]
		if everywhere || !slices.Equal(before.Principals, after.Principals) || before.Guest != after.Guest || concerns(whose, after) {
			m.pairs[p] = people
			classes[p.after] = true
		}
	}
	return m.ask(ctx, m.after, classes)
}

func (m *measure) askBefore(ctx context.Context) error {
	classes := map[int]bool{}
	for p := range m.pairs {
		classes[p.before] = true
	}
	return m.ask(ctx, m.before, classes)
}

func concerns(whose map[auth.PrincipalID]bool, c notebook.PeopleClass) bool {
	if whose[auth.Everyone] && !c.Guest {
		return true
	}
	return slices.ContainsFunc(c.Principals, func(p auth.PrincipalID) bool { return whose[p] })
}

// differs tells whether the nodes stand otherwise, and whose grants and caps are
// other ones.
func (s *measured) differs(t *measured) (everywhere bool, whose map[auth.PrincipalID]bool) {
	whose = map[auth.PrincipalID]bool{}
	for id, n := range s.rows {
		now := t.rows[id]
		if now == nil || now.parent != n.parent || now.closed != n.closed || now.trashed != n.trashed {
			return true, nil
		}
		n.otherGrants(now, whose)
		now.otherGrants(n, whose)
	}
	for id, group := range s.caps {
		if _, still := t.caps[id]; !still {
			whose[group] = true
		}
	}
	for id, group := range t.caps {
		if _, was := s.caps[id]; !was {
			whose[group] = true
		}
	}
	return len(s.rows) != len(t.rows), whose
}

// otherGrants adds those who have a grant on the node that they do not have there at
// the other time.
func (n *nodeRow) otherGrants(other *nodeRow, whose map[auth.PrincipalID]bool) {
	if slices.Equal(n.principals, other.principals) && slices.Equal(n.roles, other.roles) {
		return
	}
	for i, p := range n.principals {
		same := false
		for j, q := range other.principals {
			same = same || p == q && n.roles[i] == other.roles[j]
		}
		if !same {
			whose[auth.PrincipalID(p)] = true
		}
	}
}
