package notebook_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

var started = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)

// imported is a note as a file could bring it.
var someMarks = []notebook.Mark{{Line: 0, Offset: 40}, {Line: 3, Offset: 70}}

func imported() *notebook.NewContent {
	stream := notebook.Part{Index: 0, Kind: notebook.StreamPart, Name: "stdout", Bytes: 6, Lines: 2}
	picture := notebook.Part{Index: 1, Kind: notebook.DisplayPart, DisplayID: "d", Revision: 2, Bytes: 100, GapAt: 3, GapBytes: 95,
		Lines: 7, GapLine: 2, GapLines: 4, Table: notebook.EscapedTable}
	return &notebook.NewContent{
		Settings: notebook.NoteSettings{DefaultInterpreter: "r", Imported: json.RawMessage(`{"x": 1}`)},
		Paragraphs: []notebook.NewParagraph{
			{ID: "p1", Title: "One", Text: "print('hi')\r\n", Settings: notebook.ParagraphSettings{Width: 6},
				Result: &notebook.NewResult{State: notebook.RunError, Interpreter: "python", Kernel: "python3", ExecutionCount: 7,
					StartedAt: started, EndedAt: started.Add(time.Second), Dropped: 95, Parts: []notebook.PartWrite{
						{Part: stream, Data: []byte("abc")}, {Part: stream, Start: 3, Data: []byte("def")},
						{Part: picture, Data: []byte("{}"), Marks: someMarks},
					}}},
			{Text: "second"},
		},
	}
}

func TestCreateWithContent(t *testing.T) {
	f := newForest(t)
	f.public = true
	ana, bob := f.person("ana"), f.person("bob")
	d, err := f.tree.CreateWith(ana, "files/n", notebook.ID{}, imported())
	require.NoError(t, err)
	require.Equal(t, []string{"ana owner"}, f.rows(d.Path[0].ID), "an import is its maker's alone, whatever the default")
	require.Equal(t, []string{"ana owner"}, f.rows(d.ID))
	require.Zero(t, f.may(bob, d.ID))
	f.requireImported(ana, d.ID, false)

	f.public = false
	shared := f.folder(ana, "shared", notebook.ID{})
	f.give(ana, shared, who(bob).User, auth.Reader)
	d, err = f.tree.CreateWith(ana, "n", shared, imported())
	require.NoError(t, err)
	require.Equal(t, reads, f.may(bob, d.ID), "in a folder it gets what the folder gives")
}

// requireImported checks a note and its outputs against imported, and whether they
// came with a copy of it.
func (f *forest) requireImported(ctx context.Context, id notebook.ID, copied bool) {
	f.t.Helper()
	n, runs, err := f.svc.Read(ctx, id)
	require.NoError(f.t, err)
	require.Zero(f.t, n.Seq)
	require.Equal(f.t, "r", n.Settings.DefaultInterpreter)
	require.JSONEq(f.t, `{"x": 1}`, string(n.Settings.Imported))
	require.Len(f.t, n.Paragraphs, 2)
	p := n.Paragraphs[0]
	require.Equal(f.t, []any{"p1", "One", "print('hi')\n", 6}, []any{p.ID, p.Title, p.Text.String(), p.Settings.Width})
	require.NotEmpty(f.t, n.Paragraphs[1].ID)
	require.Len(f.t, runs, 1)
	r := runs[0]
	require.Equal(f.t, p.Run, r.ID)
	require.Equal(f.t, []bool{true, copied}, []bool{r.Imported, r.Copied})
	require.Equal(f.t, []any{notebook.RunError, "python", "python3", 7, int64(95), auth.PrincipalID(0)},
		[]any{r.State, r.Interpreter, r.Kernel, r.ExecutionCount, r.Dropped, r.By})
	require.Equal(f.t, []string{started.String(), started.Add(time.Second).String()}, []string{r.SentAt.UTC().String(), r.EndedAt.UTC().String()})
	parts, err := f.db.Runs().Parts(ctx, r.ID)
	require.NoError(f.t, err)
	require.Equal(f.t, []notebook.Part{
		{Index: 0, Kind: notebook.StreamPart, Name: "stdout", Bytes: 6, Lines: 2},
		{Index: 1, Kind: notebook.DisplayPart, DisplayID: "d", Revision: 2, Bytes: 100, GapAt: 3, GapBytes: 95,
			Lines: 7, GapLine: 2, GapLines: 4, Table: notebook.EscapedTable},
	}, parts)
	_, marks, err := f.db.Runs().Index(ctx, r.ID, 1)
	require.NoError(f.t, err)
	require.Equal(f.t, someMarks, marks)
	require.Equal(f.t, "abcdef", one[string](f, `SELECT string_agg(convert_from(data, 'UTF8'), '' ORDER BY start)
		FROM run_chunks WHERE run_id = $1 AND part = 0`, [16]byte(r.ID)))
	require.Equal(f.t, "{}", one[string](f, `SELECT convert_from(data, 'UTF8') FROM run_chunks WHERE run_id = $1 AND part = 1 AND revision = 2`, [16]byte(r.ID)))
}

func TestContentThatBreaksRules(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	bad := map[string]struct {
		paragraphs []notebook.NewParagraph
		want       fault.Code
	}{
		"an id that is none":   {[]notebook.NewParagraph{{ID: "a/b"}}, fault.Invalid},
		"an id twice":          {[]notebook.NewParagraph{{ID: "a"}, {ID: "a"}}, fault.Conflict},
		"NUL":                  {[]notebook.NewParagraph{{Text: "a\x00"}}, fault.Invalid},
		"a title of two lines": {[]notebook.NewParagraph{{Title: "a\nb"}}, fault.Invalid},
		"a text too long":      {[]notebook.NewParagraph{{Text: strings.Repeat("x", notebook.MaxText+1)}}, fault.TooLarge},
		"too many":             {make([]notebook.NewParagraph, notebook.MaxParagraphs+1), fault.TooLarge},
		"a run that goes on":   {[]notebook.NewParagraph{{Result: &notebook.NewResult{State: notebook.RunSent}}}, fault.Invalid},
	}
	for what, c := range bad {
		_, err := f.tree.CreateWith(ana, "n", notebook.ID{}, &notebook.NewContent{Paragraphs: c.paragraphs})
		require.Equal(t, c.want, code(err), what)
	}
	require.Zero(t, one[int](f, `SELECT count(*)::int FROM nodes`), "nothing was made")
}

func TestClone(t *testing.T) {
	f := newForest(t)
	ana, bob, eve := f.person("ana"), f.person("bob"), f.person("eve")
	folder := f.folder(ana, "f", notebook.ID{})
	f.public = true
	src, err := f.tree.CreateWith(ana, "n", folder, imported())
	require.NoError(t, err)
	f.give(ana, src.ID, who(bob).User, auth.Reader)
	f.exec(`UPDATE runs SET by_id = $1, kind = 'run'`, int64(who(ana).User))

	d, err := f.tree.Clone(bob, src.ID, notebook.CloneNote{})
	require.NoError(t, err)
	require.Equal(t, []any{"n (copy)", true}, []any{d.Name, d.Parent.IsZero()}, "at the top")
	require.Equal(t, []string{"bob owner"}, f.rows(d.ID), "a copy of what not everyone may read is its maker's alone")
	require.Zero(t, f.may(ana, d.ID))
	f.requireImported(bob, d.ID, true)
	require.NotEqual(t, one[[16]byte](f, `SELECT run_id FROM paragraphs WHERE note_id = $1 AND id = 'p1'`, [16]byte(src.ID)),
		one[[16]byte](f, `SELECT run_id FROM paragraphs WHERE note_id = $1 AND id = 'p1'`, [16]byte(d.ID)))

	again, err := f.tree.Clone(bob, src.ID, notebook.CloneNote{})
	require.NoError(t, err)
	require.Equal(t, "n (copy) (2)", again.Name)
	_, err = f.tree.Clone(bob, src.ID, notebook.CloneNote{Name: "n (copy)"})
	require.Equal(t, fault.Conflict, code(err), "a name that was asked for is not changed")
	_, err = f.tree.Clone(bob, src.ID, notebook.CloneNote{Parent: folder})
	require.Equal(t, fault.NotFound, code(err))
	_, err = f.tree.Clone(ana, folder, notebook.CloneNote{})
	require.Equal(t, fault.Invalid, code(err))

	f.give(ana, folder, auth.Everyone, auth.Reader)
	d, err = f.tree.Clone(eve, src.ID, notebook.CloneNote{Name: "open"})
	require.NoError(t, err)
	require.Equal(t, []string{"eve owner", "everyone writer"}, f.rows(d.ID), "what everyone may read is cloned like a new note")
}

// A copy holds what was typed up to now, and of runs only those that have ended.
func TestCloneIsOfThisMoment(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	src := f.written(ana, "n", "old")
	run := auth.NewID()
	f.exec(`INSERT INTO runs (id, note_id, paragraph_id, text, text_version, state, queued_at)
		SELECT $1, note_id, id, text, 0, 'sent', now() FROM paragraphs WHERE note_id = $2`, [16]byte(run), [16]byte(src))
	f.exec(`UPDATE paragraphs SET run_id = $1`, [16]byte(run))
	_, runs, err := f.svc.Read(ana, src)
	require.NoError(t, err)
	require.Len(t, runs, 1)
	f.do(ana, src, &notebook.InsertParagraph{Paragraph: "p1", Text: "1+1"})
	d, err := f.tree.Clone(ana, src, notebook.CloneNote{})
	require.NoError(t, err)
	n, runs, err := f.svc.Read(ana, d.ID)
	require.NoError(t, err)
	require.Len(t, n.Paragraphs, 2)
	require.Equal(t, "1+1", n.Paragraphs[0].Text.String())
	require.Empty(t, runs)
}
