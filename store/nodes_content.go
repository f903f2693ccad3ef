package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"quire/notebook"
)

// InsertNote implements notebook.TreeTx. Until Insert gives the node its place it
// stands in the trash, where its name is in nobody's way.
func (t treeTx) InsertNote(ctx context.Context, s *notebook.StartingNote) error {
	_, err := t.tx.Exec(ctx, `INSERT INTO nodes (id, kind, name, trash_id) VALUES ($1, 'note', 'new', $1)`, s.Note.ID)
	if err != nil {
		return err
	}
	_, err = t.tx.Exec(ctx, `INSERT INTO notes (id, epoch, seq, settings) VALUES ($1, $2, $3, $4)`,
		s.Note.ID, s.Note.Epoch, s.Note.Seq, s.Note.Settings)
	if err != nil {
		return err
	}
	if err := writeParagraphs(ctx, t.tx, s.Note, nil); err != nil {
		return err
	}
	b := &pgx.Batch{}
	for _, r := range s.Runs {
		queueRuns(b, []notebook.Run{r.Run})
		queueOutput(b, r.Run.ID, r.Parts)
	}
	if err := t.tx.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	for _, r := range s.Runs {
		if err := t.copyOutput(ctx, r.CopyOf, r.Run.ID); err != nil {
			return err
		}
	}
	return nil
}

// copyOutput gives one run the output of another, without it leaving the database;
// nothing of the zero run.
func (t treeTx) copyOutput(ctx context.Context, from, to notebook.ID) error {
	if from.IsZero() {
		return nil
	}
	_, err := t.tx.Exec(ctx, `
		INSERT INTO run_parts (run_id, part, kind, name, display_id, revision, bytes, gap_at, gap_bytes,
			lines, gap_line, gap_lines, table_form, marks)
		SELECT $2, part, kind, name, display_id, revision, bytes, gap_at, gap_bytes,
			lines, gap_line, gap_lines, table_form, marks
		FROM run_parts WHERE run_id = $1`, from, to)
	if err != nil {
		return err
	}
	_, err = t.tx.Exec(ctx, `
		INSERT INTO run_chunks (run_id, part, revision, start, data)
		SELECT $2, part, revision, start, data FROM run_chunks WHERE run_id = $1`, from, to)
	return err
}
