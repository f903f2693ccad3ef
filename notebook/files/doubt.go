package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"quire/auth"
)

// A note and its folder come and go in two steps, and the server may end between
// them. Whoever takes the first leaves a mark that the folder may belong to no note;
// the next start looks who is there. Without a mark a folder is never deleted: that
// the database does not know its note may be the database's fault.

const doubtful = ".doubtful-"

func (s *Service) mark(note auth.ID) string {
	return filepath.Join(s.config.Dir, doubtful+note.String())
}

// Doubt marks the folders of notes that are about to come or go.
func (s *Service) Doubt(notes ...auth.ID) error {
	for _, note := range notes {
		file, err := os.OpenFile(s.mark(note), os.O_WRONLY|os.O_CREATE, 0o600)
		if err != nil {
			return fmt.Errorf("mark the files of a note: %w", err)
		}
		if err := errors.Join(file.Sync(), file.Close()); err != nil {
			return fmt.Errorf("mark the files of a note: %w", err)
		}
	}
	return nil
}

// With returns those of the notes that have a folder.
func (s *Service) With(notes []auth.ID) []auth.ID {
	var have []auth.ID
	for _, note := range notes {
		if _, err := os.Lstat(s.path(note)); err == nil {
			have = append(have, note)
		}
	}
	return have
}

// Keep takes the marks away: the notes are there.
func (s *Service) Keep(notes ...auth.ID) {
	for _, note := range notes {
		if err := os.Remove(s.mark(note)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			s.config.Log.Error("a mark on a note's files stays until the next start", "note", note, "error", err)
		}
	}
}

// Remove deletes the folders of notes that are no more. What cannot be deleted
// keeps its mark, and the next start tries again.
func (s *Service) Remove(notes ...auth.ID) {
	for _, note := range notes {
		if err := s.removeAll(s.path(note)); err != nil {
			s.config.Log.Error("the files of a deleted note are left for the next start", "note", note, "error", err)
			continue
		}
		s.Keep(note)
	}
}

func (s *Service) removeAll(dir string) error {
	err := os.RemoveAll(dir)
	if !errors.Is(err, fs.ErrPermission) || s.config.Reclaim == nil {
		return err
	}
	if err := s.config.Reclaim(dir); err != nil {
		return err
	}
	return os.RemoveAll(dir)
}

// Sweep finishes what a server that was stopped had begun: it deletes marked
// folders without a note, and uploads that did not arrive. It must be done before
// anything is made.
func (s *Service) Sweep(ctx context.Context, exists func(context.Context, auth.ID) (bool, error)) error {
	entries, err := os.ReadDir(s.config.Dir)
	if err != nil {
		return fmt.Errorf("look through notes' files: %w", err)
	}
	for _, e := range entries {
		name, marked := strings.CutPrefix(e.Name(), doubtful)
		note, err := auth.ParseID(name)
		if err != nil {
			continue
		}
		if !marked {
			s.dropTemporary(ctx, note)
			continue
		}
		there, err := exists(ctx, note)
		if err != nil {
			return err
		}
		if there {
			s.Keep(note)
		} else {
			s.Remove(note)
		}
	}
	return nil
}

// dropTemporary removes what did not arrive.
func (s *Service) dropTemporary(ctx context.Context, note auth.ID) {
	f, err := s.openExisting(note)
	if f == nil || err != nil {
		return
	}
	defer f.close()
	top, err := f.openDir(".", "")
	if err != nil {
		return
	}
	defer top.Close()
	_ = names(ctx, top, func(name string) bool {
		if isTemporary(name) {
			_ = f.RemoveAll(name)
		}
		return true
	})
}
