// Package ipynb reads notebooks of Jupyter, in nbformat 4 and 3, and writes them in
// 4.5.
package ipynb

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"quire/auth/fault"
	"quire/notebook"
)

type file struct {
	Format     int                        `json:"nbformat"`
	Cells      []json.RawMessage          `json:"cells"`
	Worksheets []worksheet                `json:"worksheets"` // nbformat 3
	Metadata   map[string]json.RawMessage `json:"metadata"`
}

type worksheet struct {
	Cells []json.RawMessage `json:"cells"`
}

// Read reads a notebook. Code stands in a note as it stood in its cell; text gets
// the first line %md, by which a note tells it from code.
func Read(data []byte) (*notebook.Imported, error) {
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "This is not a Jupyter notebook: %s.", err)
	}
	if f.Format != 3 && f.Format != 4 {
		return nil, fault.New(fault.Invalid, "This notebook has nbformat %d; 3 and 4 can be read.", f.Format)
	}
	if f.Format == 3 {
		for _, w := range f.Worksheets {
			f.Cells = append(f.Cells, w.Cells...)
		}
	}
	r := &reader{seen: map[string]bool{}}
	in := &notebook.Imported{}
	in.Content.Settings, in.Name = settings(f.Metadata)
	for i, raw := range f.Cells {
		p, err := r.cell(raw)
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "Cell %d of the notebook cannot be read: %s.", i+1, err)
		}
		in.Content.Paragraphs = append(in.Content.Paragraphs, p)
	}
	in.Warnings = r.warnings
	return in, nil
}

// settings takes the kernel that the notebook was made with, and what else the
// metadata says.
func settings(metadata map[string]json.RawMessage) (s notebook.NoteSettings, name string) {
	quire := takeQuire[noteQuire](metadata)
	if quire.Settings != nil {
		s = *quire.Settings
	}
	if s.DefaultInterpreter == "" {
		s.DefaultInterpreter = interpreterOf(metadata["kernelspec"])
	}
	if len(metadata) > 0 {
		if kept := withJupyter(metadata, s.Imported); len(kept) <= notebook.MaxSettings {
			s.Imported = kept
		}
	}
	return s, quire.Name
}

// interpreterOf goes by the language where that is Python, since the name of the
// kernel differs from place to place.
func interpreterOf(kernelspec json.RawMessage) string {
	var spec struct{ Name, Language string }
	_ = json.Unmarshal(kernelspec, &spec)
	if strings.HasPrefix(strings.ToLower(spec.Name), "python") || strings.EqualFold(spec.Language, "python") {
		return "python"
	}
	return spec.Name
}

type reader struct {
	seen     map[string]bool
	warnings []string
}

func (r *reader) warn(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if !r.seen["warned "+s] {
		r.seen["warned "+s] = true
		r.warnings = append(r.warnings, s)
	}
}

type cell struct {
	ID             string                     `json:"id"`
	Type           string                     `json:"cell_type"`
	Source         lines                      `json:"source"`
	Input          lines                      `json:"input"` // code in nbformat 3
	Level          int                        `json:"level"` // of a heading in nbformat 3
	Outputs        []output                   `json:"outputs"`
	ExecutionCount int                        `json:"execution_count"`
	PromptNumber   int                        `json:"prompt_number"`
	Metadata       map[string]json.RawMessage `json:"metadata"`
	Attachments    json.RawMessage            `json:"attachments"`
}

// lines is text as nbformat writes it: a string, or a list of strings that follow
// each other.
type lines string

// UnmarshalJSON implements json.Unmarshaler.
func (l *lines) UnmarshalJSON(b []byte) error {
	var list []string
	if json.Unmarshal(b, &list) == nil {
		*l = lines(strings.Join(list, ""))
		return nil
	}
	var s string
	err := json.Unmarshal(b, &s)
	*l = lines(s)
	return err
}

var fitID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func (r *reader) cell(raw json.RawMessage) (notebook.NewParagraph, error) {
	var c cell
	if err := json.Unmarshal(raw, &c); err != nil {
		return notebook.NewParagraph{}, err
	}
	quire := takeQuire[cellQuire](c.Metadata)
	p := notebook.NewParagraph{Text: string(c.Source + c.Input), Title: quire.Title}
	if quire.Settings != nil {
		p.Settings = *quire.Settings
	}
	if fitID.MatchString(c.ID) && !r.seen[c.ID] {
		p.ID = c.ID
		r.seen[c.ID] = true
	}
	if kept := c.kept(p.Settings.Imported); len(kept) <= notebook.MaxSettings {
		p.Settings.Imported = kept
	} else {
		r.warn("Some pictures attached to text were too large to keep.")
	}
	switch c.Type {
	case "markdown":
		p.Text = markdown(p.Text, quire.First)
	case "heading":
		p.Text = "%md\n" + strings.Repeat("#", min(max(c.Level, 1), 6)) + " " + p.Text
	case "raw":
		p.Settings.Disabled = true
		r.warn("Raw cells are kept as paragraphs that are left out when all are run.")
	case "code":
		return r.code(p, c)
	default:
		return p, fmt.Errorf("its type %q is not code, markdown or raw", c.Type)
	}
	if len(c.Attachments) > 2 {
		r.warn("Pictures attached to text are kept in the note, but not shown.")
	}
	return p, nil
}

// kept is what Quire does not read of a cell, for export, beside what the cell kept
// from elsewhere.
func (c *cell) kept(rest json.RawMessage) json.RawMessage {
	keep := map[string]any{}
	if len(c.Metadata) > 0 {
		keep["metadata"] = c.Metadata
	}
	if len(c.Attachments) > 2 {
		keep["attachments"] = c.Attachments
	}
	if c.Type == "raw" {
		keep["cell_type"] = c.Type
	}
	if len(keep) == 0 {
		return rest
	}
	return withJupyter(keep, rest)
}
