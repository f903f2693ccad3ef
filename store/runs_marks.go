package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quire/auth/fault"
	"quire/notebook"
)

// Index implements notebook.RunStore.
func (s *Runs) Index(ctx context.Context, run notebook.ID, part int) (p notebook.Part, marks []notebook.Mark, err error) {
	var encoded []byte
	err = s.db.pool.QueryRow(ctx, `SELECT `+partColumns+`, marks FROM run_parts WHERE run_id = $1 AND part = $2`, run, part).
		Scan(append(partFields(&p), &encoded)...)
	if errors.Is(err, pgx.ErrNoRows) {
		return p, nil, fault.New(fault.NotFound, "There is no such part of this output.")
	}
	if err == nil {
		marks, err = decodeMarks(encoded)
	}
	return p, marks, translate(err)
}

// encodeMarks writes marks as the differences between them, as unsigned varints
// (encoding/binary): four or five bytes for each. None are null.
func encodeMarks(marks []notebook.Mark) []byte {
	var b []byte
	var before notebook.Mark
	for _, m := range marks {
		b = binary.AppendUvarint(b, uint64(m.Line-before.Line))
		b = binary.AppendUvarint(b, uint64(m.Offset-before.Offset))
		before = m
	}
	return b
}

func decodeMarks(b []byte) (marks []notebook.Mark, err error) {
	var m notebook.Mark
	for len(b) > 0 {
		line, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, fmt.Errorf("the marks of a part end in the middle of one")
		}
		offset, more := binary.Uvarint(b[n:])
		if more <= 0 {
			return nil, fmt.Errorf("the marks of a part end in the middle of one")
		}
		m.Line, m.Offset = m.Line+int64(line), m.Offset+int64(offset)
		marks, b = append(marks, m), b[n+more:]
	}
	return marks, nil
}
