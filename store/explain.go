package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
	"quire/notebook"
)

// Bounds of what one explanation reads.
const (
	maxFactGrants      = 2000 // those that count come first
	maxFactMemberships = 5000
)

// snapshot runs do in a read-only transaction that sees one moment of the database.
func (db *DB) snapshot(ctx context.Context, do func(pgx.Tx) error) error {
	tx, err := db.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return translate(err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) // there is nothing to commit
	return translate(do(tx))
}

// history reads what once stood as of one moment.
type history struct {
	tx pgx.Tx
	// at is the moment asked about; in the present it is that of the snapshot.
	at   time.Time
	past bool
}

// newHistory settles the moment: a zero one is now.
func newHistory(ctx context.Context, tx pgx.Tx, at time.Time) (h history, now time.Time, err error) {
	err = tx.QueryRow(ctx, `SELECT now()`).Scan(&now)
	h = history{tx: tx, at: at, past: !at.IsZero() && at.Before(now)}
	if at.IsZero() {
		h.at = now
	}
	return h, now, err
}

// was brings a time that committed rows bear to the moment of the snapshot: a row
// can be seen whose transaction began just after ours.
func (h *history) was(t nullTime) time.Time {
	if !h.past && t.After(h.at) {
		return h.at
	}
	return t.Time
}

// AccessFacts implements notebook.TreeStore.
func (t *Tree) AccessFacts(ctx context.Context, v notebook.Viewer, node notebook.ID, person notebook.AccessPerson, at time.Time) (f notebook.AccessFacts, err error) {
	err = t.db.snapshot(ctx, func(tx pgx.Tx) error {
		h, now, err := newHistory(ctx, tx, at)
		if err != nil {
			return err
		}
		f.At, f.Now, f.Scope = h.at, now, auth.AllActions
		if err := h.person(ctx, &f, person); err != nil {
			return err
		}
		if f.Memberships, err = h.memberships(ctx, f.Person); err != nil {
			return err
		}
		if f.Nodes, f.Chain, f.Created, err = h.chain(ctx, v, node); err != nil {
			return err
		}
		principals := countedAs(f.Facts)
		if err := h.grants(ctx, f.Chain, node, principals); err != nil {
			return err
		}
		if f.Caps, err = h.caps(ctx, node, principals); err != nil {
			return err
		}
		if f.OwnerOfAll, err = h.ownerOfAll(ctx); err != nil {
			return err
		}
		if f.Names, err = h.names(ctx, mentioned(f.Facts)); err != nil {
			return err
		}
		f.Named = f.Names[f.Person]
		f.Moved, err = h.moved(ctx, f.Chain, f.Named)
		return err
	})
	return f, err
}

// person finds who is asked about, by name before by id.
func (h *history) person(ctx context.Context, f *notebook.AccessFacts, asked notebook.AccessPerson) error {
	folded, _ := account.Fold(asked.Name) // what cannot be a name is nobody's
	var disabled nullTime
	err := h.tx.QueryRow(ctx, `
		SELECT p.id, p.kind = 'link', u.disabled_at FROM principals p LEFT JOIN users u USING (id)
		WHERE p.removed_at IS NULL AND (p.id = $1 OR p.folded = $2 AND p.kind <> 'link')
		ORDER BY p.folded = $2 DESC LIMIT 1`, asked.ID, folded).Scan(&f.Person, &f.Guest, &disabled)
	f.Disabled = !disabled.IsZero() && !h.was(disabled).After(h.at)
	return absent(err, fault.New(fault.Invalid, "There is nobody called so: “%.64s”.", asked.Name).
		With(map[string]any{"unknown": []string{asked.Name}}))
}

// membershipsSQL has all memberships, those of groups and of holders of links, those
// that have ended too.
const membershipsSQL = `
memberships_ever(member, into_id, by_id, since, ended) AS NOT MATERIALIZED (
	SELECT member_id, group_id, added_by, added_at, NULL::timestamptz FROM memberships
	UNION ALL SELECT member_id, group_id, NULL, added_at, ended_at FROM past_memberships
	UNION ALL SELECT h.user_id, h.link_id, NULL, h.opened_at, l.removed_at FROM link_holders h JOIN principals l ON l.id = h.link_id
)`

// memberships reads those by which somebody counts or counted as others.
func (h *history) memberships(ctx context.Context, person auth.PrincipalID) ([]auth.Membership, error) {
	rows, err := h.tx.Query(ctx, `
		WITH RECURSIVE `+membershipsSQL+`,
		up(id) AS (
			SELECT $1::bigint UNION
			SELECT e.into_id FROM up CROSS JOIN LATERAL (SELECT * FROM memberships_ever m WHERE m.member = up.id OFFSET 0) e)
		SELECT e.member, e.into_id, e.by_id, e.since, e.ended
		FROM up CROSS JOIN LATERAL (SELECT * FROM memberships_ever m WHERE m.member = up.id OFFSET 0) e
		WHERE NOT $2 OR e.since <= $3 ORDER BY (e.ended IS NULL OR $2 AND e.ended > $3) DESC, e.ended DESC, e.since LIMIT $4`,
		person, h.past, h.at, maxFactMemberships)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (m auth.Membership, err error) {
		var since, ended nullTime
		err = row.Scan(&m.Member, &m.Into, &m.By, &since, &ended)
		m.Since, m.Ended = h.was(since), h.was(ended)
		return m, err
	})
}

// countedAs lists the person and all it counts or counted as.
func countedAs(f auth.Facts) []auth.PrincipalID {
	list := []auth.PrincipalID{auth.Everyone, f.Person}
	for _, m := range f.Memberships {
		list = append(list, m.Into)
	}
	return list
}

// chain reads the node and those above it, nearest first, and when the node was made.
func (h *history) chain(ctx context.Context, v notebook.Viewer, node notebook.ID) (places []notebook.FactPlace, chain []auth.FactNode, created time.Time, err error) {
	rows, err := h.tx.Query(ctx, `
		WITH `+mineAbove+`
		SELECT n.id, n.name, n.kind, n.closed, n.trashed_at, n.trash_id IS NOT NULL, n.created_at, mine.node_id IS NOT NULL
		FROM node_paths p JOIN nodes n ON n.id = p.ancestor LEFT JOIN mine ON mine.node_id = n.id
		WHERE p.descendant = ANY ($3) ORDER BY p.depth`, v.Principals, v.At, []notebook.ID{node})
	if err != nil {
		return nil, nil, created, err
	}
	var place notebook.FactPlace
	var n auth.FactNode
	var trashed, made nullTime
	var in bool
	_, err = pgx.ForEachRow(rows, []any{&place.ID, &place.Name, &place.Kind, &n.Closed, &trashed, &in, &made, &place.MayRead}, func() error {
		n.ID, n.Trashed = place.ID, in && !h.was(trashed).After(h.at)
		if len(chain) == 0 {
			created = h.was(made)
		}
		places, chain = append(places, place), append(chain, n)
		return nil
	})
	if err == nil && len(chain) == 0 {
		err = auth.Hidden()
	}
	return places, chain, created, err
}

// ownersSQL has the grants to live owners that stand on the node $1 and those above.
const ownersSQL = `
SELECT p.depth, g.id FROM node_paths p JOIN grants g ON g.node_id = p.ancestor
WHERE p.descendant = $1 AND g.role = 4 AND g.revoked_at IS NULL AND g.starts_at IS NULL AND g.ends_at IS NULL
	AND (g.principal_id = 1 OR EXISTS (
		WITH RECURSIVE inside(id) AS (
			SELECT g.principal_id UNION SELECT m.member_id FROM memberships m JOIN inside ON inside.id = m.group_id
		)
		SELECT FROM inside JOIN users u USING (id) WHERE u.disabled_at IS NULL))`

// grants reads the grants to some principals into the chain of a node, with how many
// live owners each node has.
func (h *history) grants(ctx context.Context, chain []auth.FactNode, node notebook.ID, principals []auth.PrincipalID) error {
	rows, err := h.tx.Query(ctx, ownersSQL, node)
	if err != nil {
		return err
	}
	owns := map[int64]bool{}
	var depth int
	var id int64
	if _, err = pgx.ForEachRow(rows, []any{&depth, &id}, func() error {
		owns[id] = true
		chain[depth].Owners++
		return nil
	}); err != nil {
		return err
	}
	rows, err = h.tx.Query(ctx, `
		SELECT p.depth, g.id, g.principal_id, g.role, g.starts_at, g.ends_at, g.granted_by, g.granted_at, g.revoked_at
		FROM node_paths p JOIN grants g ON g.node_id = p.ancestor
		WHERE p.descendant = $1 AND g.principal_id = ANY ($2) AND (NOT $3 OR g.granted_at <= $4)
		ORDER BY (g.revoked_at IS NULL OR $3 AND g.revoked_at > $4) DESC, g.revoked_at DESC, g.role DESC, g.id LIMIT $5`,
		node, principals, h.past, h.at, maxFactGrants)
	if err != nil {
		return err
	}
	var g auth.GrantFact
	var starts, ends, since, revoked nullTime
	_, err = pgx.ForEachRow(rows, []any{&depth, &g.ID, &g.Principal, &g.Role, &starts, &ends, &g.By, &since, &revoked}, func() error {
		g.StartsAt, g.EndsAt, g.Since, g.Revoked = starts.Time, ends.Time, h.was(since), h.was(revoked)
		g.Owns = owns[g.ID]
		chain[depth].Grants = append(chain[depth].Grants, g)
		return nil
	})
	return err
}

// caps reads those set for some principals on the node, above it or everywhere.
func (h *history) caps(ctx context.Context, node notebook.ID, principals []auth.PrincipalID) ([]auth.CapFact, error) {
	rows, err := h.tx.Query(ctx, `
		SELECT c.id, c.group_id, c.node_id, c.actions, c.reason, c.set_by, c.set_at, c.lifted_at FROM caps c
		WHERE c.group_id = ANY ($2) AND (c.node_id IS NULL OR c.node_id IN (SELECT ancestor FROM node_paths WHERE descendant = $1))
			AND (c.lifted_at IS NULL OR $3 AND c.lifted_at > $4) AND (NOT $3 OR c.set_at <= $4)
		ORDER BY c.id`, node, principals, h.past, h.at)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (c auth.CapFact, err error) {
		var since, lifted nullTime
		err = row.Scan(&c.ID, &c.Group, &c.Node, &c.Actions, &c.Reason, &c.By, &since, &lifted)
		c.Since, c.Lifted = h.was(since), h.was(lifted)
		return c, err
	})
}

// ownerOfAll is the setting as it is now: it has no history.
func (h *history) ownerOfAll(ctx context.Context) (p auth.PrincipalID, err error) {
	err = h.tx.QueryRow(ctx, `SELECT (SELECT id FROM owner_of_all())`).Scan(&p)
	return p, err
}

// mentioned lists everybody whom facts name.
func mentioned(f auth.Facts) []auth.PrincipalID {
	list := append(countedAs(f), f.OwnerOfAll)
	for _, m := range f.Memberships {
		list = append(list, m.Member, m.By)
	}
	for _, n := range f.Chain {
		for _, g := range n.Grants {
			list = append(list, g.Principal, g.By)
		}
	}
	for _, c := range f.Caps {
		list = append(list, c.Group, c.By)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// names finds what principals are called, also those that were removed. A link is
// called by its label.
func (h *history) names(ctx context.Context, ids []auth.PrincipalID) (map[auth.PrincipalID]notebook.Principal, error) {
	rows, err := h.tx.Query(ctx, `
		SELECT p.id, p.kind, CASE p.kind WHEN 'link' THEN coalesce(k.label, '') ELSE p.name END,
			coalesce(u.display_name, ''), u.disabled_at IS NOT NULL
		FROM principals p LEFT JOIN users u USING (id) LEFT JOIN links k USING (id) WHERE p.id = ANY ($1)`, ids)
	if err != nil {
		return nil, err
	}
	found := map[auth.PrincipalID]notebook.Principal{}
	var p notebook.Principal
	_, err = pgx.ForEachRow(rows, []any{&p.ID, &p.Kind, &p.Name, &p.DisplayName, &p.Disabled}, func() error {
		found[p.ID] = p
		return nil
	})
	return found, err
}

// moved lists what was done since to what keeps no history: places, closing, the
// trash, accounts and the setting of who owns everything.
func (h *history) moved(ctx context.Context, chain []auth.FactNode, person notebook.Principal) ([]string, error) {
	if !h.past {
		return nil, nil
	}
	objects := make([]string, len(chain))
	for i, n := range chain {
		objects[i] = n.ID.String()
	}
	rows, err := h.tx.Query(ctx, `
		SELECT DISTINCT operation FROM audit
		WHERE object = ANY ($1) AND at > $2 AND outcome = 'done'
			AND (operation IN ('node.move', 'node.trash', 'node.restore') OR operation = 'grants.change' AND detail ? 'closed')
		UNION SELECT operation FROM audit
		WHERE object = $3 AND at > $2 AND outcome = 'done' AND operation = 'user.change' AND detail ? 'disabled'
		UNION SELECT 'settings' FROM settings WHERE key = 'notebook.owner_role' AND changed_at > $2
		ORDER BY 1`, objects, h.at, strings.TrimSpace(person.Name))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
