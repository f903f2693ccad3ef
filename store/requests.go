package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// managed has the nodes with requests that the viewer ($1 principals, $2 moment)
// manages. What exists is found first, so that asking for made-up ids costs owners
// nothing.
const managed = `
WITH managed AS MATERIALIZED (
	SELECT node_id FROM node_actions($1::bigint[], $2::timestamptz)
	WHERE actions & 8 = 8 AND NOT trashed
		AND node_id = ANY (ARRAY(
			SELECT r.node_id FROM access_requests r JOIN nodes n ON n.id = r.node_id AND n.trash_id IS NULL WHERE r.decided_at IS NULL)))`

// waiting has the requests there without an answer, of those who can still sign in.
const waiting = `
FROM managed
JOIN access_requests r ON r.node_id = managed.node_id AND r.decided_at IS NULL
JOIN nodes n ON n.id = r.node_id
JOIN principals p ON p.id = r.user_id
JOIN users u ON u.id = r.user_id AND u.disabled_at IS NULL`

const requestColumns = `r.id, r.node_id, r.user_id, p.name, u.display_name, u.disabled_at IS NOT NULL,
	r.role, r.message, r.asked_at, coalesce(r.outcome, ''), r.decided_at`

func scanRequest(row pgx.CollectableRow) (r notebook.AccessRequest, err error) {
	var decided nullTime
	p := &r.Person
	p.Kind = "user"
	err = row.Scan(&r.ID, &r.Node.ID, &p.ID, &p.Name, &p.DisplayName, &p.Disabled,
		&r.Role, &r.Message, &r.AskedAt, &r.Outcome, &decided, &r.Node.Name)
	r.DecidedAt = decided.Time
	return r, err
}

// RequestsFor implements notebook.TreeStore.
func (t *Tree) RequestsFor(ctx context.Context, v notebook.Viewer) ([]notebook.AccessRequest, error) {
	rows, err := t.db.pool.Query(ctx, managed+`SELECT `+requestColumns+`, n.name `+waiting+` ORDER BY r.asked_at, r.id LIMIT 1000`,
		plannedEachTime, v.Principals, v.At)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, scanRequest)
	if err != nil {
		return nil, translate(err)
	}
	ids := make([]notebook.ID, len(list))
	for i, r := range list {
		ids[i] = r.Node.ID
	}
	paths, err := readPaths(ctx, t.db.pool, v, ids)
	for i := range list {
		list[i].Path = paths[list[i].Node.ID]
	}
	return list, err
}

// CountRequests implements notebook.TreeStore.
func (t *Tree) CountRequests(ctx context.Context, v notebook.Viewer) (n int, err error) {
	err = t.db.pool.QueryRow(ctx, managed+`SELECT count(*) `+waiting, plannedEachTime, v.Principals, v.At).Scan(&n)
	return n, translate(err)
}

const ownRequestsSQL = `
WITH asked AS MATERIALIZED (SELECT * FROM access_requests WHERE user_id = $3 ORDER BY asked_at DESC, id DESC LIMIT 100),
mine AS MATERIALIZED (` + readable + ` AND node_id = ANY (ARRAY(SELECT node_id FROM asked)))
SELECT ` + requestColumns + `, coalesce(n.name, '')
FROM asked r JOIN principals p ON p.id = r.user_id JOIN users u ON u.id = r.user_id
LEFT JOIN mine ON mine.node_id = r.node_id LEFT JOIN nodes n ON n.id = mine.node_id
ORDER BY r.asked_at DESC, r.id DESC`

// RequestsBy implements notebook.TreeStore.
func (t *Tree) RequestsBy(ctx context.Context, v notebook.Viewer) ([]notebook.AccessRequest, error) {
	rows, err := t.db.pool.Query(ctx, ownRequestsSQL, v.Principals, v.At, v.User)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, scanRequest)
	return list, translate(err)
}

// OpenRequests implements notebook.TreeTx.
func (t treeTx) OpenRequests(ctx context.Context, user auth.PrincipalID, but notebook.ID) (n int, err error) {
	err = t.tx.QueryRow(ctx, `
		SELECT count(*) FROM access_requests WHERE user_id = $1 AND decided_at IS NULL AND node_id IS DISTINCT FROM $2`, user, but).Scan(&n)
	return n, err
}

// AddRequest implements notebook.TreeTx. What takes the place of another gets an id
// of its own, so that nobody grants what they have not seen.
func (t treeTx) AddRequest(ctx context.Context, r notebook.AccessRequest) error {
	_, err := t.tx.Exec(ctx, `
		INSERT INTO access_requests (id, node_id, user_id, role, message) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (node_id, user_id) WHERE decided_at IS NULL
		DO UPDATE SET (id, role, message) = (excluded.id, excluded.role, excluded.message)`,
		r.ID, r.Node.ID, r.Person.ID, int16(r.Role), r.Message)
	return err
}

var errNoRequest = fault.New(fault.NotFound, "There is no such request any more: it was answered, or asked anew.")

// TakeRequest implements notebook.TreeTx.
func (t treeTx) TakeRequest(ctx context.Context, node, request notebook.ID, outcome string, by auth.PrincipalID) (notebook.AccessRequest, error) {
	rows, err := t.tx.Query(ctx, `
		UPDATE access_requests r SET outcome = $3, decided_by = $4, decided_at = now()
		FROM nodes n, principals p JOIN users u USING (id)
		WHERE r.id = $1 AND r.node_id = $2 AND r.decided_at IS NULL AND n.id = r.node_id AND p.id = r.user_id
		RETURNING `+requestColumns+`, n.name`, request, node, outcome, by)
	if err != nil {
		return notebook.AccessRequest{}, err
	}
	r, err := pgx.CollectExactlyOneRow(rows, scanRequest)
	return r, absent(err, errNoRequest)
}
