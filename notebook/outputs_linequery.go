package notebook

import (
	"bufio"
	"errors"
	"io"
)

// errShrunk tells that bytes which a part was said to have are not there: more of a
// run that goes on was lost since, or it ended while its output could not be stored.
var errShrunk = errors.New("the part has shrunk")

// lineQuery is a question for lines of a part, as the part was at one moment.
type lineQuery struct {
	line         int64
	count, limit int

	part  Part
	marks []Mark
	bytes func(offset int64, limit int) ([]byte, error)
	last  bool // bytes that are not there end the part
}

// none is the answer without text.
func (q *lineQuery) none(next int64) Lines { return Lines{First: q.line, Next: next, Offset: -1} }

// read answers.
func (q *lineQuery) read() (Lines, error) {
	from, to, found := q.stretch()
	if !found {
		next, err := q.behind(q.line + 1)
		return q.none(next), err
	}
	start := markBefore(q.marks, from, q.line)
	text := q.text(start.Offset, to)
	skipped, err := skipLines(text, q.line-start.Line)
	if err == io.EOF {
		return q.none(-1), nil
	}
	if err != nil {
		return Lines{}, err
	}
	l := q.none(q.line)
	ended, err := l.fill(text, q.count, q.limit)
	if err != nil {
		return Lines{}, err
	}
	if len(l.Text) > 0 && q.part.Kind == StreamPart {
		l.Offset = start.Offset + skipped
	}
	switch {
	case ended && to == q.part.Bytes:
		l.Next = -1
	case ended:
		l.Next, err = q.behind(q.part.GapLine + 1)
	default:
		l.Next, err = q.behind(l.Next)
	}
	return l, err
}

// stretch returns where what is stored around a line begins and ends. There is
// nothing behind the end of a part and of lines that begin in its gap.
func (q *lineQuery) stretch() (from Mark, to int64, found bool) {
	p := &q.part
	switch {
	case q.line > p.Lines || p.Kind != StreamPart && p.GapBytes > 0:
		return from, 0, false
	case p.Kind != StreamPart && len(q.marks) == 0:
		return from, 0, false // nobody knows where the table begins
	case p.Kind != StreamPart:
		return q.marks[0], p.Bytes, true
	case p.GapBytes == 0:
		return from, p.Bytes, true
	case q.line <= p.GapLine:
		return from, p.GapAt, true
	}
	return p.gapEnd(), p.Bytes, q.line > p.gapEnd().Line
}

// behind returns the first line from a number on that can be asked for; -1 when
// there is none.
func (q *lineQuery) behind(line int64) (int64, error) {
	p := &q.part
	gap := p.GapBytes > 0
	if gap && line > p.GapLine {
		line = max(line, p.gapEnd().Line+1)
	}
	switch {
	case gap && p.Kind != StreamPart:
		return -1, nil
	case gap && line <= p.GapLine || line < p.Lines:
		return line, nil
	case line > p.Lines || p.Kind != StreamPart || p.Bytes == 0:
		return -1, nil
	}
	end, err := q.bytes(p.Bytes-1, 1) // whether a line without a break follows the last break
	if err != nil || len(end) == 0 || end[0] == '\n' {
		return -1, err
	}
	return line, nil
}

// text reads the part's text between two offsets.
func (q *lineQuery) text(from, to int64) *bufio.Reader {
	var r io.Reader = &partReader{q: q, at: from, end: to, window: readWindow}
	if q.part.Kind != StreamPart {
		r = &tableText{json: r}
	}
	return bufio.NewReaderSize(r, sliceBytes)
}

// partReader reads the bytes of a part.
type partReader struct {
	q       *lineQuery
	at, end int64
	window  int
	data    []byte // read, not yet given
}

func (r *partReader) Read(b []byte) (int, error) {
	if len(r.data) == 0 {
		if err := r.more(); err != nil {
			return 0, err
		}
	}
	n := copy(b, r.data)
	r.data = r.data[n:]
	return n, nil
}

// more reads more each time: the first lines of a part without marks are at hand,
// and the last ones need not take a thousand questions.
func (r *partReader) more() error {
	if r.at >= r.end {
		return io.EOF
	}
	data, err := r.q.bytes(r.at, int(min(int64(r.window), r.end-r.at)))
	switch {
	case err != nil:
		return err
	case len(data) == 0 && r.q.last:
		return io.EOF
	case len(data) == 0:
		return errShrunk
	}
	r.data = data[:min(int64(len(data)), r.end-r.at)]
	r.at += int64(len(r.data))
	r.window = min(2*r.window, maxRead)
	return nil
}

// skipLines reads over n line breaks and returns how many bytes that were.
func skipLines(text *bufio.Reader, n int64) (skipped int64, err error) {
	for n > 0 {
		some, err := text.ReadSlice('\n')
		skipped += int64(len(some))
		switch {
		case err == nil:
			n--
		case err != bufio.ErrBufferFull:
			return skipped, err
		}
	}
	return skipped, nil
}

// fill takes lines, at most count of at most limit bytes. Next goes up with them.
// It reports whether the text ended.
func (l *Lines) fill(text *bufio.Reader, count, limit int) (ended bool, err error) {
	for range count {
		before := len(l.Text)
		l.Text, err = appendLine(l.Text, text, limit)
		switch {
		case len(l.Text) > limit && before > 0:
			l.Text = l.Text[:before]
			return false, nil
		case len(l.Text) > limit:
			l.Text, l.Cut = l.Text[:cut(l.Text, limit)], true
			l.Next++
			return false, nil
		case err != nil:
			return err == io.EOF, noEOF(err)
		}
		l.Next++
	}
	return false, nil
}

func noEOF(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// appendLine adds a line, or as much of it as tells that it is too long.
func appendLine(to []byte, text *bufio.Reader, limit int) ([]byte, error) {
	for {
		some, err := text.ReadSlice('\n')
		to = append(to, some...)
		if err != bufio.ErrBufferFull || len(to) > limit {
			return to, err
		}
	}
}
