package notebook

import (
	"bytes"
	"encoding/json"
)

// tableType is the MIME type of tables in bundles.
const tableType = "text/tab-separated-values"

// table is what is known of the table in a bundle.
type table struct {
	form  TableForm
	lines int64
	// marks has at least the beginning of the table's text.
	marks []Mark
}

// tableIn looks for a table in the JSON of a bundle, and counts its lines.
func tableIn(bundle []byte) table {
	if !bytes.Contains(bundle, []byte(`"`+tableType+`":"`)) {
		return table{}
	}
	var b Bundle
	text := json.RawMessage(nil)
	if json.Unmarshal(bundle, &b) == nil {
		text = b.Data[tableType]
	}
	if len(text) == 0 || text[0] != '"' {
		return table{}
	}
	t := table{form: PlainTable}
	if isEscaped(b.Metadata) {
		t.form = EscapedTable
	}
	// Wherever these bytes stand first, reading from there gives this text.
	t.scan(bundle, int64(bytes.Index(bundle, text))+1)
	return t
}

func isEscaped(metadata json.RawMessage) bool {
	var all map[string]json.RawMessage
	var its struct {
		Escaped bool `json:"escaped"`
	}
	return json.Unmarshal(metadata, &all) == nil && json.Unmarshal(all[tableType], &its) == nil && its.Escaped
}

// scan counts the lines of the JSON string whose text begins at an offset. A last
// line counts without a line break too.
func (t *table) scan(bundle []byte, begin int64) {
	t.marks = []Mark{{0, begin}}
	at, line := begin, begin
	for bundle[at] != '"' {
		if at-lastMark(t.marks).Offset >= markEvery {
			t.marks = append(t.marks, Mark{t.lines, at})
		}
		n, isBreak := jsonChar(bundle[at:])
		at += n
		if isBreak {
			t.lines++
			line = at
		}
	}
	if at > line {
		t.lines++
	}
}

// jsonChar returns the length of the first byte or escape of a string's JSON, and
// whether it is a line break (RFC 8259, section 7).
func jsonChar(raw []byte) (n int64, isBreak bool) {
	switch {
	case raw[0] != '\\':
		return 1, false
	case raw[1] == 'u':
		return 6, bytes.EqualFold(raw[2:6], []byte("000a"))
	}
	return 2, raw[1] == 'n'
}
