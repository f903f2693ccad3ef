package socket

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"quire/notebook"
	"quire/socket/wire"
)

// look sends what is new.
func (f *feed) look() error {
	over := f.sub.room.over(f.run) // before the parts: nothing comes after it
	parts, live, err := f.list()
	if err != nil {
		return err
	}
	for {
		more, err := f.sendSome(parts, over && !live)
		if err != nil || !more || !f.wanted() {
			return err
		}
	}
}

func (f *feed) wanted() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.watched && f.sub.ctx.Err() == nil
}

// sendSome sends one frame, when the socket has room for it, and reports whether
// there is more. final says that nothing will be added to the parts.
func (f *feed) sendSome(parts []notebook.Part, final bool) (more bool, err error) {
	c := f.sub.c
	select {
	case c.turn <- struct{}{}:
	case <-f.sub.ctx.Done():
		return false, f.sub.ctx.Err()
	}
	release := func() { <-c.turn }
	if err := c.out.awaitRoom(f.sub.ctx); err != nil {
		release()
		return false, err
	}
	pieces, reached, more, err := f.collect(parts, final)
	tell := final && !more && err == nil && !f.complete
	if len(pieces) == 0 && !tell {
		release()
		return false, err
	}
	frame, encoding := newFrame(wire.Output{
		Op: wire.OpOutput, Note: f.sub.id, Run: f.run, Paragraph: f.paragraph, Parts: pieces, Complete: tell,
	})
	if encoding != nil {
		release()
		return false, encoding
	}
	f.complete = f.complete || tell
	for part, g := range reached {
		f.parts[part] = g
	}
	f.sub.push(&item{frame: frame, asked: true, left: release})
	return more, err
}

// collect reads pieces for one frame, as many as fit, and tells how far each part
// is with them.
func (f *feed) collect(parts []notebook.Part, final bool) (pieces []wire.OutputPart, reached map[int]progress, more bool, err error) {
	if f.parts == nil {
		f.parts = map[int]progress{}
	}
	pieces, reached = []wire.OutputPart{}, map[int]progress{}
	size := 0
	for _, p := range parts {
		for {
			g, ok := reached[p.Index]
			if !ok {
				g = f.parts[p.Index]
			}
			s, ok := g.span(p)
			if !ok {
				break
			}
			if size > 0 && size+int(s.to-s.from) > pieceBytes {
				return pieces, reached, true, nil
			}
			piece, next, err := f.piece(p, s, final)
			if err != nil {
				return pieces, reached, false, err
			}
			if next == s.from && s.to > s.from {
				break // what is to come is not there yet
			}
			reached[p.Index] = progress{known: true, revision: p.Revision, next: next}
			if piece != nil {
				pieces = append(pieces, *piece)
				size += int(s.to - s.from)
			}
		}
	}
	return pieces, reached, false, nil
}

// piece reads a span. It returns nil for nothing to send, and the offset to go on
// from; where the span begins if that has to wait.
func (f *feed) piece(p notebook.Part, s span, final bool) (*wire.OutputPart, int64, error) {
	if s.to == s.from {
		piece := wire.OutputPartOf(p, s.from)
		return &piece, s.next, nil
	}
	if !isText(p.Kind) {
		b, err := f.readAll(p)
		piece := wire.OutputPartOf(p, 0)
		if json.Valid(b) {
			piece.Data = b
		}
		return &piece, s.next, err
	}
	b, err := f.read(p, s.from, s.to)
	if err != nil {
		return nil, 0, err
	}
	text, before, after := cut(b)
	next := s.from + int64(len(b)-after)
	if end := s.from + int64(len(b)); after > 0 && (p.GapBytes > 0 && end == p.GapAt || final && end == p.Bytes) {
		next = end // the other half of the character never comes
	}
	if len(b) == 0 && final {
		next = s.to // it was lost
	}
	if len(text) == 0 {
		return nil, next, nil
	}
	piece := wire.OutputPartOf(p, s.from+int64(before))
	piece.Text = string(text)
	return &piece, next, nil
}

// list asks for the parts of the run.
func (f *feed) list() (parts []notebook.Part, live bool, err error) {
	err = f.reading(func(ctx context.Context) (err error) {
		parts, live, err = f.sub.c.s.outputs.Parts(ctx, f.run)
		return err
	})
	return parts, live, err
}

// read reads bytes of a part, perhaps fewer than there are.
func (f *feed) read(p notebook.Part, from, to int64) (b []byte, err error) {
	err = f.reading(func(ctx context.Context) (err error) {
		b, err = f.sub.c.s.outputs.Read(ctx, f.run, p.Index, p.Revision, from, int(to-from))
		return err
	})
	return b, err
}

// readAll reads a whole part.
func (f *feed) readAll(p notebook.Part) ([]byte, error) {
	b := make([]byte, 0, p.Bytes)
	for int64(len(b)) < p.Bytes {
		got, err := f.read(p, int64(len(b)), p.Bytes)
		if err == nil && len(got) == 0 {
			err = fmt.Errorf("part %d at %d of %d: %w", p.Index, len(b), p.Bytes, io.ErrUnexpectedEOF)
		}
		if err != nil {
			return nil, err
		}
		b = append(b, got...)
	}
	return b, nil
}

// reading bounds how many look at stored output at once, and for how long.
func (f *feed) reading(look func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(f.sub.ctx, readWait)
	defer cancel()
	reads := f.sub.c.s.reads
	select {
	case reads <- struct{}{}:
		defer func() { <-reads }()
		return look(ctx)
	case <-ctx.Done():
		return ctx.Err()
	}
}
