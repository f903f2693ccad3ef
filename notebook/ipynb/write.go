package ipynb

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strings"

	"quire/notebook"
)

// Options say what goes into a file.
type Options struct {
	// Outputs takes along what the paragraphs show.
	Outputs bool
}

// Write writes a note as a notebook in nbformat 4.5, as Jupyter lays it out. Text
// paragraphs lose the first line %md that Read gave them; nothing else is added to
// code or taken from it. What Jupyter has no place for stands in metadata.quire,
// where Read finds it again.
func Write(to io.Writer, n *notebook.Exported, o Options) error {
	w := &writer{to: bufio.NewWriterSize(to, 64<<10), options: o}
	metadata, err := noteMetadata(n)
	if err != nil {
		return err
	}
	w.text("{\n \"cells\": [")
	for i, p := range n.Note.Paragraphs {
		c, err := w.cell(n, p)
		if err != nil {
			return err
		}
		if i > 0 {
			w.text(",")
		}
		w.text("\n  ")
		w.value("  ", c)
	}
	if len(n.Note.Paragraphs) > 0 {
		w.text("\n ")
	}
	w.text("],\n \"metadata\": ")
	w.value(" ", metadata)
	w.text(",\n \"nbformat\": 4,\n \"nbformat_minor\": 5\n}\n")
	if w.err != nil {
		return w.err
	}
	return w.to.Flush()
}

// writer writes pieces of JSON and remembers the first failure.
type writer struct {
	to      *bufio.Writer
	options Options
	err     error
}

func (w *writer) text(s string) {
	if w.err == nil {
		_, w.err = w.to.WriteString(s)
	}
}

// value writes JSON with the indentation of Jupyter, below lines that begin with
// prefix. Nothing puts it into HTML, so <, > and & stay.
func (w *writer) value(prefix string, v any) {
	if w.err != nil {
		return
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent(prefix, " ")
	if w.err = e.Encode(v); w.err == nil {
		_, w.err = w.to.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	}
}

// object is a JSON object whose keys Jupyter sorts, as Go does.
type object map[string]any

// noteMetadata is what came with the note, or says which kernel it is for.
func noteMetadata(n *notebook.Exported) (object, error) {
	own := n.Note.Settings
	m, rest := ofJupyter[object](own.Imported)
	own.Imported = rest
	if m == nil {
		m = object{}
		if own.DefaultInterpreter == "" || own.DefaultInterpreter == "python" {
			m["kernelspec"] = object{"display_name": "Python 3", "language": "python", "name": "python3"}
			m["language_info"] = object{"name": "python"}
			own.DefaultInterpreter = ""
		}
	}
	if own.DefaultInterpreter == kernelOf(m) {
		own.DefaultInterpreter = ""
	}
	settings, err := unlessZero(own)
	m[quireKey] = noteQuire{Name: n.Name, Settings: settings}
	return m, err
}

// kernelOf is the interpreter that Read would take the metadata to name.
func kernelOf(m object) string {
	b, err := json.Marshal(m["kernelspec"])
	if err != nil {
		return ""
	}
	return interpreterOf(b)
}

// keptCell is what Read kept of a cell.
type keptCell struct {
	Metadata    map[string]json.RawMessage `json:"metadata"`
	Attachments json.RawMessage            `json:"attachments"`
	Type        string                     `json:"cell_type"`
}

func (w *writer) cell(n *notebook.Exported, p *notebook.Paragraph) (object, error) {
	text, own := p.Text.String(), p.Settings
	kept, rest := ofJupyter[keptCell](own.Imported)
	own.Imported = rest
	c := object{"cell_type": "code", "id": p.ID}
	quire := cellQuire{Title: p.Title}
	switch source, first, isText := markdownOf(text); {
	case kept.Type == "raw":
		c["cell_type"], own.Disabled = "raw", false
	case isText:
		c["cell_type"], text, quire.First = "markdown", source, first
	default:
		if err := w.result(c, n, p); err != nil {
			return nil, err
		}
	}
	c["source"] = split(text)
	if c["cell_type"] != "code" && len(kept.Attachments) > 0 {
		c["attachments"] = kept.Attachments
	}
	var err error
	quire.Settings, err = unlessZero(own)
	m := object{}
	for k, v := range kept.Metadata {
		m[k] = v
	}
	if quire != (cellQuire{}) {
		m[quireKey] = quire
	}
	c["metadata"] = m
	return c, err
}

// split writes text as Jupyter does, so that changes of lines show as such.
func split(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if last := len(lines) - 1; lines[last] == "" {
		lines = lines[:last]
	}
	return lines
}
