package notebook

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// Service is the one door to open notes. Its methods take the actor from the
// context and check it; callers check nothing.
type Service struct {
	// Personal tells a person's open tabs of a note something that concerns only
	// them (RunnerConfig.Personal). Set before anything is run; nil for no tabs.
	Personal func(note ID, person auth.PrincipalID, e PersonalEvent) (heard bool)

	store   Store
	runs    RunStore
	gate    *auth.Gate
	runner  *Runner
	outputs *Outputs
	log     *slog.Logger
	now     func() time.Time

	mu      sync.Mutex
	keepers map[ID]*keeper
	closing bool
	done    sync.WaitGroup
}

// NewService returns the door to the notes in the store. Attach must be called
// before anything is run.
func NewService(store Store, runs RunStore, gate *auth.Gate, log *slog.Logger) *Service {
	return &Service{store: store, runs: runs, gate: gate, log: log, now: time.Now, keepers: map[ID]*keeper{}}
}

// Attach ties the service to what runs code; the two need each other.
func (s *Service) Attach(r *Runner, o *Outputs) { s.runner, s.outputs = r, o }

// Position is how far a client knows a note's log.
type Position struct {
	Epoch ID
	Seq   int64
}

// Opening is what a client gets to start from: all of Note, or with Resumed only
// the Entries it missed. Runs are the latest of each paragraph that has one.
type Opening struct {
	Note    *Note
	Resumed bool
	Entries []Entry
	Runs    []Run
	Kernels []KernelState
	People  []Presence
	Allowed auth.Actions
}

// maxResume is the number of entries sent to catch up; beyond it a fresh state is
// shorter.
const maxResume = 2000

// Do hands an operation to the note's keeper and waits until it is committed. id
// is the client's own for the operation: a repeat gets the first answer and
// changes nothing. Refusals change nothing: Stale for text edits made at another
// version, NotFound, Conflict, Invalid and TooLarge as the operation says;
// Unavailable when the database could not be asked.
func (s *Service) Do(ctx context.Context, note ID, id string, op Op) (Entry, error) {
	a, err := s.acting(ctx)
	if err != nil {
		return Entry{}, err
	}
	if id == "" || len(id) > 64 {
		return Entry{}, fault.New(fault.Invalid, "An operation has an id of 1 to 64 characters, chosen by its client.")
	}
	r := &doRequest{ctx: ctx, actor: a, id: id, op: op, answer: make(chan doAnswer, 1)}
	if err := s.post(note, r, true); err != nil {
		return Entry{}, err
	}
	select {
	case got := <-r.answer:
		return got.entry, got.err
	case <-ctx.Done():
		return Entry{}, fault.Wrap(ctx.Err(), fault.Unavailable,
			"The answer took too long; it may have been done. Asking again with the same id tells.")
	}
}

// Open subscribes to a note and returns what to start from. With known set to a
// position in the note's log, only what was missed since. tab names the
// subscriber for presence. Events reach sub from the moment of the opening on,
// none twice and none left out.
func (s *Service) Open(ctx context.Context, note ID, known *Position, tab string, sub Subscriber) (*Opened, Opening, error) {
	a, err := s.acting(ctx)
	if err != nil {
		return nil, Opening{}, err
	}
	r := &openRequest{ctx: ctx, actor: a, known: known, tab: tab, sub: sub, answer: make(chan openAnswer, 1)}
	if err := s.post(note, r, true); err != nil {
		return nil, Opening{}, err
	}
	select {
	case got := <-r.answer:
		return got.opened, got.opening, got.err
	case <-ctx.Done():
		go func() { // it may still be answered
			if got := <-r.answer; got.opened != nil {
				got.opened.Close()
			}
		}()
		return nil, Opening{}, fault.Wrap(ctx.Err(), fault.Unavailable, "Opening the note took too long.")
	}
}

// Read returns the note as it stands and the latest run of each paragraph.
func (s *Service) Read(ctx context.Context, note ID) (*Note, []Run, error) {
	a, err := s.acting(ctx)
	if err != nil {
		return nil, nil, err
	}
	r := &openRequest{ctx: ctx, actor: a, answer: make(chan openAnswer, 1)}
	if err := s.post(note, r, true); err != nil {
		return nil, nil, err
	}
	select {
	case got := <-r.answer:
		return got.opening.Note, got.opening.Runs, got.err
	case <-ctx.Done():
		return nil, nil, fault.Wrap(ctx.Err(), fault.Unavailable, "Reading the note took too long.")
	}
}

// acting returns the person who acts; open notes know no others.
func (s *Service) acting(ctx context.Context) (auth.Actor, error) {
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return a, err
	}
	if a.Kind != auth.Person {
		return a, fault.New(fault.Forbidden, "Say as whom: only people have notes.")
	}
	return a, nil
}

// NodeChanged tells open notes that their name, place or grants changed, or that
// they were deleted for good.
func (s *Service) NodeChanged(ids []ID, deleted bool) {
	for _, id := range ids {
		if deleted {
			s.runner.CloseNote(id)
		}
		s.tell(id, NodeChanged{Deleted: deleted})
	}
}

// Holds tells whether somebody has the note open, or had it until a moment ago.
func (s *Service) Holds(note ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keepers[note] != nil
}

// RunsChanged tells an open note where its runs stand now. The runner calls it.
func (s *Service) RunsChanged(note ID, runs []Run) { s.tell(note, RunsChanged{Runs: runs}) }

// KernelsChanged tells an open note how its kernels are. The runner calls it.
func (s *Service) KernelsChanged(note ID, kernels []KernelState) {
	s.tell(note, KernelsChanged{Kernels: kernels})
}

// TellPerson tells a person's open tabs of a note something. The runner calls it.
func (s *Service) TellPerson(note ID, person auth.PrincipalID, e PersonalEvent) (heard bool) {
	return s.Personal != nil && s.Personal(note, person, e)
}

// tell hands an event to the note's keeper, if the note is open.
func (s *Service) tell(note ID, e Event) {
	s.mu.Lock()
	k := s.keepers[note]
	s.mu.Unlock()
	if k != nil {
		k.inbox.put(e, false)
	}
}

// post hands a request to the note's keeper, starting one if need be.
func (s *Service) post(note ID, request any, asked bool) error {
	for {
		k, err := s.keeper(note)
		if err != nil {
			return err
		}
		switch k.inbox.put(request, asked) {
		case postedOK:
			return nil
		case postedFull:
			return fault.New(fault.Unavailable, "Too much is happening in this note at the moment; try again shortly.")
		}
	}
}

func (s *Service) keeper(note ID) (*keeper, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return nil, fault.New(fault.Unavailable, "The server is stopping; try again shortly.")
	}
	k := s.keepers[note]
	if k == nil || k.inbox.gone() {
		k = newKeeper(s, note)
		s.keepers[note] = k
		s.done.Add(1)
		go k.run()
	}
	return k, nil
}

// left forgets a keeper that has ended.
func (s *Service) left(k *keeper) {
	s.mu.Lock()
	if s.keepers[k.id] == k {
		delete(s.keepers, k.id)
	}
	s.mu.Unlock()
	s.done.Done()
}

// Shutdown lets every keeper finish what waits for it, write its checkpoint and
// leave. Nothing is accepted any more.
func (s *Service) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	for _, k := range s.keepers {
		k.inbox.put(leaveRequest{}, false)
	}
	s.mu.Unlock()
	gone := make(chan struct{})
	go func() { s.done.Wait(); close(gone) }()
	select {
	case <-gone:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
