package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/auth/account"
)

// liveSignIn is one that lets in, unless its account is disabled.
const liveSignIn = `ended_at IS NULL AND expires_at > now()`

const signInOfSQL = `
SELECT s.id, s.user_id, p.name, s.last_seen_at < now() - interval '1 minute'
FROM sign_ins s JOIN users u ON u.id = s.user_id JOIN principals p ON p.id = u.id
WHERE s.secret_hash = $1 AND u.disabled_at IS NULL AND s.ended_at IS NULL AND s.expires_at > now()
UNION ALL
SELECT s.id, s.user_id, ` + guestName + `, s.last_seen_at < now() - interval '1 minute'
FROM sign_ins s JOIN (` + guestLinks + `) ON k.id = s.user_id
WHERE s.secret_hash = $1 AND s.kind = 'guest' AND s.ended_at IS NULL AND s.expires_at > now()`

// SignInOf implements account.Store. Every request asks it: one lookup by a unique
// index. Guests have sign-ins too.
func (p *People) SignInOf(ctx context.Context, secretHash []byte) (s account.SignedIn, err error) {
	err = p.db.pool.QueryRow(ctx, signInOfSQL, secretHash).Scan(&s.ID, &s.User, &s.UserName, &s.Unseen)
	return s, absent(err, errAbsent)
}

// Seen implements account.Store. Of several requests at once one writes.
func (p *People) Seen(ctx context.Context, signIn auth.ID, lifetime time.Duration) error {
	_, err := p.db.pool.Exec(ctx, `
		UPDATE sign_ins SET last_seen_at = now(),
			expires_at = CASE kind WHEN 'browser' THEN greatest(expires_at, now() + $2) ELSE expires_at END
		WHERE id = $1 AND last_seen_at < now() - interval '1 minute' AND `+liveSignIn, signIn, lifetime)
	return translate(err)
}

// SignIns implements account.Store.
func (p *People) SignIns(ctx context.Context, user auth.PrincipalID, kind account.SignInKind) ([]account.SignInRow, error) {
	rows, err := p.db.pool.Query(ctx, `
		SELECT id, kind, label, address, scope, created_at, last_seen_at, expires_at
		FROM sign_ins WHERE user_id = $1 AND ($2 = '' OR kind = $2) AND `+liveSignIn+`
		ORDER BY last_seen_at DESC, id`, user, string(kind))
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, scanSignIn)
	return list, translate(err)
}

func scanSignIn(row pgx.CollectableRow) (s account.SignInRow, err error) {
	err = row.Scan(&s.ID, &s.Kind, &s.Label, &s.Address, &s.Scope, &s.CreatedAt, &s.LastSeenAt, &s.ExpiresAt)
	return s, err
}

// AddSignIn implements account.Tx.
func (t peopleTx) AddSignIn(ctx context.Context, n account.NewSignIn) (account.SignInRow, error) {
	rows, err := t.tx.Query(ctx, `
		INSERT INTO sign_ins (id, user_id, kind, secret_hash, label, address, scope, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8)
		RETURNING id, kind, label, address, scope, created_at, last_seen_at, expires_at`,
		auth.NewID(), n.User, string(n.Kind), n.SecretHash, n.Label, n.Address, n.Scope, n.Lifetime)
	if err != nil {
		return account.SignInRow{}, err
	}
	return pgx.CollectExactlyOneRow(rows, scanSignIn)
}

// CountSignIns implements account.Tx.
func (t peopleTx) CountSignIns(ctx context.Context, user auth.PrincipalID, kind account.SignInKind) (n int, err error) {
	err = t.tx.QueryRow(ctx, `SELECT count(*) FROM sign_ins WHERE user_id = $1 AND kind = $2 AND `+liveSignIn,
		user, string(kind)).Scan(&n)
	return n, err
}

// EndSignIns implements account.Tx.
func (t peopleTx) EndSignIns(ctx context.Context, w account.WhichSignIns) (int, error) {
	tag, err := t.tx.Exec(ctx, `
		UPDATE sign_ins SET ended_at = now() WHERE id IN (
			SELECT id FROM sign_ins
			WHERE user_id = $1 AND ($2 = '' OR kind = $2) AND ($3::uuid IS NULL OR id = $3)
				AND id IS DISTINCT FROM $4 AND `+liveSignIn+`
			ORDER BY last_seen_at DESC, id DESC OFFSET $5)`,
		w.User, string(w.Kind), w.ID, w.Except, w.Keep)
	return int(tag.RowsAffected()), err
}

// Tidy implements account.Store.
func (p *People) Tidy(ctx context.Context, keep time.Duration) error {
	for _, sql := range []string{
		`DELETE FROM sign_ins WHERE least(ended_at, expires_at) < now() - $1::interval`,
		`DELETE FROM one_time_links WHERE least(used_at, expires_at) < now() - $1::interval`,
	} {
		if _, err := p.db.pool.Exec(ctx, sql, keep); err != nil {
			return translate(err)
		}
	}
	return nil
}
