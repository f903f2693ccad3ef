package files

import (
	"context"
	"os"
	"path"
	"time"

	"quire/auth"
)

// File is a file of a note that is being read. Whoever reads it is asked again at
// every step: rights taken back end it.
type File struct {
	Name      string // as Show writes it
	Size      int64
	ChangedAt time.Time

	file *os.File
	may  func() error
}

// Read implements io.Reader.
func (f *File) Read(b []byte) (int, error) {
	if err := f.may(); err != nil {
		return 0, err
	}
	return f.file.Read(b)
}

// Seek implements io.Seeker.
func (f *File) Seek(offset int64, whence int) (int64, error) { return f.file.Seek(offset, whence) }

// Close implements io.Closer.
func (f *File) Close() error { return f.file.Close() }

// Open opens a file of a note. Links inside the note's folder are followed; what is
// no file is refused.
func (s *Service) Open(ctx context.Context, note auth.ID, shown string) (*File, error) {
	may := func() error { return s.check(ctx, auth.FileRead, note) }
	if err := may(); err != nil {
		return nil, err
	}
	p, err := parse(shown)
	if err != nil {
		return nil, err
	}
	f, err := s.openExisting(note)
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, errNotThere(shown)
	}
	defer f.close()
	file, info, err := f.open(p, shown)
	if err != nil {
		return nil, err
	}
	return &File{Name: Show(path.Base(p)), Size: info.Size(), ChangedAt: info.ModTime(), file: file, may: may}, nil
}
