// Package files keeps the files of notes: a folder per note, under the grants of
// the note, which is the working directory and home of the note's kernels.
//
// Code of the note writes there while the server does, and may mean harm. So every
// path is followed by the system itself from the note's folder on (os.Root: no link
// leads out of it, whatever is swapped meanwhile), nothing but regular files is
// opened, and every walk has an end.
package files
