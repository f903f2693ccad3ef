package store

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"quire/auth"
	"quire/auth/fault"
)

// Records are the facts that auth decides by. Each answer is one statement, and so
// of one moment: its epoch is that of the rows.
type Records struct{ pool *pgxpool.Pool }

var _ auth.Records = (*Records)(nil)

// Records returns the facts to decide by.
func (db *DB) Records() *Records { return &Records{pool: db.records} }

// held finds all principals that the users in live count as, in one walk for all of
// them: groups through nesting, and links they opened. Everyone is not among them:
// it needs no looking up.
const held = `
held(root, id) AS (
	SELECT root, id FROM (
		SELECT user_id, user_id FROM live
		UNION
		SELECT h.user_id, h.link_id FROM link_holders h JOIN principals l ON l.id = h.link_id AND l.removed_at IS NULL
		WHERE h.user_id IN (SELECT user_id FROM live)) AS own(root, id)
	UNION
	SELECT held.root, m.group_id FROM held JOIN memberships m ON m.member_id = held.id
),
sets(root, ids) AS (SELECT root, array_agg(id) FROM held GROUP BY root)`

// identityColumns read one identity of live, with the epoch also when there is none.
const identityColumns = `
SELECT a.epoch, live.sign_in, live.user_id, coalesce(live.name, ''), coalesce(live.admin, false), coalesce(live.guest, false),
	live.scope, live.expires_at, sets.ids,
	ARRAY(SELECT m.group_id FROM memberships m WHERE m.member_id = live.user_id AND m.leads ORDER BY m.group_id),
	ARRAY(SELECT coalesce(c.node_id, '00000000-0000-0000-0000-000000000000') FROM caps c
		WHERE c.group_id = ANY (sets.ids) AND c.lifted_at IS NULL ORDER BY c.id),
	ARRAY(SELECT c.actions FROM caps c WHERE c.group_id = ANY (sets.ids) AND c.lifted_at IS NULL ORDER BY c.id),
	coalesce((SELECT id FROM owner_of_all()) = ANY (sets.ids), false)
FROM authority a LEFT JOIN (live JOIN sets ON sets.root = live.user_id) ON true`

// guestLinks are the links that let in whoever has them; guestName is what such a
// guest is called.
const (
	guestLinks = `links k JOIN principals p ON p.id = k.id AND p.removed_at IS NULL
		AND k.anyone AND (SELECT value = 'true'::jsonb FROM settings WHERE key = 'links.anyone')`
	guestName = `'guest' || coalesce(' (' || nullif(k.label, '') || ')', '')`
)

const identitiesSQL = `
WITH RECURSIVE live AS (
	SELECT s.id AS sign_in, s.user_id, p.name, u.admin, false AS guest, s.scope, s.expires_at
	FROM sign_ins s
	JOIN users u ON u.id = s.user_id AND u.disabled_at IS NULL
	JOIN principals p ON p.id = u.id AND p.removed_at IS NULL
	WHERE s.id = ANY ($1) AND s.ended_at IS NULL AND s.expires_at > now()
	UNION ALL
	SELECT s.id, s.user_id, ` + guestName + `, false, true, s.scope, s.expires_at
	FROM ` + guestLinks + ` JOIN sign_ins s ON s.user_id = k.id AND s.kind = 'guest'
	WHERE s.id = ANY ($1) AND s.ended_at IS NULL AND s.expires_at > now()
),` + held + identityColumns

const userIdentitySQL = `
WITH RECURSIVE live AS (
	SELECT NULL::uuid AS sign_in, u.id AS user_id, p.name, u.admin, false AS guest, NULL::text[] AS scope, NULL::timestamptz AS expires_at
	FROM users u JOIN principals p ON p.id = u.id AND p.removed_at IS NULL
	WHERE u.id = $1 AND u.disabled_at IS NULL
	UNION ALL
	SELECT NULL, k.id, ` + guestName + `, false, true, NULL, NULL FROM ` + guestLinks + ` WHERE k.id = $1
),` + held + identityColumns

// Identities implements auth.Records.
func (r *Records) Identities(ctx context.Context, signIns []auth.ID) (map[auth.ID]auth.Identity, uint64, error) {
	found := map[auth.ID]auth.Identity{}
	epoch, err := r.identities(ctx, identitiesSQL, signIns, func(signIn auth.ID, who auth.Identity) {
		found[signIn] = who
	})
	return found, epoch, err
}

// UserIdentity implements auth.Records.
func (r *Records) UserIdentity(ctx context.Context, user auth.PrincipalID) (auth.Identity, uint64, error) {
	var found auth.Identity
	epoch, err := r.identities(ctx, userIdentitySQL, user, func(_ auth.ID, who auth.Identity) { found = who })
	if err == nil && found.User == 0 {
		err = fault.New(fault.NotFound, "There is no such account, or it is disabled.")
	}
	return found, epoch, err
}

func (r *Records) identities(ctx context.Context, sql string, arg any, each func(auth.ID, auth.Identity)) (uint64, error) {
	rows, err := r.pool.Query(ctx, sql, arg)
	if err != nil {
		return 0, translate(err)
	}
	var epoch uint64
	var signIn auth.ID
	var row identityRow
	who := &row.who
	_, err = pgx.ForEachRow(rows, []any{&epoch, &signIn, &who.User, &who.Name, &who.Admin, &who.Guest, &row.scope, &row.until,
		&who.Principals, &who.Leads, &row.capNodes, &row.capActions, &who.OwnsAll},
		func() error {
			if who.User != 0 { // else nobody: the row that carries the epoch alone
				each(signIn, row.identity())
			}
			row = identityRow{}
			return nil
		})
	return epoch, translate(err)
}

// identityRow is an identity as it was read.
type identityRow struct {
	who        auth.Identity
	scope      []string
	until      *time.Time
	capNodes   []auth.ID
	capActions []int16
}

// identity completes what the row says. A scope with words of a newer version
// allows what this one knows of it. A guest is nobody but its link.
func (row *identityRow) identity() auth.Identity {
	who := row.who
	who.Scope = auth.AllActions
	switch {
	case who.Guest:
		who.Scope = auth.GuestScope
	case row.scope != nil:
		who.Scope = knownActions(row.scope)
	}
	if !who.Guest {
		who.Principals = append(who.Principals, auth.Everyone)
	}
	slices.Sort(who.Principals)
	for i, node := range row.capNodes {
		who.Caps = append(who.Caps, auth.Cap{Node: node, Actions: auth.Actions(row.capActions[i])})
	}
	if row.until != nil {
		who.Until = *row.until
	}
	return who
}

func knownActions(names []string) auth.Actions {
	var set auth.Actions
	for _, name := range names {
		if one, err := auth.ParseActions([]string{name}); err == nil {
			set |= one
		}
	}
	return set
}

const chainSQL = `
SELECT a.epoch, n.id, coalesce(n.closed, false), n.trash_id IS NOT NULL,
	g.principal_id, coalesce(g.role, 0), g.starts_at, g.ends_at
FROM authority a
LEFT JOIN (node_paths p JOIN nodes n ON n.id = p.ancestor) ON p.descendant = $1
LEFT JOIN grants g ON g.node_id = n.id AND g.revoked_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > now())
ORDER BY p.depth, g.id`

// Chain implements auth.Records. Grants that are over are left out, those that
// begin later are in.
func (r *Records) Chain(ctx context.Context, node auth.ID) ([]auth.Object, uint64, error) {
	rows, err := r.pool.Query(ctx, chainSQL, node)
	if err != nil {
		return nil, 0, translate(err)
	}
	var epoch uint64
	var o auth.Object
	var g auth.Grant
	var starts, ends *time.Time
	var chain []auth.Object
	_, err = pgx.ForEachRow(rows, []any{&epoch, &o.ID, &o.Closed, &o.Trashed, &g.Principal, &g.Role, &starts, &ends},
		func() error {
			chain = addGrant(chain, o, g, starts, ends)
			return nil
		})
	if err == nil && len(chain) == 0 {
		err = auth.Hidden()
	}
	return chain, epoch, translate(err)
}

// addGrant adds a row to the chain: a grant on its last node or on the next one.
func addGrant(chain []auth.Object, o auth.Object, g auth.Grant, starts, ends *time.Time) []auth.Object {
	if o.ID.IsZero() {
		return chain
	}
	if len(chain) == 0 || chain[len(chain)-1].ID != o.ID {
		chain = append(chain, o)
	}
	if g.Principal == 0 {
		return chain // a node without grants of its own
	}
	if starts != nil {
		g.StartsAt = *starts
	}
	if ends != nil {
		g.EndsAt = *ends
	}
	last := &chain[len(chain)-1]
	last.Grants = append(last.Grants, g)
	return chain
}

// Epoch implements auth.Records.
func (r *Records) Epoch(ctx context.Context) (epoch uint64, err error) {
	err = r.pool.QueryRow(ctx, `SELECT epoch FROM authority`).Scan(&epoch)
	return epoch, translate(err)
}
