package ipynb

import (
	"encoding/json"
	"fmt"
	"strings"

	"quire/notebook"
)

// result adds what a code cell shows.
func (w *writer) result(c object, n *notebook.Exported, p *notebook.Paragraph) error {
	c["execution_count"], c["outputs"] = nil, []object{}
	if !w.options.Outputs {
		return nil
	}
	r, err := n.Result(p)
	if err != nil || r == nil {
		return err
	}
	if r.ExecutionCount > 0 {
		c["execution_count"] = r.ExecutionCount
	}
	outputs, missing := []object{}, r.Dropped
	for i := range r.Parts {
		missing -= r.Parts[i].GapBytes
		if o := outputOf(&r.Parts[i]); o != nil {
			outputs = append(outputs, o)
		}
	}
	if missing > 0 {
		outputs = append(outputs, stream("stderr", fmt.Sprintf("[%d bytes of the output were not kept]\n", missing)))
	}
	c["outputs"] = outputs
	return nil
}

// outputOf writes a part as an output; nil for one that is empty.
func outputOf(p *notebook.PartWrite) object {
	switch p.Kind {
	case notebook.StreamPart:
		if p.Bytes == 0 {
			return nil
		}
		return stream(p.Name, textOf(p))
	case notebook.NoticePart:
		return stream("stderr", textOf(p))
	case notebook.ErrorPart:
		var t notebook.Traceback
		if json.Unmarshal(p.Data, &t) == nil {
			return object{"output_type": "error", "ename": t.Name, "evalue": t.Value, "traceback": append([]string{}, t.Traceback...)}
		}
	case notebook.DisplayPart, notebook.ResultPart:
		if p.Bytes == 0 {
			return nil // it was cleared
		}
		var b notebook.Bundle
		if json.Unmarshal(p.Data, &b) == nil {
			return display(p.Kind, b)
		}
	}
	return stream("stderr", fmt.Sprintf("[an output of %d bytes was too large to be kept]\n", p.Bytes))
}

func stream(name, text string) object {
	return object{"output_type": "stream", "name": name, "text": split(text)}
}

// textOf is text that says where some of it is missing.
func textOf(p *notebook.PartWrite) string {
	if p.GapBytes == 0 || p.GapAt > int64(len(p.Data)) {
		return string(p.Data)
	}
	return fmt.Sprintf("%s\n[%d bytes were not kept]\n%s", p.Data[:p.GapAt], p.GapBytes, p.Data[p.GapAt:])
}

func display(kind notebook.PartKind, b notebook.Bundle) object {
	o := object{"output_type": "display_data", "data": dataOf(b.Data), "metadata": object{}}
	if len(b.Metadata) > 0 && string(b.Metadata) != "null" {
		o["metadata"] = b.Metadata
	}
	if kind == notebook.ResultPart {
		o["output_type"], o["execution_count"] = "execute_result", max(b.ExecutionCount, 1)
	}
	return o
}

// dataOf lays out text by lines, and leaves the rest as it is.
func dataOf(data map[string]json.RawMessage) object {
	out := object{}
	for kind, v := range data {
		var text string
		if isByLines(kind) && json.Unmarshal(v, &text) == nil {
			out[kind] = split(text)
		} else {
			out[kind] = v
		}
	}
	return out
}

// isByLines tells which kinds Jupyter writes by lines.
func isByLines(kind string) bool {
	return strings.HasPrefix(kind, "text/") || kind == "image/svg+xml" || kind == "application/javascript"
}
