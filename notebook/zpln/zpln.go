// Package zpln reads and writes notes of Apache Zeppelin: the .zpln files of 0.9 and later,
// and, to read, the note.json of earlier releases.
package zpln

import (
	"encoding/json"
	"fmt"
	"strings"

	"quire/auth/fault"
	"quire/notebook"
)

// file is what Quire reads of a note; the rest is kept as it is.
type file struct {
	Name                    string                     `json:"name"`
	Paragraphs              []json.RawMessage          `json:"paragraphs"`
	DefaultInterpreterGroup string                     `json:"defaultInterpreterGroup"`
	Rest                    map[string]json.RawMessage `json:"-"`
}

// Read reads a note. Files that are no note of Zeppelin's are refused as Invalid.
// Before 0.9 the name holds the whole path.
func Read(data []byte) (*notebook.Imported, error) {
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "This is not a Zeppelin note: %s.", err)
	}
	if err := json.Unmarshal(data, &f.Rest); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "This is not a Zeppelin note: %s.", err)
	}
	if _, ok := f.Rest["paragraphs"]; !ok {
		return nil, fault.New(fault.Invalid, "This is not a Zeppelin note: it has no paragraphs.")
	}
	r := &reader{seen: map[string]bool{}}
	in := &notebook.Imported{Name: strings.Trim(f.Name, "/")}
	in.Content.Settings.DefaultInterpreter = f.DefaultInterpreterGroup
	in.Content.Settings.Imported = r.keep(f.Rest, "paragraphs", "name", "defaultInterpreterGroup")
	for i, raw := range f.Paragraphs {
		p, err := r.paragraph(raw)
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "Paragraph %d of the file cannot be read: %s.", i+1, err)
		}
		in.Content.Paragraphs = append(in.Content.Paragraphs, p)
	}
	in.Warnings = r.warnings
	return in, nil
}

// reader remembers across paragraphs what there is to say once.
type reader struct {
	seen     map[string]bool // ids of paragraphs, and warnings given
	warnings []string
}

func (r *reader) warn(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if !r.seen["warned "+s] {
		r.seen["warned "+s] = true
		r.warnings = append(r.warnings, s)
	}
}

// keep returns the fields that Quire does not read, for export; nil when there are
// none or they are too long.
func (r *reader) keep(fields map[string]json.RawMessage, read ...string) json.RawMessage {
	for _, name := range read {
		delete(fields, name)
	}
	if len(fields) == 0 {
		return nil
	}
	kept, err := json.Marshal(map[string]any{"zeppelin": fields})
	if err != nil || len(kept) > notebook.MaxSettings {
		r.warn("Some of Zeppelin's own settings were too long to keep.")
		return nil
	}
	return kept
}
