package notebook

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"quire/auth"
	"quire/auth/fault"
)

// Limits of a search.
const (
	maxQuery    = 200 // characters
	defaultHits = 20
	maxHits     = 100
)

// SearchQuery is what is looked for. All terms have to be there.
type SearchQuery struct {
	// Terms are what stood between spaces or in quotation marks, each as its words;
	// words of one term stand behind each other. The very last word may
	// be the beginning of one.
	Terms [][]string
	// Shared keeps to notes that are shared in this way; empty is all.
	Shared Sharing
	Limit  int
}

// Hits are what a search found.
type Hits struct {
	Hits []Hit
	// Total is the number of names and paragraphs that fit, also of those not in Hits.
	// More tells that there are more paragraphs than were counted: a word that is
	// everywhere is not looked for to the end.
	Total int
	More  bool
}

// Hit is a paragraph, or with an empty Paragraph a note whose name fits.
type Hit struct {
	Note      ID
	Name      string
	Path      []Place
	Paragraph string
	Title     string
	// Snippet is the line or so of text around the first word that was found.
	Snippet string
}

// Search finds paragraphs by words in their text and title, and notes by their
// names, in what one may read outside the trash and, unless shared is empty, is
// shared in this way. limit 0 means 20, and 100 is the most.
func (t *Tree) Search(ctx context.Context, text string, shared Sharing, limit int) (Hits, error) {
	q, err := parseQuery(text)
	if err != nil {
		return Hits{}, err
	}
	if q.Shared = shared; shared != "" && !slices.Contains([]Sharing{OnlyMe, SharedSome, SharedAll}, shared) {
		return Hits{}, fault.New(fault.Invalid, "Notes are shared with “%s”, “%s” or “%s”, not “%s”.", OnlyMe, SharedSome, SharedAll, shared)
	}
	if limit < 0 || limit > maxHits {
		return Hits{}, fault.New(fault.Invalid, "A search returns 1 to %d hits, not %d.", maxHits, limit)
	}
	if q.Limit = limit; limit == 0 {
		q.Limit = defaultHits
	}
	v, err := t.viewer(ctx, auth.Search)
	if err != nil || len(q.Terms) == 0 || !v.Scope.Has(auth.Read) {
		return Hits{}, err
	}
	return t.store.Search(ctx, v, q)
}

// parseQuery splits at spaces, but for what stands in quotation marks, and each
// term into its words. So read_csv and "read csv" are the same term.
func parseQuery(text string) (SearchQuery, error) {
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxQuery {
		return SearchQuery{}, fault.New(fault.Invalid, "A search has at most %d characters.", maxQuery)
	}
	var q SearchQuery
	add := func(term string) {
		if words := strings.FieldsFunc(term, isNoWord); len(words) > 0 {
			q.Terms = append(q.Terms, words)
		}
	}
	for i, part := range strings.Split(text, `"`) {
		if i%2 == 1 {
			add(part)
			continue
		}
		for _, term := range strings.Fields(part) {
			add(term)
		}
	}
	return q, nil
}

// isNoWord tells what stands between words: in ASCII all but letters and digits,
// beyond it spaces and punctuation. search_words in migrations has the same list.
func isNoWord(r rune) bool {
	if r < utf8.RuneSelf {
		return !('0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z')
	}
	return unicode.Is(betweenWords, r)
}

var betweenWords = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x0080, 0x00a9, 1}, {0x00ab, 0x00b4, 1}, {0x00b6, 0x00b9, 1}, {0x00bb, 0x00bf, 1},
		{0x00d7, 0x00f7, 0x20}, {0x2000, 0x206f, 1}, {0x2e00, 0x2e7f, 1}, {0x3000, 0x303f, 1},
		{0xff00, 0xff0f, 1}, {0xff1a, 0xff20, 1}, {0xff3b, 0xff40, 1}, {0xff5b, 0xff65, 1},
	},
	LatinOffset: 5,
}
