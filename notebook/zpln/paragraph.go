package zpln

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"

	"quire/notebook"
)

// paragraph is what Quire reads of a paragraph. Numbers may be written as 12.0.
type paragraph struct {
	ID           string          `json:"id"`
	Title        string          `json:"title"`
	Text         string          `json:"text"`
	Status       string          `json:"status"`
	DateStarted  string          `json:"dateStarted"`
	DateFinished string          `json:"dateFinished"`
	Config       config          `json:"config"`
	Results      json.RawMessage `json:"results"`
	Result       json.RawMessage `json:"result"` // before 0.7
}

type config struct {
	ColWidth    float64 `json:"colWidth"`
	FontSize    float64 `json:"fontSize"`
	Enabled     *bool   `json:"enabled"`
	EditorHide  bool    `json:"editorHide"`
	TableHide   bool    `json:"tableHide"`
	LineNumbers bool    `json:"lineNumbers"`
}

var fitID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func (r *reader) paragraph(raw json.RawMessage) (notebook.NewParagraph, error) {
	var (
		p    paragraph
		rest map[string]json.RawMessage
	)
	if err := json.Unmarshal(raw, &p); err != nil {
		return notebook.NewParagraph{}, err
	}
	if err := json.Unmarshal(raw, &rest); err != nil {
		return notebook.NewParagraph{}, err
	}
	out := notebook.NewParagraph{ID: p.ID, Title: oneLine(p.Title), Text: p.Text, Settings: p.Config.settings()}
	if !fitID.MatchString(p.ID) || r.seen[p.ID] {
		out.ID = "" // a new one is chosen
	}
	r.seen[p.ID] = true
	out.Settings.Imported = r.keep(rest, "id", "title", "text", "status", "results", "result")
	result, err := r.result(&p)
	out.Result = result
	return out, err
}

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > notebook.MaxTitle {
		return string(r[:notebook.MaxTitle])
	}
	return s
}

func (c config) settings() notebook.ParagraphSettings {
	s := notebook.ParagraphSettings{
		HideCode: c.EditorHide, HideOutput: c.TableHide, LineNumbers: c.LineNumbers,
		Disabled: c.Enabled != nil && !*c.Enabled,
	}
	if w := int(c.ColWidth); w >= 1 && w < 12 {
		s.Width = w
	}
	// 9 is what Zeppelin writes for "as usual"
	if f := int(c.FontSize); f >= 8 && f <= 40 && f != 9 {
		s.FontSize = f
	}
	return s
}

// The forms of dates that Zeppelin has written.
var dateForms = []string{
	"2006-01-02 15:04:05.000", "2006-01-02T15:04:05-0700", "Jan 2, 2006 3:04:05 PM", "Jan 2, 2006 15:04:05",
}

// date reads a date; zero when it has none of the known forms.
func date(s string) time.Time {
	s = strings.ReplaceAll(s, "\u202f", " ") // newer Java writes this before AM and PM
	for _, form := range dateForms {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
