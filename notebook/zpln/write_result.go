package zpln

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"quire/notebook"
)

// statuses are Zeppelin's words for the ends of a run.
var statuses = map[notebook.RunState]struct{ status, code string }{
	notebook.RunDone:      {"FINISHED", "SUCCESS"},
	notebook.RunError:     {"ERROR", "ERROR"},
	notebook.RunCancelled: {"ABORT", "SUCCESS"},
	notebook.RunLost:      {"ABORT", "SUCCESS"},
}

func addResult(out object, r *notebook.NewResult) {
	end := statuses[r.State]
	out["status"] = end.status
	messages := []message{}
	for i := range r.Parts {
		if m := messageOf(&r.Parts[i]); m.Data != "" {
			messages = append(messages, m)
		}
	}
	out["results"] = object{"code": end.code, "msg": messages}
	if !r.StartedAt.IsZero() { // else nobody knows when it ran
		setDate(out, "dateStarted", r.StartedAt)
		setDate(out, "dateFinished", r.EndedAt)
	}
}

func messageOf(p *notebook.PartWrite) message {
	switch p.Kind {
	case notebook.StreamPart, notebook.NoticePart:
		return text(textOf(p))
	case notebook.ErrorPart:
		var t notebook.Traceback
		if json.Unmarshal(p.Data, &t) == nil {
			return text(plain(tracebackOf(t)))
		}
	default:
		if p.Bytes == 0 {
			return message{} // it was cleared
		}
		var b notebook.Bundle
		if json.Unmarshal(p.Data, &b) == nil {
			return display(b)
		}
	}
	return text(fmt.Sprintf("[an output of %d bytes was too large to be kept]\n", p.Bytes))
}

func text(s string) message { return message{Type: "TEXT", Data: s} }

// textOf is text that says where some of it is missing.
func textOf(p *notebook.PartWrite) string {
	if p.GapBytes == 0 || p.GapAt > int64(len(p.Data)) {
		return string(p.Data)
	}
	return fmt.Sprintf("%s\n[%d bytes were not kept]\n%s", p.Data[:p.GapAt], p.GapBytes, p.Data[p.GapAt:])
}

func tracebackOf(t notebook.Traceback) string {
	if len(t.Traceback) == 0 {
		return t.Name + ": " + t.Value + "\n"
	}
	return strings.Join(t.Traceback, "\n") + "\n"
}

// colours are what Zeppelin would show as they stand (ECMA-48, "CSI").
var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

func plain(s string) string { return colours.ReplaceAllString(s, "") }

// displays are the kinds that Zeppelin shows, the best first.
var displays = []struct{ kind, as string }{
	{"text/tab-separated-values", "TABLE"}, {"text/html", "HTML"}, {"image/svg+xml", "SVG"},
	{"image/png", "IMG"}, {"image/jpeg", "IMG"}, {"image/gif", "IMG"}, {"text/plain", "TEXT"},
}

func display(b notebook.Bundle) message {
	for _, d := range displays {
		var s string
		v, ok := b.Data[d.kind]
		if !ok || json.Unmarshal(v, &s) != nil {
			continue
		}
		if d.as == "TABLE" && isEscaped(b, d.kind) {
			s = unescape.Replace(s)
		}
		if d.as == "TEXT" {
			s = strings.TrimSuffix(s, "\n") + "\n"
		}
		return message{Type: d.as, Data: s}
	}
	for kind, v := range b.Data {
		return text(kind + "\n" + string(v) + "\n")
	}
	return message{}
}

// isEscaped tells a table of %sql, whose cells may hold what divides cells.
func isEscaped(b notebook.Bundle, kind string) bool {
	var of map[string]struct{ Escaped bool }
	return json.Unmarshal(b.Metadata, &of) == nil && of[kind].Escaped
}

// unescape writes such cells as Zeppelin can hold them: its tables know neither NULL
// nor line breaks in a cell.
var unescape = strings.NewReplacer(`\\`, `\`, `\N`, "null", `\t`, " ", `\n`, " ", `\r`, " ")
