package notebook

import (
	"context"
	"slices"
	"unicode/utf8"
)

// maxRead is the most that one Read returns.
const maxRead = 4 << 20

// Outputs reads what runs printed, also while they print it. It checks nothing:
// whoever calls it has asked whether the reader may see the output of the run.
type Outputs struct {
	store RunStore
	rec   *Recorder
}

// NewOutputs returns the outputs of the runs in store, with those that rec is
// recording.
func NewOutputs(store RunStore, rec *Recorder) *Outputs { return &Outputs{store: store, rec: rec} }

// Parts lists a run's parts in order. While it is live there may be more to come.
// A run that is unknown, or has printed nothing, has none.
func (o *Outputs) Parts(ctx context.Context, run ID) (parts []Part, live bool, err error) {
	if r := o.rec.recording(run); r != nil {
		return r.list(), true, nil
	}
	parts, err = o.store.Parts(ctx, run)
	return parts, false, err
}

// Read returns bytes of a part of that revision from offset on: at most limit,
// perhaps fewer, and at the end of a piece only whole characters (a limit below
// four counts as four). It returns nothing at the end of the part and inside its
// gap. It fails as Stale when the part was rewritten, and as NotFound when there is
// no such part. An offset is taken as it is: a reader that makes one up skips the
// bytes before the first utf8.RuneStart.
func (o *Outputs) Read(ctx context.Context, run ID, part, revision int, offset int64, limit int) ([]byte, error) {
	limit = min(max(limit, utf8.UTFMax), maxRead)
	offset = max(offset, 0)
	r := o.rec.recording(run)
	if r != nil {
		data, found, err := r.read(part, revision, offset, limit)
		if found || err != nil {
			return whole(data), err
		}
	}
	data, err := o.store.ReadPart(ctx, run, part, offset, limit)
	if err != nil {
		return nil, err
	}
	if r != nil {
		err = r.check(part, revision)
	} else {
		err = o.check(ctx, run, part, revision)
	}
	if err != nil {
		return nil, err
	}
	return whole(data), nil
}

// check asks after reading whether the part still has the revision: displays of
// ended runs may be rewritten by later ones.
func (o *Outputs) check(ctx context.Context, run ID, part, revision int) error {
	parts, err := o.store.Parts(ctx, run)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(parts, func(p Part) bool { return p.Index == part })
	switch {
	case i < 0:
		return errNoPart
	case parts[i].Revision != revision:
		return errRewritten(parts[i].Revision)
	}
	return nil
}

// Watch returns a channel that gets a token when the run's output has changed and
// when it has ended; several changes may share one. It works for every run, also
// one that has not begun. stop ends it.
func (o *Outputs) Watch(run ID) (changed <-chan struct{}, stop func()) { return o.rec.watch(run) }

// whole leaves out a character at the end of which not all bytes are there.
func whole(data []byte) []byte {
	for i := len(data) - 1; i >= max(0, len(data)-utf8.UTFMax); i-- {
		if utf8.RuneStart(data[i]) {
			if i > 0 && !utf8.FullRune(data[i:]) {
				return data[:i]
			}
			break
		}
	}
	return data
}
