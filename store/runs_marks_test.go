package store_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

func (h *history) index(run auth.ID, part int) (notebook.Part, []notebook.Mark) {
	h.t.Helper()
	p, marks, err := h.runs.Index(h.t.Context(), run, part)
	require.NoError(h.t, err)
	return p, marks
}

func TestLinesAndMarksAreKeptWithTheirPart(t *testing.T) {
	h := newHistory(t)
	run := h.insert(notebook.Run{})[0]
	p := part(0, 10<<30)
	p.Lines, p.GapAt, p.GapBytes, p.GapLine, p.GapLines = 5<<30, 100, 9<<30, 7, 4<<30
	marks := []notebook.Mark{{Line: 0, Offset: 65536}, {Line: 0, Offset: 131072}, {Line: 5, Offset: 196613}, {Line: 4 << 30, Offset: 9<<30 + 1}}
	h.append(run, notebook.PartWrite{Part: p, Data: []byte("x"), Marks: marks[:3]}, notebook.PartWrite{Part: p, Start: 1, Data: []byte("y"), Marks: marks},
		notebook.PartWrite{Part: p, Start: 2, Data: []byte("z")})
	got, gotMarks := h.index(run, 0)
	require.Equal(t, p, got)
	require.Equal(t, marks, gotMarks)
	parts, err := h.runs.Parts(t.Context(), run)
	require.NoError(t, err)
	require.Equal(t, []notebook.Part{p}, parts)

	h.append(run, notebook.PartWrite{Part: p, Start: 3, Data: []byte("more")})
	_, gotMarks = h.index(run, 0)
	require.Equal(t, marks, gotMarks, "those that are stored stay")
	_, _, err = h.runs.Index(t.Context(), run, 1)
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
}

func TestMarksGoWithTheirRevision(t *testing.T) {
	h := newHistory(t)
	run := h.insert(notebook.Run{})[0]
	table := notebook.Part{Kind: notebook.DisplayPart, Bytes: 3, Lines: 2, Table: notebook.EscapedTable}
	h.append(run, notebook.PartWrite{Part: table, Data: []byte("one"), Marks: []notebook.Mark{{Line: 0, Offset: 40}}})
	got, marks := h.index(run, 0)
	require.Equal(t, table, got)
	require.Equal(t, []notebook.Mark{{Line: 0, Offset: 40}}, marks)
	plain := notebook.Part{Kind: notebook.DisplayPart, Revision: 1, Bytes: 3}
	h.append(run, notebook.PartWrite{Part: plain, Data: []byte("two")})
	got, marks = h.index(run, 0)
	require.Equal(t, plain, got)
	require.Empty(t, marks)
	h.append(run, notebook.PartWrite{Part: table, Data: []byte("one"), Marks: []notebook.Mark{{Line: 0, Offset: 40}}})
	_, marks = h.index(run, 0)
	require.Empty(t, marks, "an older revision changes nothing")
}

func TestMarksThatAreDamagedAreNoMarks(t *testing.T) {
	h := newHistory(t)
	run := h.insert(notebook.Run{})[0]
	h.append(run, notebook.PartWrite{Part: part(0, 5), Data: []byte("hello")})
	h.exec(`UPDATE run_parts SET marks = '\x0180'`)
	_, _, err := h.runs.Index(t.Context(), run, 0)
	require.ErrorContains(t, err, "end in the middle")
	require.True(t, fault.Is(err, fault.Internal))
}

// Marks take little beside what they lead through.
func TestMarksAreSmall(t *testing.T) {
	h := newHistory(t)
	run := h.insert(notebook.Run{})[0]
	var marks []notebook.Mark
	for i := range int64(1024) {
		marks = append(marks, notebook.Mark{Line: i * 1000, Offset: i * 66_000})
	}
	h.append(run, notebook.PartWrite{Part: part(0, 64<<20), Data: []byte(strings.Repeat("x", 100)), Marks: marks})
	require.LessOrEqual(t, scanned[int](h.facts, `SELECT octet_length(marks) FROM run_parts WHERE run_id = $1`, run), 6<<10)
	_, got := h.index(run, 0)
	require.Equal(t, marks, got)
}

// What a run printed is read by line out of Postgres: before its gap and behind, and
// the rows of a table.
func TestRecordedOutputIsReadByLine(t *testing.T) {
	h := newHistory(t)
	run := h.insert(notebook.Run{})[0]
	recorder := func() *notebook.Recorder {
		return notebook.NewRecorder(h.db.Runs(), slog.New(slog.DiscardHandler), notebook.OutputLimits{RunBytes: 24 << 20})
	}
	recording := recorder().Start(run, nil)
	var rows strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&rows, "%d\tä\\\\n\n", i)
	}
	table, err := json.Marshal(rows.String())
	require.NoError(t, err)
	recording.Write(notebook.DisplayOutput{Data: map[string]json.RawMessage{"text/tab-separated-values": table}})
	for i := range 400_000 {
		recording.Write(notebook.StreamOutput{Name: "stdout", Text: fmt.Sprintf("%99d\n", i)})
	}
	_, err = recording.Finish(t.Context())
	require.NoError(t, err)

	out := notebook.NewOutputs(h.db.Runs(), recorder())
	parts, _, err := out.Parts(t.Context(), run)
	require.NoError(t, err)
	require.Equal(t, []int64{200_000, 400_000}, []int64{parts[0].Lines, parts[1].Lines})
	p := parts[1]
	require.Positive(t, p.GapLines)
	read := func(part int, line int64) notebook.Lines {
		began := time.Now()
		l, err := out.ReadLines(t.Context(), run, part, 0, line, 500, 1<<20)
		require.NoError(t, err)
		t.Logf("part %d, line %d in %v", part, line, time.Since(began).Round(time.Microsecond))
		return l
	}
	for _, line := range []int64{0, 1, p.GapLine / 2, p.GapLine - 500, p.GapLine + p.GapLines + 1, p.Lines - 500} {
		var want strings.Builder
		for i := range int64(500) {
			fmt.Fprintf(&want, "%99d\n", line+i)
		}
		require.Equal(t, want.String(), string(read(1, line).Text))
	}
	for _, line := range []int64{0, 1, 123_456, 199_500} {
		var want strings.Builder
		for i := range int64(500) {
			fmt.Fprintf(&want, "%d\tä\\\\n\n", line+i)
		}
		require.Equal(t, want.String(), string(read(0, line).Text))
	}
}
