package notebook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"quire/auth"
	"quire/notebook"
)

const tableType = "text/tab-separated-values"

// tsv is a display of a table whose text is given as JSON.
func tsv(text string, metadata string) notebook.DisplayOutput {
	return notebook.DisplayOutput{DisplayID: "t", Metadata: json.RawMessage(metadata), Data: map[string]json.RawMessage{
		"application/json": json.RawMessage(`{"` + tableType + `":"not\nthis\none\n"}`),
		"text/html":        json.RawMessage(`"<b title=\"` + tableType + `\":\"x\">\n</b>"`),
		tableType:          json.RawMessage(text),
		"text/plain":       json.RawMessage(`"a\nb\\"`),
	}}
}

// Ways to write the same text as JSON, all of them allowed.
var writings = map[string]func(string) string{
	"plain": func(s string) string {
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		_ = e.Encode(s)
		return strings.TrimSuffix(b.String(), "\n")
	},
	"as Go does": func(s string) string {
		b, _ := json.Marshal(s)
		return string(b)
	},
	"all in hexadecimal": func(s string) string {
		var b strings.Builder
		for _, c := range utf16.Encode([]rune(s)) {
			fmt.Fprintf(&b, `\u%04X`, c)
		}
		return `"` + b.String() + `"`
	},
	"lines in hexadecimal": func(s string) string {
		b, _ := json.Marshal(s)
		return strings.ReplaceAll(strings.ReplaceAll(string(b), `\\`, `\u005c`), `\n`, `\u000a`)
	},
}

// tableLines is the plainest answer to what lines a table has.
func tableLines(text string) (all []numbered) {
	for i, line := range strings.SplitAfter(text, "\n") {
		if line != "" {
			all = append(all, numbered{number: int64(i), offset: -1, text: line})
		}
	}
	return all
}

func TestTablesAreReadByLine(t *testing.T) {
	cell := rapid.SampledFrom([]string{"a", "1.5", `\`, `\\`, `\n`, `\\n`, `\N`, `\u000a`, `"`, `\"`, "/", "\t", "\n", "\r\n", "\u2028",
		"\u2029", "<>&", "\b\f\x01", "ä", "😀", "\ufffd", strings.Repeat("long ", 100)})
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Repeat(strings.Join(rapid.SliceOfN(cell, 0, 30).Draw(rt, "cells"), ""), rapid.IntRange(1, 30).Draw(rt, "times"))
		writing := rapid.SampledFrom([]string{"plain", "as Go does", "all in hexadecimal", "lines in hexadecimal"}).Draw(rt, "writing")
		var failed failure
		synctest.Test(t, func(t *testing.T) {
			failed.watch(func() { tableIsRead(&failed, record(t, notebook.OutputLimits{}), text, writings[writing](text)) })
		})
		if failed != "" {
			rt.Fatal(failed)
		}
	})
}

func tableIsRead(t require.TestingT, x *recorded, text, written string) {
	all := tableLines(text)
	check := func() {
		parts, _, err := x.out.Parts(context.Background(), x.run)
		require.NoError(t, err)
		require.Equal(t, []any{int64(len(all)), notebook.EscapedTable}, []any{parts[0].Lines, parts[0].Table})
		checkAnswers(t, x.out, x.run, parts[0], all)
	}
	x.r.Write(tsv(`"something\nelse"`, `{"`+tableType+`":{"escaped":true}}`))
	x.r.Write(tsv(written, `{"`+tableType+`":{"escaped":true,"rows":7},"text/html":true}`))
	check()
	_, err := x.r.Finish(context.Background())
	require.NoError(t, err)
	check()
}

func TestWhatIsATable(t *testing.T) {
	for name, c := range map[string]struct {
		out   notebook.DisplayOutput
		form  notebook.TableForm
		lines int64
	}{
		"one column, no row":    {tsv(`"n"`, ""), notebook.PlainTable, 1},
		"ends with a break":     {tsv(`"n\n"`, ""), notebook.PlainTable, 1},
		"an empty row":          {tsv(`"n\n\n"`, ""), notebook.PlainTable, 2},
		"nothing":               {tsv(`""`, `{}`), notebook.PlainTable, 0},
		"not said of it":        {tsv(`"n"`, `{"text/html":{"escaped":true}}`), notebook.PlainTable, 1},
		"said so":               {tsv(`"n"`, `{"`+tableType+`":{"escaped":true}}`), notebook.EscapedTable, 1},
		"said otherwise":        {tsv(`"n"`, `{"`+tableType+`":{"escaped":"yes"}}`), notebook.PlainTable, 1},
		"no metadata to use":    {tsv(`"n"`, `7`), notebook.PlainTable, 1},
		"pieces of text":        {tsv(`["a\n","b"]`, ""), notebook.NoTable, 0},
		"no table in it":        {tsv(`null`, ""), notebook.NoTable, 0},
		"a display without one": {display("", false, "a\nb\n"), notebook.NoTable, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			x := record(t, notebook.OutputLimits{})
			x.r.Write(c.out)
			p := x.parts()[0]
			require.Equal(t, []any{c.form, c.lines}, []any{p.Table, p.Lines}, name)
			x.finish()
		})
	}
}

func TestATableOf200000Rows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		var text strings.Builder
		text.WriteString("n\tword\n")
		for i := range 200_000 {
			fmt.Fprintf(&text, "%d\tä\\\\n%d\n", i, i%7)
		}
		written, err := json.Marshal(text.String())
		require.NoError(t, err)
		x.r.Write(tsv(string(written), ""))
		all := tableLines(text.String())
		for _, ended := range []bool{false, true} {
			if ended {
				x.finish()
			}
			p := x.parts()[0]
			require.EqualValues(t, 200_001, p.Lines)
			checkAnswers(t, x.out, x.run, p, all)
			x.store.countReads()
			l, err := x.out.ReadLines(context.Background(), x.run, 0, 0, 150_000, 500, 1<<20)
			require.NoError(t, err)
			require.Equal(t, 500, strings.Count(string(l.Text), "\n"))
			require.Less(t, x.store.countReads(), int64(2*readAtFirst), "a page needs little more than itself")
		}
	})
}

// readAtFirst is how much is read at once to find a line.
const readAtFirst = 256 << 10

func TestATableOfAnEarlierRunIsRewritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		x.r.Write(tsv(`"a\nb\nc"`, ""))
		x.finish()
		run := notebook.Run{ID: auth.NewID(), State: notebook.RunSent}
		x.store.runs[run.ID] = run
		later := x.rec.Start(run.ID, x.r.Session())
		later.Write(notebook.DisplayOutput{DisplayID: "t", Update: true, Data: map[string]json.RawMessage{
			tableType: json.RawMessage(`"only\none"`)}})
		_, err := later.Finish(context.Background())
		require.NoError(t, err)
		p := x.parts()[0]
		require.Equal(t, []any{1, int64(2), notebook.PlainTable}, []any{p.Revision, p.Lines, p.Table})
		checkAnswers(t, x.out, x.run, p, tableLines("only\none"))
	})
}
