package store

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"quire/auth/fault"
	"quire/notebook"
)

// Runs keeps runs and what they printed.
type Runs struct{ db *DB }

var _ notebook.RunStore = (*Runs)(nil)

// Runs returns the runs in the database.
func (db *DB) Runs() *Runs { return &Runs{db: db} }

var errNoRun = fault.New(fault.NotFound, "There is no such run.")

const selectRuns = `
SELECT r.id, r.note_id, r.paragraph_id, r.kind <> 'run', r.kind = 'copied', r.own, r.by_id, coalesce(p.name, ''), r.text, r.text_version,
	r.interpreter, r.kernel, r.state, r.reason, r.cancelled_by, coalesce(c.name, ''), r.execution_count,
	r.queued_at, r.sent_at, r.ended_at, r.dropped_bytes
FROM runs r LEFT JOIN principals p ON p.id = r.by_id LEFT JOIN principals c ON c.id = r.cancelled_by`

func scanRun(row pgx.CollectableRow) (run notebook.Run, err error) {
	var queued, sent, ended nullTime
	err = row.Scan(&run.ID, &run.Note, &run.Paragraph, &run.Imported, &run.Copied, &run.Own, &run.By, &run.ByName, &run.Text, &run.Version,
		&run.Interpreter, &run.Kernel, &run.State, &run.Reason, &run.CancelledBy, &run.CancelledByName, &run.ExecutionCount,
		&queued, &sent, &ended, &run.Dropped)
	run.QueuedAt, run.SentAt, run.EndedAt = queued.Time, sent.Time, ended.Time
	return run, err
}

func (s *Runs) query(ctx context.Context, where string, args ...any) ([]notebook.Run, error) {
	rows, err := s.db.pool.Query(ctx, selectRuns+where, args...)
	if err != nil {
		return nil, translate(err)
	}
	runs, err := pgx.CollectRows(rows, scanRun)
	return runs, translate(err)
}

// Run implements notebook.RunStore.
func (s *Runs) Run(ctx context.Context, id notebook.ID) (notebook.Run, error) {
	runs, err := s.query(ctx, ` WHERE r.id = $1`, id)
	if err == nil && len(runs) == 0 {
		err = errNoRun
	}
	if err != nil {
		return notebook.Run{}, err
	}
	return runs[0], nil
}

// Runs implements notebook.RunStore.
func (s *Runs) Runs(ctx context.Context, ids []notebook.ID) ([]notebook.Run, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return s.query(ctx, ` WHERE r.id = ANY ($1)`, ids)
}

// maxHistory is the most that History returns.
const maxHistory = 1000

// History implements notebook.RunStore. Run ids are UUIDv7, so their order is that
// of time.
func (s *Runs) History(ctx context.Context, f notebook.RunFilter) ([]notebook.Run, error) {
	states := make([]string, len(f.States))
	for i, state := range f.States {
		states[i] = string(state)
	}
	return s.query(ctx, ` WHERE r.note_id = $1 AND ($2 = '' OR r.paragraph_id = $2) AND ($3::uuid IS NULL OR r.id < $3)
		AND ($4::bigint IS NULL OR r.by_id = $4) AND (cardinality($5::text[]) = 0 OR r.state = ANY ($5)) AND (NOT $6 OR r.own)
		ORDER BY r.id DESC LIMIT $7`,
		f.Note, f.Paragraph, f.Before, f.By, states, f.OwnOnly, min(max(f.Limit, 1), maxHistory))
}

// MarkSent implements notebook.RunStore. Doing it again with the same kernel and
// time succeeds, for callers that could not learn whether it had been committed.
func (s *Runs) MarkSent(ctx context.Context, id notebook.ID, interpreter, kernel string, at time.Time) error {
	return s.change(ctx, id, `
		UPDATE runs SET state = 'sent', interpreter = $2, kernel = $3, sent_at = $4
		WHERE id = $1 AND (state = 'queued' OR state = 'sent' AND kernel = $3 AND sent_at = $4)`,
		id, plain(interpreter), plain(kernel), at.Truncate(time.Microsecond))
}

// MarkEnded implements notebook.RunStore. Giving a run the end it has already is a
// Conflict too; Run tells which it has.
func (s *Runs) MarkEnded(ctx context.Context, end notebook.RunEnd) error {
	return s.change(ctx, end.ID, `
		UPDATE runs SET state = $2, reason = $3, cancelled_by = $4, execution_count = $5, ended_at = $6, dropped_bytes = $7
		WHERE id = $1 AND state IN ('queued', 'sent')`,
		end.ID, end.State, plain(end.Reason), end.CancelledBy, end.ExecutionCount, end.At, end.Dropped)
}

// change updates one run, which must be in the right state for it.
func (s *Runs) change(ctx context.Context, id notebook.ID, sql string, args ...any) error {
	tag, err := s.db.pool.Exec(ctx, sql, args...)
	if err != nil || tag.RowsAffected() == 1 {
		return translate(err)
	}
	run, err := s.Run(ctx, id)
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "The run is %s already.", run.State)
}

// EndOpen implements notebook.RunStore.
func (s *Runs) EndOpen(ctx context.Context, at time.Time, reason string) (lost, cancelled int, err error) {
	err = s.db.Tx(ctx, func(tx pgx.Tx) error {
		for state, count := range map[string]*int{"sent": &lost, "queued": &cancelled} {
			tag, err := tx.Exec(ctx, `
				UPDATE runs SET state = CASE state WHEN 'sent' THEN 'lost' ELSE 'cancelled' END, reason = $2, ended_at = $3
				WHERE state = $1`, state, plain(reason), at)
			if err != nil {
				return err
			}
			*count = int(tag.RowsAffected())
		}
		return nil
	})
	return lost, cancelled, err
}

const insertRun = `
INSERT INTO runs (id, note_id, paragraph_id, kind, own, by_id, text, text_version, interpreter, kernel, state,
	reason, cancelled_by, execution_count, queued_at, sent_at, ended_at, dropped_bytes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`

// queueRuns adds the statements that store runs, of the transaction that starts or
// imports them.
func queueRuns(b *pgx.Batch, runs []notebook.Run) {
	for _, r := range runs {
		b.Queue(insertRun, runRow(r)...)
	}
}

func runRow(r notebook.Run) []any {
	kind := "run"
	switch {
	case r.Copied:
		kind = "copied"
	case r.Imported:
		kind = "imported"
	}
	return []any{
		r.ID, r.Note, r.Paragraph, kind, r.Own, r.By, r.Text, r.Version, r.Interpreter, r.Kernel, string(r.State),
		plain(r.Reason), r.CancelledBy, r.ExecutionCount, nullTime{r.QueuedAt}, nullTime{r.SentAt}, nullTime{r.EndedAt}, r.Dropped,
	}
}

// plain makes text that comes from a kernel fit for a text column.
func plain(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
