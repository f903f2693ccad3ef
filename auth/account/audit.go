package account

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"quire/auth"
)

// auditPage is how many audit rows one answer lists.
const auditPage = 200

// Audit lists what was done and refused, newest first, at most two hundred rows.
func (s *Service) Audit(ctx context.Context, q AuditQuery) ([]AuditEntry, error) {
	if _, err := s.gate.CheckServer(ctx, auth.AuditShow); err != nil {
		return nil, err
	}
	q.Limit = auditPage
	return s.store.Entries(ctx, q)
}

const (
	// refusalsEvery is how often refusals are written, equal ones as one row.
	refusalsEvery = time.Minute
	// maxRefusals bounds the different ones held; more are counted as others.
	maxRefusals = 2000
	// refusalsLimit is how long writing them may take.
	refusalsLimit = 5 * time.Second
)

// Refused notes that somebody was refused something; it is for auth.Gate.Refused.
// It does not wait.
func (s *Service) Refused(_ context.Context, a auth.Actor, op auth.Operation, object string) {
	s.refusals.note(a, op, object, "")
}

// Run writes refusals to the audit log once a minute until ctx ends, and then what
// is left.
func (s *Service) Run(ctx context.Context) {
	every := time.NewTicker(refusalsEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			s.writeRefusals(context.WithoutCancel(ctx))
			return
		case <-every.C:
			s.writeRefusals(ctx)
		}
	}
}

func (s *Service) writeRefusals(ctx context.Context) {
	entries := s.refusals.take()
	if len(entries) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, refusalsLimit)
	defer cancel()
	if err := s.store.AddEntries(ctx, entries); err != nil {
		s.config.Log.Warn("refusals not written to the audit log", "rows", len(entries), "error", err)
	}
}

// refusals counts equal refusals until they are written.
type refusals struct {
	mu   sync.Mutex
	held map[refusal]*AuditEntry
}

type refusal struct {
	actor     string
	signIn    auth.ID
	operation string
	object    string
}

func newRefusals() *refusals { return &refusals{held: map[refusal]*AuditEntry{}} }

func (r *refusals) note(a auth.Actor, op auth.Operation, object, address string) {
	key := refusal{a.Name, a.SignIn, op.Name(), object}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held[key] == nil && len(r.held) >= maxRefusals {
		a, object, address = auth.Actor{Name: "others"}, "", ""
		key = refusal{actor: a.Name, operation: op.Name()}
	}
	e := r.held[key]
	if e == nil {
		e = &AuditEntry{
			At: time.Now(), ActorID: a.User, Actor: a.Name, SignIn: a.SignIn, Request: a.Request,
			Operation: op.Name(), Object: object, Outcome: Refused,
		}
		if address != "" {
			e.Detail = map[string]any{"address": address}
		}
		r.held[key] = e
	}
	e.Count++
}

// take empties it, oldest first.
func (r *refusals) take() []AuditEntry {
	r.mu.Lock()
	held := r.held
	r.held = map[refusal]*AuditEntry{}
	r.mu.Unlock()
	var entries []AuditEntry
	for e := range maps.Values(held) {
		entries = append(entries, *e)
	}
	slices.SortFunc(entries, func(a, b AuditEntry) int { return a.At.Compare(b.At) })
	return entries
}
