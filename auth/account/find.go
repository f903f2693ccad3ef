package account

import (
	"context"
	"slices"
	"strings"

	"quire/auth"
	"quire/auth/fault"
)

// How many names one request may list: to say who all members are, and pasted.
const (
	maxNames  = 10000
	maxPasted = 2000
)

// findAll finds users and groups by name, each once, and lists the names that stand
// for somebody found before. Names that are nobody's are Invalid with all of them in
// details.unknown.
func findAll(ctx context.Context, tx Tx, names []string, most int) (people []PersonOrGroup, repeated []string, err error) {
	if len(names) > most {
		return nil, nil, fault.New(fault.TooLarge, "At most %d names at once, not %d.", most, len(names))
	}
	folded := make([]string, len(names))
	for i, name := range names {
		folded[i], _ = Fold(strings.TrimSpace(name)) // what cannot be a name is nobody's
	}
	found, err := tx.Find(ctx, folded)
	if err != nil {
		return nil, nil, err
	}
	repeated, unknown := []string{}, []string{}
	seen := map[auth.PrincipalID]bool{}
	for i, key := range folded {
		p, ok := found[key]
		switch {
		case !ok || p.Kind != kindUser && p.Kind != kindGroup:
			unknown = append(unknown, shorten(names[i]))
		case seen[p.ID]:
			repeated = append(repeated, shorten(names[i]))
		default:
			seen[p.ID] = true
			people = append(people, p)
		}
	}
	if len(unknown) > 0 {
		return nil, nil, UnknownNames(unknown)
	}
	return people, repeated, nil
}

// UnknownNames refuses names that nobody bears, with the list of them.
func UnknownNames(unknown []string) error {
	shown := unknown
	more := ""
	if len(shown) > 10 {
		shown, more = shown[:10], ", …"
	}
	return fault.New(fault.Invalid, "No user or group is named: %s%s.", strings.Join(shown, ", "), more).
		With(map[string]any{"unknown": unknown})
}

func idsOf(people []PersonOrGroup) []auth.PrincipalID {
	ids := make([]auth.PrincipalID, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	return ids
}

func memberIDs(members []Member) []auth.PrincipalID {
	ids := make([]auth.PrincipalID, len(members))
	for i, m := range members {
		ids[i] = m.ID
	}
	return ids
}

func namesOf(people []PersonOrGroup) []string {
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = p.Name
	}
	return names
}

// namesAmong lists the names of those members whose ids are given.
func namesAmong(members []Member, ids []auth.PrincipalID) []string {
	names := []string{}
	for _, m := range members {
		if slices.Contains(ids, m.ID) {
			names = append(names, m.Name)
		}
	}
	return names
}
