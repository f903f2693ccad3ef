package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"quire/auth"
	"quire/auth/fault"
)

// Upload is a file that arrives.
type Upload struct {
	// Path is where it goes; the folder must be there.
	Path string
	// Size is its length in bytes where that is known beforehand, else -1.
	Size int64
	// Keep refuses to replace a file that is there.
	Keep bool
}

// Write puts a file in its place when all of it has arrived, and not before: then
// it stands there whole. Rights are asked again at that moment. TooLarge when the
// note's quota does not suffice; Conflict when there is one already and it is to be
// kept, or a folder.
func (s *Service) Write(ctx context.Context, note auth.ID, up Upload, from io.Reader) (Entry, error) {
	if err := s.check(ctx, auth.FileWrite, note); err != nil {
		return Entry{}, err
	}
	p, err := parseNew(up.Path)
	if err != nil {
		return Entry{}, err
	}
	f, err := s.openFolder(note, true)
	if err != nil {
		return Entry{}, err
	}
	defer f.close()
	p = f.chosen(p, up.Path)
	if err := f.vacant(p, up); err != nil {
		return Entry{}, err
	}
	room, err := s.room(ctx, note, f, up.Size)
	if err != nil {
		return Entry{}, err
	}
	var settled int64
	defer func() { room.leave(settled) }()
	part, err := f.receive(from, room)
	if err != nil {
		return Entry{}, failed(up.Path, err)
	}
	err = s.check(ctx, auth.FileWrite, note)
	if err == nil && up.Size >= 0 && part.size != up.Size {
		err = fault.New(fault.Invalid, "Of %q only %d of %d bytes arrived; nothing was changed.", up.Path, part.size, up.Size)
	}
	if err == nil {
		err = s.record(ctx, auth.FileWrite, note, map[string]any{"path": up.Path, "size": part.size})
	}
	if err == nil {
		err = f.settle(part.name, p, up)
	}
	if err != nil {
		_ = f.Remove(part.name)
		return Entry{}, failed(up.Path, err)
	}
	settled = part.size
	return Entry{Name: Show(path.Base(p)), Kind: FileKind, Size: part.size, ChangedAt: part.changedAt}, nil
}

// chosen is the path under which something is to be: the very name that was given
// where that is there already (code may have chosen another form of it), else the
// usual one.
func (f *folder) chosen(p, shown string) string {
	given, err := parse(shown)
	if err == nil && given != p {
		if _, err := f.Lstat(given); err == nil {
			return given
		}
	}
	return p
}

// vacant refuses a place that cannot take the file, before anything has arrived.
func (f *folder) vacant(p string, up Upload) error {
	info, err := f.Lstat(p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if parent, err := f.Stat(path.Dir(p)); err != nil || !parent.IsDir() {
			return errNotThere(Show(path.Dir(p)))
		}
		return nil
	case err != nil:
		return failed(up.Path, err)
	case info.IsDir():
		return fault.New(fault.Conflict, "%q is a folder.", up.Path)
	case up.Keep:
		return fault.New(fault.Conflict, "There is a %q already.", up.Path)
	}
	return nil
}

// receive writes what arrives to a new file that is the note's, under a temporary
// name.
func (f *folder) receive(from io.Reader, room *room) (found, error) {
	name := temporary + auth.NewID().String()
	file, err := f.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return found{}, err
	}
	err = f.owner.give(file, false)
	if err == nil {
		_, err = io.Copy(&roomWriter{file, room}, from)
	}
	if err == nil {
		err = file.Sync()
	}
	info, failure := file.Stat()
	if err = errors.Join(err, failure, file.Close()); err != nil {
		_ = f.Remove(name)
		return found{}, err
	}
	return found{name: name, size: info.Size(), changedAt: info.ModTime()}, nil
}

// settle gives a file its name. A link with the name, rather than a rename, keeps
// what came there meanwhile.
func (f *folder) settle(name, p string, up Upload) error {
	if !up.Keep {
		return f.Rename(name, p)
	}
	if err := f.Link(name, p); err != nil {
		return err
	}
	return f.Remove(name)
}

// MakeFolder makes an empty folder; the one it goes into must be there.
func (s *Service) MakeFolder(ctx context.Context, note auth.ID, shown string) error {
	if err := s.check(ctx, auth.FileWrite, note); err != nil {
		return err
	}
	p, err := parseNew(shown)
	if err != nil {
		return err
	}
	f, err := s.openFolder(note, true)
	if err != nil {
		return err
	}
	defer f.close()
	if _, err := f.Lstat(p); err == nil {
		return fault.New(fault.Conflict, "There is a %q already.", shown)
	}
	if err := s.record(ctx, auth.FileWrite, note, map[string]any{"path": shown, "folder": true}); err != nil {
		return err
	}
	return failed(shown, f.mkdir(p))
}

// mkdir makes a folder that is the note's.
func (f *folder) mkdir(p string) error {
	if err := f.Mkdir(p, 0o770); err != nil {
		return err
	}
	dir, err := f.openDir(p, p)
	if err != nil {
		return err
	}
	defer dir.Close()
	return f.owner.give(dir, true)
}

// Rename gives a file or folder another name or place among the note's files.
// Conflict when something is there already.
func (s *Service) Rename(ctx context.Context, note auth.ID, from, to string) error {
	if err := s.check(ctx, auth.FileWrite, note); err != nil {
		return err
	}
	old, err := parse(from)
	if err != nil {
		return err
	}
	p, err := parseNew(to)
	if err != nil {
		return err
	}
	f, err := s.openExisting(note)
	if err != nil {
		return err
	}
	if f == nil || old == "." {
		return errNotThere(from)
	}
	defer f.close()
	if _, err := f.Lstat(old); err != nil {
		return failed(from, err)
	}
	if _, err := f.Lstat(p); err == nil && p != old {
		return fault.New(fault.Conflict, "There is a %q already.", to)
	}
	if err := s.record(ctx, auth.FileWrite, note, map[string]any{"path": to, "from": from}); err != nil {
		return err
	}
	return failed(to, f.Rename(old, p))
}

// Delete removes a file, or a folder with everything in it, for good. A link goes,
// not what it leads to.
func (s *Service) Delete(ctx context.Context, note auth.ID, shown string) error {
	if err := s.check(ctx, auth.FileDelete, note); err != nil {
		return err
	}
	p, err := parse(shown)
	if err != nil {
		return err
	}
	f, err := s.openExisting(note)
	if err != nil {
		return err
	}
	if f == nil || p == "." {
		return errNotThere(shown)
	}
	defer f.close()
	if _, err := f.Lstat(p); err != nil {
		return failed(shown, err)
	}
	if err := s.record(ctx, auth.FileDelete, note, map[string]any{"path": shown}); err != nil {
		return err
	}
	if err := f.RemoveAll(p); err != nil {
		return failed(shown, fmt.Errorf("delete: %w", err))
	}
	return nil
}
