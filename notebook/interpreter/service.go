package interpreter

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/sql"
)

// Config is what a Service works with.
type Config struct {
	Store Store
	Gate  *auth.Gate
	Box   *Box
	// Kernels starts kernelspecs of this machine.
	Kernels notebook.Kernels
	// Gateway returns what starts kernels on a gateway; nil: there are no gateways.
	Gateway func(g GatewayRow, token account.Secret) (notebook.Kernels, error)
	// Databases opens connections.
	Databases *sql.Databases
	Log       *slog.Logger
}

// Service does everything about interpreters, connections and gateways.
type Service struct {
	Config
	setUp atomic.Pointer[setUp] // as it was read last
}

var _ notebook.Interpreters = (*Service)(nil)

// New returns the service.
func New(c Config) *Service { return &Service{Config: c} }

// Rows lists the interpreters that administrators have set up, and the kernelspecs
// found on this machine.
func (s *Service) Rows(ctx context.Context) ([]InterpreterRow, []FoundSpec, error) {
	if _, err := s.Gate.CheckServer(ctx, auth.InterpreterSet); err != nil {
		return nil, nil, err
	}
	rows, err := s.Store.Interpreters(ctx)
	if err != nil {
		return nil, nil, err
	}
	specs, err := s.Kernels.Specs(ctx)
	if err != nil {
		return nil, nil, err
	}
	found := []FoundSpec{}
	all := notebook.Offered(entriesOf(rows, specs), specs)
	for _, spec := range specs {
		f := FoundSpec{spec.Name, spec.DisplayName, spec.Language, []string{}}
		for _, i := range all {
			if i.Row == 0 && i.Spec == spec.Name {
				f.Names = append([]string{i.Name}, i.Aliases...)
			}
		}
		found = append(found, f)
	}
	return rows, found, nil
}

// Create sets an interpreter up. Invalid says what cannot be, Conflict who bears a
// name already; unknown people are Invalid with the list of them.
func (s *Service) Create(ctx context.Context, c InterpreterChange) (InterpreterRow, error) {
	return s.save(ctx, 0, c)
}

// Update changes an interpreter; from the next kernel on that starts.
func (s *Service) Update(ctx context.Context, id int64, c InterpreterChange) (InterpreterRow, error) {
	return s.save(ctx, id, c)
}

func (s *Service) save(ctx context.Context, id int64, c InterpreterChange) (row InterpreterRow, err error) {
	a, err := s.Gate.CheckServer(ctx, auth.InterpreterSet)
	if err != nil {
		return row, err
	}
	language := s.languageThere(ctx, c) // before the change, which has others wait
	err = s.change(ctx, func(tx Tx) error {
		rows, err := tx.Interpreters(ctx)
		if err != nil {
			return err
		}
		old, err := held(rows, id, func(r InterpreterRow) int64 { return r.ID }, "interpreter")
		if err != nil {
			return err
		}
		if row, err = s.applied(ctx, tx, old, c); err != nil {
			return err
		}
		if row.Language = language; language == "" && row.Gateway == old.Gateway && row.Spec == old.Spec {
			row.Language = old.Language
		}
		if err := checkNames(row, rows); err != nil {
			return err
		}
		if row.ID, err = tx.SaveInterpreter(ctx, row, a.User); err != nil {
			return err
		}
		if row.Sealed, err = s.seal(row.ID, old, c.Environment); err != nil {
			return err
		}
		if _, err = tx.SaveInterpreter(ctx, row, a.User); err != nil {
			return err
		}
		return tx.Audit(ctx, auth.InterpreterSet, "%"+row.Name, map[string]any{
			"id": row.ID, "new": id == 0, "kind": row.Kind, "spec": row.Spec, "enabled": row.Enabled,
			"users": namesOf(row.Users), "environment": keysOf(row.Sealed),
		})
	})
	if err != nil {
		return InterpreterRow{}, err
	}
	return s.row(ctx, row.ID)
}

func (s *Service) row(ctx context.Context, id int64) (InterpreterRow, error) {
	rows, err := s.Store.Interpreters(ctx)
	if err != nil {
		return InterpreterRow{}, err
	}
	return held(rows, id, func(r InterpreterRow) int64 { return r.ID }, "interpreter")
}

// Remove takes an interpreter out. A kernelspec it was for is offered by itself
// again, to everybody; to keep it from them, disable the interpreter instead.
func (s *Service) Remove(ctx context.Context, id int64) error {
	if _, err := s.Gate.CheckServer(ctx, auth.InterpreterSet); err != nil {
		return err
	}
	return s.change(ctx, func(tx Tx) error {
		rows, err := tx.Interpreters(ctx)
		if err != nil {
			return err
		}
		old, err := held(rows, id, func(r InterpreterRow) int64 { return r.ID }, "interpreter")
		if err != nil {
			return err
		}
		if err := tx.RemoveInterpreter(ctx, id); err != nil {
			return err
		}
		return tx.Audit(ctx, auth.InterpreterSet, "%"+old.Name, map[string]any{"id": id, "removed": true})
	})
}

// held finds a row by its id; id 0 is a new one.
func held[R any](rows []R, id int64, idOf func(R) int64, what string) (row R, err error) {
	if id == 0 {
		return row, nil
	}
	for _, r := range rows {
		if idOf(r) == id {
			return r, nil
		}
	}
	return row, fault.New(fault.NotFound, "There is no such %s (any more).", what)
}

// users are those a change names: unchanged when it names none, byDefault for a new
// row.
func users(ctx context.Context, tx Tx, asked *[]Who, old []UserRef, isNew bool, byDefault []Who) ([]UserRef, error) {
	if asked == nil {
		if !isNew {
			return old, nil
		}
		asked = &byDefault
	}
	found, err := tx.Find(ctx, *asked)
	if err != nil {
		return nil, err
	}
	list, unknown := []UserRef{}, []string{}
	for i, u := range found {
		switch {
		case u == nil:
			unknown = append(unknown, shorten((*asked)[i].Name))
		case !slices.ContainsFunc(list, func(other UserRef) bool { return other.ID == u.ID }):
			list = append(list, *u)
		}
	}
	if len(unknown) > 0 {
		return nil, account.UnknownNames(unknown)
	}
	return list, nil
}

func namesOf(list []UserRef) []string {
	names := make([]string, len(list))
	for i, u := range list {
		names[i] = u.Name
	}
	return names
}

func keysOf[V any](m map[string]V) []string {
	keys := []string{}
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func trimmed(s string) string { return strings.TrimSpace(s) }
