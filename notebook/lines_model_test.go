package notebook_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"quire/notebook"
)

// numbered is a line with its number and where it begins.
type numbered struct {
	number, offset int64
	text           string
	behindGap      bool
}

// readable is, by the plainest means, what of a stream can be read by line: from
// the text before its gap and the text behind.
func readable(p notebook.Part, head, tail string) (all []numbered) {
	add := func(text string, number, at int64, behind bool) {
		for _, line := range strings.SplitAfter(text, "\n") {
			all = append(all, numbered{number, at, line, behind})
			number, at = number+1, at+int64(len(line))
		}
	}
	add(head, 0, 0, false)
	if p.GapBytes > 0 {
		n := len(all)
		add(tail, p.GapLine+p.GapLines, p.GapAt+p.GapBytes, true)
		all = append(all[:n], all[n+1:]...) // the first one begins in the gap
	}
	if last := len(all) - 1; last >= 0 && all[last].text == "" && (p.GapBytes == 0 || all[last].behindGap) {
		all = all[:last]
	}
	return all
}

// answer is, by the plainest means, what ReadLines has to say.
func answer(all []numbered, line int64, count, limit int) notebook.Lines {
	l := notebook.Lines{First: line, Next: -1, Offset: -1}
	i := 0
	for i < len(all) && all[i].number < line {
		i++
	}
	next := func() notebook.Lines {
		if i < len(all) {
			l.Next = all[i].number
		}
		return l
	}
	if i == len(all) || all[i].number > line {
		return next()
	}
	if all[i].text != "" {
		l.Offset = all[i].offset
	}
	if text := all[i].text; len(text) > limit {
		text = text[:limit]
		for !utf8.ValidString(text) {
			text = text[:len(text)-1]
		}
		l.Text, l.Cut = []byte(text), true
		i++
		return next()
	}
	for behind := all[i].behindGap; i < len(all) && count > 0 && all[i].behindGap == behind; i++ {
		if len(l.Text)+len(all[i].text) > limit {
			break
		}
		l.Text = append(l.Text, all[i].text...)
		count--
	}
	return next()
}

// stretches reads a part by offset: what is before its gap, and what is behind.
func stretches(t require.TestingT, out *notebook.Outputs, run notebook.ID, p notebook.Part) (head, tail string) {
	read := func(from, to int64) string {
		var b strings.Builder
		for from < to {
			data, err := out.Read(context.Background(), run, p.Index, p.Revision, from, int(to-from))
			require.NoError(t, err)
			require.NotEmpty(t, data, "at %d of part %+v", from, p)
			b.Write(data)
			from += int64(len(data))
		}
		return b.String()
	}
	if p.GapBytes == 0 {
		return read(0, p.Bytes), ""
	}
	return read(0, p.GapAt), read(p.GapAt+p.GapBytes, p.Bytes)
}

// askings are lines to begin with, counts and limits that are worth asking for;
// fewer of a long part and of a table.
func askings(p notebook.Part) (lines []int64, counts, limits []int) {
	lines = []int64{0, 1, p.Lines / 3, p.GapLine, p.GapLine + 1, p.GapLine + p.GapLines, p.GapLine + p.GapLines + 1,
		p.GapLine + p.GapLines + 2, (p.GapLine + p.GapLines + p.Lines) / 2, p.Lines - 1, p.Lines, p.Lines + 1}
	if p.Bytes > 1<<20 {
		return lines, []int{3, 10_000}, []int{100, 1 << 20}
	}
	if p.Table != notebook.NoTable {
		return lines, []int{2, 10_000}, []int{5, 100, 1 << 20}
	}
	return lines, []int{1, 3, 10_000}, []int{4, 7, 100, 1 << 20}
}

// checkLines compares every stream's lines with what is read of it by offset.
func checkLines(t require.TestingT, out *notebook.Outputs, run notebook.ID) {
	parts, _, err := out.Parts(context.Background(), run)
	require.NoError(t, err)
	for _, p := range parts {
		if p.Kind != notebook.StreamPart {
			continue
		}
		head, tail := stretches(t, out, run, p)
		checkCounts(t, p, head, tail)
		all := readable(p, head, tail)
		checkAnswers(t, out, run, p, all)
	}
}

func checkAnswers(t require.TestingT, out *notebook.Outputs, run notebook.ID, p notebook.Part, all []numbered) {
	lines, counts, limits := askings(p)
	for _, line := range lines {
		for _, count := range counts {
			for _, limit := range limits {
				line = max(line, 0)
				got, err := out.ReadLines(context.Background(), run, p.Index, p.Revision, line, count, limit)
				require.NoError(t, err)
				want := answer(all, line, count, limit)
				if !sameLines(want, got) {
					require.FailNow(t, "other lines", "line %d, %d of at most %d bytes of %+v:\nwant %s\ngot %s",
						line, count, limit, p, shortly(want), shortly(got))
				}
			}
		}
	}
}

func sameLines(a, b notebook.Lines) bool {
	return a.First == b.First && a.Next == b.Next && a.Offset == b.Offset && a.Cut == b.Cut && bytes.Equal(a.Text, b.Text)
}

// checkCounts compares what is said of lines with the text around the gap.
func checkCounts(t require.TestingT, p notebook.Part, head, tail string) {
	before, behind := int64(strings.Count(head, "\n")), int64(strings.Count(tail, "\n"))
	if p.GapBytes == 0 {
		require.Equal(t, []int64{before, 0, 0}, []int64{p.Lines, p.GapLine, p.GapLines}, "part %+v", p)
		return
	}
	require.Equal(t, []int64{before, p.Lines - behind}, []int64{p.GapLine, p.GapLine + p.GapLines}, "part %+v", p)
	require.GreaterOrEqual(t, p.GapLines, int64(0))
}

func shortly(l notebook.Lines) string {
	text := string(l.Text)
	if len(text) > 60 {
		text = text[:30] + "…" + text[len(text)-30:]
	}
	return fmt.Sprintf("%d bytes %q, first %d, next %d, at %d, cut %v", len(l.Text), text, l.First, l.Next, l.Offset, l.Cut)
}
