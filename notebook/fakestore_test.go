package notebook_test

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"quire/auth/fault"
	"quire/notebook"
)

// fakeStore keeps runs in memory, can be made to fail, and remembers in which order
// things were committed.
type fakeStore struct {
	mu     sync.Mutex
	runs   map[notebook.ID]notebook.Run
	parts  map[notebook.ID]map[int]notebook.Part
	marks  map[partKey][]notebook.Mark
	chunks map[chunkKey][]byte
	events []string
	read   atomic.Int64
	// before is asked before each change, with what it is; its error is returned.
	before func(op string) error
	// after is called after each change was done, and its error returned nevertheless.
	after func(op string) error
}

type partKey struct {
	run            notebook.ID
	part, revision int
}

type chunkKey struct {
	run            notebook.ID
	part, revision int
	start          int64
}

func newFakeStore(runs ...notebook.Run) *fakeStore {
	s := &fakeStore{
		runs:   map[notebook.ID]notebook.Run{},
		parts:  map[notebook.ID]map[int]notebook.Part{},
		marks:  map[partKey][]notebook.Mark{},
		chunks: map[chunkKey][]byte{},
	}
	for _, r := range runs {
		s.runs[r.ID] = r
	}
	return s
}

var errAway = fault.New(fault.Unavailable, "away")

func (s *fakeStore) change(op string, do func() error) error {
	if before := s.hook(&s.before); before != nil {
		if err := before(op); err != nil {
			return err
		}
	}
	s.mu.Lock()
	err := do()
	if err == nil {
		s.events = append(s.events, op)
	}
	s.mu.Unlock()
	if after := s.hook(&s.after); after != nil && err == nil {
		return after(op)
	}
	return err
}

func (s *fakeStore) hook(f *func(string) error) func(string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *f
}

func (s *fakeStore) setBefore(f func(string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = f
}

func (s *fakeStore) setAfter(f func(string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.after = f
}

// part is what is stored of a part's description.
func (s *fakeStore) part(run notebook.ID, part int) notebook.Part {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.parts[run][part]
}

func (s *fakeStore) note(event string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, event)
}

func (s *fakeStore) happened() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events)
}

func (s *fakeStore) Run(_ context.Context, id notebook.ID) (notebook.Run, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.runs[id]
	if !ok {
		return r, fault.New(fault.NotFound, "no run")
	}
	return r, nil
}

func (s *fakeStore) Runs(_ context.Context, ids []notebook.ID) (found []notebook.Run, err error) {
	for _, id := range ids {
		if r, err := s.Run(context.Background(), id); err == nil {
			found = append(found, r)
		}
	}
	return found, nil
}

func (s *fakeStore) History(context.Context, notebook.RunFilter) ([]notebook.Run, error) {
	return nil, nil
}

func (s *fakeStore) MarkSent(_ context.Context, id notebook.ID, interpreter, kernel string, at time.Time) error {
	return s.change("sent", func() error {
		r, ok := s.runs[id]
		again := r.State == notebook.RunSent && r.Kernel == kernel && r.SentAt.Equal(at)
		switch {
		case !ok:
			return fault.New(fault.NotFound, "no run")
		case r.State != notebook.RunQueued && !again:
			return fault.New(fault.Conflict, "not queued")
		}
		r.State, r.Interpreter, r.Kernel, r.SentAt = notebook.RunSent, interpreter, kernel, at
		s.runs[id] = r
		return nil
	})
}

func (s *fakeStore) MarkEnded(_ context.Context, end notebook.RunEnd) error {
	return s.change("ended", func() error {
		r, ok := s.runs[end.ID]
		switch {
		case !ok:
			return fault.New(fault.NotFound, "no run")
		case r.State.Ended():
			return fault.New(fault.Conflict, "ended")
		}
		r.State, r.Reason, r.CancelledBy = end.State, end.Reason, end.CancelledBy
		r.ExecutionCount, r.EndedAt, r.Dropped = end.ExecutionCount, end.At, end.Dropped
		s.runs[end.ID] = r
		return nil
	})
}

func (s *fakeStore) EndOpen(context.Context, time.Time, string) (int, int, error) { return 0, 0, nil }

func (s *fakeStore) AppendOutput(_ context.Context, run notebook.ID, writes []notebook.PartWrite) error {
	return s.change("output", func() error {
		if _, ok := s.runs[run]; !ok {
			return fault.New(fault.NotFound, "no run")
		}
		if s.parts[run] == nil {
			s.parts[run] = map[int]notebook.Part{}
		}
		for _, w := range writes {
			if s.parts[run][w.Index].Revision > w.Revision {
				continue
			}
			s.parts[run][w.Index] = w.Part
			if w.Marks != nil {
				s.marks[partKey{run, w.Index, w.Revision}] = slices.Clone(w.Marks)
			}
			if len(w.Data) > 0 {
				s.chunks[chunkKey{run, w.Index, w.Revision, w.Start}] = bytes.Clone(w.Data)
			}
		}
		for k := range s.chunks {
			if k.run == run && k.revision < s.parts[run][k.part].Revision {
				delete(s.chunks, k)
			}
		}
		return nil
	})
}

func (s *fakeStore) Parts(_ context.Context, run notebook.ID) ([]notebook.Part, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []notebook.Part
	for _, p := range s.parts[run] {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b notebook.Part) int { return cmp.Compare(a.Index, b.Index) })
	return all, nil
}

func (s *fakeStore) Index(_ context.Context, run notebook.ID, part int) (notebook.Part, []notebook.Mark, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.parts[run][part]
	if !ok {
		return p, nil, fault.New(fault.NotFound, "no part")
	}
	return p, s.marks[partKey{run, part, p.Revision}], nil
}

func (s *fakeStore) ReadPart(_ context.Context, run notebook.ID, part int, offset int64, limit int) ([]byte, error) {
	var data []byte
	for _, c := range s.stored(run, part) {
		at := offset + int64(len(data))
		if c.start <= at && at < c.start+int64(len(c.data)) {
			data = append(data, c.data[at-c.start:]...)
		}
	}
	data = data[:min(len(data), limit)]
	s.read.Add(int64(len(data)))
	return data, nil
}

// countReads returns how many bytes were read since it was asked last.
func (s *fakeStore) countReads() int64 { return s.read.Swap(0) }

// forgetMarks makes all parts as an older Quire stored them.
func (s *fakeStore) forgetMarks() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.marks)
}

// lose forgets the chunk of a part that begins at an offset, against the rules.
func (s *fakeStore) lose(run notebook.ID, part int, start int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.chunks, func(k chunkKey, _ []byte) bool { return k.run == run && k.part == part && k.start == start })
}

type storedChunk struct {
	start int64
	data  []byte
}

// stored returns the chunks of a part's current revision, in order.
func (s *fakeStore) stored(run notebook.ID, part int) []storedChunk {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []storedChunk
	for k, data := range s.chunks {
		if k.run == run && k.part == part && k.revision == s.parts[run][part].Revision {
			all = append(all, storedChunk{k.start, data})
		}
	}
	slices.SortFunc(all, func(a, b storedChunk) int { return cmp.Compare(a.start, b.start) })
	return all
}

// size is how many bytes of output it holds.
func (s *fakeStore) size() (n uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, data := range s.chunks {
		n += uint64(len(data))
	}
	return n
}

// text is what is stored of a part, without what is missing.
func (s *fakeStore) text(run notebook.ID, part int) string {
	var b bytes.Buffer
	for _, c := range s.stored(run, part) {
		b.Write(c.data)
	}
	return b.String()
}
