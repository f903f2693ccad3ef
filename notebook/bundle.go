package notebook

import (
	"bytes"
	"encoding/json"
)

// Bundle is the JSON of display and result parts: a Jupyter MIME bundle (Jupyter
// messaging, "display_data").
type Bundle struct {
	Data           map[string]json.RawMessage `json:"data"`
	Metadata       json.RawMessage            `json:"metadata,omitempty"`
	ExecutionCount int                        `json:"executionCount,omitempty"`
}

// Traceback is the JSON of error parts (Jupyter messaging, "error").
type Traceback struct {
	Name      string   `json:"name"`
	Value     string   `json:"value"`
	Traceback []string `json:"traceback"` // lines, with ANSI colours
}

// encode is json.Marshal without escaping <, > and &: nothing puts these bytes
// into HTML, and pictures and tables are full of them.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
