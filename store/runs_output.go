package store

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"quire/notebook"
)

// upsertPart keeps the marks of a revision that come with no new ones: they stay
// where they are on disk.
const upsertPart = `
INSERT INTO run_parts AS p (run_id, part, kind, name, display_id, revision, bytes, gap_at, gap_bytes,
	lines, gap_line, gap_lines, table_form, marks)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (run_id, part) DO UPDATE SET
	kind = EXCLUDED.kind, name = EXCLUDED.name, display_id = EXCLUDED.display_id, revision = EXCLUDED.revision,
	bytes = EXCLUDED.bytes, gap_at = EXCLUDED.gap_at, gap_bytes = EXCLUDED.gap_bytes,
	lines = EXCLUDED.lines, gap_line = EXCLUDED.gap_line, gap_lines = EXCLUDED.gap_lines, table_form = EXCLUDED.table_form,
	marks = CASE WHEN EXCLUDED.marks IS NULL AND p.revision = EXCLUDED.revision THEN p.marks ELSE EXCLUDED.marks END
WHERE p.revision <= EXCLUDED.revision`

const upsertChunk = `
INSERT INTO run_chunks (run_id, part, revision, start, data) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (run_id, part, revision, start) DO UPDATE SET data = EXCLUDED.data`

const deleteOldChunks = `
DELETE FROM run_chunks c USING run_parts p
WHERE p.run_id = $1 AND p.part = ANY ($2) AND c.run_id = p.run_id AND c.part = p.part AND c.revision < p.revision`

// AppendOutput implements notebook.RunStore. Doing it again is harmless, and an
// older revision never replaces a newer one. All statements go in one round trip,
// which Postgres takes as one transaction. NotFound means that the run was deleted.
func (s *Runs) AppendOutput(ctx context.Context, run notebook.ID, writes []notebook.PartWrite) error {
	if len(writes) == 0 {
		return nil
	}
	var b pgx.Batch
	queueOutput(&b, run, writes)
	return outputOutcome(s.db.pool.SendBatch(ctx, &b).Close())
}

// queueOutput adds the statements that store output.
func queueOutput(b *pgx.Batch, run notebook.ID, writes []notebook.PartWrite) {
	var rewritten []int
	for _, p := range described(writes) {
		b.Queue(upsertPart, run, p.Index, string(p.Kind), plain(p.Name), plain(p.DisplayID), p.Revision, p.Bytes,
			gapAt(p.Part), p.GapBytes, p.Lines, p.GapLine, p.GapLines, string(p.Table), encodeMarks(p.Marks))
		if p.Revision > 0 {
			rewritten = append(rewritten, p.Index)
		}
	}
	for _, w := range writes {
		if len(w.Data) > 0 {
			b.Queue(upsertChunk, run, w.Index, w.Revision, w.Start, w.Data)
		}
	}
	if len(rewritten) > 0 {
		b.Queue(deleteOldChunks, run, rewritten)
	}
}

// described is the last description of each part, in the order of parts, with its
// newest marks.
func described(writes []notebook.PartWrite) []notebook.PartWrite {
	last := map[int]notebook.PartWrite{}
	for _, w := range writes {
		if known := last[w.Index]; w.Marks == nil && known.Revision == w.Revision {
			w.Marks = known.Marks
		}
		last[w.Index] = w
	}
	return slices.SortedFunc(maps.Values(last), func(a, b notebook.PartWrite) int { return cmp.Compare(a.Index, b.Index) })
}

func gapAt(p notebook.Part) *int64 {
	if p.GapBytes == 0 {
		return nil
	}
	return &p.GapAt
}

func outputOutcome(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == foreignViolation {
		return errNoRun
	}
	return translate(err)
}

const partColumns = `part, kind, name, display_id, revision, bytes, coalesce(gap_at, 0), gap_bytes, lines, gap_line, gap_lines, table_form`

func partFields(p *notebook.Part) []any {
	return []any{&p.Index, &p.Kind, &p.Name, &p.DisplayID, &p.Revision, &p.Bytes, &p.GapAt, &p.GapBytes,
		&p.Lines, &p.GapLine, &p.GapLines, &p.Table}
}

// Parts implements notebook.RunStore.
func (s *Runs) Parts(ctx context.Context, run notebook.ID) ([]notebook.Part, error) {
	rows, err := s.db.pool.Query(ctx, `SELECT `+partColumns+` FROM run_parts WHERE run_id = $1 ORDER BY part`, run)
	if err != nil {
		return nil, translate(err)
	}
	parts, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p notebook.Part, err error) {
		err = row.Scan(partFields(&p)...)
		return p, err
	})
	return parts, translate(err)
}

// maxReadPart is the most that is read at once.
const maxReadPart = 64 << 20

// readPart takes only the wanted stretch out of each chunk: stored without
// compression, they need not be read whole.
const readPart = `
SELECT greatest(c.start, $3), substring(c.data FROM least(greatest($3 - c.start, 0), 1 << 30)::int + 1 FOR $4::int)
FROM run_parts p JOIN run_chunks c ON c.run_id = p.run_id AND c.part = p.part AND c.revision = p.revision
WHERE p.run_id = $1 AND p.part = $2 AND c.start < $3 + $4
	AND c.start >= coalesce((SELECT max(b.start) FROM run_chunks b
		WHERE b.run_id = $1 AND b.part = $2 AND b.revision = p.revision AND b.start <= $3), 0)
ORDER BY c.start`

// ReadPart implements notebook.RunStore. What it returns ends where something is
// missing.
func (s *Runs) ReadPart(ctx context.Context, run notebook.ID, part int, offset int64, limit int) ([]byte, error) {
	limit = min(limit, maxReadPart)
	rows, err := s.db.pool.Query(ctx, readPart, run, part, offset, int64(limit))
	if err != nil {
		return nil, translate(err)
	}
	data := []byte{}
	var at int64
	var chunk []byte
	_, err = pgx.ForEachRow(rows, []any{&at, &chunk}, func() error {
		if at == offset+int64(len(data)) && len(data) < limit {
			data = append(data, chunk...)
		}
		return nil
	})
	return data[:min(len(data), limit)], translate(err)
}
