package store

import (
	"context"
	"time"

	"quire/auth"
	"quire/auth/account"
)

// linkWorks is a link that can be used. Those of disabled accounts were made to expire
// with it.
const linkWorks = `used_at IS NULL AND expires_at > now()`

// LinkOf implements account.Store.
func (p *People) LinkOf(ctx context.Context, secretHash []byte) (l account.LinkRow, err error) {
	err = p.db.pool.QueryRow(ctx, `
		SELECT l.purpose, l.user_id, coalesce(p.name, '')
		FROM one_time_links l LEFT JOIN principals p ON p.id = l.user_id
		WHERE l.secret_hash = $1 AND `+linkWorks, secretHash).Scan(&l.Purpose, &l.User, &l.UserName)
	return l, absent(err, errAbsent)
}

// UseLink implements account.Tx. The row lock of the update lets one transaction
// use it; the next finds it used. An empty purpose is any but setting up.
func (t peopleTx) UseLink(ctx context.Context, secretHash []byte, purpose account.Purpose) (l account.LinkRow, err error) {
	err = t.tx.QueryRow(ctx, `
		UPDATE one_time_links l SET used_at = now()
		WHERE l.secret_hash = $1 AND (l.purpose = $2 OR $2 = '' AND l.purpose <> 'setup') AND `+linkWorks+`
		RETURNING l.purpose, l.user_id, coalesce((SELECT name FROM principals p WHERE p.id = l.user_id), '')`,
		secretHash, string(purpose)).Scan(&l.Purpose, &l.User, &l.UserName)
	return l, absent(err, errAbsent)
}

// AddLink implements account.Tx.
func (t peopleTx) AddLink(ctx context.Context, l account.NewLink) (expires time.Time, err error) {
	err = t.tx.QueryRow(ctx, `
		INSERT INTO one_time_links (id, purpose, user_id, secret_hash, created_by, expires_at)
		VALUES ($1, $2, $3, $4, $5, now() + $6) RETURNING expires_at`,
		auth.NewID(), string(l.Purpose), l.User, l.SecretHash, l.By, l.Lifetime).Scan(&expires)
	return expires, err
}

// DropLinks implements account.Tx. They stay as expired ones.
func (t peopleTx) DropLinks(ctx context.Context, user auth.PrincipalID, purpose account.Purpose) error {
	_, err := t.tx.Exec(ctx, `
		UPDATE one_time_links SET expires_at = now()
		WHERE user_id IS NOT DISTINCT FROM $1 AND ($2 = '' OR purpose = $2) AND `+linkWorks,
		user, string(purpose))
	return err
}
