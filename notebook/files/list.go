package files

import (
	"cmp"
	"context"
	"os"
	"slices"
	"strings"

	"quire/auth"
)

const (
	// MaxListed is how many entries of a folder are shown.
	MaxListed = 2000
	// maxNames is how many are looked through to find the first of them.
	maxNames = 100_000
)

// List shows a folder of a note, and how much all of the note's files take. A
// note without files has an empty one.
func (s *Service) List(ctx context.Context, note auth.ID, shown string) (Listing, error) {
	if err := s.check(ctx, auth.FileList, note); err != nil {
		return Listing{}, err
	}
	p, err := parse(shown)
	if err != nil {
		return Listing{}, err
	}
	f, err := s.openExisting(note)
	if err != nil {
		return Listing{}, err
	}
	defer f.close()
	l := Listing{Path: strings.TrimPrefix(shown, ".")}
	if l.Usage, err = s.usage(ctx, f); err != nil {
		return Listing{}, err
	}
	if f == nil {
		if p != "." {
			return Listing{}, errNotThere(shown)
		}
		return l, nil
	}
	dir, err := f.openDir(p, shown)
	if err != nil {
		return Listing{}, err
	}
	defer dir.Close()
	return l, failed(shown, l.fill(ctx, dir, p == "."))
}

// fill lists an open folder. Of one with very many names it shows the first, as far
// as they can be found.
func (l *Listing) fill(ctx context.Context, dir *os.File, top bool) error {
	var all []string
	err := names(ctx, dir, func(name string) bool {
		if top && isTemporary(name) {
			return true
		}
		if len(all) == maxNames {
			l.AtLeast = true
			return false
		}
		all = append(all, name)
		return true
	})
	if err != nil {
		return err
	}
	slices.Sort(all)
	l.More = max(0, len(all)-MaxListed)
	for _, name := range all[:len(all)-l.More] {
		if e, ok := look(dir, name); ok {
			l.Entries = append(l.Entries, e.entry())
		}
	}
	slices.SortStableFunc(l.Entries, func(a, b Entry) int { return cmp.Compare(a.rank(), b.rank()) })
	return nil
}

func (e Entry) rank() int {
	switch {
	case strings.HasPrefix(e.Name, "."):
		return 2 // what programs keep for themselves
	case e.Kind == FolderKind:
		return 0
	}
	return 1
}

func (e found) entry() Entry {
	return Entry{Name: Show(e.name), Kind: e.kind, Size: e.size, ChangedAt: e.changedAt}
}

// add counts a file. A size is what the file says it is, as the list shows it:
// holes count.
func (u *Usage) add(_ *os.File, _ string, e found) error {
	if u.Used += e.size; u.Used < 0 {
		u.Used = 1<<63 - 1
	}
	return nil
}
