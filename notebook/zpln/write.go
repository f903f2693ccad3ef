package zpln

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"time"

	"quire/notebook"
)

// Options say what goes into a file.
type Options struct {
	// Outputs takes along what the paragraphs show.
	Outputs bool
}

// Write writes a note as Zeppelin 0.9 and later keep it. Texts stay as they are,
// and so does what Read kept of a note of Zeppelin's. Results are written as the
// display types nearest to them; text that Zeppelin would render is without one
// until it is run there.
func Write(to io.Writer, n *notebook.Exported, o Options) error {
	w := bufio.NewWriterSize(to, 64<<10)
	head := ofZeppelin(n.Note.Settings.Imported)
	head["name"] = n.Name
	setDefault(head, "id", n.Note.ID.String())
	setDefault(head, "config", map[string]any{})
	setDefault(head, "info", map[string]any{})
	if g := n.Note.Settings.DefaultInterpreter; g != "" {
		head["defaultInterpreterGroup"] = g
	}
	b, err := encode("", head)
	if err != nil {
		return err
	}
	// Paragraphs are added one by one: their results need not be in memory together.
	_, _ = w.Write(bytes.TrimSuffix(b, []byte("\n}")))
	_, _ = w.WriteString(",\n  \"paragraphs\": [")
	for i, p := range n.Note.Paragraphs {
		one, err := paragraphOf(n, p, o)
		if err != nil {
			return err
		}
		if b, err = encode("    ", one); err != nil {
			return err
		}
		if i > 0 {
			_ = w.WriteByte(',')
		}
		_, _ = w.WriteString("\n    ")
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	_, _ = w.WriteString("\n  ]\n}\n")
	return w.Flush() // which tells of earlier failures too
}

func encode(prefix string, v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent(prefix, "  ")
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

type object map[string]any

func setDefault(o object, key string, v any) {
	if _, ok := o[key]; !ok {
		o[key] = v
	}
}

// ofZeppelin returns what Read kept; empty for what came from elsewhere.
func ofZeppelin(imported json.RawMessage) object {
	var in struct{ Zeppelin object }
	d := json.NewDecoder(bytes.NewReader(imported))
	d.UseNumber() // as it was written
	if d.Decode(&in) != nil || in.Zeppelin == nil {
		return object{}
	}
	return in.Zeppelin
}

func paragraphOf(n *notebook.Exported, p *notebook.Paragraph, o Options) (object, error) {
	out := ofZeppelin(p.Settings.Imported)
	out["id"], out["text"], out["status"] = p.ID, p.Text.String(), "READY"
	if p.Title != "" {
		out["title"] = p.Title
	}
	out["config"] = configOf(out["config"], p)
	setDefault(out, "settings", object{"params": object{}, "forms": object{}})
	setDefault(out, "progressUpdateIntervalMs", 500)
	if !o.Outputs {
		return out, nil
	}
	r, err := n.Result(p)
	if err != nil || r == nil {
		return out, err
	}
	addResult(out, r)
	return out, nil
}

// configOf is what came with the paragraph, with what was set otherwise since.
func configOf(imported any, p *notebook.Paragraph) any {
	b, err := json.Marshal(imported)
	if err != nil {
		return imported
	}
	var had config
	rest, _ := imported.(map[string]any)
	if json.Unmarshal(b, &had) != nil || rest == nil {
		had, rest = config{}, map[string]any{"enabled": true, "colWidth": 12}
		if p.Title != "" {
			rest["title"] = true
		}
	}
	was, is := had.settings(), p.Settings
	set(rest, "colWidth", was.Width, is.Width, 12)
	set(rest, "fontSize", was.FontSize, is.FontSize, 9)
	set(rest, "editorHide", was.HideCode, is.HideCode, false)
	set(rest, "tableHide", was.HideOutput, is.HideOutput, false)
	set(rest, "lineNumbers", was.LineNumbers, is.LineNumbers, false)
	if was.Disabled != is.Disabled {
		rest["enabled"] = !is.Disabled
	}
	return rest
}

// set changes what is not as it was; usual stands for the zero value.
func set[T comparable](config map[string]any, key string, was, is, usual T) {
	var zero T
	switch {
	case was == is:
	case is == zero:
		config[key] = usual
	default:
		config[key] = is
	}
}

// dateForm is how Zeppelin writes dates.
const dateForm = "2006-01-02 15:04:05.000"

// setDate writes a time, unless the very same stands there in a form of its own.
func setDate(out object, key string, at time.Time) {
	had, _ := out[key].(string)
	if !at.IsZero() && !date(had).Equal(at.UTC().Truncate(time.Millisecond)) {
		out[key] = at.UTC().Format(dateForm)
	}
}
