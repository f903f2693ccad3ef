package store

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
)

// local is the provider of accounts with a password of ours. An account is bound
// to (provider, subject); here the subject is the id.
const local = "local"

var errAbsent = fault.New(fault.NotFound, "There is no such thing.")

// usable is an administrator who can sign in.
const usable = `admin AND disabled_at IS NULL AND (password_hash IS NOT NULL OR provider <> '` + local + `')`

// AdminExists implements account.Store.
func (p *People) AdminExists(ctx context.Context) (exists bool, err error) {
	err = p.db.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM users WHERE `+usable+`)`).Scan(&exists)
	return exists, translate(err)
}

// UsableAdmins implements account.Tx.
func (t peopleTx) UsableAdmins(ctx context.Context) (n int, err error) {
	err = t.tx.QueryRow(ctx, `SELECT count(*) FROM users WHERE `+usable).Scan(&n)
	return n, err
}

// createPrincipal gives out a name. Conflict says whose it is already.
func createPrincipal(ctx context.Context, tx pgx.Tx, kind string, n account.Name) (id auth.PrincipalID, err error) {
	err = tx.QueryRow(ctx, `
		INSERT INTO principals (kind, name, folded) VALUES ($1, $2, $3)
		ON CONFLICT (folded) WHERE removed_at IS NULL DO NOTHING
		RETURNING id`, kind, n.Shown, n.Folded).Scan(&id)
	return id, absent(err, nameTaken(n))
}

func nameTaken(n account.Name) error {
	return fault.New(fault.Conflict, "The name “%s” is taken. Users and groups share their names.", n.Shown)
}

// CreateUser implements account.Tx.
func (t peopleTx) CreateUser(ctx context.Context, u account.NewUser) (auth.PrincipalID, error) {
	id, err := createPrincipal(ctx, t.tx, "user", u.Name)
	if err != nil {
		return 0, err
	}
	_, err = t.tx.Exec(ctx, `INSERT INTO users (id, provider, subject, display_name, admin) VALUES ($1, $2, $3, $4, $5)`,
		id, local, strconv.FormatInt(int64(id), 10), u.DisplayName, u.Admin)
	return id, err
}

// UpdateUser implements account.Tx.
func (t peopleTx) UpdateUser(ctx context.Context, id auth.PrincipalID, c account.UserChange) error {
	tag, err := t.tx.Exec(ctx, `
		UPDATE users SET
			display_name = coalesce($2, display_name),
			admin = coalesce($3, admin),
			disabled_at = CASE $4::boolean WHEN true THEN coalesce(disabled_at, now()) WHEN false THEN NULL ELSE disabled_at END
		WHERE id = $1`, id, c.DisplayName, c.Admin, c.Disabled)
	return orAbsent(tag.RowsAffected(), err)
}

// orAbsent is NotFound when a statement that should touch a row touched none.
func orAbsent(rows int64, err error) error {
	if err == nil && rows == 0 {
		return errAbsent
	}
	return err
}

// SetPassword implements account.Tx.
func (t peopleTx) SetPassword(ctx context.Context, user auth.PrincipalID, hash string) error {
	tag, err := t.tx.Exec(ctx, `UPDATE users SET password_hash = $2 WHERE id = $1`, user, hash)
	return orAbsent(tag.RowsAffected(), err)
}

const credentialsSQL = `
SELECT u.id, p.name, coalesce(u.password_hash, ''), u.disabled_at IS NOT NULL
FROM users u JOIN principals p USING (id) WHERE `

// CredentialsOf implements account.Store.
func (p *People) CredentialsOf(ctx context.Context, folded string) (account.Credentials, error) {
	return scanCredentials(p.db.pool.QueryRow(ctx, credentialsSQL+`p.folded = $1 AND p.removed_at IS NULL`, folded))
}

// HoldUser implements account.Tx.
func (t peopleTx) HoldUser(ctx context.Context, id auth.PrincipalID) (account.Credentials, error) {
	return scanCredentials(t.tx.QueryRow(ctx, credentialsSQL+`u.id = $1 FOR SHARE OF u`, id))
}

func scanCredentials(row pgx.Row) (c account.Credentials, err error) {
	err = row.Scan(&c.User, &c.Name, &c.Hash, &c.Disabled)
	return c, absent(err, errAbsent)
}

const usersSQL = `
SELECT u.id, p.name, u.display_name, u.admin, u.disabled_at IS NOT NULL,
	u.password_hash IS NULL AND u.provider = '` + local + `', p.created_at,
	(SELECT max(last_seen_at) FROM sign_ins s WHERE s.user_id = u.id),
	ARRAY(SELECT g.id FROM memberships m JOIN principals g ON g.id = m.group_id WHERE m.member_id = u.id ORDER BY g.folded),
	ARRAY(SELECT g.name FROM memberships m JOIN principals g ON g.id = m.group_id WHERE m.member_id = u.id ORDER BY g.folded)
FROM users u JOIN principals p USING (id) WHERE p.removed_at IS NULL AND `

// User implements account.Store.
func (p *People) User(ctx context.Context, id auth.PrincipalID) (account.User, error) {
	rows, err := p.db.pool.Query(ctx, usersSQL+`u.id = $1`, id)
	if err != nil {
		return account.User{}, translate(err)
	}
	u, err := pgx.CollectExactlyOneRow(rows, scanUser)
	return u, absent(err, errAbsent)
}

// Users implements account.Store.
func (p *People) Users(ctx context.Context, prefix string, after auth.PrincipalID, limit int) ([]account.User, error) {
	rows, err := p.db.pool.Query(ctx, usersSQL+`
		(p.folded LIKE $1 OR lower(u.display_name) LIKE $1 OR lower(u.display_name) LIKE '% ' || $1)
		AND ($2::bigint IS NULL OR p.folded > (SELECT folded FROM principals WHERE id = $2))
		ORDER BY p.folded LIMIT $3`, beginsWith(prefix), after, limit)
	if err != nil {
		return nil, translate(err)
	}
	users, err := pgx.CollectRows(rows, scanUser)
	return users, translate(err)
}

func scanUser(row pgx.CollectableRow) (u account.User, err error) {
	var ids []auth.PrincipalID
	var names []string
	err = row.Scan(&u.ID, &u.Name, &u.DisplayName, &u.Admin, &u.Disabled, &u.Invited, &u.CreatedAt, &u.LastSeenAt, &ids, &names)
	u.Groups = make([]account.GroupRef, len(ids))
	for i := range ids {
		u.Groups[i] = account.GroupRef{ID: ids[i], Name: names[i]}
	}
	return u, err
}
