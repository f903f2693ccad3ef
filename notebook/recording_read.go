package notebook

import (
	"slices"

	"quire/auth/fault"
)

// errRewritten tells a reader that the part starts over.
func errRewritten(revision int) error {
	return fault.New(fault.Stale, "This output was rewritten; it is at revision %d now.", revision)
}

// list describes the parts as they are at this moment.
func (r *Recording) list() []Part {
	r.mu.Lock()
	defer r.mu.Unlock()
	parts := make([]Part, len(r.parts))
	for i, p := range r.parts {
		parts[i] = p.Part
	}
	return parts
}

// read returns bytes of a part that are in memory. found is false when they have
// to be read from the store.
func (r *Recording) read(part, revision int, offset int64, limit int) (data []byte, found bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, err := r.part(part, revision)
	if err != nil {
		return nil, false, err
	}
	if data = p.find(offset); data != nil {
		return slices.Clip(data[:min(len(data), limit)]), true, nil
	}
	return nil, offset >= p.Bytes || p.inGap(offset), nil
}

// index returns a part with its marks.
func (r *Recording) index(part, revision int) (Part, []Mark, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, err := r.part(part, revision)
	if err != nil {
		return Part{}, nil, err
	}
	return p.Part, slices.Clone(p.marks), nil
}

// check fails as Stale when the part has another revision by now.
func (r *Recording) check(part, revision int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, err := r.part(part, revision)
	return err
}

func (r *Recording) part(part, revision int) (*livePart, error) {
	if part < 0 || part >= len(r.parts) {
		return nil, errNoPart
	}
	p := r.parts[part]
	if p.Revision != revision {
		return nil, errRewritten(p.Revision)
	}
	return p, nil
}

var errNoPart = fault.New(fault.NotFound, "There is no such part of this output.")
