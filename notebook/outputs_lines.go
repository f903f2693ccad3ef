package notebook

import (
	"context"
	"unicode/utf8"

	"quire/auth/fault"
)

// Of reading by line.
const (
	// maxLines is the most that one ReadLines returns.
	maxLines = 10_000
	// readWindow is how much is read first; more at once when the line is not there.
	readWindow = 256 << 10
)

// Lines are lines of a stream or of the text of a table.
type Lines struct {
	// First is the number of the line that Text begins with, from 0.
	First int64
	// Next is the line to ask for next; -1 when there is none behind Text now.
	Next int64
	// Offset is where in a stream Text begins; -1 of tables, and without text.
	Offset int64
	Text   []byte
	// Cut tells that Text is the beginning of one line that is longer than the limit.
	Cut bool
}

// ReadLines returns lines of a part of that revision: at most count, and 10,000,
// of at most limit bytes together (as Read takes it), each with its line break. A
// line that does not fit is left to the next call; of one that is too long by itself
// the beginning is returned. Text ends at the gap of a stream, with what is there of
// the line in which the gap begins; the lines that begin in the gap have none.
//
// It is Invalid for a part that is neither a stream nor a table, and fails as Read
// does. Of a part that has marks it reads little more than what it returns.
func (o *Outputs) ReadLines(ctx context.Context, run ID, part, revision int, line int64, count, limit int) (Lines, error) {
	q := lineQuery{
		line: max(line, 0), count: min(max(count, 1), maxLines), limit: min(max(limit, utf8.UTFMax), maxRead),
	}
	for tries := rereads; ; tries-- {
		p, marks, err := o.index(ctx, run, part, revision)
		if err != nil {
			return Lines{}, err
		}
		if p.Kind != StreamPart && p.Table == NoTable {
			return Lines{}, fault.New(fault.Invalid, "Part %d has no lines: of output only streams and tables can be read by line.", part)
		}
		q.part, q.marks, q.last = p, marks, tries <= 1
		q.bytes = func(offset int64, limit int) ([]byte, error) {
			return o.Read(ctx, run, part, revision, offset, limit)
		}
		if found, err := q.read(); err != errShrunk {
			return found, err
		}
	}
}

// index returns a part with its marks as they are at this moment.
func (o *Outputs) index(ctx context.Context, run ID, part, revision int) (Part, []Mark, error) {
	if r := o.rec.recording(run); r != nil {
		return r.index(part, revision)
	}
	p, marks, err := o.store.Index(ctx, run, part)
	switch {
	case fault.Is(err, fault.NotFound):
		err = errNoPart
	case err == nil && p.Revision != revision:
		err = errRewritten(p.Revision)
	}
	return p, marks, err
}
