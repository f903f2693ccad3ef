package sql

import (
	"context"
	_ "embed" // sqlite.py
	"encoding/json"
	"fmt"
	"strings"

	"quire/auth/fault"
	"quire/notebook"
)

// sqliteProgram runs SQL in a Python of the note's.
//
//go:embed sqlite.py
var sqliteProgram string

// fileKernel runs SQL on a SQLite file of a note: a Python kernel, kept apart as all
// of the note's are, that gets this package's program to execute and nothing else.
// The server never opens the file, which whoever writes the note's code could have
// made.
type fileKernel struct{ notebook.Kernel }

var _ notebook.Kernel = (*fileKernel)(nil)

// openFile starts a Python in the note's folder and opens the file there.
func (d *Databases) openFile(ctx context.Context, t Target, req notebook.StartKernel) (notebook.Kernel, error) {
	if err := t.checkFile(); err != nil {
		return nil, err
	}
	spec, err := d.python(ctx)
	if err != nil {
		return nil, err
	}
	req.Spec = spec
	k, err := d.Kernels.Start(ctx, req)
	if err != nil {
		return nil, err
	}
	settings, err := json.Marshal(map[string]any{
		"file": t.Database, "readOnly": t.ReadOnly, "timeout": int(t.timeout().Seconds()),
		"rows": maxRows, "bytes": maxBytes, "cell": maxCell, "tables": maxTables,
	})
	if err != nil {
		return nil, err
	}
	f := &fileKernel{k}
	if said, ok := f.execute(ctx, sqliteProgram+"\n_session = Session(_json.loads("+pythonText(string(settings))+"))"); !ok {
		_ = k.Shutdown(context.WithoutCancel(ctx))
		return nil, fault.New(fault.Unavailable, "The file “%s” could not be opened: %s", t.Database, said)
	}
	return f, nil
}

// python is the kernelspec whose Python runs SQLite.
func (d *Databases) python(ctx context.Context) (string, error) {
	if d.Kernels == nil {
		return "", fault.New(fault.Unavailable, "There is no Python here, which SQLite runs in.")
	}
	specs, err := d.Kernels.Specs(ctx)
	if err != nil {
		return "", err
	}
	found := ""
	for _, s := range specs {
		if strings.EqualFold(s.Language, "python") && (found == "" || s.Name == "python3") {
			found = s.Name
		}
	}
	if found == "" {
		return "", fault.New(fault.Unavailable, "There is no Python kernel here, which SQLite runs in.")
	}
	return found, nil
}

// execute runs a program of ours and returns the last line of an error.
func (f *fileKernel) execute(ctx context.Context, code string) (said string, ok bool) {
	res := f.Kernel.Execute(ctx, notebook.ExecuteRequest{Code: code}, func(o notebook.Output) {
		if e, isError := o.(notebook.ErrorOutput); isError {
			said = e.Name + ": " + e.Value
		}
	})
	if said == "" {
		said = res.Reason
	}
	return said, res.Status == notebook.ExecuteOK
}

// Execute implements notebook.Kernel.
func (f *fileKernel) Execute(ctx context.Context, req notebook.ExecuteRequest, sink func(notebook.Output)) notebook.ExecuteResult {
	req.Code = "_session.run(" + pythonText(req.Code) + ")"
	req.Input = false
	return f.Kernel.Execute(ctx, req, func(o notebook.Output) {
		if e, isError := o.(notebook.ErrorOutput); isError {
			o = errorOfPython(e)
		}
		sink(o)
	})
}

// errorOfPython shows an error of SQLite's as other connections show theirs.
func errorOfPython(e notebook.ErrorOutput) notebook.ErrorOutput {
	if e.Name == "KeyboardInterrupt" {
		text := "Interrupted: The statement was ended."
		return notebook.ErrorOutput{Name: "Interrupted", Value: "The statement was ended.", Traceback: []string{text}}
	}
	if e.Name != "SQLError" || len(e.Traceback) == 0 {
		return e
	}
	name, value, _ := strings.Cut(e.Traceback[0], ": ")
	return notebook.ErrorOutput{Name: name, Value: value, Traceback: e.Traceback}
}

// Complete implements notebook.Kernel with the names of tables and columns.
func (f *fileKernel) Complete(ctx context.Context, code string, pos int) (json.RawMessage, error) {
	word, from := wordBefore(code, pos)
	matches := []string{}
	if word != "" {
		ctx, cancel := context.WithTimeout(ctx, askLimit)
		defer cancel()
		var text strings.Builder
		f.Kernel.Execute(ctx, notebook.ExecuteRequest{Code: "print(_json.dumps(names(_session, " + pythonText(word) + ")))"},
			func(o notebook.Output) {
				if s, isText := o.(notebook.StreamOutput); isText && s.Name == "stdout" {
					text.WriteString(s.Text)
				}
			})
		_ = json.Unmarshal([]byte(text.String()), &matches) // nothing else was found
	}
	return json.Marshal(map[string]any{"status": "ok", "matches": matches, "cursor_start": from, "cursor_end": pos, "metadata": map[string]any{}})
}

// Inspect implements notebook.Kernel: there is nothing to tell.
func (f *fileKernel) Inspect(context.Context, string, int, int) (json.RawMessage, error) {
	return json.RawMessage(`{"status":"ok","found":false,"data":{},"metadata":{}}`), nil
}

// pythonText is a Python literal of ASCII that stands for the text and nothing else.
func pythonText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r > '~':
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
