package zpln

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"quire/notebook"
)

type results struct {
	Code string          `json:"code"`
	Msg  json.RawMessage `json:"msg"`
	Type string          `json:"type"` // before 0.7: of the one message
}

type message struct {
	Type string `json:"type"`
	Data string `json:"data"`
}

// result turns stored results into a run's output. Text that is rendered, not run,
// needs none.
func (r *reader) result(p *paragraph) (*notebook.NewResult, error) {
	raw := p.Results
	if len(raw) == 0 {
		raw = p.Result
	}
	if len(raw) == 0 || string(raw) == "null" || isMarkdown(p.Text) {
		return nil, nil
	}
	var res results
	if err := json.Unmarshal(raw, &res); err != nil {
		return nil, err
	}
	messages, err := res.messages()
	if err != nil || len(messages) == 0 && p.Status != "FINISHED" && p.Status != "ERROR" {
		return nil, err
	}
	out := &notebook.NewResult{State: state(p.Status, res.Code), StartedAt: date(p.DateStarted), EndedAt: date(p.DateFinished)}
	for _, m := range messages {
		if err := r.message(out, m); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func isMarkdown(text string) bool {
	first, _, _ := strings.Cut(strings.TrimLeft(text, " \t\n"), "\n")
	word, _, _ := strings.Cut(first, " ")
	return word == "%md" || strings.HasPrefix(word, "%md.") || strings.HasPrefix(word, "%md(")
}

func (res results) messages() ([]message, error) {
	if len(res.Msg) == 0 || string(res.Msg) == "null" {
		return nil, nil
	}
	if res.Msg[0] == '"' {
		var data string
		err := json.Unmarshal(res.Msg, &data)
		return []message{{res.Type, data}}, err
	}
	var list []message
	err := json.Unmarshal(res.Msg, &list)
	return list, err
}

func state(status, code string) notebook.RunState {
	switch {
	case status == "ERROR" || code == "ERROR":
		return notebook.RunError
	case status == "ABORT", status == "PENDING", status == "RUNNING":
		return notebook.RunCancelled
	}
	return notebook.RunDone
}

// message maps Zeppelin's display types onto MIME types.
func (r *reader) message(out *notebook.NewResult, m message) error {
	switch m.Type {
	case "TEXT", "":
		out.AddText("stdout", m.Data)
		return nil
	case "NULL":
		return nil
	case "HTML":
		return bundle(out, "text/html", m.Data)
	case "ANGULAR":
		r.warn("Results made for Zeppelin's own page (%%angular) are shown as plain HTML.")
		return bundle(out, "text/html", m.Data)
	case "TABLE":
		return bundle(out, "text/tab-separated-values", strings.TrimSuffix(m.Data, "\n"))
	case "SVG":
		return bundle(out, "image/svg+xml", m.Data)
	case "IMG":
		return r.image(out, m.Data)
	}
	r.warn("Results of the type %q are shown as text.", m.Type)
	out.AddText("stdout", m.Data)
	return nil
}

// image finds out what kind of picture the base64 text holds.
func (r *reader) image(out *notebook.NewResult, data string) error {
	if _, after, ok := strings.Cut(data, ";base64,"); ok {
		data = after
	}
	data = strings.Join(strings.Fields(data), "")
	raw, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		r.warn("A picture in the file was damaged and is left out.")
		return nil
	}
	switch {
	case strings.HasPrefix(string(raw), "\xff\xd8\xff"):
		return bundle(out, "image/jpeg", data)
	case strings.HasPrefix(string(raw), "GIF8"):
		return bundle(out, "image/gif", data)
	}
	return bundle(out, "image/png", data)
}

func bundle(out *notebook.NewResult, kind, data string) error {
	quoted, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return out.AddBundle(notebook.Bundle{Data: map[string]json.RawMessage{kind: quoted}})
}
