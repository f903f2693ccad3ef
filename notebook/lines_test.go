package notebook_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
	"quire/notebook"
)

func (x *recorded) lines(line int64, count, limit int) notebook.Lines {
	x.t.Helper()
	l, err := x.out.ReadLines(context.Background(), x.run, 0, x.parts()[0].Revision, line, count, limit)
	require.NoError(x.t, err)
	return l
}

// printLines prints the numbers of lines, each in its line of n bytes.
func (x *recorded) printLines(from, to, n int) (all string) {
	var b strings.Builder
	for i := from; i < to; i++ {
		line := fmt.Sprintf("%*d\n", n-1, i)
		x.print(line)
		b.WriteString(line)
	}
	return b.String()
}

func TestALongOutputIsReadByLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{RunBytes: 8 << 20})
		text := x.printLines(0, 40_000, 100)
		text += strings.Repeat("endless ", 200_000) + "\n"
		x.print(text[4_000_000:])
		text += x.printLines(40_001, 50_000, 100) + "the end"
		x.print("the end")
		all := readable(notebook.Part{}, text, "")
		for _, kept := range []string{"live", "ended", "without marks"} {
			switch kept {
			case "ended":
				x.finish()
			case "without marks":
				x.store.forgetMarks()
			}
			p := x.parts()[0]
			require.EqualValues(t, 50_000, p.Lines, kept)
			checkAnswers(t, x.out, x.run, p, all)
			x.store.countReads()
			require.Equal(t, "the end", string(x.lines(50_000, 10, 100).Text))
			if kept == "ended" {
				require.Less(t, x.store.countReads(), int64(200<<10), "what is near the line is read, not what is before")
			}
		}
	})
}

func TestALineThatIsTooLongIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		x.print("äöü€\nshort\n" + strings.Repeat("€", 1<<20) + "\nlast")
		require.Equal(t, notebook.Lines{Next: 1, Text: []byte("äöü"), Cut: true}, x.lines(0, 10, 8))
		require.Equal(t, notebook.Lines{First: 1, Next: 2, Offset: 10, Text: []byte("short\n")}, x.lines(1, 10, 1000))
		cut := x.lines(2, 10, 100)
		require.Equal(t, notebook.Lines{First: 2, Next: 3, Offset: 16, Text: []byte(strings.Repeat("€", 33)), Cut: true}, cut)
		require.Equal(t, notebook.Lines{First: 3, Next: -1, Offset: 17 + 3<<20, Text: []byte("last")}, x.lines(3, 10, 100))
		require.Equal(t, notebook.Lines{First: 4, Next: -1, Offset: -1}, x.lines(4, 10, 100))
		require.Equal(t, "last", string(x.lines(3, 10, -5).Text), "a limit below four is four")
		x.finish()
	})
}

func TestLinesThatWereNotStoredAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{RunBytes: 1 << 20, TailBytes: 256 << 10})
		text := x.printLines(0, 40_000, 50)
		x.finish()
		p := x.parts()[0]
		require.EqualValues(t, 40_000, p.Lines)
		require.Equal(t, int64(strings.Count(text[p.GapAt:p.GapAt+p.GapBytes], "\n")), p.GapLines)
		checkLines(t, x.out, x.run)
		l := x.lines(p.GapLine, 100, 1<<20)
		require.Equal(t, text[p.GapLine*50:p.GapAt], string(l.Text), "what is there of the line in which the gap begins")
		require.Equal(t, p.GapLine+p.GapLines+1, l.Next)
		behind := x.lines(l.Next, 1, 1<<20)
		require.Equal(t, text[l.Next*50:(l.Next+1)*50], string(behind.Text))
		require.Equal(t, l.Next*50, behind.Offset)
	})
}

// A batch that the database refuses is lost after the tail has begun to lose what
// was printed later.
func TestWhatIsLostLateIsOneGapWithWhatWasLostEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{RunBytes: 200 << 10, TailBytes: 20 << 10, HeadBytes: 1})
		x.store.setBefore(func(string) error { return fmt.Errorf("out of range") })
		text := x.printLines(0, 1000, 100)
		<-time.After(300 * time.Millisecond) // it was refused for the first time
		text += x.printLines(1000, 5000, 100)
		<-time.After(time.Minute)
		x.store.setBefore(nil)
		dropped := x.finish()
		p := x.parts()[0]
		require.Zero(t, p.GapAt)
		require.Equal(t, []int64{int64(len(text)), dropped, 5000}, []int64{p.Bytes, p.GapBytes, p.Lines})
		same(t, text[p.GapBytes:], x.read(p, p.GapBytes))
		checkLines(t, x.out, x.run)
	})
}

func TestARecordingThatGoesOnCountsOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		text := x.printLines(0, 2000, 100)
		x.print("half")
		for round := range 3 {
			x.finish()
			x.r = x.rec.Again(x.r)
			x.print(fmt.Sprintf(" a line, round %d\n", round))
			text += x.printLines(0, 2000, 100)
			checkLines(t, x.out, x.run)
		}
		x.finish()
		checkLines(t, x.out, x.run)
		require.EqualValues(t, 8003, x.parts()[0].Lines)
		x.store.countReads()
		x.lines(3900, 1, 1<<20)
		require.Less(t, x.store.countReads(), int64(2*readAtFirst), "the marks of all rounds are there")
	})
}

func TestARecordingThatGoesOnWithItsShareUsedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{RunBytes: 100 << 10, TailBytes: 20 << 10})
		x.printLines(0, 800, 100)
		x.finish()
		x.r = x.rec.Again(x.r)
		x.print(strings.Repeat("too much\n", 2000))
		<-time.After(time.Second)
		checkStored(t, x.store, x.run)
		require.EqualValues(t, 800, x.store.part(x.run, 0).GapLine, "what is not stored yet is missing behind what is")
		x.finish()
		checkLines(t, x.out, x.run)
		require.EqualValues(t, 2800, x.parts()[0].Lines)
	})
}

func TestClearedLinesAreNotCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		for range 3 {
			x.printLines(0, 3000, 100)
			<-time.After(time.Second)
			x.r.Write(notebook.ClearOutput{})
			require.Zero(t, x.parts()[0].Lines)
		}
		text := x.printLines(0, 5000, 30)
		x.r.Write(tsv(`"a\nb"`, ""))
		for _, ended := range []bool{false, true} {
			if ended {
				x.finish()
			}
			require.Equal(t, []int64{5000, 2}, []int64{x.parts()[0].Lines, x.parts()[1].Lines})
			checkAnswers(t, x.out, x.run, x.parts()[0], readable(notebook.Part{}, text, ""))
		}
		_, err := x.out.ReadLines(context.Background(), x.run, 0, 1, 0, 1, 100)
		require.True(t, fault.Is(err, fault.Stale), "%v", err)
	})
}

func TestWhatHasNoLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		x.r.Write(display("", false, "a\nb"))
		x.r.Write(notebook.ErrorOutput{Name: "E", Value: "a\nb"})
		x.r.Notice("a\nb")
		check := func() {
			for i, p := range x.parts() {
				require.Zero(t, p.Lines)
				_, err := x.out.ReadLines(context.Background(), x.run, i, 0, 0, 1, 100)
				require.True(t, fault.Is(err, fault.Invalid), "%v", err)
			}
			_, err := x.out.ReadLines(context.Background(), x.run, 3, 0, 0, 1, 100)
			require.True(t, fault.Is(err, fault.NotFound), "%v", err)
		}
		check()
		x.finish()
		check()
	})
}

// What is printed by line in small pieces has few marks.
func TestMarksAreFewAndThoseOfTheGapForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{RunBytes: 4 << 20})
		for range 300 {
			x.print(strings.Repeat("0123456789abcde\n", 4<<10))
			if marks := x.r.Marks(0); len(marks) > 70 {
				require.Fail(t, "too many marks", "%d", len(marks))
			}
		}
		x.finish()
		p := x.parts()[0]
		_, marks, err := x.store.Index(context.Background(), x.run, 0)
		require.NoError(t, err)
		require.Greater(t, len(marks), 40)
		for _, m := range marks {
			require.Equal(t, m.Offset, m.Line*16)
			require.Less(t, m.Offset, p.Bytes)
		}
	})
}

// Lines are asked for while what was printed last is lost a moment later.
func TestLinesAreTrueWhileTheyAreLost(t *testing.T) {
	x := record(t, notebook.OutputLimits{RunBytes: 300 << 10, TailBytes: 100 << 10, HeadBytes: 1, RecentBytes: 1})
	printed := make(chan struct{})
	go func() {
		defer close(printed)
		x.printLines(0, 300_000, 10)
	}()
	for {
		select {
		case <-printed:
			x.finish()
			checkLines(t, x.out, x.run)
			return
		default:
		}
		parts := x.parts()
		if len(parts) == 0 {
			continue
		}
		p := parts[0]
		for _, line := range []int64{p.GapLine + p.GapLines + 1, p.Lines - 100, p.Lines / 2} {
			x.checkNumbers(max(line, 0), p)
		}
	}
}

// checkNumbers asks for lines that bear their numbers, of a part that had so many a
// moment ago.
func (x *recorded) checkNumbers(line int64, p notebook.Part) {
	x.t.Helper()
	l := x.lines(line, 50, 1<<20)
	if len(l.Text) == 0 && line < p.Lines {
		require.Greater(x.t, l.Next, line, "lines that are lost are passed over")
	}
	for text := range strings.Lines(string(l.Text)) {
		if len(text) == 10 {
			require.Equal(x.t, fmt.Sprintf("%9d\n", line), text)
		}
		line++
	}
}

// A store that lacks what it says it has ends an answer, but no more.
func TestBytesThatAreNotThereEndTheLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		text := x.printLines(0, 1000, 100)
		<-time.After(time.Second)
		x.printLines(1000, 2000, 100)
		x.finish()
		x.store.lose(x.run, 0, int64(len(text)))
		l := x.lines(990, 100, 1<<20)
		require.Equal(t, text[99_000:], string(l.Text))
		require.Equal(t, int64(-1), l.Next)
		require.Equal(t, notebook.Lines{First: 1500, Next: -1, Offset: -1}, x.lines(1500, 100, 1<<20))
	})
}
