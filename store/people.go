package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"quire/auth/account"
)

// People keeps users, groups, sign-ins, links, settings and the audit log.
type People struct{ db *DB }

// peopleTx is a change of People under way.
type peopleTx struct{ tx pgx.Tx }

var (
	_ account.Store = (*People)(nil)
	_ account.Tx    = peopleTx{}
)

// People returns the store of people.
func (db *DB) People() *People { return &People{db: db} }

// Change implements account.Store.
func (p *People) Change(ctx context.Context, do func(account.Tx) error) error {
	return p.db.Tx(ctx, func(tx pgx.Tx) error { return do(peopleTx{tx}) })
}

// ChangeAuthority implements account.Store.
func (p *People) ChangeAuthority(ctx context.Context, do func(account.Tx) error) (uint64, error) {
	return p.db.Authority(ctx, func(tx pgx.Tx) error { return do(peopleTx{tx}) })
}
