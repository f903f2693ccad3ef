package server

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/files"
)

// zipHead is how an archive begins (APPNOTE.TXT, section 4.3.7).
const zipHead = "PK\x03\x04"

// maxDirectory bounds what is read to find out what is in an archive: its directory
// would else be held in memory whatever its length.
const maxDirectory = 8 << 20

// importArchive makes a note of an archive that was exported: its text, results and
// files. What an archive says of itself is not believed: what comes out of it is
// counted.
func (n *NotebookServer) importArchive(ctx context.Context, in *importIn, from io.Reader) (*ImportedBody, error) {
	spool, size, err := n.files.Spool(from)
	if err != nil {
		return nil, err
	}
	defer spool.Close()
	archive, err := openArchive(spool, size)
	if err != nil {
		return nil, err
	}
	file, err := noteIn(archive)
	if err != nil {
		return nil, err
	}
	var warnings []string
	fill := func(note auth.ID) (err error) {
		warnings, err = n.fill(note, archive)
		return err
	}
	if !hasFiles(archive) {
		fill = nil
	}
	out, err := n.makeImported(ctx, in, file, fill)
	if err == nil {
		out.Warnings = append(out.Warnings, warnings...)
	}
	return out, err
}

// openArchive reads an archive's directory.
func openArchive(spool io.ReaderAt, size int64) (*zip.Reader, error) {
	bounded := &boundedReaderAt{from: spool, left: maxDirectory}
	archive, err := zip.NewReader(bounded, size)
	switch {
	case errors.Is(err, errDirectory):
		return nil, fault.Wrap(err, fault.TooLarge, "The archive holds too many files.")
	case err != nil:
		return nil, fault.Wrap(err, fault.Invalid, "The archive is damaged: %s.", err)
	case len(archive.File) > files.MaxFiles:
		return nil, fault.New(fault.TooLarge, "The archive holds more than %d files.", files.MaxFiles)
	}
	bounded.left = -1
	return archive, nil
}

var errDirectory = errors.New("the archive's directory is too long")

// boundedReaderAt reads so many bytes and no more; any number when left is negative.
type boundedReaderAt struct {
	from io.ReaderAt
	left int64
}

// ReadAt implements io.ReaderAt.
func (b *boundedReaderAt) ReadAt(p []byte, at int64) (int, error) {
	if b.left >= 0 {
		if b.left -= int64(len(p)); b.left < 0 {
			b.left = 0
			return 0, errDirectory
		}
	}
	return b.from.ReadAt(p, at)
}

// noteIn reads the note of an archive.
func noteIn(archive *zip.Reader) (*notebook.Imported, error) {
	for _, f := range archive.File {
		if f.Name != archiveNote {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, damaged(f, err)
		}
		defer r.Close()
		data, err := readAll(r, notebook.MaxImport)
		if err != nil {
			return nil, damaged(f, err)
		}
		return readNoteFile(data)
	}
	return nil, fault.New(fault.Invalid, "This archive was not exported here: it holds no %s.", archiveNote)
}

func damaged(f *zip.File, err error) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return known
	}
	return fault.Wrap(err, fault.Invalid, "The archive is damaged at %q.", files.Show(f.Name))
}

func hasFiles(archive *zip.Reader) bool {
	for _, f := range archive.File {
		if isNoteFile(f) {
			return true
		}
	}
	return false
}

func isNoteFile(f *zip.File) bool {
	return strings.HasPrefix(f.Name, archiveFiles) && !strings.HasSuffix(f.Name, "/")
}

// fill puts an archive's files into the folder of a note that is being made. Links
// and names that cannot be kept are left out, and counted.
func (n *NotebookServer) fill(note auth.ID, archive *zip.Reader) (warnings []string, err error) {
	folder, err := n.files.Fill(note)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	left := 0
	for _, f := range archive.File {
		if !isNoteFile(f) {
			continue
		}
		err := fs.ErrInvalid
		if f.Mode().IsRegular() {
			err = addFile(folder, f)
		}
		switch {
		case err == nil:
		case errors.Is(err, fs.ErrInvalid), fault.Is(err, fault.Invalid), fault.Is(err, fault.Conflict):
			left++
		default:
			return nil, damaged(f, err)
		}
	}
	if left > 0 {
		warnings = append(warnings, fmt.Sprintf("%d files of the archive were left out: they are no plain files, are there twice, or have names that cannot be kept.", left))
	}
	return warnings, nil
}

func addFile(folder *files.Filling, f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return fs.ErrInvalid
	}
	defer r.Close()
	return folder.Add(strings.TrimPrefix(f.Name, archiveFiles), r)
}
