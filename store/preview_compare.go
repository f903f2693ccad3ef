package store

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/notebook"
)

// Bounds of what an effect lists.
const (
	peopleListed = 100
	notesOpened  = 5000
)

// compare tells what the change did.
func (m *measure) compare(ctx context.Context) (auth.Effect, error) {
	c := comparison{before: m.before, after: m.after, effect: auth.Effect{Truncated: m.before.cut || m.after.cut}}
	c.pairNodes()
	c.changed, c.opened, c.written = map[pair]bool{}, map[pair]bool{}, map[pair]bool{}
	for p, people := range m.pairs {
		c.weigh(p, people)
	}
	opened, written := c.notesIn(c.opened), c.notesIn(c.written)
	c.effect.Notes = len(c.notesIn(c.changed))
	if err := m.outputs(ctx, &c.effect, opened, written); err != nil {
		return c.effect, err
	}
	if len(opened) > notesOpened {
		opened, c.effect.Truncated = opened[:notesOpened], true
	}
	c.effect.Opened = opened
	for _, side := range []*auth.Side{&c.effect.Gains, &c.effect.Losses} {
		if err := m.list(ctx, side); err != nil {
			return c.effect, err
		}
	}
	return c.effect, nil
}

type comparison struct {
	before, after            *measured
	nodes                    map[pair][]notebook.ID // notes of each pair of classes
	changed, opened, written map[pair]bool
	effect                   auth.Effect
}

func (c *comparison) pairNodes() {
	c.nodes = map[pair][]notebook.ID{}
	for id, before := range c.before.nodes {
		p := pair{before, c.after.nodes[id]}
		c.nodes[p] = append(c.nodes[p], id)
	}
	for id, after := range c.after.nodes {
		if _, was := c.before.nodes[id]; !was {
			p := pair{0, after}
			c.nodes[p] = append(c.nodes[p], id)
		}
	}
}

// tally is what somebody gains, or loses.
type tally struct {
	actions auth.Actions
	notes   int
}

func (t *tally) add(actions auth.Actions, notes int) {
	if actions != 0 {
		t.actions |= actions
		t.notes += notes
	}
}

// weigh compares what people may do on all notes.
func (c *comparison) weigh(p pair, people *crowd) {
	var gained, lost tally
	anybody := people.rest > 0 || len(people.people) > 0
	for nodes, notes := range c.nodes {
		before, known := c.before.of(p.before, nodes.before, people.guest)
		after, known2 := c.after.of(p.after, nodes.after, people.guest)
		if !known || !known2 || before == after {
			continue
		}
		gained.add(after&^before, len(notes))
		lost.add(before&^after, len(notes))
		if anybody {
			c.changed[nodes] = true
			c.opened[nodes] = c.opened[nodes] || (after &^ before).Has(auth.Read)
			c.written[nodes] = c.written[nodes] || (after &^ before).Has(auth.Write)
		}
	}
	people.join(&c.effect.Gains, gained, p)
	people.join(&c.effect.Losses, lost, p)
}

func (people *crowd) join(side *auth.Side, t tally, p pair) {
	if t.actions == 0 {
		return
	}
	if !people.guest {
		n := len(people.people) + people.rest
		side.People += n
		if t.actions.Has(auth.Read) {
			side.Readers += n
		}
	}
	if p == (pair{restClass, restClass}) {
		side.Everyone = t.actions
		if people.rest > 0 {
			side.Listed = append(side.Listed, auth.Affected{Person: auth.Everyone, Actions: t.actions, Notes: t.notes})
		}
	}
	for _, id := range people.people {
		side.Listed = append(side.Listed, auth.Affected{Person: id, Actions: t.actions, Notes: t.notes})
	}
}

// notesIn lists the notes of pairs of classes.
func (c *comparison) notesIn(pairs map[pair]bool) (list []notebook.ID) {
	for p, yes := range pairs {
		if yes {
			list = append(list, c.nodes[p]...)
		}
	}
	slices.SortFunc(list, func(a, b notebook.ID) int { return slices.Compare(a[:], b[:]) })
	return list
}

// outputs counts results that somebody would see who does not now: whoever reads a
// note sees the latest of each paragraph, whoever writes it all, and those of
// kernels of people's own.
func (m *measure) outputs(ctx context.Context, e *auth.Effect, opened, written []notebook.ID) error {
	return m.tx.QueryRow(ctx, `
		WITH latest AS (
			SELECT r.note_id, count(DISTINCT r.paragraph_id) AS n
			FROM runs r
			WHERE NOT r.own AND r.note_id = ANY ($1::uuid[] || $2::uuid[]) AND NOT EXISTS (
				SELECT FROM paragraphs p WHERE p.note_id = r.note_id AND p.id = r.paragraph_id AND p.place IS NULL)
			GROUP BY r.note_id),
		every AS (SELECT note_id, count(*) AS n FROM runs WHERE note_id = ANY ($2) GROUP BY note_id)
		SELECT (SELECT coalesce(sum(n), 0) FROM latest WHERE note_id = ANY ($1) AND NOT note_id = ANY ($2))
			+ (SELECT coalesce(sum(e.n - CASE WHEN e.note_id = ANY ($1) THEN 0 ELSE coalesce(l.n, 0) END), 0)
				FROM every e LEFT JOIN latest l USING (note_id))`, noNull(opened), noNull(written)).Scan(&e.Outputs)
}

func noNull(ids []notebook.ID) []notebook.ID {
	if ids == nil {
		return []notebook.ID{}
	}
	return ids
}

// list names the first of one side.
func (m *measure) list(ctx context.Context, side *auth.Side) error {
	ids := make([]auth.PrincipalID, len(side.Listed))
	by := map[auth.PrincipalID]auth.Affected{}
	for i, a := range side.Listed {
		ids[i], by[a.Person] = a.Person, a
	}
	rows, err := m.tx.Query(ctx, `
		SELECT p.id, p.kind, p.name, coalesce(u.display_name, '') FROM principals p LEFT JOIN users u USING (id)
		WHERE p.id = ANY ($1) AND p.kind <> 'link' ORDER BY p.id = 1 DESC, p.folded LIMIT $2`, ids, peopleListed)
	if err != nil {
		return err
	}
	side.Listed, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (a auth.Affected, err error) {
		err = row.Scan(&a.Person, &a.Kind, &a.Name, &a.DisplayName)
		a.Actions, a.Notes = by[a.Person].Actions, by[a.Person].Notes
		return a, err
	})
	for _, id := range ids {
		if label, isLink := m.label(id); isLink {
			a := by[id]
			a.Kind, a.Name = "link", label
			side.Listed = append(side.Listed, a)
		}
	}
	return err
}

func (m *measure) label(id auth.PrincipalID) (label string, isLink bool) {
	if label, isLink = m.after.labels[id]; !isLink {
		label, isLink = m.before.labels[id]
	}
	return label, isLink
}
