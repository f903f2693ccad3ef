package account

import (
	"context"
	"slices"

	"quire/auth"
	"quire/auth/fault"
)

// PreviewMembers tells what SetMembers would do to who may do what on notes.
func (s *Service) PreviewMembers(ctx context.Context, group auth.PrincipalID, names []string) (auth.Effect, error) {
	if _, err := s.gate.CheckGroup(ctx, auth.PreviewGroup, group); err != nil {
		return auth.Effect{}, err
	}
	return s.preview(auth.Touched{Principal: group}, func(r *Service) error {
		_, err := r.SetMembers(ctx, group, names)
		return err
	})
}

// PreviewCap tells what SetCap would do.
func (s *Service) PreviewCap(ctx context.Context, n NewCap) (auth.Effect, error) {
	if _, err := s.gate.CheckServer(ctx, auth.PreviewCap); err != nil {
		return auth.Effect{}, err
	}
	return s.preview(touchedBy(n.Node), func(r *Service) error {
		_, err := r.SetCap(ctx, n)
		return err
	})
}

// PreviewLift tells what LiftCap would do.
func (s *Service) PreviewLift(ctx context.Context, id int64) (auth.Effect, error) {
	if _, err := s.gate.CheckServer(ctx, auth.PreviewCap); err != nil {
		return auth.Effect{}, err
	}
	caps, err := s.store.Caps(ctx)
	if err != nil {
		return auth.Effect{}, err
	}
	i := slices.IndexFunc(caps, func(c Cap) bool { return c.ID == id })
	if i < 0 {
		return auth.Effect{}, fault.New(fault.NotFound, "There is no such cap, or it was lifted.")
	}
	var node auth.ID
	if caps[i].Node != nil {
		node = caps[i].Node.ID
	}
	return s.preview(touchedBy(node), func(r *Service) error { return r.LiftCap(ctx, id) })
}

// touchedBy is what a cap on a node touches; zero is everywhere.
func touchedBy(node auth.ID) auth.Touched {
	if node.IsZero() {
		return auth.Touched{All: true}
	}
	return auth.Touched{Nodes: []auth.ID{node}}
}

// preview does the real change, with its checks, on a store that measures it and
// rolls it back.
func (s *Service) preview(touched auth.Touched, change func(*Service) error) (auth.Effect, error) {
	store, effect := s.store.Rehearse(touched)
	err := change(&Service{store: store, gate: s.gate, config: s.config})
	return *effect, err
}
