package sql

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"quire/notebook"
)

// What is kept of results. More is counted, and told.
const (
	maxRows   = 10_000
	maxBytes  = 4 << 20  // of one table
	maxTotal  = 32 << 20 // of all tables of a run
	maxCell   = 64 << 10
	maxTables = 200
	// tellEvery is how often a table that is still coming is shown anew at most.
	tellEvery = time.Second
)

// tableType is how tables are shown, as Zeppelin's %table. Its metadata say that
// cells are escaped as in Postgres's COPY: \N is NULL, \t, \n, \r and \\ stand for
// these characters.
const tableType = "text/tab-separated-values"

// results turns what a database answers into outputs.
type results struct {
	sink    func(notebook.Output)
	mask    func(string) string
	id      string // begins the ids of tables
	tables  int
	total   int64
	shownAt time.Time
}

// say prints what a statement without rows has to tell.
func (r *results) say(text string) {
	r.sink(notebook.StreamOutput{Name: "stdout", Text: r.mask(strings.ToValidUTF8(text, "�")) + "\n"})
}

// warn prints a notice of the server.
func (r *results) warn(text string) {
	r.sink(notebook.StreamOutput{Name: "stderr", Text: r.mask(strings.ToValidUTF8(text, "�")) + "\n"})
}

// table begins a result of rows.
func (r *results) table(columns []string) *table {
	r.tables++
	t := &table{results: r, columns: columns, id: fmt.Sprintf("%s-%d", r.id, r.tables), isHidden: r.tables > maxTables}
	for i, name := range columns {
		if i > 0 {
			t.text.WriteByte('\t')
		}
		writeEscaped(&t.text, r.mask(strings.ToValidUTF8(name, "�")))
	}
	t.text.WriteByte('\n')
	return t
}

// table is one result while it comes.
type table struct {
	*results
	id       string
	columns  []string
	text     strings.Builder
	head     [][]string // for the plain text
	rows     int        // kept
	dropped  int64
	lost     int64 // bytes of the dropped
	shown    int   // rows when it was shown last; -1: never
	isShown  bool
	isHidden bool
}

// row adds a row; nil is NULL. Cells are not kept.
func (t *table) row(cells [][]byte) {
	size := int64(len(cells))
	for _, c := range cells {
		size += int64(min(len(c), maxCell))
	}
	if t.isHidden || t.rows >= maxRows || int64(t.text.Len())+size > maxBytes || t.total+size > maxTotal {
		t.dropped++
		for _, c := range cells {
			t.lost += int64(len(c))
		}
		return
	}
	t.rows++
	t.total += size
	plain := make([]string, len(cells))
	for i, c := range cells {
		if i > 0 {
			t.text.WriteByte('\t')
		}
		if c == nil {
			t.text.WriteString(`\N`)
			plain[i] = "NULL"
			continue
		}
		plain[i] = t.mask(cellText(c))
		writeEscaped(&t.text, plain[i])
	}
	t.text.WriteByte('\n')
	if len(t.head) < plainRows {
		t.head = append(t.head, plain)
	}
	if time.Since(t.shownAt) >= tellEvery && (!t.isShown || t.rows >= 2*t.shown) {
		t.show()
	}
}

// cellText is a value as text: what is none in hexadecimal digits, and of one that is
// too long the beginning, with what is missing.
func cellText(c []byte) string {
	cut := ""
	if len(c) > maxCell {
		cut = fmt.Sprintf("… (%d bytes more)", len(c)-maxCell)
		c = c[:maxCell]
		for i := 0; i < utf8.UTFMax && len(c) > 0 && !utf8.RuneStart(c[len(c)-1]); i++ {
			c = c[:len(c)-1]
		}
		if r, _ := utf8.DecodeLastRune(c); r == utf8.RuneError && len(c) > 0 {
			c = c[:len(c)-1]
		}
	}
	if !utf8.Valid(c) {
		return `\x` + hex.EncodeToString(c) + cut
	}
	return string(c) + cut
}

var escaper = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

func writeEscaped(to *strings.Builder, text string) { _, _ = escaper.WriteString(to, text) }

// end shows the table as it is, and says what is missing.
func (t *table) end() {
	if t.isHidden {
		t.sink(notebook.DroppedOutput{Messages: 1, Bytes: t.lost,
			Reason: fmt.Sprintf("a run shows at most %d results", maxTables)})
		return
	}
	if !t.isShown || t.shown != t.rows || t.dropped > 0 {
		t.show()
	}
	if t.dropped > 0 {
		t.say(fmt.Sprintf("%d of %d rows are shown; %d rows with %d bytes are left out.", t.rows, int64(t.rows)+t.dropped, t.dropped, t.lost))
	}
}

// show sends the table so far, in place of what was sent before.
func (t *table) show() {
	metadata, err := json.Marshal(map[string]any{tableType: map[string]any{"escaped": true, "rows": t.rows, "dropped": t.dropped}})
	if err != nil {
		return // numbers always encode
	}
	t.sink(notebook.DisplayOutput{
		Data:     map[string]json.RawMessage{tableType: quoted(t.text.String()), "text/plain": quoted(t.plain())},
		Metadata: metadata, DisplayID: t.id, Update: t.isShown,
	})
	t.isShown, t.shown, t.shownAt = true, t.rows, time.Now()
}

func quoted(text string) json.RawMessage {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // text always encodes
	return json.RawMessage(strings.TrimSuffix(b.String(), "\n"))
}

// What the plain form of a table holds.
const (
	plainRows  = 50
	plainWidth = 40
)

// plain is the table's beginning in aligned columns.
func (t *table) plain() string {
	widths := make([]int, len(t.columns))
	lines := append([][]string{t.columns}, t.head...)
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], min(utf8.RuneCountInString(cell), plainWidth))
		}
	}
	var b strings.Builder
	for _, line := range lines {
		for i, cell := range line {
			fmt.Fprintf(&b, "%-*s  ", widths[i], oneLine(cell))
		}
		b.WriteByte('\n')
	}
	if more := int64(t.rows-len(t.head)) + t.dropped; more > 0 {
		fmt.Fprintf(&b, "and %d more rows\n", more)
	}
	return b.String()
}

func oneLine(cell string) string {
	cell = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, cell)
	if runes := []rune(cell); len(runes) > plainWidth {
		return string(runes[:plainWidth-1]) + "…"
	}
	return cell
}
