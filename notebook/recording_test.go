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

func TestTextIsCutBetweenCharacters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{RunBytes: 1 << 20, TailBytes: 256 << 10})
		x.print(strings.Repeat("€", 1<<20))
		require.Positive(t, x.finish())
		p := x.parts()[0]
		require.True(t, utf8.ValidString(x.read(p, 0)))
		require.True(t, utf8.ValidString(x.read(p, p.GapAt+p.GapBytes)))
	})
}

func TestWhatIsStoredIsTrueAtEveryMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{RunBytes: 100 << 10, TailBytes: 50 << 10})
		for i := range 10 {
			x.print(strings.Repeat(fmt.Sprint(i), 10<<10))
			<-time.After(time.Second)
			parts, err := x.store.Parts(context.Background(), x.run)
			require.NoError(t, err)
			stored := int64(len(x.store.text(x.run, 0)))
			require.EqualValues(t, (i+1)*10<<10, parts[0].Bytes)
			require.Equal(t, parts[0].Bytes, stored+parts[0].GapBytes, "the tail is missing until it is stored")
		}
		x.finish()
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

func TestBothReasonsAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{RunBytes: 1 << 20, TailBytes: 128 << 10, BacklogBytes: 128 << 10})
		some := strings.Repeat("x", 99) + "\n"
		x.store.setBefore(func(string) error { return errAway })
		x.print(strings.Repeat(some, 5<<10))
		x.store.setBefore(nil)
		<-time.After(time.Minute)
		for range 100 {
			x.print(strings.Repeat(some, 200))
			<-time.After(time.Second)
		}
		x.finish()
		parts := x.parts()
		notice := x.store.text(x.run, parts[len(parts)-1].Index)
		require.Contains(t, notice, "at most 1,048,576 of one run are kept")
		require.Contains(t, notice, "the database could not be reached")
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
		tried := 0
		x.store.setBefore(func(string) error { tried++; return nil })
		for range 100 {
			x.print("x")
			<-time.After(time.Second)
		}
		x.finish()
		require.Empty(t, x.store.chunks)
		require.Equal(t, 1, tried)
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

func TestAHundredMegabytesNeedLittleMemory(t *testing.T) {
	x := record(t, notebook.OutputLimits{})
	text := strings.Repeat(strings.Repeat("0123456789", 10)+"\n", 10<<10)
	before := x.heap()
	var most, least uint64
	for i := range 100 {
		x.print(text)
		if i%5 == 0 {
			least = x.heap() - before
			most = max(most, least)
		}
	}
	require.Greater(t, x.store.size(), uint64(60<<20))
	require.Less(t, most, uint64(24<<20), "while the backlog is full")
	require.Less(t, least, uint64(8<<20), "when it is stored: a head, a tail, and what is recent")
	x.finish()
}

// heap is the size of all that is alive, without what the store holds.
func (x *recorded) heap() uint64 {
	held := x.store.size()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc - held
}
