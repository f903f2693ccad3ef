package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"quire/auth"
	"quire/auth/account"
	"quire/notebook"
)

// A rehearsal does a change in a transaction of its own snapshot, asks the database
// who may do what before and after it, and rolls everything back: no row, no audit
// entry, no epoch and no notification is left. It does not take the authority row,
// which edits of notes wait for; the locks it takes, on rows that the change itself
// writes, last until what is there with it has been asked.
type rehearsal struct {
	db      *DB
	touched auth.Touched
	effect  *auth.Effect
}

// Limits of one rehearsal, whoever waits for it. What somebody else has locked is not
// waited for long.
const (
	rehearseTries = 3 // when others have changed the same rows meanwhile
	rehearseLimit = `SET LOCAL lock_timeout = '1s'; SET LOCAL statement_timeout = '15s'`
)

func (r *rehearsal) run(ctx context.Context, do func(pgx.Tx, uint64) error) (err error) {
	for range rehearseTries {
		if err = r.once(ctx, do); !outrun(err) {
			break
		}
	}
	return translate(err)
}

// outrun tells that others have changed the same rows since the snapshot.
func outrun(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == serialization
}

func (r *rehearsal) once(ctx context.Context, do func(pgx.Tx, uint64) error) error {
	tx, err := r.db.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead})
	if err != nil {
		return err
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) // always
	if _, err := tx.Exec(ctx, rehearseLimit); err != nil {
		return err
	}
	var at uint64
	var now time.Time
	if err := tx.QueryRow(ctx, `SELECT epoch, now() FROM authority`).Scan(&at, &now); err != nil {
		return err
	}
	m := measure{history: history{tx: tx, at: now}, touched: r.touched}
	if m.before, err = m.look(ctx); err != nil {
		return err
	}
	if err := m.try(ctx, func() error { return do(tx, at) }); err != nil {
		return err
	}
	*r.effect, err = m.compare(ctx)
	return err
}

// try looks at what is there with the change, and takes it back, with its locks.
func (m *measure) try(ctx context.Context, change func() error) (err error) {
	for _, step := range []func() error{
		func() error { return m.exec(ctx, `SAVEPOINT before`) },
		change,
		func() error { return m.exec(ctx, `SET CONSTRAINTS ALL IMMEDIATE`) }, // what a commit would refuse
		func() error { m.after, err = m.look(ctx); return err },
		func() error { return m.askAfter(ctx) },
		func() error { return m.exec(ctx, `ROLLBACK TO before`) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return m.askBefore(ctx)
}

func (m *measure) exec(ctx context.Context, sql string) error {
	_, err := m.tx.Exec(ctx, sql)
	return err
}

// rehearsedTree is a tree whose changes are rehearsals.
type rehearsedTree struct {
	*Tree
	*rehearsal
}

// Rehearse implements notebook.TreeStore.
func (t *Tree) Rehearse(touched auth.Touched) (notebook.TreeStore, *auth.Effect) {
	r := &rehearsal{t.db, touched, &auth.Effect{}}
	return rehearsedTree{t, r}, r.effect
}

// Change implements notebook.TreeStore.
func (t rehearsedTree) Change(ctx context.Context, do func(notebook.TreeTx, uint64) error) error {
	return t.run(ctx, func(tx pgx.Tx, at uint64) error { return do(treeTx{tx}, at) })
}

// ChangeAuthority implements notebook.TreeStore. The epoch stays as it is.
func (t rehearsedTree) ChangeAuthority(ctx context.Context, prepare func(notebook.TreeTx) error, do func(notebook.TreeTx, uint64) error) (epoch uint64, err error) {
	err = t.run(ctx, func(tx pgx.Tx, at uint64) error {
		epoch = at
		if prepare != nil {
			if err := prepare(treeTx{tx}); err != nil {
				return err
			}
		}
		return do(treeTx{tx}, at)
	})
	return epoch, err
}

// rehearsedPeople are people whose changes are rehearsals.
type rehearsedPeople struct {
	*People
	*rehearsal
}

// Rehearse implements account.Store.
func (p *People) Rehearse(touched auth.Touched) (account.Store, *auth.Effect) {
	r := &rehearsal{p.db, touched, &auth.Effect{}}
	return rehearsedPeople{p, r}, r.effect
}

// ChangeAuthority implements account.Store. The epoch stays as it is.
func (p rehearsedPeople) ChangeAuthority(ctx context.Context, do func(account.Tx) error) (epoch uint64, err error) {
	err = p.run(ctx, func(tx pgx.Tx, at uint64) error {
		epoch = at
		return do(peopleTx{tx})
	})
	return epoch, err
}
