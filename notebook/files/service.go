package files

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// Config says where files are and how many there may be.
type Config struct {
	// Dir holds a folder per note, named by its id.
	Dir string
	// Quota is how many bytes a note's files may have together, 0 for DefaultQuota;
	// what its code wrote counts, but is not held to it.
	Quota int64
	// Reclaim makes it possible to delete a folder in which code has shut things away;
	// nil where nothing has to be done.
	Reclaim func(dir string) error
	Log     *slog.Logger
}

// DefaultQuota is 5 GiB.
const DefaultQuota = 5 << 30

// Audit keeps what was done to files. The implementation is in store.
type Audit interface {
	Record(ctx context.Context, op auth.Operation, object auth.ID, detail map[string]any) error
}

// Service is the one door to the files of notes. Its methods that take a context
// with an actor check it; those that say so do not, and are for other services.
// Paths are names with slashes between, as Show writes them; "" is the note's
// folder.
type Service struct {
	config Config
	gate   *auth.Gate
	audit  Audit

	mu sync.Mutex
	// rooms are the uploads under way, by note.
	rooms map[auth.ID]map[*room]bool
}

// New returns the door to the files in the folder, which must be there.
func New(c Config, gate *auth.Gate, audit Audit) *Service {
	if c.Quota <= 0 {
		c.Quota = DefaultQuota
	}
	return &Service{config: c, gate: gate, audit: audit, rooms: map[auth.ID]map[*room]bool{}}
}

// Entry is what stands in a folder.
type Entry struct {
	Name      string // as Show writes it
	Kind      Kind
	Size      int64 // in bytes, of a file
	ChangedAt time.Time
}

// Listing is a folder of a note.
type Listing struct {
	Path    string
	Entries []Entry // folders first, then by name; those that begin with a dot last
	// More counts what is not listed; AtLeast tells that there is more than was
	// counted.
	More    int
	AtLeast bool
	Usage
}

// Usage is how much a note's files take.
type Usage struct {
	Used  int64
	Quota int64
	// TooMany tells that there are more than MaxFiles of them, so that Used is less
	// than they take.
	TooMany bool
}

// check refuses unless the actor may do the operation on the note.
func (s *Service) check(ctx context.Context, op auth.Operation, note auth.ID) error {
	_, _, err := s.gate.CheckNode(ctx, op, note)
	return err
}

// usage counts what a note's files take.
func (s *Service) usage(ctx context.Context, f *folder) (Usage, error) {
	u := Usage{Quota: s.config.Quota}
	if f == nil {
		return u, nil
	}
	top, err := f.openDir(".", "")
	if err != nil {
		return u, err
	}
	defer top.Close()
	w := walker{ctx: ctx, left: MaxFiles, visit: u.add}
	if err = w.walk(top, "", 1); errors.Is(err, errEnough) {
		u.TooMany, err = true, nil
	}
	return u, failed("", err)
}

// openExisting opens a note's folder; nil while it has none.
func (s *Service) openExisting(note auth.ID) (*folder, error) {
	f, err := s.openFolder(note, false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return f, err
}

func (f *folder) close() {
	if f != nil {
		f.Root.Close()
	}
}

// record writes what is about to be done into the audit log.
func (s *Service) record(ctx context.Context, op auth.Operation, note auth.ID, detail map[string]any) error {
	if err := s.audit.Record(ctx, op, note, detail); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The database cannot be reached at the moment, so nothing was changed. Try again shortly.")
	}
	return nil
}
