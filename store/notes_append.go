package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"quire/auth"
	"quire/notebook"
)

// Constraints that tell why an entry could not be written.
const (
	logPlaceTaken    = "note_log_pkey"
	logOpRepeated    = "note_log_note_id_actor_id_op_id_key"
	logNoteGone      = "note_log_note_id_fkey"
	foreignViolation = "23503"
)

// Append implements notebook.Store. The authority row is locked in share mode
// first, so that nobody's rights change between confirm and the commit. What
// follows goes in one round trip.
func (s *Notes) Append(ctx context.Context, b notebook.Batch, confirm func(context.Context, uint64) error) error {
	err := s.db.Tx(ctx, func(tx pgx.Tx) error {
		var epoch uint64
		if err := tx.QueryRow(ctx, `SELECT epoch FROM authority FOR SHARE`).Scan(&epoch); err != nil {
			return err
		}
		if err := confirm(ctx, epoch); err != nil {
			return err
		}
		rows := &pgx.Batch{}
		queueEntries(rows, b)
		queueRuns(rows, b.Runs)
		queueDeeds(rows, b)
		return tx.SendBatch(ctx, rows).Close()
	})
	return appendOutcome(err)
}

func appendOutcome(err error) error {
	if errors.Is(err, errUnknown) {
		return errors.Join(notebook.ErrUnknown, err)
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return err
	}
	switch {
	case pg.Code == uniqueViolation && pg.ConstraintName == logOpRepeated:
		return notebook.ErrRepeated
	case pg.Code == uniqueViolation && pg.ConstraintName == logPlaceTaken:
		return notebook.ErrFenced
	case pg.Code == foreignViolation && pg.ConstraintName == logNoteGone:
		return auth.Hidden()
	}
	return err
}

func queueEntries(rows *pgx.Batch, b notebook.Batch) {
	n := len(b.Entries)
	var (
		seqs   = make([]int64, n)
		actors = make([]auth.PrincipalID, n)
		ops    = make([]string, n)
		times  = make([]time.Time, n)
		kinds  = make([]string, n)
		bodies = make([][]byte, n)
	)
	for i, e := range b.Entries {
		seqs[i], actors[i], ops[i], times[i], kinds[i], bodies[i] = e.Seq, e.By, e.Op, e.At, e.Kind, e.Body
	}
	rows.Queue(`
		INSERT INTO note_log (note_id, seq, actor_id, op_id, at, kind, body)
		SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::timestamptz[], $6::text[], $7::bytea[])`,
		b.Note, seqs, actors, ops, times, kinds, bodies)
}

// EntryByOp implements notebook.Store.
func (s *Notes) EntryByOp(ctx context.Context, note notebook.ID, actor auth.PrincipalID, op string) (*notebook.Entry, error) {
	rows, err := s.db.pool.Query(ctx, selectEntries+`
		WHERE l.note_id = $1 AND l.actor_id IS NOT DISTINCT FROM $2 AND l.op_id = $3`, note, actor, op)
	if err != nil {
		return nil, translate(err)
	}
	entries, err := pgx.CollectRows(rows, scanLogEntry)
	if err != nil || len(entries) == 0 {
		return nil, translate(err)
	}
	return &entries[0], nil
}

// queueDeeds adds the audit log's lines. That somebody edits the note stands there
// once for a sign-in, whoever held the note meanwhile.
func queueDeeds(rows *pgx.Batch, b notebook.Batch) {
	for _, d := range b.Deeds {
		if d.Detail == nil {
			d.Detail = map[string]any{}
		}
		rows.Queue(`
			INSERT INTO audit (actor_id, actor, sign_in, operation, object, outcome, detail, request_id)
			VALUES ($1, $2, $3, $4, $5, 'done', $6, $7) ON CONFLICT DO NOTHING`,
			d.By, d.ByName, d.SignIn, d.Operation, b.Note.String(), d.Detail, d.Request)
	}
}
