package notebook

import "slices"

// livePart is a part of a run that is going on, with what of it is in memory.
type livePart struct {
	Part
	count  int      // the execution count of a result, which updates do not repeat
	head   []byte   // its first bytes, while the run's share of them lasts
	pieces []*piece // what else is in memory, in order of offsets
	stored Mark     // what stands before is stored or missing for good
	kept   int64    // bytes stored or to be stored
	dirty  bool     // its description has changed since it was stored
	marks  []Mark
	marked bool // the marks have changed since they were stored
}

// piece is a stretch of a part: at first one to store, then one that readers may
// still want.
type piece struct {
	part     *livePart
	revision int
	start    int64
	data     []byte
	// line and next count the part's lines before the piece and with it, until it is
	// stored.
	line, next int64
}

func (c *piece) end() int64 { return c.start + int64(len(c.data)) }

// current reports whether the part was not rewritten since.
func (c *piece) current() bool { return c.revision == c.part.Revision }

// grow describes data as the part's new end.
func (p *livePart) grow(data []byte) {
	n := len(p.marks)
	p.marks = p.Part.grow(p.marks, data)
	p.marked = p.marked || len(p.marks) > n
}

// find returns the bytes from offset on that are in memory, nil for none. They
// are never changed, only added to.
func (p *livePart) find(offset int64) []byte {
	if offset < int64(len(p.head)) {
		return p.head[offset:]
	}
	i, _ := slices.BinarySearchFunc(p.pieces, offset, func(c *piece, at int64) int {
		if c.end() <= at {
			return -1
		}
		return 1
	})
	if i == len(p.pieces) || offset < p.pieces[i].start {
		return nil
	}
	return p.pieces[i].data[offset-p.pieces[i].start:]
}

// inGap reports whether the byte at offset is missing for good.
func (p *livePart) inGap(offset int64) bool {
	return offset >= p.GapAt && offset < p.GapAt+p.GapBytes
}

// lose takes a piece out of the part for good. A part has one gap: what might be
// stored between two counts as missing.
func (p *livePart) lose(c *piece) {
	first, behind := Mark{c.line, c.start}, Mark{c.next, c.end()}
	if p.GapBytes > 0 {
		first = earlier(first, p.gap())
		behind = later(behind, p.gapEnd())
	}
	p.setGap(first, behind)
	p.marks = slices.DeleteFunc(p.marks, func(m Mark) bool { return m.Offset > first.Offset && m.Offset < behind.Offset })
	p.head = p.head[:min(int64(len(p.head)), p.GapAt)]
	p.dirty = true
	p.forget(c)
}

func (p *livePart) forget(c *piece) {
	if i := slices.Index(p.pieces, c); i >= 0 {
		p.pieces = slices.Delete(p.pieces, i, i+1)
	}
}

// described is the part as it may be stored now: what is still in memory counts
// as missing, so that the row is true even if nothing follows it.
func (p *livePart) described() Part {
	d := p.Part
	end := Mark{p.Lines, p.Bytes}
	switch {
	case p.stored.Offset >= p.Bytes:
	case p.GapBytes > 0 && p.stored.Offset >= p.gapEnd().Offset:
		d.Lines, d.Bytes = p.stored.Line, p.stored.Offset // one gap can be told, and it is behind
	case p.GapBytes > 0:
		d.setGap(earlier(p.gap(), p.stored), end)
	default:
		d.setGap(p.stored, end)
	}
	return d
}

// newMarks returns the marks when they are not stored as they are.
func (p *livePart) newMarks() []Mark {
	if !p.marked {
		return nil
	}
	p.marked = false
	return slices.Clone(p.marks)
}

// pieceList is a first-in, first-out list of pieces that knows its size.
type pieceList struct {
	list  []*piece
	bytes int64
}

func (l *pieceList) push(c *piece) {
	l.list = append(l.list, c)
	l.bytes += int64(len(c.data))
}

func (l *pieceList) pop() *piece {
	c := l.list[0]
	l.list[0] = nil
	l.list = l.list[1:]
	l.bytes -= int64(len(c.data))
	return c
}

func (l *pieceList) last() *piece {
	if len(l.list) == 0 {
		return nil
	}
	return l.list[len(l.list)-1]
}

// extend adds to the last piece if data goes on where it ends and it stays below
// size; otherwise it starts a new one. The part ends with it then.
func (l *pieceList) extend(p *livePart, data []byte, size int) {
	c := l.last()
	if c != nil && c.part == p && c.current() && c.end() == p.Bytes && len(c.data)+len(data) <= size {
		c.data = append(c.data, data...)
		l.bytes += int64(len(data))
	} else {
		c = &piece{part: p, revision: p.Revision, start: p.Bytes, line: p.Lines, data: data}
		p.pieces = append(p.pieces, c)
		l.push(c)
	}
	p.grow(data)
	c.next = p.Lines
}

// remove takes out a piece, which usually is one of the last.
func (l *pieceList) remove(c *piece) {
	for i := len(l.list) - 1; i >= 0; i-- {
		if l.list[i] == c {
			l.list = slices.Delete(l.list, i, i+1)
			l.bytes -= int64(len(c.data))
			return
		}
	}
}
