package notebook

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"quire/auth"
	"quire/auth/fault"
)

func (w GrantWish) dated() bool { return !w.StartsAt.IsZero() || !w.EndsAt.IsZero() }

// checkDates refuses ends that have passed, and ends before the start.
func checkDates(wishes []GrantWish, now time.Time) error {
	for _, w := range wishes {
		if err := checkSpan(w.StartsAt, w.EndsAt, now); err != nil {
			return fault.New(fault.Invalid, "%s: %s", quoted([]string{w.asked()}), err.Message)
		}
	}
	return nil
}

// checkSpan refuses a time in which nothing could count any more.
func checkSpan(starts, ends, now time.Time) *fault.Error {
	switch {
	case ends.IsZero():
		return nil
	case !ends.After(now):
		return fault.New(fault.Invalid, "The end date %s has passed.", ends.UTC().Format(time.RFC3339))
	case !starts.IsZero() && !starts.Before(ends):
		return fault.New(fault.Invalid, "The start %s has to be before the end %s.", starts.UTC().Format(time.RFC3339), ends.UTC().Format(time.RFC3339))
	}
	return nil
}

// resolve finds whom the wishes name. Accounts that are disabled can keep what they
// have, but get nothing new.
func resolve(ctx context.Context, tx TreeTx, wishes []GrantWish, stand []GrantRow) ([]GrantRow, error) {
	found, err := tx.Principals(ctx, wishes)
	if err != nil {
		return nil, err
	}
	var unknown, disabled []string
	rows := make([]GrantRow, 0, len(wishes))
	for i, w := range wishes {
		p := found[i]
		if p == nil {
			unknown = append(unknown, w.asked())
			continue
		}
		row := GrantRow{Principal: p.ID, Role: w.Role, StartsAt: stored(w.StartsAt), EndsAt: stored(w.EndsAt)}
		if p.Disabled && find(stand, row) < 0 {
			disabled = append(disabled, p.Name)
		}
		rows = append(rows, row)
	}
	if unknown != nil {
		return nil, fault.New(fault.Invalid, "There is nobody called so: %s.", quoted(unknown)).With(map[string]any{"unknown": unknown})
	}
	if disabled != nil {
		return nil, fault.New(fault.Invalid, "These accounts are disabled and can be given nothing: %s.", quoted(disabled)).
			With(map[string]any{"disabled": disabled})
	}
	return rows, nil
}

// stored is a time as the database keeps it: to the microsecond.
func stored(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func (w GrantWish) asked() string {
	if w.Name != "" {
		return w.Name
	}
	return strconv.FormatInt(int64(w.ID), 10)
}

// quoted lists names for a message: not too many, none too long, and nothing in
// them that would change how the message reads.
func quoted(names []string) string {
	var b strings.Builder
	for i, name := range names {
		if i == 10 {
			fmt.Fprintf(&b, " and %d more", len(names)-i)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "“%.64s”", visible(name))
	}
	return b.String()
}

// visible replaces what one does not see: control characters and marks that turn
// the direction of writing.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// once refuses two wishes for the same principal without dates: which is meant
// cannot be told.
func once(wished []GrantRow) error {
	seen := map[auth.PrincipalID]bool{}
	for _, r := range wished {
		if r.Dated() {
			continue
		}
		if seen[r.Principal] {
			return fault.New(fault.Invalid, "Somebody is named twice without dates. Name each once, in whatever spelling.").
				With(map[string]any{"repeated": []auth.PrincipalID{r.Principal}})
		}
		seen[r.Principal] = true
	}
	return nil
}
