package notebook

import (
	"bytes"
	"slices"
)

// Mark says how many line breaks stand before an offset of a part. Marks are facts
// about one revision of a part: more of them may come, none becomes wrong. In a
// stream every offset can have one; in a table, whose text stands in JSON, none is
// inside an escape.
type Mark struct{ Line, Offset int64 }

// markEvery is about how far marks are apart.
const markEvery = 64 << 10

// grow describes data as added to the end of the part, and adds to its marks. A
// display comes whole; of a stream a slice should not be longer than markEvery.
func (p *Part) grow(marks []Mark, data []byte) []Mark {
	switch p.Kind {
	case StreamPart:
		if p.Bytes-lastMark(marks).Offset >= markEvery {
			marks = append(marks, Mark{p.Lines, p.Bytes})
		}
		p.Lines += int64(bytes.Count(data, lineBreak))
	case DisplayPart, ResultPart:
		t := tableIn(data)
		p.Table, p.Lines, marks = t.form, t.lines, t.marks
	}
	p.Bytes += int64(len(data))
	return marks
}

var lineBreak = []byte{'\n'}

// empty takes back what was said of the part's content.
func (p *Part) empty() {
	p.Bytes, p.GapAt, p.GapBytes = 0, 0, 0
	p.Lines, p.GapLine, p.GapLines, p.Table = 0, 0, 0, NoTable
}

// add puts data behind what the write holds of the part.
func (w *PartWrite) add(data []byte) {
	slice := max(len(data), 1)
	if w.Kind == StreamPart {
		slice = markEvery
	}
	for more := range slices.Chunk(data, slice) {
		w.Marks = w.grow(w.Marks, more)
	}
	w.Data = append(w.Data, data...)
}

// gap and gapEnd are where the bytes that were not stored begin and end.
func (p *Part) gap() Mark    { return Mark{p.GapLine, p.GapAt} }
func (p *Part) gapEnd() Mark { return Mark{p.GapLine + p.GapLines, p.GapAt + p.GapBytes} }

func (p *Part) setGap(from, to Mark) {
	p.GapLine, p.GapLines = from.Line, to.Line-from.Line
	p.GapAt, p.GapBytes = from.Offset, to.Offset-from.Offset
}

func earlier(a, b Mark) Mark {
	if a.Offset < b.Offset {
		return a
	}
	return b
}

func later(a, b Mark) Mark {
	if a.Offset > b.Offset {
		return a
	}
	return b
}

func lastMark(marks []Mark) Mark {
	if len(marks) == 0 {
		return Mark{}
	}
	return marks[len(marks)-1]
}

// markBefore returns the nearest mark from which the beginning of a line is found
// by reading on: that of the first line itself, or one with fewer line breaks before
// it. from is where reading could begin in any case.
func markBefore(marks []Mark, from Mark, line int64) Mark {
	i, _ := slices.BinarySearchFunc(marks, line, func(m Mark, line int64) int {
		if m.Line < line {
			return -1
		}
		return 1
	})
	if i > 0 && marks[i-1].Offset > from.Offset {
		return marks[i-1]
	}
	return from
}
