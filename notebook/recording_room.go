package notebook

import "context"

// add puts data at the end of a part. It takes over data.
func (r *Recording) add(p *livePart, data []byte) {
	n := int64(len(data))
	if fits := min(n, r.rec.limits.HeadBytes-r.head); int64(len(p.head)) == p.Bytes && fits > 0 {
		p.head = append(p.head, data[:fits]...)
		r.head += fits
	}
	if r.tailing(n) && p.Kind != NoticePart {
		r.away = r.away || !r.overLimit(n)
		r.tail.extend(p, data, sliceBytes)
		r.trimTail()
	} else {
		r.backlog.extend(p, data, chunkBytes)
		p.kept += n
		r.kept += n
		r.churn += n
	}
	p.dirty = true
	signal(r.dirty)
	if r.backlog.bytes >= flushBytes {
		signal(r.full)
	}
}

// tailing reports whether n more bytes have to go to the tail.
func (r *Recording) tailing(n int64) bool {
	return len(r.tail.list) > 0 || r.overLimit(n) || r.backlog.bytes >= r.rec.limits.BacklogBytes
}

// overLimit reports whether n more bytes are over the run's share of storage.
func (r *Recording) overLimit(n int64) bool {
	l := r.rec.limits
	return r.kept+n > l.RunBytes-l.TailBytes || r.churn+n > churnFactor*l.RunBytes
}

// trimTail drops the oldest pieces of the tail until it has its size.
func (r *Recording) trimTail() {
	for r.tail.bytes > r.rec.limits.TailBytes {
		c := r.tail.pop()
		c.part.lose(c)
	}
}

// untail gives the tail to be stored.
func (r *Recording) untail() {
	for len(r.tail.list) > 0 {
		c := r.tail.pop()
		r.backlog.push(c)
		c.part.kept += int64(len(c.data))
		r.kept += int64(len(c.data))
		r.churn += int64(len(c.data))
	}
}

// awaitRoom waits until the backlog is not full, but not long, and not for a
// database that is away. The kernel's client holds what comes in the meantime.
func (r *Recording) awaitRoom() {
	if !r.crowded() {
		return
	}
	ctx, cancel := context.WithTimeout(r.ctx, writeMayWait)
	defer cancel()
	for r.crowded() && ctx.Err() == nil {
		r.mu.Unlock()
		select {
		case <-r.room:
		case <-ctx.Done():
		}
		r.mu.Lock()
	}
}

// crowded reports whether waiting would help.
func (r *Recording) crowded() bool {
	return r.backlog.bytes >= r.rec.limits.BacklogBytes && !r.failing && !r.overLimit(0)
}

// rewrite replaces the content of a part.
func (r *Recording) rewrite(p *livePart, data []byte) {
	r.reset(p)
	r.add(p, data)
}

// reset empties a part, which gets its next revision.
func (r *Recording) reset(p *livePart) {
	for _, c := range p.pieces {
		r.backlog.remove(c)
		r.tail.remove(c)
		r.recent.remove(c)
	}
	r.head -= int64(len(p.head))
	r.kept -= p.kept
	p.Revision++
	p.empty()
	p.head, p.pieces, p.stored, p.kept, p.dirty = nil, nil, Mark{}, 0, true
	p.marks, p.marked = nil, false
	signal(r.dirty)
}
