package ipynb

import (
	"encoding/json"
	"strings"

	"quire/notebook"
)

// What a note has and Jupyter has no place for stands under this key of the
// metadata, where Jupyter leaves it alone.
const quireKey = "quire"

// noteQuire is what it holds of a note.
type noteQuire struct {
	Name     string                 `json:"name,omitempty"`
	Settings *notebook.NoteSettings `json:"settings,omitempty"`
}

// cellQuire is what it holds of a paragraph.
type cellQuire struct {
	Title    string                      `json:"title,omitempty"`
	Settings *notebook.ParagraphSettings `json:"settings,omitempty"`
	// First is how a text paragraph begins, where that is not the plain line %md.
	First string `json:"first,omitempty"`
}

// takeQuire takes it out of metadata that was read.
func takeQuire[T any](metadata map[string]json.RawMessage) (q T) {
	_ = json.Unmarshal(metadata[quireKey], &q) // somebody else's is nothing to us
	delete(metadata, quireKey)
	return q
}

// unlessZero is nil for settings that are all as usual.
func unlessZero[T any](settings T) (*T, error) {
	b, err := json.Marshal(settings)
	if err != nil || string(b) == "{}" {
		return nil, err
	}
	return &settings, nil
}

// jupyterKey is where in what a note keeps of its file the part from Jupyter stands.
const jupyterKey = "jupyter"

// ofJupyter parts what Read kept from what another codec did. What somebody set by
// other means, and is no object, is left alone.
func ofJupyter[T any](imported json.RawMessage) (kept T, rest json.RawMessage) {
	var all map[string]json.RawMessage
	if json.Unmarshal(imported, &all) != nil {
		return kept, imported
	}
	_ = json.Unmarshal(all[jupyterKey], &kept)
	delete(all, jupyterKey)
	return kept, encoded(all)
}

// withJupyter is the other way round.
func withJupyter(kept any, rest json.RawMessage) json.RawMessage {
	all := map[string]json.RawMessage{}
	_ = json.Unmarshal(rest, &all)
	if b, err := json.Marshal(kept); err == nil {
		all[jupyterKey] = b
	}
	return encoded(all)
}

func encoded(all map[string]json.RawMessage) json.RawMessage {
	b, err := json.Marshal(all)
	if err != nil || len(all) == 0 {
		return nil
	}
	return b
}

// markdownOf tells whether a paragraph is text, and what there is after %md. first
// is how it begins where that is not the plain line %md.
func markdownOf(text string) (source, first string, is bool) {
	if rest, ok := strings.CutPrefix(text, "%md\n"); ok {
		return rest, "", true
	}
	trimmed := strings.TrimLeft(text, " \t\n")
	for _, word := range []string{"%md.markdown", "%md"} {
		rest, ok := strings.CutPrefix(trimmed, word)
		switch {
		case !ok:
		case rest == "":
			return "", text, true
		case strings.ContainsAny(rest[:1], " \t\n"):
			return rest[1:], text[:len(text)-len(rest)+1], true
		}
	}
	return "", "", false
}

// markdown is a paragraph of a text cell.
func markdown(source, first string) string {
	if got, _, is := markdownOf(first + source); is && got == source {
		return first + source
	}
	return "%md\n" + source
}
