package notebook

import (
	"slices"

	"quire/auth"
)

// turns hands out what waits, to people in turn: each one's own in the order it
// came. Whoever had the last turn comes after all others, also those who came later.
type turns[T comparable] struct {
	people []auth.PrincipalID // with something waiting; the first is next
	waits  map[auth.PrincipalID][]T
	last   auth.PrincipalID
}

func (t *turns[T]) add(who auth.PrincipalID, one T) {
	if t.waits == nil {
		t.waits = map[auth.PrincipalID][]T{}
	}
	if len(t.waits[who]) == 0 {
		t.join(who)
	}
	t.waits[who] = append(t.waits[who], one)
}

// join puts somebody behind all others but the one who had the last turn.
func (t *turns[T]) join(who auth.PrincipalID) {
	n := len(t.people)
	if n > 0 && t.people[n-1] == t.last {
		t.people = slices.Insert(t.people, n-1, who)
		return
	}
	t.people = append(t.people, who)
}

// next takes what is next; ok is false when nothing waits.
func (t *turns[T]) next() (one T, ok bool) {
	if len(t.people) == 0 {
		return one, false
	}
	who := t.people[0]
	one, ok = t.waits[who][0], true
	t.people, t.last = t.people[1:], who
	if t.waits[who] = t.waits[who][1:]; len(t.waits[who]) > 0 {
		t.people = append(t.people, who)
	} else {
		delete(t.waits, who)
	}
	return one, ok
}

// remove takes something out that waits.
func (t *turns[T]) remove(who auth.PrincipalID, one T) {
	i := slices.Index(t.waits[who], one)
	if i < 0 {
		return
	}
	t.waits[who] = slices.Delete(t.waits[who], i, i+1)
	if len(t.waits[who]) == 0 {
		delete(t.waits, who)
		t.people = slices.DeleteFunc(t.people, func(p auth.PrincipalID) bool { return p == who })
	}
}

func (t *turns[T]) empty() bool { return len(t.people) == 0 }

// inOrder lists what waits in the order in which it would be handed out.
func (t *turns[T]) inOrder() []T {
	var all []T
	for round, more := 0, true; more; round++ {
		more = false
		for _, who := range t.people {
			if one := t.waits[who]; round < len(one) {
				all, more = append(all, one[round]), true
			}
		}
	}
	return all
}
