package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/notebook"
)

// Asking for each of ten thousand people what they may do on each of a hundred
// thousand notes would take long. But grants and caps tell apart only few classes of
// people: those who count as the same of the principals that matter. And few classes
// of nodes: those in the same place with the same grants on them. The database is
// asked for each class of people about one node of each class of nodes.

// Bounds of one measuring. What is beyond them is not looked at, and said so.
const (
	maxPeopleClasses = 500
	maxNodeClasses   = 5000
)

// askLimit is how long one side of the change is asked about; the largest classes
// come first.
const askLimit = 2 * time.Second

// measure finds out who may do what on what a change touches, before and after it.
type measure struct {
	history
	touched       auth.Touched
	before, after *measured
	pairs         map[pair]*crowd // people whose rights may differ
}

// measured is who may do what at one time.
type measured struct {
	rows    map[notebook.ID]*nodeRow
	nodes   map[notebook.ID]int // the class of each note
	sample  []notebook.ID       // a node of each class
	people  []notebook.PeopleClass
	classOf map[auth.PrincipalID]int // of people and of links; others are in rest
	rest    int                      // how many people are in none
	caps    map[int64]auth.PrincipalID
	labels  map[auth.PrincipalID]string // of links
	rights  map[int]map[notebook.ID]auth.Actions
	cut     bool // not all classes were asked about
}

// restClass has those who count as Everyone only. It is the first.
const restClass = 0

// look finds the classes.
func (m *measure) look(ctx context.Context) (*measured, error) {
	rows, err := m.rows(ctx)
	if err != nil {
		return nil, err
	}
	s := classify(rows)
	if s.caps, err = m.liveCaps(ctx); err != nil {
		return nil, err
	}
	matter, err := m.matter(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := m.sort(ctx, s, matter); err != nil {
		return nil, err
	}
	s.labels, err = m.linkLabels(ctx, s)
	return s, err
}

// nodeRow is what tells nodes apart.
type nodeRow struct {
	id, parent      notebook.ID
	note            bool
	closed, trashed bool
	principals      []int64 // of the live grants on it
	roles           []int16
	caps            []int64
	class           int // 0 for not known yet
}

// reachedBy has the nodes below which a principal $1 or a group it is in was granted
// or capped something, and whether it is everything.
const reachedBy = `
WITH RECURSIVE up(id) AS (SELECT $1::bigint UNION SELECT m.group_id FROM up JOIN memberships m ON m.member_id = up.id)
SELECT ARRAY(
	SELECT node_id FROM grants WHERE revoked_at IS NULL AND principal_id IN (SELECT id FROM up)
	UNION SELECT node_id FROM caps WHERE lifted_at IS NULL AND node_id IS NOT NULL AND group_id IN (SELECT id FROM up)),
	EXISTS (SELECT FROM caps WHERE lifted_at IS NULL AND node_id IS NULL AND group_id IN (SELECT id FROM up))
		OR coalesce((SELECT id FROM owner_of_all()) IN (SELECT id FROM up), false)`

// rows reads the nodes that the change touches, all but scratch copies.
func (m *measure) rows(ctx context.Context) (map[notebook.ID]*nodeRow, error) {
	roots, all := m.touched.Nodes, m.touched.All
	if len(roots) == 0 && !all {
		if err := m.tx.QueryRow(ctx, reachedBy, m.touched.Principal).Scan(&roots, &all); err != nil {
			return nil, err
		}
	}
	rows, err := m.tx.Query(ctx, `
		WITH touched AS MATERIALIZED (
			SELECT id FROM nodes WHERE $3 AND id IN (SELECT descendant FROM node_paths WHERE depth = 0)
			UNION SELECT descendant FROM node_paths WHERE NOT $3 AND ancestor = ANY ($1)),
		given AS (
			SELECT g.node_id, array_agg(g.principal_id ORDER BY g.principal_id, g.role) AS principals,
				array_agg(g.role ORDER BY g.principal_id, g.role) AS roles
			FROM grants g JOIN touched t ON t.id = g.node_id WHERE `+liveGrant+` GROUP BY g.node_id),
		limited AS (SELECT node_id, array_agg(id ORDER BY id) AS caps FROM caps WHERE lifted_at IS NULL AND node_id IS NOT NULL GROUP BY node_id)
		SELECT n.id, n.parent_id, n.kind = 'note', n.closed, n.trash_id IS NOT NULL, g.principals, g.roles, l.caps
		FROM touched t JOIN nodes n USING (id) LEFT JOIN given g ON g.node_id = n.id LEFT JOIN limited l ON l.node_id = n.id
		WHERE NOT EXISTS (SELECT FROM notes s WHERE s.scratch AND s.id = n.id)`, plannedEachTime, roots, m.at, all)
	if err != nil {
		return nil, err
	}
	found := map[notebook.ID]*nodeRow{}
	var n nodeRow
	_, err = pgx.ForEachRow(rows, []any{&n.id, &n.parent, &n.note, &n.closed, &n.trashed, &n.principals, &n.roles, &n.caps}, func() error {
		row := n
		found[n.id] = &row
		n.principals, n.roles, n.caps = nil, nil, nil
		return nil
	})
	return found, err
}

// classify puts nodes into the same class that are in the same place and alike.
func classify(rows map[notebook.ID]*nodeRow) *measured {
	s := &measured{rows: rows, nodes: map[notebook.ID]int{}, sample: []notebook.ID{{}}, rights: map[int]map[notebook.ID]auth.Actions{}}
	classes := map[string]int{}
	var classOf func(n *nodeRow) int
	classOf = func(n *nodeRow) int {
		if n.class != 0 {
			return n.class
		}
		place := n.parent.String()
		if up := rows[n.parent]; up != nil {
			place = fmt.Sprint(classOf(up))
		}
		key := fmt.Sprint(place, n.closed, n.trashed, n.principals, n.roles, n.caps)
		if classes[key] == 0 {
			classes[key] = len(s.sample)
			s.sample = append(s.sample, n.id)
		}
		n.class = classes[key]
		return n.class
	}
	for id, n := range rows {
		if class := classOf(n); n.note {
			s.nodes[id] = class
		}
	}
	return s
}

// liveCaps has for whom each cap is.
func (m *measure) liveCaps(ctx context.Context) (map[int64]auth.PrincipalID, error) {
	rows, err := m.tx.Query(ctx, `SELECT id, group_id FROM caps WHERE lifted_at IS NULL`)
	if err != nil {
		return nil, err
	}
	caps := map[int64]auth.PrincipalID{}
	var id int64
	var group auth.PrincipalID
	_, err = pgx.ForEachRow(rows, []any{&id, &group}, func() error { caps[id] = group; return nil })
	return caps, err
}

// matter lists the principals that grants on the nodes and above them, caps and the
// change itself name.
func (m *measure) matter(ctx context.Context, s *measured) ([]auth.PrincipalID, error) {
	named := map[auth.PrincipalID]bool{m.touched.Principal: true}
	var above []notebook.ID
	for _, n := range s.rows {
		for _, p := range n.principals {
			named[auth.PrincipalID(p)] = true
		}
		if s.rows[n.parent] == nil && !n.parent.IsZero() {
			above = append(above, n.parent)
		}
	}
	for _, group := range s.caps {
		named[group] = true
	}
	rows, err := m.tx.Query(ctx, `
		SELECT g.principal_id FROM grants g WHERE `+liveGrant+`
			AND g.node_id IN (SELECT ancestor FROM node_paths WHERE descendant = ANY ($1))
		UNION SELECT id FROM owner_of_all()`, above, m.at)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[auth.PrincipalID])
	for _, p := range list {
		named[p] = true
	}
	delete(named, auth.Everyone)
	delete(named, 0)
	return slices.Collect(maps.Keys(named)), err
}

// linkLabels names the links among the classes: one that the change makes is gone
// when the effect is told.
func (m *measure) linkLabels(ctx context.Context, s *measured) (map[auth.PrincipalID]string, error) {
	labels := map[auth.PrincipalID]string{}
	var links []auth.PrincipalID
	for _, c := range s.people {
		if c.Guest {
			links = append(links, c.People...)
		}
	}
	names, err := m.names(ctx, links)
	for id, p := range names {
		labels[id] = p.Name
	}
	return labels, err
}

// everybody is how many of each class are told apart: all of them.
const everybody = 1 << 30

// sort puts people into classes.
func (m *measure) sort(ctx context.Context, s *measured, matter []auth.PrincipalID) error {
	classes, rest, err := m.classes(ctx, matter, everybody, true)
	if err != nil {
		return err
	}
	slices.SortFunc(classes, func(a, b notebook.PeopleClass) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), slices.Compare(a.Principals, b.Principals))
	})
	s.rest, s.people = rest, append([]notebook.PeopleClass{{}}, classes...)
	s.classOf = map[auth.PrincipalID]int{}
	for i, c := range s.people {
		for _, p := range c.People {
			s.classOf[p] = i
		}
	}
	return nil
}

// ask asks the rule itself, once for each of some classes of people.
func (m *measure) ask(ctx context.Context, s *measured, classes map[int]bool) error {
	began := time.Now()
	samples := s.sample[1:]
	if len(samples) > maxNodeClasses {
		samples, s.cut = samples[:maxNodeClasses], true
	}
	for i, class := range slices.Sorted(maps.Keys(classes)) {
		if i >= maxPeopleClasses || time.Since(began) > askLimit {
			s.cut = true
			break
		}
		rights, err := m.rights(ctx, s.people[class], samples)
		if err != nil {
			return err
		}
		s.rights[class] = rights
	}
	return nil
}

func (m *measure) rights(ctx context.Context, c notebook.PeopleClass, samples []notebook.ID) (map[notebook.ID]auth.Actions, error) {
	principals, scope := c.Principals, auth.GuestScope
	if !c.Guest {
		principals, scope = append(slices.Clip(principals), auth.Everyone), auth.AllActions
	}
	rows, err := m.tx.Query(ctx, `SELECT node_id, actions FROM node_actions($1, $2) WHERE node_id = ANY ($3)`,
		plannedEachTime, principals, m.at, samples)
	if err != nil {
		return nil, err
	}
	rights := map[notebook.ID]auth.Actions{}
	var node notebook.ID
	var actions auth.Actions
	_, err = pgx.ForEachRow(rows, []any{&node, &actions}, func() error {
		rights[node] = actions & scope
		return nil
	})
	return rights, err
}

// of returns what a class of people may do on a class of nodes, and whether that was
// asked. A node that was not there gave nobody anything, and a link that was not there
// let nobody in.
func (s *measured) of(people, nodes int, guest bool) (auth.Actions, bool) {
	if nodes == 0 || guest && people == restClass {
		return 0, true
	}
	rights, asked := s.rights[people]
	if !asked || nodes > maxNodeClasses {
		return 0, false
	}
	return rights[s.sample[nodes]], true
}
