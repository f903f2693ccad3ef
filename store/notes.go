package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// Notes keeps open notes: a log of operations, which is the truth, and a
// checkpoint of the state beside it.
type Notes struct{ db *DB }

var _ notebook.Store = (*Notes)(nil)

// Notes returns the notes in the database.
func (db *DB) Notes() *Notes { return &Notes{db} }

var errNoNote = fault.New(fault.NotFound, "There is no such note.")

// LoadNote implements notebook.Store, from one snapshot of the database.
func (s *Notes) LoadNote(ctx context.Context, id notebook.ID) (*notebook.Note, int64, error) {
	tx, err := s.db.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return nil, 0, translate(err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	n, err := readCheckpoint(ctx, tx, id)
	if err != nil {
		return nil, 0, translate(err)
	}
	checkpoint := n.Seq
	n, err = replay(ctx, tx, n)
	return n, checkpoint, translate(err)
}

func readCheckpoint(ctx context.Context, q querier, id notebook.ID) (*notebook.Note, error) {
	n := &notebook.Note{ID: id, Bin: map[string]*notebook.Paragraph{}}
	err := q.QueryRow(ctx, `SELECT epoch, seq, settings FROM notes WHERE id = $1`, id).
		Scan(&n.Epoch, &n.Seq, &n.Settings)
	if err != nil {
		return nil, absent(err, errNoNote)
	}
	rows, err := q.Query(ctx, `
		SELECT id, place IS NOT NULL, title, text, text_version, settings, run_id, own_runs, deleted_at, deleted_by
		FROM paragraphs WHERE note_id = $1 ORDER BY place NULLS LAST`, id)
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		if err := scanParagraph(rows, n); err != nil {
			rows.Close()
			return nil, err
		}
	}
	return n, rows.Err()
}

func scanParagraph(rows pgx.Rows, n *notebook.Note) error {
	var (
		p      notebook.Paragraph
		placed bool
		text   string
		gone   nullTime
	)
	err := rows.Scan(&p.ID, &placed, &p.Title, &text, &p.Version, &p.Settings, &p.Run, &p.Own, &gone, &p.DeletedBy)
	if err != nil {
		return err
	}
	if p.Text, err = notebook.NewText(text); err != nil {
		return fmt.Errorf("paragraph %s: %w", p.ID, err)
	}
	p.DeletedAt = gone.Time
	if len(p.Own) == 0 {
		p.Own = nil
	}
	if placed {
		n.Paragraphs = append(n.Paragraphs, &p)
	} else {
		n.Bin[p.ID] = &p
	}
	return nil
}

// replay applies what the log has beyond the checkpoint.
func replay(ctx context.Context, q querier, n *notebook.Note) (*notebook.Note, error) {
	entries, err := readEntries(ctx, q, n.ID, n.Seq, 1<<31-1)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.Seq != n.Seq+1 {
			return nil, fmt.Errorf("note %s: the log goes from %d to %d", n.ID, n.Seq, e.Seq)
		}
		op, err := notebook.DecodeOp(e.Kind, e.Body)
		if err != nil {
			return nil, fmt.Errorf("note %s, entry %d: %w", n.ID, e.Seq, err)
		}
		if n, err = n.Apply(op, notebook.Stamp{By: e.By, At: e.At}); err != nil {
			return nil, fmt.Errorf("note %s, entry %d: %w", n.ID, e.Seq, err)
		}
	}
	return n, nil
}

// Checkpoint implements notebook.Store. Only what differs from prev is written:
// paragraphs are never modified in place, so the same pointer is the same state.
func (s *Notes) Checkpoint(ctx context.Context, n, prev *notebook.Note) error {
	return s.db.Tx(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE notes SET seq = $2, settings = $3 WHERE id = $1 AND seq <= $2 AND epoch = $4`,
			n.ID, n.Seq, n.Settings, n.Epoch)
		if err != nil || tag.RowsAffected() == 0 {
			return err // deleted, or somebody else is further
		}
		if _, err := tx.Exec(ctx, `UPDATE nodes SET changed_at = now() WHERE id = $1`, n.ID); err != nil {
			return err
		}
		return writeParagraphs(ctx, tx, n, prev)
	})
}

func writeParagraphs(ctx context.Context, tx pgx.Tx, n, prev *notebook.Note) error {
	known := map[*notebook.Paragraph]int{} // place at prev, -1 in the bin
	if prev != nil {
		for i, p := range prev.Paragraphs {
			known[p] = i
		}
		for _, p := range prev.Bin {
			known[p] = -1
		}
	}
	batch := &pgx.Batch{}
	write := func(p *notebook.Paragraph, place int) {
		if was, ok := known[p]; !ok {
			queueParagraph(batch, n.ID, p, place)
		} else if was != place {
			batch.Queue(`UPDATE paragraphs SET place = $3 WHERE note_id = $1 AND id = $2`, n.ID, p.ID, orNull(place))
		}
	}
	for i, p := range n.Paragraphs {
		write(p, i)
	}
	for _, p := range n.Bin {
		write(p, -1)
	}
	return tx.SendBatch(ctx, batch).Close()
}

func queueParagraph(batch *pgx.Batch, note notebook.ID, p *notebook.Paragraph, place int) {
	own := p.Own
	if own == nil {
		own = map[auth.PrincipalID]notebook.ID{}
	}
	batch.Queue(`
		INSERT INTO paragraphs (note_id, id, place, title, text, text_version, settings, run_id, own_runs, deleted_at, deleted_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (note_id, id) DO UPDATE SET (place, title, text, text_version, settings, run_id, own_runs, deleted_at, deleted_by)
			= (excluded.place, excluded.title, excluded.text, excluded.text_version, excluded.settings,
			   excluded.run_id, excluded.own_runs, excluded.deleted_at, excluded.deleted_by)`,
		note, p.ID, orNull(place), p.Title, p.Text.String(), p.Version, p.Settings, p.Run, own,
		nullTime{p.DeletedAt}, p.DeletedBy)
}

func orNull(place int) *int {
	if place < 0 {
		return nil
	}
	return &place
}

// Entries implements notebook.Store.
func (s *Notes) Entries(ctx context.Context, note notebook.ID, after int64, limit int) ([]notebook.Entry, error) {
	entries, err := readEntries(ctx, s.db.pool, note, after, limit)
	return entries, translate(err)
}

const selectEntries = `
	SELECT l.seq, l.op_id, l.actor_id, coalesce(p.name, ''), l.at, l.kind, l.body
	FROM note_log l LEFT JOIN principals p ON p.id = l.actor_id `

func readEntries(ctx context.Context, q querier, note notebook.ID, after int64, limit int) ([]notebook.Entry, error) {
	rows, err := q.Query(ctx, selectEntries+`WHERE l.note_id = $1 AND l.seq > $2 ORDER BY l.seq LIMIT $3`, note, after, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanLogEntry)
}

func scanLogEntry(row pgx.CollectableRow) (notebook.Entry, error) {
	var (
		e    notebook.Entry
		body []byte
	)
	err := row.Scan(&e.Seq, &e.Op, &e.By, &e.ByName, &e.At, &e.Kind, &body)
	e.Body = json.RawMessage(body)
	return e, err
}

// Slot returns the note's own small number, which is never used again.
func (s *Notes) Slot(ctx context.Context, note notebook.ID) (slot int, err error) {
	err = s.db.pool.QueryRow(ctx, `SELECT slot FROM notes WHERE id = $1`, note).Scan(&slot)
	return slot, absent(err, errNoNote)
}
