package notebook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// ownRun reports whether what somebody runs now is in a kernel of their own.
func (w *world) ownRun(as context.Context, note notebook.ID) bool {
	w.t.Helper()
	var started notebook.StartRun
	require.NoError(w.t, json.Unmarshal(w.do(as, note, &notebook.StartRun{Paragraphs: []string{"p"}}).Body, &started))
	r, err := w.svc.RunOf(as, note, started.Runs[0].Run)
	require.NoError(w.t, err)
	require.Equal(w.t, started.Own, r.Own)
	return r.Own
}

// Whose kernel it is is decided when run is pressed: by the note, else by the folder,
// else by how many may run it.
func TestWhoGetsAKernelOfTheirOwn(t *testing.T) {
	w := newWorld(t)
	ana, rita := w.person("ana"), w.person("rita")
	note := w.note(ana)
	w.do(ana, note, &notebook.InsertParagraph{Paragraph: "p", Text: "%md hello"})
	w.grant(note, rita, auth.Runner)
	both := func() [2]bool { return [2]bool{w.ownRun(ana, note), w.ownRun(rita, note)} }
	require.Equal(t, [2]bool{false, false}, both(), "few may run it")

	for i := range 18 {
		w.grant(note, w.person(fmt.Sprint("runner", i)), auth.Runner)
	}
	require.Equal(t, [2]bool{false, false}, both(), "twenty may, with ana")
	w.grant(note, w.person("one more"), auth.Runner)
	require.Equal(t, [2]bool{false, true}, both(), "many may: those who only run have their own")

	configure := func(mode string) {
		w.do(ana, note, &notebook.SetNote{Settings: json.RawMessage(`{"kernels":"` + mode + `"}`)})
	}
	configure("together")
	require.Equal(t, [2]bool{false, false}, both())
	configure("own")
	require.Equal(t, [2]bool{true, true}, both())
	configure("")

	w.exec(`UPDATE nodes SET kernel_mode = 'own' WHERE id = $1`, [16]byte(note))
	w.grant(note, rita, auth.Runner) // what is said of kernels is heard of with authority
	require.Equal(t, [2]bool{true, true}, both())

	_, err := w.svc.Do(ana, note, "x", &notebook.SetNote{Settings: json.RawMessage(`{"kernels":"mine"}`)})
	require.True(t, fault.Is(err, fault.Invalid))
}

func TestAPublicNoteHasOwnKernelsForRunners(t *testing.T) {
	w := newWorld(t)
	ana, rita := w.person("ana"), w.person("rita")
	note := w.note(ana)
	w.do(ana, note, &notebook.InsertParagraph{Paragraph: "p", Text: "%md hello"})
	everyone := auth.WithActor(context.Background(), auth.Actor{Kind: auth.Person, User: auth.Everyone})
	w.grant(note, everyone, auth.Runner)
	require.True(t, w.ownRun(rita, note))
	require.False(t, w.ownRun(ana, note))
}

// What a paragraph shows is one's own latest run until one runs in a shared kernel,
// and outlives the keeper.
func TestWhatAParagraphShows(t *testing.T) {
	w := newWorld(t)
	ana, ben := w.person("ana"), w.person("ben")
	note := w.note(ana)
	w.grant(note, ben, auth.Writer)
	w.do(ana, note, &notebook.InsertParagraph{Paragraph: "p", Text: "%md hello"})
	run := func(as context.Context, mode string) notebook.ID {
		w.do(ana, note, &notebook.SetNote{Settings: json.RawMessage(`{"kernels":"` + mode + `"}`)})
		var started notebook.StartRun
		require.NoError(t, json.Unmarshal(w.do(as, note, &notebook.StartRun{Paragraphs: []string{"p"}}).Body, &started))
		return started.Runs[0].Run
	}
	shown := func(as context.Context) notebook.ID {
		n, runs, err := w.svc.Read(as, note)
		require.NoError(t, err)
		require.Nil(t, n.Paragraphs[0].Own)
		if len(runs) > 0 {
			require.Equal(t, n.Paragraphs[0].Run, runs[0].ID)
		}
		return n.Paragraphs[0].Run
	}
	both := run(ana, "together")
	require.Equal(t, [2]notebook.ID{both, both}, [2]notebook.ID{shown(ana), shown(ben)})
	bens := run(ben, "own")
	require.Equal(t, [2]notebook.ID{both, bens}, [2]notebook.ID{shown(ana), shown(ben)})
	later := run(ana, "together")
	require.Equal(t, [2]notebook.ID{later, bens}, [2]notebook.ID{shown(ana), shown(ben)})

	require.NoError(t, w.svc.Shutdown(context.Background())) // with a checkpoint
	w.start()
	require.Equal(t, [2]notebook.ID{later, bens}, [2]notebook.ID{shown(ana), shown(ben)})

	w.do(ana, note, &notebook.ClearResults{})
	require.Equal(t, [2]notebook.ID{}, [2]notebook.ID{shown(ana), shown(ben)})
	bens = run(ben, "own")
	last := run(ben, "together")
	require.NotEqual(t, bens, last)
	require.Equal(t, [2]notebook.ID{last, last}, [2]notebook.ID{shown(ana), shown(ben)}, "what ben ran last")
}

func TestTheListOfRuns(t *testing.T) {
	w := newWorld(t)
	ana, ben := w.person("ana"), w.person("ben")
	note := w.note(ana)
	w.grant(note, ben, auth.Runner)
	w.do(ana, note, &notebook.InsertParagraph{Paragraph: "p", Text: "%md hello"})
	w.do(ana, note, &notebook.StartRun{Paragraphs: []string{"p"}})
	w.do(ana, note, &notebook.SetNote{Settings: json.RawMessage(`{"kernels":"own"}`)})
	w.do(ben, note, &notebook.StartRun{Paragraphs: []string{"p"}})
	w.do(ana, note, &notebook.EditText{Paragraph: "p", Version: 0, Client: "c", Changes: []json.RawMessage{json.RawMessage(`[9,[0," you"]]`)}})
	w.do(ana, note, &notebook.StartRun{Paragraphs: []string{"p"}})
	list := func(as context.Context, f notebook.RunFilter) []notebook.RunRecord {
		f.Note, f.Limit = note, 100
		runs, err := w.svc.History(as, f)
		require.NoError(t, err)
		return runs
	}
	all := list(ana, notebook.RunFilter{})
	require.Len(t, all, 3)
	require.Equal(t, []bool{false, true, true}, []bool{all[0].ChangedSince(), all[1].ChangedSince(), all[2].ChangedSince()})
	require.Equal(t, []bool{true, true, false}, []bool{all[0].Own, all[1].Own, all[2].Own})
	require.Equal(t, "%md hello", all[2].Text)
	require.EqualValues(t, 1, all[2].CurrentVersion)
	require.Len(t, list(ana, notebook.RunFilter{By: who(ben).User}), 1)
	require.Empty(t, list(ana, notebook.RunFilter{States: []notebook.RunState{notebook.RunLost}}))
	require.Len(t, list(ana, notebook.RunFilter{Before: all[0].ID}), 2)

	bens := list(ben, notebook.RunFilter{})
	require.Len(t, bens, 1, "his own; the shared one is not what he is shown")
	require.Equal(t, who(ben).User, bens[0].By)
	require.Empty(t, bens[0].Text)
	require.Empty(t, list(ben, notebook.RunFilter{By: who(ana).User}))
	w.do(ana, note, &notebook.DeleteParagraph{Paragraph: "p"})
	gone := list(ana, notebook.RunFilter{})[0]
	require.True(t, gone.Gone && gone.ChangedSince())
}

func TestViews(t *testing.T) {
	const ana, ben auth.PrincipalID = 11, 12
	v := notebook.ViewOf(ben, auth.Runner.Actions())
	require.False(t, v.Sees(notebook.Run{Own: true, By: ana}))
	require.True(t, v.Sees(notebook.Run{By: ana}))
	require.True(t, v.Sees(notebook.Run{Own: true, By: ben}))
	require.True(t, notebook.ViewOf(ben, auth.Writer.Actions()).Sees(notebook.Run{Own: true, By: ana}))
	require.Nil(t, v.Event(notebook.RunsChanged{Runs: []notebook.Run{{Own: true, By: ana}}}))
	kernels := v.Event(notebook.KernelsChanged{Kernels: []notebook.KernelState{{Person: ana}, {Person: ben}, {}}}).(notebook.KernelsChanged)
	require.Equal(t, []notebook.KernelState{{Person: ben}, {}}, kernels.Kernels)

	body, err := json.Marshal(notebook.StartRun{Own: true, Paragraphs: []string{"p"}, Runs: []notebook.RunRef{{Paragraph: "p", Run: auth.NewID()}},
		Edits: []notebook.EditText{{Paragraph: "q"}}})
	require.NoError(t, err)
	e := notebook.Entry{Seq: 5, Op: "id", By: ana, ByName: "ana", Kind: "run.start", Body: body}
	require.Equal(t, e, notebook.View{Person: ana}.Entry(e))
	hidden := v.Entry(e)
	require.JSONEq(t, `{"own":true,"paragraphs":[],"edits":[{"paragraph":"q","version":0,"client":"","changes":null}]}`, string(hidden.Body))
	require.EqualValues(t, 5, hidden.Seq)
	require.Equal(t, "ana", hidden.ByName, "the text is everybody's, and who changed it")
	require.Equal(t, ana, e.Owner())

	pressed, err := json.Marshal(notebook.StartRun{Own: true, Paragraphs: []string{"p"}})
	require.NoError(t, err)
	e = notebook.Entry{Seq: 6, Op: "id", By: ana, ByName: "ana", SignIn: auth.NewID(), Kind: "run.start", Body: pressed}
	require.Equal(t, notebook.Entry{Seq: 6, Kind: "run.start", Body: []byte(`{"paragraphs":[],"own":true}`)}, v.Entry(e), "nothing but that there is one")
	require.Equal(t, []notebook.Entry{v.Entry(e)}, v.Entries([]notebook.Entry{e}))
	for _, shared := range []notebook.Entry{
		{Op: "id", By: ana, Kind: "run.start", Body: []byte(`{"paragraphs":["p"]}`)},
		{Op: "id", By: ana, Kind: "paragraph.title", Body: []byte(`{"own":true}`)},
		{Op: "id", By: ana, Kind: "run.start", Body: []byte(`{"own":true,"paragraphs":0}`)},
	} {
		require.Equal(t, shared, v.Event(shared))
		require.Zero(t, shared.Owner())
	}
	runs := []notebook.Run{{Own: true, By: ben}, {By: ana}}
	require.Equal(t, runs, v.Runs(runs))
	require.Equal(t, runs[1:], notebook.View{Person: ana}.Runs(runs))
}

func TestTheViewOfANoteHasWhatOneIsShown(t *testing.T) {
	const ana, ben auth.PrincipalID = 11, 12
	shared, own := auth.NewID(), auth.NewID()
	paragraph := func() *notebook.Paragraph {
		return &notebook.Paragraph{ID: "p", Run: shared, Own: map[auth.PrincipalID]notebook.ID{ben: own}}
	}
	alike := &notebook.Paragraph{ID: "q", Run: shared}
	n := &notebook.Note{Paragraphs: []*notebook.Paragraph{paragraph(), alike}, Bin: map[string]*notebook.Paragraph{"p": paragraph()}}
	for person, want := range map[auth.PrincipalID]notebook.ID{ana: shared, ben: own} {
		shown := notebook.View{Person: person}.Note(n)
		for _, p := range []*notebook.Paragraph{shown.Paragraphs[0], shown.Bin["p"]} {
			require.Equal(t, want, p.Run)
			require.Nil(t, p.Own, "nor who else ran it")
		}
		require.Same(t, alike, shown.Paragraphs[1])
	}
	require.Equal(t, paragraph(), n.Paragraphs[0], "the note itself stays")
}
