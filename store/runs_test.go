package store_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/store/storetest"
)

// history is a note with runs in it.
type history struct {
	facts
	ana  auth.PrincipalID
	note auth.ID
	runs notebook.RunStore
}

func newHistory(t *testing.T) *history {
	f := newFacts(t)
	h := &history{facts: f, ana: f.principal("user", "ana"), runs: f.db.Runs()}
	_, _, h.note = f.tree(h.ana)
	f.exec(`INSERT INTO notes (id, epoch) VALUES ($1, $1) ON CONFLICT DO NOTHING`, h.note)
	return h
}

// moment is a time as the database keeps it.
var moment = time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC)

// insert stores runs as a keeper does, and returns their ids.
func (h *history) insert(runs ...notebook.Run) (ids []auth.ID) {
	h.t.Helper()
	for i := range runs {
		r := &runs[i]
		r.ID, r.Note, r.QueuedAt = auth.NewID(), h.note, moment
		if r.Paragraph == "" {
			r.Paragraph = "p"
		}
		if r.State == "" {
			r.State = notebook.RunQueued
		}
		ids = append(ids, r.ID)
	}
	err := h.db.Notes().Append(h.t.Context(), notebook.Batch{Note: h.note, Runs: runs}, func(context.Context, uint64) error { return nil })
	require.NoError(h.t, err)
	return ids
}

func (h *history) run(id auth.ID) notebook.Run {
	h.t.Helper()
	r, err := h.runs.Run(h.t.Context(), id)
	require.NoError(h.t, err)
	return r
}

func (h *history) end(id auth.ID, state notebook.RunState) error {
	return h.runs.MarkEnded(h.t.Context(), notebook.RunEnd{ID: id, State: state, Reason: "so", CancelledBy: h.ana, ExecutionCount: 4, At: moment.Add(time.Minute), Dropped: 5})
}

func TestARunFromItsBeginningToItsEnd(t *testing.T) {
	h := newHistory(t)
	id := h.insert(notebook.Run{By: h.ana, Text: "x = 1", Version: 3})[0]
	want := notebook.Run{ID: id, Note: h.note, Paragraph: "p", By: h.ana, ByName: "ana", Text: "x = 1", Version: 3, State: notebook.RunQueued, QueuedAt: moment}
	require.Equal(t, want, h.run(id))

	require.NoError(t, h.runs.MarkSent(t.Context(), id, "python3", "k1", moment.Add(time.Second+300)))
	want.State, want.Interpreter, want.Kernel, want.SentAt = notebook.RunSent, "python3", "k1", moment.Add(time.Second)
	require.Equal(t, want, h.run(id))

	require.NoError(t, h.end(id, notebook.RunCancelled))
	want.State, want.Reason, want.CancelledBy, want.ExecutionCount, want.EndedAt, want.Dropped = notebook.RunCancelled, "so", h.ana, 4, moment.Add(time.Minute), 5
	want.CancelledByName = "ana"
	require.Equal(t, want, h.run(id))
	_, err := h.runs.Run(t.Context(), auth.NewID())
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestARunIsSentOnceAndEndsOnce(t *testing.T) {
	h := newHistory(t)
	id := h.insert(notebook.Run{By: h.ana})[0]
	ctx, at := t.Context(), time.Now()
	require.NoError(t, h.runs.MarkSent(ctx, id, "python3", "k1", at))
	require.NoError(t, h.runs.MarkSent(ctx, id, "python3", "k1", at), "the same again, by who could not hear the answer")
	require.True(t, fault.Is(h.runs.MarkSent(ctx, id, "python3", "k1", at.Add(time.Second)), fault.Conflict))
	require.True(t, fault.Is(h.runs.MarkSent(ctx, id, "python3", "k2", at), fault.Conflict))
	require.NoError(t, h.end(id, notebook.RunDone))
	require.True(t, fault.Is(h.end(id, notebook.RunError), fault.Conflict))
	require.True(t, fault.Is(h.runs.MarkSent(ctx, id, "python3", "k1", at), fault.Conflict))
	require.Equal(t, notebook.RunDone, h.run(id).State)
	require.True(t, fault.Is(h.end(auth.NewID(), notebook.RunDone), fault.NotFound))
	require.True(t, fault.Is(h.runs.MarkSent(ctx, auth.NewID(), "", "", at), fault.NotFound))
}

func TestOneOfManySendersWins(t *testing.T) {
	h := newHistory(t)
	id := h.insert(notebook.Run{By: h.ana})[0]
	won := make(chan int, 10)
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() {
			if h.runs.MarkSent(t.Context(), id, "python3", fmt.Sprint(i), moment) == nil {
				won <- i
			}
		})
	}
	all.Wait()
	require.Len(t, won, 1)
	require.Equal(t, fmt.Sprint(<-won), h.run(id).Kernel)
}

func TestWhatAnEarlierProcessLeftOpenEnds(t *testing.T) {
	h := newHistory(t)
	ids := h.insert(make([]notebook.Run, 5)...)
	require.NoError(t, h.runs.MarkSent(t.Context(), ids[0], "python3", "k", moment))
	require.NoError(t, h.runs.MarkSent(t.Context(), ids[1], "python3", "k", moment))
	require.NoError(t, h.end(ids[1], notebook.RunDone))
	lost, cancelled, err := h.runs.EndOpen(t.Context(), moment.Add(time.Hour), "the server stopped")
	require.NoError(t, err)
	require.Equal(t, []int{1, 3}, []int{lost, cancelled})
	for i, want := range []notebook.RunState{notebook.RunLost, notebook.RunDone, notebook.RunCancelled} {
		require.Equal(t, want, h.run(ids[i]).State)
	}
	require.Equal(t, "the server stopped", h.run(ids[0]).Reason)
	require.Equal(t, moment.Add(time.Hour), h.run(ids[2]).EndedAt)
	lost, cancelled, err = h.runs.EndOpen(t.Context(), moment, "again")
	require.NoError(t, err)
	require.Zero(t, lost+cancelled)
}

func TestRunsAndHistory(t *testing.T) {
	h := newHistory(t)
	ids := h.insert(notebook.Run{Paragraph: "a"}, notebook.Run{Paragraph: "b"}, notebook.Run{Paragraph: "a", Imported: true, State: notebook.RunDone, EndedAt: moment})
	slices.SortFunc(ids, func(a, b auth.ID) int { return bytes.Compare(b[:], a[:]) }) // newest first
	list := func(paragraph string, before auth.ID, limit int) (got []auth.ID) {
		runs, err := h.runs.History(t.Context(), notebook.RunFilter{Note: h.note, Paragraph: paragraph, Before: before, Limit: limit})
		require.NoError(t, err)
		for _, r := range runs {
			got = append(got, r.ID)
		}
		return got
	}
	require.Equal(t, ids, list("", auth.ID{}, 100))
	require.Equal(t, ids[:2], list("", auth.ID{}, 2))
	require.Equal(t, ids[1:], list("", ids[0], 100))
	require.Equal(t, []auth.ID{ids[0], ids[2]}, list("a", auth.ID{}, 100))
	require.True(t, h.run(ids[0]).Imported)
	runs, err := h.runs.Runs(t.Context(), []auth.ID{ids[0], auth.NewID(), ids[2]})
	require.NoError(t, err)
	require.Len(t, runs, 2)
	runs, err = h.runs.History(t.Context(), notebook.RunFilter{Note: auth.NewID(), Limit: 100})
	require.NoError(t, err)
	require.Empty(t, runs)
}

func part(index int, bytes int64) notebook.Part {
	return notebook.Part{Index: index, Kind: notebook.StreamPart, Name: "stdout", Bytes: bytes}
}

func (h *history) append(run auth.ID, writes ...notebook.PartWrite) {
	h.t.Helper()
	require.NoError(h.t, h.runs.AppendOutput(h.t.Context(), run, writes))
}

func (h *history) read(run auth.ID, part int, offset int64, limit int) string {
	h.t.Helper()
	data, err := h.runs.ReadPart(h.t.Context(), run, part, offset, limit)
	require.NoError(h.t, err)
	return string(data)
}

func TestOutputIsReadAcrossChunks(t *testing.T) {
	h := newHistory(t)
	run := h.insert(notebook.Run{})[0]
	var all strings.Builder
	for i := range 50 {
		data := strings.Repeat(fmt.Sprintf("<%d\x00ä>", i), 700)
		h.append(run, notebook.PartWrite{Part: part(0, int64(all.Len()+len(data))), Start: int64(all.Len()), Data: []byte(data)})
		all.WriteString(data)
	}
	parts, err := h.runs.Parts(t.Context(), run)
	require.NoError(t, err)
	require.Equal(t, []notebook.Part{part(0, int64(all.Len()))}, parts)
	for _, at := range []int{0, 1, 4000, all.Len() / 2, all.Len() - 1, all.Len()} {
		for _, limit := range []int{1, 5000, 40000, 10 << 20} {
			require.True(t, all.String()[at:min(at+limit, all.Len())] == h.read(run, 0, int64(at), limit), "%d bytes at %d", limit, at)
		}
	}
	require.Empty(t, h.read(run, 0, int64(all.Len())+5, 100))
	require.Empty(t, h.read(run, 1, 0, 100))
}

func TestReadingStopsAtAGap(t *testing.T) {
	h := newHistory(t)
	run := h.insert(notebook.Run{})[0]
	p := part(0, 10<<30+4)
	p.GapAt, p.GapBytes = 4, 10<<30-4
	h.append(run, notebook.PartWrite{Part: p, Data: []byte("head")}, notebook.PartWrite{Part: p, Start: 10 << 30, Data: []byte("tail")})
	require.Equal(t, "head", h.read(run, 0, 0, 1<<30))
	require.Empty(t, h.read(run, 0, 4, 100))
	require.Empty(t, h.read(run, 0, 9<<30, 2<<30), "far inside the gap")
	require.Equal(t, "ail", h.read(run, 0, 10<<30+1, 100))
	parts, err := h.runs.Parts(t.Context(), run)
	require.NoError(t, err)
	require.Equal(t, []notebook.Part{p}, parts)
}

func TestARewrittenPartForgetsWhatItHeld(t *testing.T) {
	h := newHistory(t)
	run := h.insert(notebook.Run{})[0]
	write := func(revision int, data string) {
		p := notebook.Part{Index: 0, Kind: notebook.DisplayPart, DisplayID: "d\x00", Revision: revision, Bytes: int64(len(data))}
		h.append(run, notebook.PartWrite{Part: p, Data: []byte(data)})
	}
	write(0, "zero, and longer")
	write(1, "one")
	require.Equal(t, "one", h.read(run, 0, 0, 100))
	require.Equal(t, 1, scanned[int](h.facts, `SELECT count(*) FROM run_chunks WHERE run_id = $1`, run))
	write(0, "late")
	require.Equal(t, "one", h.read(run, 0, 0, 100), "an older revision changes nothing")
	require.Equal(t, 1, scanned[int](h.facts, `SELECT count(*) FROM run_chunks WHERE run_id = $1`, run)-
		scanned[int](h.facts, `SELECT count(*) FROM run_chunks WHERE run_id = $1 AND revision = 0`, run))
	cleared := notebook.Part{Index: 0, Kind: notebook.DisplayPart, Revision: 2}
	h.append(run, notebook.PartWrite{Part: cleared})
	parts, err := h.runs.Parts(t.Context(), run)
	require.NoError(t, err)
	require.Equal(t, []notebook.Part{cleared}, parts)
	require.Empty(t, h.read(run, 0, 0, 100))
	require.Zero(t, scanned[int](h.facts, `SELECT count(*) FROM run_chunks WHERE run_id = $1`, run))
}

func TestABatchIsStoredWhollyOrNotAndMayBeRepeated(t *testing.T) {
	h := newHistory(t)
	run := h.insert(notebook.Run{})[0]
	writes := []notebook.PartWrite{{Part: part(0, 5), Data: []byte("hello")}, {Part: part(1, 2), Data: []byte("yo")}}
	h.append(run, writes...)
	h.append(run, writes...)
	require.Equal(t, "hello", h.read(run, 0, 0, 100))
	bad := notebook.PartWrite{Part: notebook.Part{Index: 2, Kind: "nonsense"}}
	require.Error(t, h.runs.AppendOutput(t.Context(), run, []notebook.PartWrite{{Part: part(0, 9), Start: 5, Data: []byte("more")}, bad}))
	require.Equal(t, "hello", h.read(run, 0, 0, 100))
	parts, err := h.runs.Parts(t.Context(), run)
	require.NoError(t, err)
	require.Len(t, parts, 2)
	err = h.runs.AppendOutput(t.Context(), auth.NewID(), writes)
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
}

func TestOutputGoesWithItsNote(t *testing.T) {
	h := newHistory(t)
	run := h.insert(notebook.Run{})[0]
	h.append(run, notebook.PartWrite{Part: part(0, 5), Data: []byte("hello")})
	h.exec(`DELETE FROM notes WHERE id = $1`, h.note)
	require.Zero(t, scanned[int](h.facts, `SELECT count(*) FROM run_chunks`))
	_, err := h.runs.Run(t.Context(), run)
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestRunsAreUnavailableWithoutADatabase(t *testing.T) {
	server := storetest.Server(t)
	db := openDB(t, server.URL)
	server.Stop()
	ctx, runs := t.Context(), db.Runs()
	for what, err := range map[string]error{
		"sent":   runs.MarkSent(ctx, auth.NewID(), "", "", moment),
		"ended":  runs.MarkEnded(ctx, notebook.RunEnd{ID: auth.NewID(), State: notebook.RunDone, At: moment}),
		"output": runs.AppendOutput(ctx, auth.NewID(), []notebook.PartWrite{{Part: part(0, 1), Data: []byte("x")}}),
		"run":    func() error { _, err := runs.Run(ctx, auth.NewID()); return err }(),
		"parts":  func() error { _, err := runs.Parts(ctx, auth.NewID()); return err }(),
		"read":   func() error { _, err := runs.ReadPart(ctx, auth.NewID(), 0, 0, 10); return err }(),
	} {
		require.True(t, fault.Is(err, fault.Unavailable), "%s: %v", what, err)
	}
}

// A recorder and its readers on the real database: a hundred megabytes are kept as
// head and tail, and found again by a reader that knows only the database.
func TestAHundredMegabytesAreRecorded(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	h := newHistory(t)
	run := h.insert(notebook.Run{})[0]
	rec := notebook.NewRecorder(h.db.Runs(), slog.New(slog.DiscardHandler), notebook.OutputLimits{})
	recording := rec.Start(run, nil)
	began := time.Now()
	block := strings.Repeat(strings.Repeat("0123456789", 10)[:99]+"\n", 10<<10)
	for range 100 {
		recording.Write(notebook.StreamOutput{Name: "stdout", Text: block})
	}
	written := time.Since(began)
	dropped, err := recording.Finish(t.Context())
	require.NoError(t, err)
	t.Logf("written in %v, all stored after %v", written.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
	out := notebook.NewOutputs(h.db.Runs(), notebook.NewRecorder(h.db.Runs(), slog.New(slog.DiscardHandler), notebook.OutputLimits{}))
	parts, live, err := out.Parts(t.Context(), run)
	require.NoError(t, err)
	require.False(t, live)
	p := parts[0]
	require.EqualValues(t, 100*len(block), p.Bytes)
	require.Equal(t, dropped, p.GapBytes)
	var stored int64
	for at := int64(0); at < p.Bytes; {
		if at == p.GapAt {
			at += p.GapBytes
		}
		data, err := out.Read(t.Context(), run, 0, 0, at, 1<<20)
		require.NoError(t, err)
		require.NotEmpty(t, data)
		from := at % int64(len(block))
		if !bytes.Equal(data, []byte((block + block + block)[from:][:len(data)])) {
			t.Fatalf("other bytes at %d", at)
		}
		at += int64(len(data))
		stored += int64(len(data))
	}
	require.Equal(t, p.Bytes, stored+p.GapBytes)
	require.LessOrEqual(t, stored, int64(64<<20))
	require.Greater(t, stored, int64(63<<20))
}
