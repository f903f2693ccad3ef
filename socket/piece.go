package socket

import (
	"unicode/utf8"

	"quire/notebook"
)

// What is sent of an output unasked. The rest can be read over REST.
const (
	headBytes = 1 << 20   // the beginning of a stream
	tailBytes = 200 << 10 // and always the newest of it
	dataBytes = 5 << 20   // a display, result or error, if it is not larger
	// pieceBytes is how much of a stream one frame carries.
	pieceBytes = 256 << 10
)

// progress is how much of a part a socket has.
type progress struct {
	known    bool
	revision int
	next     int64 // the offset behind what it has
}

// isText tells the parts that grow from those that are JSON and come whole.
func isText(k notebook.PartKind) bool {
	return k == notebook.StreamPart || k == notebook.NoticePart
}

// span is what to send next of a part: its bytes from..to. A span without bytes
// tells that there is nothing to show: emptied, or too large to be sent unasked.
type span struct {
	from, to int64
	// next is the offset to go on from when the span was sent.
	next int64
}

// span returns what a socket lacks of a part; false for nothing.
func (g progress) span(p notebook.Part) (span, bool) {
	if g.known && p.Revision < g.revision {
		return span{}, false // older than what was sent
	}
	fresh := !g.known || p.Revision > g.revision
	from := g.next
	if fresh {
		from = 0
	}
	if p.Bytes == 0 {
		return span{}, g.known && fresh
	}
	if !isText(p.Kind) {
		if !fresh && from > 0 {
			return span{}, false
		}
		if p.Bytes > dataBytes || p.GapBytes > 0 {
			return span{next: p.Bytes}, true
		}
		return span{0, p.Bytes, p.Bytes}, true
	}
	return textSpan(p, from)
}

// textSpan is the head of a text while that lasts, and then its newest bytes. What
// was not stored is passed over.
func textSpan(p notebook.Part, from int64) (span, bool) {
	gapEnd := p.GapAt + p.GapBytes
	pastGap := func(at int64) int64 {
		if p.GapBytes > 0 && at >= p.GapAt && at < gapEnd {
			return gapEnd
		}
		return at
	}
	end := p.Bytes
	if from < headBytes-utf8.UTFMax {
		end = min(end, headBytes)
	} else {
		from = max(from, p.Bytes-tailBytes)
	}
	from = pastGap(from)
	if p.GapBytes > 0 && from < p.GapAt {
		end = min(end, p.GapAt)
	}
	end = min(end, from+pieceBytes)
	if from >= end {
		return span{}, false
	}
	return span{from, end, end}, true
}

// cut takes from b, the bytes of a text from an offset on, the halves of
// characters at its ends: one at the beginning lost its first half for good, one at
// the end is still to come. It returns what is left and how much was cut off where.
func cut(b []byte) (whole []byte, before, after int) {
	for before < len(b) && before < utf8.UTFMax-1 && !utf8.RuneStart(b[before]) {
		before++
	}
	end := wholeRunes(b[before:])
	return b[before : before+end], before, len(b) - before - end
}

// wholeRunes returns the length of b without a character that is cut short at its
// end.
func wholeRunes(b []byte) int {
	for i := len(b) - 1; i >= 0 && i >= len(b)-utf8.UTFMax; i-- {
		if !utf8.RuneStart(b[i]) {
			continue
		}
		if !utf8.FullRune(b[i:]) {
			return i
		}
		break
	}
	return len(b)
}
