package socket

import (
	"encoding/json"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
)

const (
	ana auth.PrincipalID = 1001
	ben auth.PrincipalID = 1002
)

func newRoom() *room {
	return &room{
		s: &Server{log: slog.New(slog.DiscardHandler)}, id: auth.NewID(), latest: map[runPlace]latestRun{},
		ended: map[auth.ID]bool{}, watched: map[auth.ID]*watchedRun{},
	}
}

// entry is one that somebody's operation made.
func entry(t *testing.T, seq int64, by auth.PrincipalID, op notebook.Op) notebook.Entry {
	t.Helper()
	body, err := json.Marshal(op)
	require.NoError(t, err)
	return notebook.Entry{Seq: seq, Op: auth.NewID().String(), By: by, ByName: "somebody", Kind: notebook.KindOf(op), Body: body}
}

// started is an entry that starts a run, and the run.
func started(t *testing.T, seq int64, by auth.PrincipalID, own bool, paragraph string) (notebook.Entry, notebook.Run) {
	run := notebook.Run{ID: auth.NewID(), Paragraph: paragraph, By: by, Own: own, State: notebook.RunQueued}
	return entry(t, seq, by, &notebook.StartRun{Own: own, Runs: []notebook.RunRef{{Run: run.ID, Paragraph: paragraph}}}), run
}

func TestARoomShowsEachTheirLatestRun(t *testing.T) {
	r := newRoom()
	shows := func(anas, bens auth.ID) {
		t.Helper()
		require.Equal(t, []auth.ID{anas, bens}, []auth.ID{r.run(ana, "p"), r.run(ben, "p")})
	}
	none := auth.ID{}
	shows(none, none)
	begin := func(seq int64, by auth.PrincipalID, own bool) notebook.Run {
		e, run := started(t, seq, by, own, "p")
		require.True(t, r.tell(e).runs)
		return run
	}
	shared := begin(1, ana, false)
	shows(shared.ID, shared.ID)
	own := begin(2, ana, true)
	shows(own.ID, shared.ID)
	bens := begin(3, ben, true)
	shows(own.ID, bens.ID)
	again := begin(4, ana, false)
	shows(again.ID, bens.ID)
	require.False(t, r.tell(entry(t, 5, ana, &notebook.SetTitle{Paragraph: "p"})).runs)

	e, other := started(t, 6, ana, true, "q")
	r.tell(e)
	require.True(t, r.tell(entry(t, 7, ana, &notebook.ClearResults{Paragraphs: []string{"p"}})).runs)
	shows(none, none)
	require.Equal(t, other.ID, r.run(ana, "q"), "of another paragraph")
	last := begin(8, ben, true)
	require.True(t, r.tell(entry(t, 9, ana, &notebook.ClearResults{})).runs)
	shows(none, none)
	require.Zero(t, r.run(ana, "q"))
	require.False(t, r.over(last.ID))
}

func TestARoomKnowsWhichRunsAreOver(t *testing.T) {
	r := newRoom()
	e, own := started(t, 1, ana, true, "p")
	r.tell(e)
	e, shared := started(t, 2, ben, false, "p")
	r.tell(e)
	moved := func(run notebook.Run, to notebook.RunState) bool {
		run.State = to
		return r.tell(notebook.RunsChanged{Runs: []notebook.Run{run}}).runs
	}
	require.False(t, moved(own, notebook.RunSent))
	require.False(t, r.over(own.ID))
	require.True(t, moved(own, notebook.RunDone))
	require.True(t, r.over(own.ID))
	require.False(t, r.over(shared.ID))
	_, earlier := started(t, 1, ben, false, "p")
	require.False(t, moved(earlier, notebook.RunDone), "it is not shown any more")
	require.False(t, r.over(earlier.ID))
	_, unknown := started(t, 1, ben, false, "q")
	require.True(t, moved(unknown, notebook.RunDone), "which run is shown there is not known")
	require.True(t, r.over(unknown.ID))

	e, next := started(t, 3, ana, true, "p")
	r.tell(e)
	require.False(t, r.over(own.ID), "what is not shown is forgotten")
	require.True(t, moved(next, notebook.RunDone))
	r.tell(entry(t, 4, ana, &notebook.ClearResults{Paragraphs: []string{"p"}}))
	require.False(t, r.over(next.ID))
}

func TestARoomLearnsFromOpeningsWhatIsNotOlder(t *testing.T) {
	r := newRoom()
	learn := func(seq int64, run notebook.Run) {
		r.learn(notebook.Opening{Note: &notebook.Note{Seq: seq}, Runs: []notebook.Run{run}})
	}
	_, first := started(t, 0, ana, false, "p")
	learn(5, first)
	require.Equal(t, first.ID, r.run(ben, "p"))
	require.False(t, r.over(first.ID))
	first.State = notebook.RunDone
	learn(5, first)
	require.True(t, r.over(first.ID), "it ended without an entry")
	_, older := started(t, 0, ana, false, "p")
	learn(4, older)
	require.Equal(t, first.ID, r.run(ben, "p"))
	_, newer := started(t, 0, ana, false, "p")
	learn(6, newer)
	require.Equal(t, newer.ID, r.run(ben, "p"))
	_, own := started(t, 0, ben, true, "p")
	learn(6, own)
	require.Equal(t, own.ID, r.run(ben, "p"))
	require.Equal(t, newer.ID, r.run(ana, "p"))

	r.tell(entry(t, 8, ana, &notebook.ClearResults{}))
	learn(7, newer)
	require.Zero(t, r.run(ana, "p"), "it was cleared since")
	learn(8, newer)
	require.Equal(t, newer.ID, r.run(ana, "p"))
}

func TestEntriesThatCannotBeReadSayNothingOfRuns(t *testing.T) {
	r := newRoom()
	for _, op := range []notebook.Op{&notebook.StartRun{}, &notebook.ClearResults{}} {
		e := entry(t, 1, ana, op)
		e.Body = []byte(`"broken"`)
		require.False(t, r.tell(e).runs, e.Kind)
	}
}

// The first to ask has an event encoded, for all.
func TestARoomTellsEventsApart(t *testing.T) {
	r := newRoom()
	title := entry(t, 1, ana, &notebook.SetTitle{Paragraph: "p"})
	next := title
	next.Seq = 2 // what the server does itself has neither an id nor a person
	for _, e := range []notebook.Event{
		title, next,
		notebook.RunsChanged{Runs: []notebook.Run{{ID: auth.NewID()}}}, notebook.RunsChanged{Runs: []notebook.Run{{ID: auth.NewID()}}},
		notebook.KernelsChanged{Kernels: []notebook.KernelState{{Kernel: "k"}}}, notebook.KernelsChanged{Kernels: []notebook.KernelState{{Kernel: "l"}}},
		notebook.CaretMoved{Ranges: [][2]int{{1, 1}}}, notebook.CaretMoved{Ranges: [][2]int{{2, 2}}},
	} {
		before := r.last.all
		told := r.tell(e)
		require.NotSame(t, before, told.all)
		require.Same(t, told.all, r.tell(e).all, "it is encoded once")
	}
	r = newRoom()
	for range 2 { // these have nothing to be told by
		require.Nil(t, r.tell(notebook.RunsChanged{}).all)
		require.NotNil(t, r.tell(notebook.KernelsChanged{}).all)
		require.NotNil(t, r.tell(notebook.CaretMoved{}).all)
	}
}

func TestWhatIsInOnesOwnKernelIsToldToItsOwnerAndWriters(t *testing.T) {
	r := newRoom()
	writes := auth.Writer.Actions()
	e, run := started(t, 1, ana, true, "p")
	for _, one := range []notebook.Event{
		notebook.RunsChanged{Runs: []notebook.Run{run}},
		notebook.KernelsChanged{Kernels: []notebook.KernelState{{Kernel: "k", Person: ana}}},
	} {
		told := r.tell(one)
		require.NotSame(t, told.all, told.people[ana])
		require.Same(t, told.people[ana], told.item(ana).pick(auth.Runner.Actions()))
		require.Same(t, told.writers, told.item(ana).pick(writes))
		require.Same(t, told.writers, told.item(ben).pick(writes))
		require.Same(t, told.all, told.item(ben).pick(auth.Runner.Actions()))
	}
	require.NotNil(t, r.tell(notebook.RunsChanged{Runs: []notebook.Run{run}}).item(ben), "who may write by then")
	told := r.tell(e)
	require.Same(t, told.people[ana], told.item(ana).pick(writes), "entries tell writers no more than others")
	require.Same(t, told.all, told.item(ben).pick(writes))
	nobodys := r.tell(notebook.KernelsChanged{Kernels: []notebook.KernelState{{Kernel: "k"}}})
	require.Nil(t, nobodys.writers, "what is shared is the same for all")
	require.Nil(t, r.tell(notebook.RunsChanged{}).item(ana))
}

func TestNothingIsWatchedAfterTheEnd(t *testing.T) {
	r := newRoom()
	e, _ := started(t, 1, ana, false, "p")
	r.tell(e)
	sub := &subscription{c: &conn{actor: auth.Actor{User: ana}}, room: r}
	w := &watching{sub: sub, paragraphs: map[string]bool{"p": true}}
	w.stop()
	w.update()
	require.Empty(t, w.feeds)
}
