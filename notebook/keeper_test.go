package notebook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/store/storetest"
)

// insertAt is the ChangeSet that puts s at pos of a text of length n.
func insertAt(n, pos int, s string) json.RawMessage {
	line, _ := json.Marshal(s)
	switch {
	case n == 0:
		return json.RawMessage(fmt.Sprintf(`[[0,%s]]`, line))
	case pos == 0:
		return json.RawMessage(fmt.Sprintf(`[[0,%s],%d]`, line, n))
	case pos == n:
		return json.RawMessage(fmt.Sprintf(`[%d,[0,%s]]`, n, line))
	}
	return json.RawMessage(fmt.Sprintf(`[%d,[0,%s],%d]`, pos, line, n-pos))
}

func edit(p string, version int64, change json.RawMessage) *notebook.EditText {
	return &notebook.EditText{Paragraph: p, Version: version, Client: "c1", Changes: []json.RawMessage{change}}
}

func TestWhatWasAcknowledgedIsThereAfterARestart(t *testing.T) {
	w := newWorld(t)
	ana := w.person("ana")
	note := w.note(ana)
	w.do(ana, note, &notebook.InsertParagraph{Paragraph: "p1", Text: "a😀b"})
	w.do(ana, note, edit("p1", 0, insertAt(4, 4, "!")))
	w.do(ana, note, &notebook.InsertParagraph{Paragraph: "p2", After: "p1", Title: "two"})
	w.do(ana, note, &notebook.DeleteParagraph{Paragraph: "p1"})
	before, _, err := w.svc.Read(ana, note)
	require.NoError(t, err)

	w.start() // without a checkpoint: the log alone says everything
	after, _, err := w.svc.Read(ana, note)
	require.NoError(t, err)
	require.Equal(t, int64(4), after.Seq)
	require.Equal(t, before.Paragraphs, after.Paragraphs)
	require.Equal(t, "a😀b!", after.Bin["p1"].Text.String())

	require.NoError(t, w.svc.Shutdown(context.Background())) // writes the checkpoint
	var seq int64
	require.NoError(t, w.sql.QueryRow(context.Background(), `SELECT seq FROM notes WHERE id = $1`, [16]byte(note)).Scan(&seq))
	require.Equal(t, int64(4), seq)
	w.start()
	again, _, err := w.svc.Read(ana, note)
	require.NoError(t, err)
	require.Equal(t, after.Paragraphs, again.Paragraphs)
	require.Equal(t, after.Bin["p1"].Text, again.Bin["p1"].Text)
}

func TestARepeatGetsTheFirstAnswerAndChangesNothing(t *testing.T) {
	w := newWorld(t)
	ana, bob := w.person("ana"), w.person("bob")
	note := w.note(ana)
	w.grant(note, bob, auth.Writer)
	insert := func() notebook.Op { return &notebook.InsertParagraph{Paragraph: "p1", Text: "x"} }
	first, err := w.svc.Do(ana, note, "op1", insert())
	require.NoError(t, err)
	again, err := w.svc.Do(ana, note, "op1", insert())
	require.NoError(t, err)
	require.Equal(t, first.Seq, again.Seq)

	title, err := w.svc.Do(ana, note, "op2", &notebook.SetTitle{Paragraph: "p1", Title: "one"})
	require.NoError(t, err)
	w.do(ana, note, &notebook.SetTitle{Paragraph: "p1", Title: "two"})
	repeat, err := w.svc.Do(ana, note, "op2", &notebook.SetTitle{Paragraph: "p1", Title: "one"})
	require.NoError(t, err, "an operation that would succeed again is known by its id, too")
	require.Equal(t, title.Seq, repeat.Seq)
	n, _, err := w.svc.Read(ana, note)
	require.NoError(t, err)
	require.Equal(t, "two", n.Paragraphs[0].Title)

	_, err = w.svc.Do(bob, note, "op1", &notebook.SetTitle{Paragraph: "p1", Title: "bob's"})
	require.NoError(t, err, "ids are each person's own")
}

func TestEditsAreAcceptedOnlyAtTheHead(t *testing.T) {
	w := newWorld(t)
	ana := w.person("ana")
	note := w.note(ana)
	w.do(ana, note, &notebook.InsertParagraph{Paragraph: "p1", Text: "ab"})
	w.do(ana, note, edit("p1", 0, insertAt(2, 2, "c")))
	_, err := w.svc.Do(ana, note, "late", edit("p1", 0, insertAt(2, 0, "z")))
	require.True(t, fault.Is(err, fault.Stale), "%v", err)
	n, _, err := w.svc.Read(ana, note)
	require.NoError(t, err)
	require.Equal(t, "abc", n.Paragraphs[0].Text.String())
}

func TestRunnersSendNoCode(t *testing.T) {
	w := newWorld(t)
	ana, rita := w.person("ana"), w.person("rita")
	note := w.note(ana)
	w.grant(note, rita, auth.Runner)
	w.do(ana, note, &notebook.InsertParagraph{Paragraph: "p1", Text: "1+1"})
	run := &notebook.StartRun{Paragraphs: []string{"p1"}, Edits: []notebook.EditText{*edit("p1", 0, insertAt(3, 0, "9"))}}
	_, err := w.svc.Do(rita, note, "r1", run)
	require.True(t, fault.Is(err, fault.Forbidden), "%v", err)

	forged := auth.NewID()
	e, err := w.svc.Do(rita, note, "r2", &notebook.StartRun{
		Paragraphs: []string{"p1"}, Runs: []notebook.RunRef{{Paragraph: "p1", Run: forged, Version: 7}}})
	require.NoError(t, err)
	var did notebook.StartRun
	require.NoError(t, json.Unmarshal(e.Body, &did))
	require.Len(t, did.Runs, 1)
	require.NotEqual(t, forged, did.Runs[0].Run, "runs are the server's to name")
	require.Zero(t, did.Runs[0].Version)
	var text, by string
	require.NoError(t, w.sql.QueryRow(context.Background(),
		`SELECT r.text, p.name FROM runs r JOIN principals p ON p.id = r.by_id WHERE r.id = $1`, [16]byte(did.Runs[0].Run)).Scan(&text, &by))
	require.Equal(t, "1+1", text)
	require.Equal(t, "rita", by)
}

func TestEditsAreOneLineOfTheAuditLogAndRunsEachTheirOwn(t *testing.T) {
	w := newWorld(t)
	ana := w.person("ana")
	note := w.note(ana)
	w.do(ana, note, &notebook.InsertParagraph{Paragraph: "p1", Text: "%md x"})
	w.do(ana, note, &notebook.SetTitle{Paragraph: "p1", Title: "t"})
	w.do(ana, note, &notebook.StartRun{Paragraphs: []string{"p1"}})
	w.do(ana, note, &notebook.StartRun{Paragraphs: []string{"p1"}})
	w.start() // another keeper does not know what was audited
	w.do(ana, note, &notebook.SetTitle{Paragraph: "p1", Title: "u"})
	lines := map[string]int{}
	rows, err := w.sql.Query(context.Background(), `SELECT operation, count(*) FROM audit WHERE object = $1 AND actor = 'ana' GROUP BY 1`, note.String())
	require.NoError(t, err)
	var operation string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&operation, &n}, func() error { lines[operation] = n; return nil })
	require.NoError(t, err)
	require.Equal(t, map[string]int{"note.edit": 1, "run.start": 2}, lines)
}

func TestSubscribersHearEverythingOnceAndInOrder(t *testing.T) {
	w := newWorld(t)
	ana, bob := w.person("ana"), w.person("bob")
	note := w.note(ana)
	w.grant(note, bob, auth.Reader)
	w.do(ana, note, &notebook.InsertParagraph{Paragraph: "p0"})
	l := w.listen(bob, note)
	require.Equal(t, int64(1), l.last())
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() { w.do(ana, note, &notebook.InsertParagraph{Paragraph: fmt.Sprintf("q%d", i)}) })
	}
	all.Wait()
	for i, seq := range l.await(41) {
		require.Equal(t, int64(i+2), seq)
	}

	_, resumed, err := w.svc.Open(bob, note, &notebook.Position{Epoch: l.epoch, Seq: 30}, "tab", deaf{})
	require.NoError(t, err)
	require.True(t, resumed.Resumed)
	require.Len(t, resumed.Entries, 11)
	require.Equal(t, int64(31), resumed.Entries[0].Seq)
	_, fresh, err := w.svc.Open(bob, note, &notebook.Position{Epoch: auth.NewID(), Seq: 30}, "tab", deaf{})
	require.NoError(t, err)
	require.False(t, fresh.Resumed, "another epoch is another history")
}

func TestRightsTakenBackCountAtOnce(t *testing.T) {
	w := newWorld(t)
	ana, bob := w.person("ana"), w.person("bob")
	note := w.note(ana)
	w.grant(note, bob, auth.Writer)
	w.do(bob, note, &notebook.InsertParagraph{Paragraph: "p1"})
	w.grant(note, bob, auth.Reader)
	_, err := w.svc.Do(bob, note, "x", &notebook.SetTitle{Paragraph: "p1", Title: "no"})
	require.True(t, fault.Is(err, fault.Forbidden), "%v", err)
	w.grant(note, bob, auth.NoRole)
	_, _, err = w.svc.Open(bob, note, nil, "tab", deaf{})
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
	_, err = w.svc.Do(bob, note, "y", &notebook.SetTitle{Paragraph: "p1", Title: "no"})
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
}

// Another process changes rights: this one has not heard of it, and still no
// operation is committed that rests on the old ones.
func TestRightsTakenBackElsewhereAreSeenInTheCommit(t *testing.T) {
	w := newWorld(t)
	ana, bob := w.person("ana"), w.person("bob")
	note := w.note(ana)
	w.grant(note, bob, auth.Writer)
	w.do(bob, note, &notebook.InsertParagraph{Paragraph: "p1"})
	w.exec(`UPDATE grants SET revoked_at = now() WHERE principal_id = $1`, int64(who(bob).User))
	w.exec(`UPDATE authority SET epoch = epoch + 1`)
	_, err := w.svc.Do(bob, note, "x", &notebook.SetTitle{Paragraph: "p1", Title: "no"})
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
	var n int
	require.NoError(t, w.sql.QueryRow(context.Background(), `SELECT count(*) FROM note_log WHERE note_id = $1`, [16]byte(note)).Scan(&n))
	require.Equal(t, 1, n)
}

func TestEarlierRunsAreTheWritersToSee(t *testing.T) {
	w := newWorld(t)
	ana, rea := w.person("ana"), w.person("rea")
	note := w.note(ana)
	w.grant(note, rea, auth.Reader)
	w.do(ana, note, &notebook.InsertParagraph{Paragraph: "p1", Text: "%md one"})
	w.do(ana, note, &notebook.InsertParagraph{Paragraph: "p2", Text: "%md two"})
	for range 2 {
		w.do(ana, note, &notebook.StartRun{Paragraphs: []string{"p1", "p2"}})
	}
	count := func(ctx context.Context, paragraph string) int {
		runs, err := w.svc.History(ctx, notebook.RunFilter{Note: note, Paragraph: paragraph, Limit: 100})
		require.NoError(t, err)
		return len(runs)
	}
	require.Equal(t, []int{4, 2}, []int{count(ana, ""), count(ana, "p1")})
	require.Equal(t, []int{2, 1}, []int{count(rea, ""), count(rea, "p1")}, "only the latest of each paragraph")
	runs, err := w.svc.History(ana, notebook.RunFilter{Note: note, Limit: 100})
	require.NoError(t, err)
	_, shown, err := w.svc.Read(rea, note)
	require.NoError(t, err)
	for _, r := range runs {
		latest := slices.ContainsFunc(shown, func(s notebook.Run) bool { return s.ID == r.ID })
		_, _, err := w.svc.Parts(rea, note, r.ID)
		require.Equal(t, latest, err == nil, "output of %s: %v", r.Paragraph, err)
		_, _, err = w.svc.Parts(ana, note, r.ID)
		require.NoError(t, err)
	}
}

// panicky is a store that panics in its first commit.
type panicky struct {
	notebook.Store
	once sync.Once
}

func (p *panicky) Append(ctx context.Context, b notebook.Batch, confirm func(context.Context, uint64) error) error {
	p.once.Do(func() { panic("staged") })
	return p.Store.Append(ctx, b, confirm)
}

func TestAPanicEndsOneSessionAndNobodyWaitsForEver(t *testing.T) {
	w := newWorld(t)
	ana := w.person("ana")
	note := w.note(ana)
	w.startOn(&panicky{Store: w.db.Notes()})
	l := w.listen(ana, note)
	insert := &notebook.InsertParagraph{Paragraph: "p1"}
	_, err := w.svc.Do(ana, note, "op", insert)
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	e, err := w.svc.Do(ana, note, "op", insert)
	require.NoError(t, err, "the note starts over")
	require.Equal(t, int64(1), e.Seq)
	require.Equal(t, []int64{1}, l.await(1))
}

func TestTwoKeepersCannotWriteOneNote(t *testing.T) {
	w := newWorld(t)
	ana := w.person("ana")
	note := w.note(ana)
	w.do(ana, note, &notebook.InsertParagraph{Paragraph: "p1"})
	first := w.svc
	w.start()
	w.do(ana, note, &notebook.InsertParagraph{Paragraph: "p2", After: "p1"})
	_, err := first.Do(ana, note, "a", &notebook.InsertParagraph{Paragraph: "p3", After: "p1"})
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	e, err := first.Do(ana, note, "a", &notebook.InsertParagraph{Paragraph: "p3", After: "p1"})
	require.NoError(t, err, "it has read the note again")
	require.Equal(t, int64(3), e.Seq)
	require.NoError(t, first.Shutdown(context.Background()))
}

func TestPostgresGoesAndComesBackWhilePeopleType(t *testing.T) {
	pg := storetest.Server(t)
	w := newWorldAt(t, pg.URL)
	ana := w.person("ana")
	note := w.note(ana)
	w.do(ana, note, &notebook.InsertParagraph{Paragraph: "p1"})
	l := w.listen(ana, note)
	text, version := "", int64(0)
	for i := range 30 {
		switch i {
		case 10:
			pg.Kill() // comes back by itself
		case 20:
			pg.Stop()
		}
		op := edit("p1", version, insertAt(len(text), len(text), "x"))
		id := fmt.Sprintf("op%d", i)
		for try := 0; ; try++ { // as a browser does: the same frame again
			_, err := w.svc.Do(ana, note, id, op)
			if err == nil {
				break
			}
			require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
			if i == 20 && try == 0 {
				pg.Start()
			}
		}
		text, version = text+"x", version+1
	}
	for i, seq := range l.await(31) {
		require.Equal(t, int64(i+2), seq, "every entry is told once, in order")
	}
	n, _, err := w.svc.Read(ana, note)
	require.NoError(t, err)
	require.Equal(t, text, n.Paragraphs[0].Text.String())
}

// Random operations by random people on one note: what the keeper holds is what
// the log says, whatever was refused.
func TestTheLogIsTheTruth(t *testing.T) {
	w := newWorld(t)
	ana := w.person("ana")
	note := w.note(ana)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 60 {
				_, _ = w.svc.Do(ana, note, auth.NewID().String(), randomOp(i))
			}
		})
	}
	all.Wait()
	held, _, err := w.svc.Read(ana, note)
	require.NoError(t, err)
	require.NotEmpty(t, held.Paragraphs)
	w.start()
	read, _, err := w.svc.Read(ana, note)
	require.NoError(t, err)
	require.Equal(t, held.Seq, read.Seq)
	require.Equal(t, held.Paragraphs, read.Paragraphs)
}

func randomOp(i int) notebook.Op {
	id := func() string { return fmt.Sprintf("p%d", rand.IntN(12)) }
	switch rand.IntN(6) {
	case 0, 1:
		return &notebook.InsertParagraph{Paragraph: id(), Text: fmt.Sprint("text ", i)}
	case 2:
		return &notebook.MoveParagraph{Paragraph: id(), After: id()}
	case 3:
		return &notebook.DeleteParagraph{Paragraph: id()}
	case 4:
		return &notebook.RestoreParagraph{Paragraph: id()}
	}
	return &notebook.SetTitle{Paragraph: id(), Title: fmt.Sprint("title ", i)}
}

func TestNoMoreRunsAreTakenThanMayWait(t *testing.T) {
	w := newWorld(t)
	ana := w.person("ana")
	note := w.note(ana)
	var all []string
	for i := range 33 { // of 2 MB each; 64 MB may wait
		id := fmt.Sprintf("p%d", i)
		all = append(all, id)
		w.do(ana, note, &notebook.InsertParagraph{Paragraph: id, Text: strings.Repeat("x", notebook.MaxText)})
	}
	_, err := w.svc.Do(ana, note, "run", &notebook.StartRun{Paragraphs: all})
	require.True(t, fault.Is(err, fault.TooMany), "%v", err)
	var n int
	require.NoError(t, w.sql.QueryRow(context.Background(), `SELECT count(*) FROM runs WHERE note_id = $1`, [16]byte(note)).Scan(&n))
	require.Zero(t, n)
}
