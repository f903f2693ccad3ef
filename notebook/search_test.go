package notebook_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

func (f *forest) written(ctx context.Context, name string, texts ...string) notebook.ID {
	f.t.Helper()
	c := &notebook.NewContent{}
	for _, text := range texts {
		c.Paragraphs = append(c.Paragraphs, notebook.NewParagraph{Text: text})
	}
	d, err := f.tree.CreateWith(ctx, name, notebook.ID{}, c)
	require.NoError(f.t, err)
	return d.ID
}

// snippets are what a search found, in order.
func (f *forest) snippets(ctx context.Context, query string) []string {
	f.t.Helper()
	hits, err := f.tree.Search(ctx, query, "", 0)
	require.NoError(f.t, err)
	list := []string{}
	for _, h := range hits.Hits {
		if h.Paragraph == "" {
			list = append(list, "name: "+h.Name)
		} else {
			list = append(list, h.Snippet)
		}
	}
	require.Equal(f.t, len(list), hits.Total)
	return list
}

func TestSearchFindsWords(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	f.written(ana, "Churn report", `df = pd.read_csv("x.csv")`, "Über “Kündigung”\nund Abwanderung", "日本語。テスト", "read the other csv")
	for query, want := range map[string][]string{
		"read_csv":           {`df = pd.read_csv("x.csv")`},
		"pd.read_csv":        {`df = pd.read_csv("x.csv")`},
		`"read csv"`:         {`df = pd.read_csv("x.csv")`},
		"CSV read":           {`df = pd.read_csv("x.csv")`, "read the other csv"},
		"abwand":             {"Über “Kündigung” und Abwanderung"}, // the last word may be a beginning
		"abwand Über":        {},                                   // the others not
		"Kündigung":          {"Über “Kündigung” und Abwanderung"},
		"日本語":                {"日本語。テスト"},
		"churn":              {"name: Churn report"},
		"rep chu":            {"name: Churn report"},
		"read nothing":       {},
		"":                   {},
		`"!-?" ...`:          {},
		`' | & ! <-> :* ) \`: {},
		`other' & !the`:      {"read the other csv"},
		"100%_":              {},
	} {
		require.ElementsMatch(t, want, f.snippets(ana, query), "%q", query)
	}
	_, err := f.tree.Search(ana, strings.Repeat("x", 201), "", 0)
	require.Equal(t, fault.Invalid, code(err))
	_, err = f.tree.Search(ana, "x", "", 101)
	require.Equal(t, fault.Invalid, code(err))
}

func TestSearchHits(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	folder := f.folder(ana, "f", notebook.ID{})
	long := strings.Repeat("before ", 100) + "the needle here " + strings.Repeat("after ", 100)
	d, err := f.tree.CreateWith(ana, "needles", folder, &notebook.NewContent{Paragraphs: []notebook.NewParagraph{
		{ID: "p1", Text: long}, {ID: "p2", Title: "A needle", Text: "x"}}})
	require.NoError(t, err)
	hits, err := f.tree.Search(ana, "needle", "", 0)
	require.NoError(t, err)
	require.Equal(t, 3, hits.Total)
	require.Equal(t, notebook.Hit{Note: d.ID, Name: "needles", Path: []notebook.Place{{ID: folder, Name: "f"}}}, hits.Hits[0], "names first")
	require.Equal(t, []string{"p2", "A needle"}, []string{hits.Hits[1].Paragraph, hits.Hits[1].Title}, "a title counts more than text")
	require.Regexp(t, `^… before .* the needle here after`, hits.Hits[2].Snippet)
	require.Less(t, len(hits.Hits[2].Snippet), 210)

	some, err := f.tree.Search(ana, "needle", "", 1)
	require.NoError(t, err)
	require.Equal(t, 3, some.Total)
	require.Len(t, some.Hits, 1)
	f.give(ana, d.ID, who(bob).User, auth.Reader)
	hits, err = f.tree.Search(bob, "needle", "", 0)
	require.NoError(t, err)
	require.Equal(t, 3, hits.Total)
	require.Empty(t, hits.Hits[0].Path, "no folders one may not read")

	f.do(ana, d.ID, &notebook.DeleteParagraph{Paragraph: "p2"})
	require.NoError(t, f.svc.Shutdown(context.Background())) // writes the checkpoint
	hits, err = f.tree.Search(ana, "needle", "", 0)
	require.NoError(t, err)
	require.Equal(t, 2, hits.Total, "not in the bin")
	require.NoError(t, f.tree.TrashNode(ana, folder))
	require.Empty(t, f.snippets(ana, "needle"), "not in the trash")
}

func TestSearchLeavesRoomForBoth(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	for range 8 {
		f.written(ana, "needle "+auth.NewID().String(), "a needle")
	}
	for limit, want := range map[int][2]int{1: {1, 0}, 4: {2, 2}, 10: {5, 5}, 100: {8, 8}} {
		hits, err := f.tree.Search(ana, "needle", "", limit)
		require.NoError(t, err)
		var got [2]int
		for _, h := range hits.Hits {
			if h.Paragraph == "" {
				got[0]++
			} else {
				got[1]++
			}
		}
		require.Equal(t, want, got, "%d", limit)
		require.Equal(t, 16, hits.Total)
	}
}

func TestSearchOfAWordThatIsEverywhere(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	bob := f.person("bob")
	for _, paragraphs := range []int{1100, 3100} { // looked through, and by the index
		texts := slices.Repeat([]string{"import numpy"}, paragraphs)
		f.written(ana, "n"+strconv.Itoa(paragraphs), texts...)
		hits, err := f.tree.Search(ana, "import", "", 20)
		require.NoError(t, err)
		require.Len(t, hits.Hits, 20)
		require.Equal(t, 1000, hits.Total)
		require.True(t, hits.More)
		require.Empty(t, f.snippets(bob, "import"))
	}
}

func TestWordsEndAtTheSameCharacters(t *testing.T) {
	f := newForest(t)
	rows, err := f.sql.Query(context.Background(), `
		SELECT i FROM generate_series(1, 65535) i WHERE i NOT BETWEEN 55296 AND 57343 AND search_words(chr(i)) = ' '`)
	require.NoError(t, err)
	var inSQL, inGo []rune
	inSQL, err = pgx.CollectRows(rows, pgx.RowTo[int32])
	require.NoError(t, err)
	for r := rune(1); r <= 0xffff; r++ {
		if notebook.IsNoWord(r) {
			inGo = append(inGo, r)
		}
	}
	require.Equal(t, inSQL, inGo)
}

// Whatever stands in a text is found by it: server and database split words alike.
func TestSearchSplitsWordsAsTheIndexDoes(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("ab1_.-«»“”、。 \t'\"\\:&|!()*<>%éÜ日本١\u00a0\u2003ａ１＿")), 1, 12, -1).Draw(rt, "text")
		f.exec(`DELETE FROM nodes`)
		f.moved()
		f.written(ana, "x", text)
		hits, err := f.tree.Search(ana, strings.ReplaceAll(text, `"`, " "), "", 0)
		require.NoError(t, err, "%q", text)
		if words := one[int](f, `SELECT length(search) FROM paragraphs`); words > 0 {
			require.Equal(t, 1, hits.Total, "%q", text)
		}
	})
}

func TestSearchKeepsToWhatIsSharedSo(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	mine, some, all := f.written(ana, "mine", "needle"), f.written(ana, "some", "needle"), f.written(ana, "all", "needle")
	f.give(ana, some, who(bob).User, auth.Reader)
	f.give(ana, all, auth.Everyone, auth.Reader)
	found := func(ctx context.Context, query string, shared notebook.Sharing) (ids []notebook.ID) {
		hits, err := f.tree.Search(ctx, query, shared, 0)
		require.NoError(t, err)
		require.Equal(t, len(hits.Hits), hits.Total)
		for _, h := range hits.Hits {
			ids = append(ids, h.Note)
		}
		return ids
	}
	require.Equal(t, []notebook.ID{mine}, found(ana, "needle", notebook.OnlyMe))
	require.Equal(t, []notebook.ID{some}, found(ana, "needle", notebook.SharedSome))
	require.Equal(t, []notebook.ID{all}, found(ana, "needle", notebook.SharedAll))
	require.Equal(t, []notebook.ID{mine}, found(ana, "mine", notebook.OnlyMe), "by its name")
	require.Empty(t, found(ana, "mine", notebook.SharedSome))
	require.Equal(t, []notebook.ID{some}, found(bob, "needle", notebook.SharedSome))
	require.Empty(t, found(bob, "needle", notebook.OnlyMe))
	_, err := f.tree.Search(ana, "needle", "nobody", 0)
	require.Equal(t, fault.Invalid, code(err))
}
