package notebook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

var quiet = slog.New(slog.DiscardHandler)

// recorded is one run whose output is being recorded into a fake store.
type recorded struct {
	t     testing.TB
	run   notebook.ID
	store *fakeStore
	rec   *notebook.Recorder
	out   *notebook.Outputs
	r     *notebook.Recording
}

func record(t testing.TB, limits notebook.OutputLimits) *recorded {
	run := notebook.Run{ID: auth.NewID(), State: notebook.RunSent}
	s := newFakeStore(run)
	rec := notebook.NewRecorder(s, quiet, limits)
	return &recorded{t: t, run: run.ID, store: s, rec: rec, out: notebook.NewOutputs(s, rec), r: rec.Start(run.ID, nil)}
}

func (x *recorded) print(text string) {
	x.r.Write(notebook.StreamOutput{Name: "stdout", Text: text})
}

func (x *recorded) finish() (dropped int64) {
	x.t.Helper()
	dropped, err := x.r.Finish(context.Background())
	require.NoError(x.t, err)
	return dropped
}

func (x *recorded) parts() []notebook.Part {
	x.t.Helper()
	parts, _, err := x.out.Parts(context.Background(), x.run)
	require.NoError(x.t, err)
	return parts
}

// read returns all of a part that can be read from offset on.
func (x *recorded) read(part notebook.Part, offset int64) string {
	x.t.Helper()
	var b strings.Builder
	for {
		data, err := x.out.Read(context.Background(), x.run, part.Index, part.Revision, offset+int64(b.Len()), 1<<20)
		require.NoError(x.t, err)
		if len(data) == 0 {
			return b.String()
		}
		b.Write(data)
	}
}

func display(id string, update bool, text string) notebook.DisplayOutput {
	raw, _ := json.Marshal(text)
	return notebook.DisplayOutput{DisplayID: id, Update: update, Data: map[string]json.RawMessage{"text/plain": raw}}
}

// same compares long texts without printing them.
func same(t testing.TB, want, got string) {
	t.Helper()
	if want != got {
		require.FailNow(t, "texts differ", "%d bytes are wanted, %d are there", len(want), len(got))
	}
}

func TestStreamsAreJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		for _, o := range []notebook.StreamOutput{{"stdout", "a"}, {"stdout", "b"}, {"stderr", "c"}, {"stdout", "d"}, {"stdout", "e"}} {
			x.r.Write(o)
		}
		x.r.Write(notebook.DisplayOutput{Data: map[string]json.RawMessage{"text/plain": json.RawMessage(`"<6>"`)}, Count: 3})
		x.r.Write(notebook.ErrorOutput{Name: "E", Value: "v", Traceback: []string{"l"}})
		require.Zero(t, x.finish())
		require.Equal(t, []notebook.Part{
			{Index: 0, Kind: notebook.StreamPart, Name: "stdout", Bytes: 2},
			{Index: 1, Kind: notebook.StreamPart, Name: "stderr", Bytes: 1},
			{Index: 2, Kind: notebook.StreamPart, Name: "stdout", Bytes: 2},
			{Index: 3, Kind: notebook.ResultPart, Bytes: 48},
			{Index: 4, Kind: notebook.ErrorPart, Bytes: 42},
		}, x.parts())
		require.Equal(t, "de", x.store.text(x.run, 2))
		require.JSONEq(t, `{"data":{"text/plain":"<6>"},"executionCount":3}`, x.store.text(x.run, 3))
		require.Contains(t, x.store.text(x.run, 3), "<6>", "nothing needs escaping for HTML here")
		require.JSONEq(t, `{"name":"E","value":"v","traceback":["l"]}`, x.store.text(x.run, 4))
	})
}

func TestOutputIsStoredWithinAQuarterSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		x.print("one ")
		x.print("two")
		synctest.Wait()
		require.Empty(t, x.store.happened(), "output is gathered before it is stored")
		<-time.After(250 * time.Millisecond)
		synctest.Wait()
		require.Equal(t, []string{"output"}, x.store.happened(), "both in one transaction")
		require.Equal(t, "one two", x.store.text(x.run, 0))
		<-time.After(time.Minute)
		require.Len(t, x.store.happened(), 1, "nothing new, nothing stored")
		x.finish()
	})
}

func TestMuchOutputIsStoredAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		x.print(strings.Repeat("x", 1<<20))
		synctest.Wait()
		require.Len(t, x.store.text(x.run, 0), 1<<20)
		x.finish()
	})
}

func TestReadingWhileItIsPrinted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{HeadBytes: 10, RecentBytes: 10})
		var all strings.Builder
		for i := range 200 {
			line := fmt.Sprintf("line %d ü\n", i)
			x.print(line)
			all.WriteString(line)
			if i%7 == 0 {
				<-time.After(time.Second) // stored, and mostly gone from memory
			}
			parts, live, err := x.out.Parts(context.Background(), x.run)
			require.NoError(t, err)
			require.True(t, live)
			require.EqualValues(t, all.Len(), parts[0].Bytes)
			require.Equal(t, all.String(), x.read(parts[0], 0))
			require.Equal(t, line, x.read(parts[0], parts[0].Bytes-int64(len(line))))
		}
		x.finish()
		_, live, err := x.out.Parts(context.Background(), x.run)
		require.NoError(t, err)
		require.False(t, live)
		require.Equal(t, all.String(), x.read(x.parts()[0], 0))
	})
}

func TestReadingEndsWithWholeCharacters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		x.print("ä€😀z")
		check := func() {
			for _, limit := range []int{0, 4, 5, 6, 7, 8, 9, 10} {
				data, err := x.out.Read(context.Background(), x.run, 0, 0, 0, limit)
				require.NoError(t, err)
				require.True(t, utf8.Valid(data), "limit %d: %q", limit, data)
				require.NotEmpty(t, data)
			}
		}
		check()
		x.finish()
		check()
		_, err := x.out.Read(context.Background(), x.run, 1, 0, 0, 10)
		require.True(t, fault.Is(err, fault.NotFound))
	})
}

func TestDisplaysAreRewritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		x.r.Write(display("a", false, "one"))
		x.r.Write(display("b", false, "other"))
		x.r.Write(display("a", true, "two"))
		x.r.Write(display("unknown", true, "nothing"))
		<-time.After(time.Second)
		x.r.Write(display("a", true, "three"))
		x.r.Write(display("a", false, "four")) // a new display of a known id rewrites too
		parts := x.parts()
		require.Len(t, parts, 3)
		require.Equal(t, []int{3, 0, 0}, []int{parts[0].Revision, parts[1].Revision, parts[2].Revision})
		require.Contains(t, x.read(parts[0], 0), "four")
		_, err := x.out.Read(context.Background(), x.run, 0, 2, 0, 100)
		require.True(t, fault.Is(err, fault.Stale), "an older revision is not mixed with the newer one")
		x.finish()
		require.Equal(t, parts, x.parts())
		for i, want := range []string{"four", "other", "four"} {
			require.JSONEq(t, fmt.Sprintf(`{"data":{"text/plain":%q}}`, want), x.store.text(x.run, i))
		}
	})
}

func TestClearedOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		for i := range 100 {
			x.r.Write(notebook.ClearOutput{Wait: true})
			if i > 0 {
				require.NotZero(t, x.parts()[0].Bytes, "with wait nothing is cleared yet")
			}
			x.print(fmt.Sprint("frame ", i))
			x.r.Write(display("", false, "picture"))
			if i%3 == 0 {
				<-time.After(time.Second)
			}
		}
		require.Len(t, x.parts(), 2, "cleared parts are used again")
		require.Equal(t, "frame 99", x.read(x.parts()[0], 0))
		x.r.Write(notebook.ClearOutput{})
		require.Zero(t, x.parts()[0].Bytes)
		x.print("the end")
		require.Zero(t, x.finish(), "what was cleared is not dropped")
		require.Equal(t, "the end", x.store.text(x.run, 0))
		parts := x.parts()
		require.Len(t, parts, 2)
		require.Zero(t, parts[1].Bytes)
		require.Empty(t, x.store.text(x.run, 1))
	})
}

func TestLossesAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{BundleBytes: 100, Parts: 3})
		x.r.Write(notebook.DroppedOutput{Messages: 2, Bytes: 1500, Reason: "too fast"})
		x.print("text")
		x.r.Write(notebook.DroppedOutput{Messages: 1, Bytes: 500, Reason: "too fast"})
		x.r.Write(display("", false, strings.Repeat("x", 100)))
		x.r.Write(notebook.ErrorOutput{Name: "E", Value: "v", Traceback: []string{strings.Repeat("x", 100)}})
		x.r.Write(display("", false, "one too many"))
		require.EqualValues(t, 2000+126+141+38, x.finish())
		require.Equal(t, "2,000 bytes of output (3 messages) are missing here: too fast.", x.store.text(x.run, 0))
		require.Equal(t, "267 bytes of output (2 messages) are missing here: one display may have 100 bytes.", x.store.text(x.run, 2))
		require.Equal(t, `{"name":"E","value":"v","traceback":[]}`, x.store.text(x.run, 3), "an error is told in any case")
		require.Equal(t, "38 bytes of output (1 messages) are missing here: a run shows at most 3 things.", x.store.text(x.run, 4))
	})
}

func TestALongOutputKeepsItsBeginningAndItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{RunBytes: 1 << 20, TailBytes: 256 << 10})
		var all strings.Builder
		for i := range 40000 {
			line := fmt.Sprintf("line %d with some umlauts äöü\n", i)
			x.print(line)
			all.WriteString(line)
		}
		live := x.parts()[0]
		require.EqualValues(t, all.Len(), live.Bytes)
		same(t, all.String()[live.GapAt+live.GapBytes:], x.read(live, live.GapAt+live.GapBytes))
		require.Empty(t, x.read(live, live.GapAt), "nothing is in the gap")
		dropped := x.finish()
		parts := x.parts()
		p := parts[0]
		require.Equal(t, dropped, p.GapBytes)
		require.EqualValues(t, all.Len(), p.Bytes)
		head, tail := x.read(p, 0), x.read(p, p.GapAt+p.GapBytes)
		same(t, all.String()[:p.GapAt], head)
		same(t, all.String()[p.GapAt+p.GapBytes:], tail)
		require.True(t, utf8.ValidString(head) && utf8.ValidString(tail))
		require.Greater(t, len(head), 700<<10)
		require.Greater(t, len(tail), 190<<10)
		require.LessOrEqual(t, len(head)+len(tail), 1<<20)
		require.Equal(t, notebook.NoticePart, parts[1].Kind)
		require.Contains(t, x.store.text(x.run, 1), "bytes of this output were not stored: at most 1,048,576 of one run are kept")
	})
}

func TestADisplayRewrittenForEverIsStoredAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{RunBytes: 64 << 10, TailBytes: 16 << 10})
		x.r.Write(display("a", false, ""))
		picture := strings.Repeat("x", 10<<10)
		for i := range 1000 {
			x.r.Write(display("a", true, fmt.Sprint(picture, i)))
			<-time.After(300 * time.Millisecond)
		}
		var stored int
		for _, e := range x.store.happened() {
			if e == "output" {
				stored++
			}
		}
		require.Contains(t, x.read(x.parts()[0], 0), "xxx999")
		require.Contains(t, x.store.text(x.run, 0), "", "its description stays true")
		require.Zero(t, x.finish())
		require.Contains(t, x.store.text(x.run, 0), "xxx999")
	})
}

func TestADatabaseThatIsAwayForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		x.print("before\n")
		<-time.After(time.Second)
		x.store.setBefore(func(string) error { return errAway })
		x.print(strings.Repeat("meanwhile\n", 100))
		<-time.After(time.Minute)
		require.Equal(t, "before\n", x.store.text(x.run, 0))
		require.Equal(t, "before\n"+strings.Repeat("meanwhile\n", 100), x.read(x.parts()[0], 0))
		x.store.setBefore(nil)
		require.Zero(t, x.finish())
		require.Equal(t, "before\n"+strings.Repeat("meanwhile\n", 100), x.store.text(x.run, 0))
	})
}

func TestMuchOutputWhileTheDatabaseIsAwayIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		x.store.setBefore(func(string) error { return errAway })
		var all strings.Builder
		for i := range 300 {
			text := strings.Repeat(fmt.Sprintf("%09d\n", i), 10<<10)
			x.print(text)
			all.WriteString(text)
		}
		x.store.setBefore(nil)
		<-time.After(time.Minute)
		x.print("after")
		dropped := x.finish()
		parts := x.parts()
		require.Equal(t, []notebook.PartKind{notebook.StreamPart, notebook.StreamPart, notebook.NoticePart},
			[]notebook.PartKind{parts[0].Kind, parts[1].Kind, parts[2].Kind}, "text goes on behind the gap in another part")
		p := parts[0]
		require.Positive(t, p.GapBytes)
		require.Equal(t, dropped, p.GapBytes)
		require.EqualValues(t, all.Len(), p.Bytes)
		same(t, all.String()[:p.GapAt], x.read(p, 0))
		same(t, all.String()[p.GapAt+p.GapBytes:], x.read(p, p.GapAt+p.GapBytes))
		require.Equal(t, "after", x.store.text(x.run, 1))
		require.Contains(t, x.store.text(x.run, 2), "the database could not be reached")
	})
}

func TestACommitOfUnknownOutcomeIsRepeatedHarmlessly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		first := true
		x.store.after = func(string) error {
			if first {
				first = false
				return errAway // it was done, but nobody knows
			}
			return nil
		}
		x.print("one")
		<-time.After(300 * time.Millisecond)
		x.print("two")
		require.Zero(t, x.finish())
		require.Equal(t, "onetwo", x.store.text(x.run, 0))
	})
}

func TestOutputOfADeletedRunGoesNowhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		delete(x.store.runs, x.run)
		for range 100 {
			x.print(strings.Repeat("x", 1<<20))
		}
		x.finish()
		require.Empty(t, x.store.chunks)
	})
}

func TestRefusedOutputIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		x.store.setBefore(func(string) error { return fmt.Errorf("out of range") })
		x.print("refused")
		<-time.After(time.Minute)
		x.store.setBefore(nil)
		x.print("taken")
		require.EqualValues(t, len("refused"), x.finish())
		require.Equal(t, "taken", x.store.text(x.run, 1))
		require.Equal(t, notebook.Part{Kind: notebook.StreamPart, Name: "stdout", Bytes: 7, GapBytes: 7}, x.parts()[0])
	})
}

func TestWatchersAreToldAndTokensShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{})
		changed, stop := x.out.Watch(x.run)
		defer stop()
		for range 1000 {
			x.print("line\n")
		}
		<-changed
		<-time.After(time.Second)
		<-changed
		require.Empty(t, changed)
		x.finish()
		<-changed
		_, live, err := x.out.Parts(context.Background(), x.run)
		require.NoError(t, err)
		require.False(t, live, "the last token comes when everything is stored")
	})
}

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
	return limits, rapid.SliceOfN(rapid.Custom(drawStep), 1, 60).Draw(t, "steps")
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
	text := rapid.SampledFrom([]string{"x", "ä", "😀", "ab\n"}).Draw(t, "text")
	return step{write: notebook.StreamOutput{Name: rapid.SampledFrom([]string{"stdout", "stderr"}).Draw(t, "name"),
		Text: strings.Repeat(text, rapid.IntRange(1, 20<<10).Draw(t, "times"))}}
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
	parts, err := s.Parts(context.Background(), run.ID)
	require.NoError(t, err)
	var missing, streams int64
	for i, p := range parts {
		require.Equal(t, i, p.Index)
		require.Equal(t, p.Bytes, p.GapBytes+visible(t, s, run.ID, p), "part %+v", p)
		missing += p.GapBytes
		if p.Kind == notebook.StreamPart {
			streams += p.Bytes
		}
	}
	require.Equal(t, written.text, streams)
	require.GreaterOrEqual(t, dropped, missing+written.lost)
}

// written is what a recording has to account for.
type written struct{ text, lost int64 }

// play writes the steps, and after each reads all that is live.
func play(t require.TestingT, r *notebook.Recording, s *fakeStore, out *notebook.Outputs, run notebook.ID, steps []step) (w written) {
	clear := false
	for _, one := range steps {
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
				w.text, clear = 0, false
			}
			w.text += int64(len(o.Text))
		case notebook.DisplayOutput:
			if clear && !o.Update {
				w.text, clear = 0, false
			}
		case notebook.ClearOutput:
			if clear = clear || o.Wait; !o.Wait {
				w.text, clear = 0, false
			}
		case notebook.DroppedOutput:
			w.lost += o.Bytes
		}
		r.Write(one.write)
		checkLive(t, out, run)
	}
	return w
}

// visible counts the stored bytes of a part outside its gap, each once.
func visible(t require.TestingT, s *fakeStore, run notebook.ID, p notebook.Part) (n int64) {
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
		n += int64(len(c.data))
		at = end
	}
	return n
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

func TestAHundredMegabytesNeedLittleMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	x := record(t, notebook.OutputLimits{})
	x.store.setBefore(func(string) error { return nil })
	text := strings.Repeat(strings.Repeat("0123456789", 10)+"\n", 10<<10)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var peak uint64
	for range 100 {
		x.print(text)
		runtime.ReadMemStats(&after)
		peak = max(peak, after.HeapAlloc)
	}
	x.finish()
	var stored uint64
	for _, c := range x.store.stored(x.run, 0) {
		stored += uint64(len(c.data))
	}
	require.Less(t, peak-before.HeapAlloc-stored, uint64(100<<20), "beside the store's own")
	t.Logf("heap grew by %d MB, of which %d MB are the store's", (peak-before.HeapAlloc)>>20, stored>>20)
}
