package account

import (
	"context"

	"quire/auth"
)

// How many people one search finds.
const (
	searchDefault = 8
	searchMost    = 50
)

// SearchPeople finds users and groups to share with, whose name begins with the
// prefix, or a word of whose display name does. Disabled users are not found.
func (s *Service) SearchPeople(ctx context.Context, prefix string, limit int) ([]PersonOrGroup, error) {
	if _, err := s.gate.CheckServer(ctx, auth.PeopleSearch); err != nil {
		return nil, err
	}
	if limit <= 0 {
		limit = searchDefault
	}
	folded := foldPrefix(prefix)
	if len([]rune(folded)) > maxDisplayName {
		return []PersonOrGroup{}, nil
	}
	return s.store.SearchPeople(ctx, folded, min(limit, searchMost))
}
