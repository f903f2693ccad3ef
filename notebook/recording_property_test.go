package notebook_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"quire/auth"
	"quire/notebook"
)

// Whatever is written under whatever limits and failures: what is stored and what
// is said to be missing is everything, byte for byte.
func TestStoredAndMissingBytesAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		limits, steps := drawSteps(rt)
		var failed failure
		synctest.Test(t, func(*testing.T) { failed.watch(func() { storedAndMissing(&failed, limits, steps) }) })
		if failed != "" {
			rt.Fatal(failed)
		}
	})
}

// failure takes the first failed requirement out of a bubble, which rapid's own
// way of ending a test would not leave.
type failure string

func (f *failure) Errorf(format string, args ...any) { *f = failure(fmt.Sprintf(format, args...)) }
func (f *failure) FailNow()                          { panic(f) }

func (f *failure) watch(do func()) {
	defer func() {
		if v := recover(); v != nil && v != any(f) {
			panic(v)
		}
	}()
	do()
}

// step is something that happens to a recording.
type step struct {
	write  notebook.Output
	pause  time.Duration
	away   bool
	isAway bool // away counts
}

func drawSteps(t *rapid.T) (notebook.OutputLimits, []step) {
	limits := notebook.OutputLimits{
		RunBytes:     rapid.Int64Range(5<<10, 200<<10).Draw(t, "run"),
		TailBytes:    rapid.Int64Range(1<<10, 4<<10).Draw(t, "tail"),
		HeadBytes:    rapid.Int64Range(1, 8<<10).Draw(t, "head"),
		RecentBytes:  rapid.Int64Range(1, 8<<10).Draw(t, "recent"),
		BacklogBytes: rapid.Int64Range(1, 100<<10).Draw(t, "backlog"),
		BundleBytes:  rapid.Int64Range(100, 50<<10).Draw(t, "bundle"),
		Parts:        rapid.IntRange(1, 20).Draw(t, "parts"),
	}
	return limits, rapid.SliceOfN(rapid.Custom(drawStep), 5, 60).Draw(t, "steps")
}

func drawStep(t *rapid.T) step {
	switch rapid.IntRange(0, 7).Draw(t, "step") {
	case 0:
		return step{write: display(rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "id"), rapid.Bool().Draw(t, "update"),
			strings.Repeat("y", rapid.IntRange(0, 60<<10).Draw(t, "size")))}
	case 1:
		return step{write: notebook.ClearOutput{Wait: rapid.Bool().Draw(t, "wait")}}
	case 2:
		return step{write: notebook.DroppedOutput{Messages: 1, Bytes: rapid.Int64Range(0, 1000).Draw(t, "dropped"),
			Reason: rapid.SampledFrom([]string{"this", "that"}).Draw(t, "reason")}}
	case 3:
		return step{pause: time.Duration(rapid.IntRange(1, 2000).Draw(t, "ms")) * time.Millisecond}
	case 4:
		return step{isAway: true, away: rapid.Bool().Draw(t, "away")}
	}
	text := rapid.SampledFrom([]string{"x", "ä", "€", "😀", "ab\n", "\n", "some words of a line\n", "€\nx"}).Draw(t, "text")
	return step{write: notebook.StreamOutput{Name: rapid.SampledFrom([]string{"stdout", "stderr"}).Draw(t, "name"),
		Text: strings.Repeat(text, rapid.IntRange(1, 40<<10).Draw(t, "times"))}}
}

func storedAndMissing(t require.TestingT, limits notebook.OutputLimits, steps []step) {
	run := notebook.Run{ID: auth.NewID(), State: notebook.RunSent}
	s := newFakeStore(run)
	rec := notebook.NewRecorder(s, quiet, limits)
	out := notebook.NewOutputs(s, rec)
	r := rec.Start(run.ID, nil)
	finished := false
	defer func() {
		if !finished {
			s.setBefore(nil)
			_, _ = r.Finish(context.Background())
		}
	}()
	written := play(t, r, s, out, run.ID, steps)
	s.setBefore(nil)
	finished = true
	dropped, err := r.Finish(context.Background())
	require.NoError(t, err)
	missing, text, lines := checkStored(t, s, run.ID)
	require.Equal(t, []int64{written.text, written.lines}, []int64{text, lines})
	require.GreaterOrEqual(t, dropped, missing+written.lost)
	checkLines(t, out, run.ID)
	s.forgetMarks()
	checkLines(t, out, run.ID)
}

// written is what a recording has to account for.
type written struct{ text, lines, lost int64 }

// play writes the steps, and after each reads all that is live.
func play(t require.TestingT, r *notebook.Recording, s *fakeStore, out *notebook.Outputs, run notebook.ID, steps []step) (w written) {
	clear := false
	for i, one := range steps {
		if one.isAway {
			s.setBefore(nil)
			if one.away {
				s.setBefore(func(string) error { return errAway })
			}
		}
		<-time.After(one.pause)
		if one.write == nil {
			continue
		}
		switch o := one.write.(type) {
		case notebook.StreamOutput:
			if clear {
				w.text, w.lines, clear = 0, 0, false
			}
			w.text += int64(len(o.Text))
			w.lines += int64(strings.Count(o.Text, "\n"))
		case notebook.DisplayOutput:
			if clear && !o.Update {
				w.text, w.lines, clear = 0, 0, false
			}
		case notebook.ClearOutput:
			if clear = clear || o.Wait; !o.Wait {
				w.text, w.lines, clear = 0, 0, false
			}
		case notebook.DroppedOutput:
			w.lost += o.Bytes
		}
		r.Write(one.write)
		checkLive(t, out, run)
		if i%8 == 0 {
			checkLines(t, out, run)
		}
		synctest.Wait() // nothing is being stored while it is compared
		checkStored(t, s, run)
	}
	return w
}

// visible returns the stored text of a part before its gap and behind, each byte
// once.
func visible(t require.TestingT, s *fakeStore, run notebook.ID, p notebook.Part) (head, tail string) {
	at := int64(0)
	for _, c := range s.stored(run, p.Index) {
		end := c.start + int64(len(c.data))
		if p.GapBytes > 0 && c.start >= p.GapAt && end <= p.GapAt+p.GapBytes {
			continue // behind what was lost later
		}
		if p.GapBytes > 0 && at == p.GapAt {
			at += p.GapBytes
		}
		require.Equal(t, at, c.start, "chunks follow each other in part %+v", p)
		require.True(t, utf8.Valid(c.data))
		if p.GapBytes > 0 && c.start > p.GapAt {
			tail += string(c.data)
		} else {
			head += string(c.data)
		}
		at = end
	}
	return head, tail
}

// checkStored compares what the store says of each part with what it holds: it
// may be all that is left after a crash.
func checkStored(t require.TestingT, s *fakeStore, run notebook.ID) (missing, text, lines int64) {
	parts, err := s.Parts(context.Background(), run)
	require.NoError(t, err)
	for i, p := range parts {
		require.Equal(t, i, p.Index)
		head, tail := visible(t, s, run, p)
		require.Equal(t, p.Bytes, p.GapBytes+int64(len(head)+len(tail)), "part %+v", p)
		missing += p.GapBytes
		if p.Kind == notebook.StreamPart {
			checkCounts(t, p, head, tail)
			text, lines = text+p.Bytes, lines+p.Lines
		}
	}
	return missing, text, lines
}

// checkLive reads every part that is live: all of it but its gap must be there.
func checkLive(t require.TestingT, out *notebook.Outputs, run notebook.ID) {
	ctx := context.Background()
	parts, _, err := out.Parts(ctx, run)
	require.NoError(t, err)
	for _, p := range parts {
		for at := int64(0); at < p.Bytes; {
			if p.GapBytes > 0 && at == p.GapAt {
				at += p.GapBytes
				continue
			}
			data, err := out.Read(ctx, run, p.Index, p.Revision, at, 1<<20)
			require.NoError(t, err)
			require.NotEmpty(t, data, "at %d of part %+v", at, p)
			at += int64(len(data))
		}
	}
}
