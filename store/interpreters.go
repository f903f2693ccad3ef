package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
	"quire/notebook/interpreter"
)

// Interpreters keeps what administrators set up for code to run in.
type Interpreters struct {
	db *DB
	setUp
}

// setUp reads interpreters, connections and gateways.
type setUp struct{ q querier }

// setUpTx is a change of them under way.
type setUpTx struct {
	setUp
	tx pgx.Tx
}

var (
	_ interpreter.Store = (*Interpreters)(nil)
	_ interpreter.Tx    = setUpTx{}
)

// Interpreters returns the store of interpreters, connections and gateways.
func (db *DB) Interpreters() *Interpreters { return &Interpreters{db, setUp{db.pool}} }

// Change implements interpreter.Store.
func (i *Interpreters) Change(ctx context.Context, do func(interpreter.Tx) error) (uint64, error) {
	return i.db.Authority(ctx, func(tx pgx.Tx) error {
		// Names are one namespace over rows and their aliases, which no index guards.
		if _, err := tx.Exec(ctx, `LOCK TABLE interpreters, connections, gateways IN SHARE ROW EXCLUSIVE MODE`); err != nil {
			return err
		}
		return do(setUpTx{setUp{tx}, tx})
	})
}

// usersOf reads who may use each row, by name.
func (s setUp) usersOf(ctx context.Context, query string) (map[int64][]interpreter.UserRef, error) {
	rows, err := s.q.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	users := map[int64][]interpreter.UserRef{}
	var id int64
	var u interpreter.UserRef
	_, err = pgx.ForEachRow(rows, []any{&id, &u.ID, &u.Kind, &u.Name, &u.DisplayName}, func() error {
		users[id] = append(users[id], u)
		return nil
	})
	return users, err
}

const interpreterUsers = `
	SELECT i.interpreter_id, p.id, p.kind, p.name, coalesce(u.display_name, '')
	FROM interpreter_users i JOIN principals p ON p.id = i.principal_id LEFT JOIN users u ON u.id = p.id
	WHERE p.removed_at IS NULL ORDER BY p.folded`

// Interpreters implements interpreter.Reader.
func (s setUp) Interpreters(ctx context.Context) ([]interpreter.InterpreterRow, error) {
	users, err := s.usersOf(ctx, interpreterUsers)
	if err != nil {
		return nil, translate(err)
	}
	rows, err := s.q.Query(ctx, `
		SELECT i.id, i.name, i.aliases, i.display_name, i.kind, i.spec, i.language, coalesce(i.gateway_id, 0), coalesce(i.connection_id, 0),
			i.environment, i.arguments, i.limits, i.enabled, coalesce(p.name, ''), i.changed_at
		FROM interpreters i LEFT JOIN principals p ON p.id = i.changed_by ORDER BY i.name`)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r interpreter.InterpreterRow, err error) {
		err = row.Scan(&r.ID, &r.Name, &r.Aliases, &r.DisplayName, &r.Kind, &r.Spec, &r.Language, &r.Gateway, &r.Connection,
			&r.Sealed, &r.Arguments, &r.Limits, &r.Enabled, &r.ChangedBy, &r.ChangedAt)
		r.Environment = map[string]string{}
		for name := range r.Sealed {
			r.Environment[name] = interpreter.Masked
		}
		r.Users = append([]interpreter.UserRef{}, users[r.ID]...)
		return r, err
	})
	return list, translate(err)
}

// SaveInterpreter implements interpreter.Tx.
func (t setUpTx) SaveInterpreter(ctx context.Context, r interpreter.InterpreterRow, by auth.PrincipalID) (id int64, err error) {
	if r.Sealed == nil {
		r.Sealed = map[string][]byte{}
	}
	args := []any{r.Name, r.Aliases, r.DisplayName, string(r.Kind), r.Spec, r.Language,
		orNone(r.Gateway), orNone(r.Connection), r.Sealed, r.Arguments, r.Limits, r.Enabled, by}
	err = t.save(ctx, r.ID, &id, `
		INSERT INTO interpreters (name, aliases, display_name, kind, spec, language, gateway_id, connection_id, environment, arguments, limits, enabled, changed_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id`, `
		UPDATE interpreters SET name = $1, aliases = $2, display_name = $3, kind = $4, spec = $5, language = $6, gateway_id = $7, connection_id = $8,
			environment = $9, arguments = $10, limits = $11, enabled = $12, changed_by = $13, changed_at = now()
		WHERE id = $14 RETURNING id`, args)
	if err != nil {
		return 0, err
	}
	return id, t.setUsers(ctx, id, r.Users, `DELETE FROM interpreter_users WHERE interpreter_id = $1`,
		`INSERT INTO interpreter_users (interpreter_id, principal_id) SELECT $1, unnest($2::bigint[])`)
}

// orNone is NULL for 0.
func orNone(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// save inserts a row, or updates the one with the id.
func (t setUpTx) save(ctx context.Context, id int64, to *int64, insert, update string, args []any) error {
	if id == 0 {
		return t.tx.QueryRow(ctx, insert, args...).Scan(to)
	}
	return absent(t.tx.QueryRow(ctx, update, append(args, id)...).Scan(to), errAbsent)
}

func (t setUpTx) setUsers(ctx context.Context, id int64, users []interpreter.UserRef, drop, add string) error {
	ids := make([]auth.PrincipalID, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	if _, err := t.tx.Exec(ctx, drop, id); err != nil {
		return err
	}
	_, err := t.tx.Exec(ctx, add, id, ids)
	return err
}

// RemoveInterpreter implements interpreter.Tx.
func (t setUpTx) RemoveInterpreter(ctx context.Context, id int64) error {
	_, err := t.tx.Exec(ctx, `DELETE FROM interpreters WHERE id = $1`, id)
	return err
}

// Find implements interpreter.Tx.
func (t setUpTx) Find(ctx context.Context, who []interpreter.Who) ([]*interpreter.UserRef, error) {
	const most = 1000
	if len(who) > most {
		return nil, fault.New(fault.TooLarge, "At most %d users and groups at once, not %d; a group may hold more.", most, len(who))
	}
	ids, folded := make([]auth.PrincipalID, len(who)), make([]string, len(who))
	for i, w := range who {
		ids[i] = w.ID
		folded[i], _ = account.Fold(w.Name) // what cannot be a name is nobody's
	}
	rows, err := t.tx.Query(ctx, `
		SELECT a.at, p.id, p.kind, p.name, coalesce(u.display_name, '')
		FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS a(id, folded, at)
		JOIN principals p ON p.removed_at IS NULL AND p.kind IN ('user', 'group', 'everyone')
			AND CASE WHEN a.id IS NULL THEN p.folded = a.folded ELSE p.id = a.id END
		LEFT JOIN users u ON u.id = p.id`, ids, folded)
	if err != nil {
		return nil, err
	}
	found := make([]*interpreter.UserRef, len(who))
	var at int
	var u interpreter.UserRef
	_, err = pgx.ForEachRow(rows, []any{&at, &u.ID, &u.Kind, &u.Name, &u.DisplayName}, func() error {
		one := u
		found[at-1] = &one
		return nil
	})
	return found, err
}

// Audit implements interpreter.Tx.
func (t setUpTx) Audit(ctx context.Context, op auth.Operation, object string, detail map[string]any) error {
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return err
	}
	return addEntry(ctx, t.tx, account.AuditEntry{ActorID: a.User, Actor: a.Name, SignIn: a.SignIn, Operation: op.Name(),
		Object: object, Outcome: account.Done, Detail: detail, Request: a.Request})
}
