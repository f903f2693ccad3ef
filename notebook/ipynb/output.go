package ipynb

import (
	"encoding/json"
	"strings"

	"quire/notebook"
)

type output struct {
	Type           string                     `json:"output_type"`
	Name           string                     `json:"name"`
	Stream         string                     `json:"stream"` // nbformat 3
	Text           lines                      `json:"text"`
	Data           map[string]json.RawMessage `json:"data"`
	Metadata       json.RawMessage            `json:"metadata"`
	ExecutionCount int                        `json:"execution_count"`
	EName          string                     `json:"ename"`
	EValue         string                     `json:"evalue"`
	Traceback      []string                   `json:"traceback"`
	old            map[string]json.RawMessage // nbformat 3 has the data beside the type
}

// UnmarshalJSON implements json.Unmarshaler.
func (o *output) UnmarshalJSON(b []byte) error {
	type plain output
	if err := json.Unmarshal(b, (*plain)(o)); err != nil {
		return err
	}
	return json.Unmarshal(b, &o.old)
}

// oldKinds are nbformat 3's names of MIME types.
var oldKinds = map[string]string{
	"text": "text/plain", "html": "text/html", "svg": "image/svg+xml", "png": "image/png", "jpeg": "image/jpeg",
	"latex": "text/latex", "json": "application/json", "javascript": "application/javascript",
}

// code adds a code cell's outputs. A cell that was never run has no result.
func (r *reader) code(p notebook.NewParagraph, c cell) (notebook.NewParagraph, error) {
	count := c.ExecutionCount + c.PromptNumber
	if len(c.Outputs) == 0 && count == 0 {
		return p, nil
	}
	p.Result = &notebook.NewResult{State: notebook.RunDone, ExecutionCount: count}
	for _, o := range c.Outputs {
		if err := r.output(p.Result, o); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (r *reader) output(res *notebook.NewResult, o output) error {
	switch o.Type {
	case "stream":
		name := o.Name + o.Stream
		if name != "stderr" {
			name = "stdout"
		}
		res.AddText(name, string(o.Text))
		return nil
	case "error", "pyerr":
		res.State = notebook.RunError
		return res.AddTraceback(notebook.Traceback{Name: o.EName, Value: o.EValue, Traceback: o.Traceback})
	case "display_data", "execute_result", "pyout":
		data, err := o.bundle()
		if err != nil {
			return err
		}
		b := notebook.Bundle{Data: data}
		if string(o.Metadata) != "{}" {
			b.Metadata = o.Metadata
		}
		if o.Type != "display_data" {
			b.ExecutionCount = max(o.ExecutionCount, 1)
		}
		return res.AddBundle(b)
	}
	r.warn("Outputs of the unknown type %q are left out.", o.Type)
	return nil
}

// bundle joins text that is written as lists of lines; JSON stays as it is.
func (o *output) bundle() (map[string]json.RawMessage, error) {
	data := o.Data
	if data == nil {
		data = map[string]json.RawMessage{}
		for old, kind := range oldKinds {
			if v, ok := o.old[old]; ok {
				data[kind] = v
			}
		}
	}
	for kind, v := range data {
		if isJSON(kind) {
			continue
		}
		var text lines
		if err := json.Unmarshal(v, &text); err != nil {
			continue // some libraries put JSON under other names
		}
		quoted, err := json.Marshal(string(text))
		if err != nil {
			return nil, err
		}
		data[kind] = quoted
	}
	return data, nil
}

func isJSON(kind string) bool {
	return kind == "application/json" || strings.HasSuffix(kind, "+json")
}
