package store

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"

	"quire/notebook"
)

const (
	// maxFound bounds what is looked at of a word that is everywhere; the count goes
	// no further either.
	maxFound = 1000
	// fewParagraphs are looked through one by one, without the index: for who may read
	// little, that is quicker than to find a common word everywhere.
	fewParagraphs = 3000
)

// asked is the query as a value that the planner does not see. For a common word it
// would else read the whole table and unpack every search vector.
const asked = `(SELECT to_tsquery('simple', $3))`

// foundSQL finds paragraphs among what the viewer may read ($4: at most), in one of
// two ways; few says which. The first walks the readable notes: OFFSET keeps the
// planner from another way. The second reads what the index has and asks for each
// paragraph whether it is readable, so that it can stop early: IS TRUE keeps the
// planner from a join that reads everything first.
const foundSQL = `
few AS MATERIALIZED (
	SELECT count(*) <= $7 AS yes FROM (
		SELECT FROM mine CROSS JOIN LATERAL (SELECT FROM paragraphs p WHERE p.note_id = mine.node_id OFFSET 0) p
		WHERE NOT mine.trashed LIMIT $7 + 1) AS counted),
found AS MATERIALIZED (
	(SELECT p.note_id, p.id
	FROM mine CROSS JOIN LATERAL (SELECT * FROM paragraphs p WHERE p.note_id = mine.node_id OFFSET 0) p
	WHERE (SELECT yes FROM few) AND NOT mine.trashed AND p.place IS NOT NULL AND p.search @@ ` + asked + ` LIMIT $4)
	UNION ALL
	(SELECT p.note_id, p.id FROM paragraphs p
	WHERE NOT (SELECT yes FROM few) AND p.place IS NOT NULL AND p.search @@ ` + asked + `
		AND (p.note_id IN (SELECT node_id FROM mine WHERE NOT trashed)) IS TRUE LIMIT $4))`

// sharedSo is mine, of what is shared in one way: how far grants reach is told from the
// user's point of view as in reached.
func sharedSo(user, far string) string {
	return `listed AS MATERIALIZED (` + listed + `),
mine AS MATERIALIZED (
	SELECT l.* FROM listed l WHERE ` + far + `::int = coalesce((
		SELECT max(CASE g.principal_id WHEN 1 THEN 2 WHEN ` + user + `::bigint THEN 0 ELSE 1 END)
		FROM node_paths p JOIN grants g ON g.node_id = p.ancestor AND ` + liveGrant + `
		WHERE p.descendant = l.node_id AND p.carries), 0))`
}

// among returns a search of what may be found, which is what the query asks for.
func among(v notebook.Viewer, q notebook.SearchQuery, search string, args ...any) (sql string, all []any) {
	if q.Shared == "" {
		return `WITH ` + mine + search, args
	}
	user, far := fmt.Sprint("$", len(args)+1), fmt.Sprint("$", len(args)+2)
	return `WITH ` + sharedSo(user, far) + search, append(args, v.User, farOf(q.Shared))
}

// paragraphsSQL ranks what was found. The snippet begins before the first word.
const paragraphsSQL = `,` + foundSQL + `,
best AS MATERIALIZED (
	SELECT p.note_id, n.name, p.id, p.title, ts_rank(p.search, ` + asked + `) AS rank, n.changed_at, p.place
	FROM found JOIN paragraphs p USING (note_id, id) JOIN nodes n ON n.id = p.note_id
	ORDER BY rank DESC, n.changed_at DESC, n.id, p.place LIMIT $5)
SELECT b.note_id, b.name, b.id, b.title, at.snippet, at.start > 1, (SELECT count(*) FROM found)
FROM best b JOIN paragraphs p USING (note_id, id) CROSS JOIN LATERAL (
	SELECT start, substr(p.text, start, 200) AS snippet
	FROM (SELECT greatest(strpos(lower(left(p.text, 200000)), lower($6)) - 60, 1) AS start) s) at
ORDER BY b.rank DESC, b.changed_at DESC, b.note_id, b.place`

const namesSQL = `
SELECT n.id, n.name, count(*) OVER () FROM mine JOIN nodes n ON n.id = mine.node_id
WHERE n.kind = 'note' AND NOT mine.trashed AND lower(n.name) LIKE ALL (SELECT lower(w) FROM unnest($3::text[]) w)
ORDER BY n.changed_at DESC, n.id LIMIT $4`

// Search implements notebook.TreeStore.
func (t *Tree) Search(ctx context.Context, v notebook.Viewer, q notebook.SearchQuery) (notebook.Hits, error) {
	names, named, err := t.searchNames(ctx, v, q)
	if err != nil {
		return notebook.Hits{}, translate(err)
	}
	paragraphs, found, err := t.searchParagraphs(ctx, v, q)
	if err != nil {
		return notebook.Hits{}, translate(err)
	}
	hits := notebook.Hits{Total: named + min(found, maxFound), More: found > maxFound}
	// Names come first, but leave half the room to paragraphs.
	names = names[:min(len(names), q.Limit-min(len(paragraphs), q.Limit/2))]
	hits.Hits = append(names, paragraphs[:min(len(paragraphs), q.Limit-len(names))]...)
	return hits, t.addPaths(ctx, v, hits.Hits)
}

func (t *Tree) searchNames(ctx context.Context, v notebook.Viewer, q notebook.SearchQuery) (hits []notebook.Hit, total int, err error) {
	var patterns []string
	for _, words := range q.Terms {
		for _, w := range words {
			patterns = append(patterns, "%"+beginsWith(w))
		}
	}
	sql, args := among(v, q, namesSQL, v.Principals, v.At, patterns, q.Limit)
	rows, err := t.db.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, 0, err
	}
	hits, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (h notebook.Hit, err error) {
		err = row.Scan(&h.Note, &h.Name, &total)
		return h, err
	})
	return hits, total, err
}

func (t *Tree) searchParagraphs(ctx context.Context, v notebook.Viewer, q notebook.SearchQuery) (hits []notebook.Hit, found int, err error) {
	sql, args := among(v, q, paragraphsSQL, v.Principals, v.At, tsquery(q.Terms), maxFound+1, q.Limit, q.Terms[0][0], fewParagraphs)
	rows, err := t.db.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, 0, err
	}
	hits, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (h notebook.Hit, err error) {
		var cut bool
		err = row.Scan(&h.Note, &h.Name, &h.Paragraph, &h.Title, &h.Snippet, &cut, &found)
		h.Snippet = oneLine(h.Snippet, cut)
		return h, err
	})
	return hits, found, err
}

func (t *Tree) addPaths(ctx context.Context, v notebook.Viewer, hits []notebook.Hit) error {
	var ids []notebook.ID
	for _, h := range hits {
		ids = append(ids, h.Note)
	}
	paths, err := readPaths(ctx, t.db.pool, v, ids)
	for i := range hits {
		hits[i].Path = paths[hits[i].Note]
	}
	return err
}

// tsquery asks for all terms, the words of each behind each other, and takes the
// last word as the beginning of one. Words hold nothing that to_tsquery would take
// for its own.
func tsquery(terms [][]string) string {
	phrases := make([]string, len(terms))
	for i, words := range terms {
		quoted := make([]string, len(words))
		for j, w := range words {
			quoted[j] = "'" + w + "'"
		}
		phrases[i] = "(" + strings.Join(quoted, " <-> ") + ")"
	}
	last := strings.TrimSuffix(phrases[len(phrases)-1], ")")
	phrases[len(phrases)-1] = last + ":*)"
	return strings.Join(phrases, " & ")
}

// oneLine makes a snippet readable: without line breaks, and not beginning in the
// middle of a word when it was cut there.
func oneLine(s string, cut bool) string {
	if cut {
		if i := strings.IndexFunc(s, unicode.IsSpace); i >= 0 && i < 60 {
			s = s[i:]
		}
		return "… " + strings.Join(strings.Fields(s), " ")
	}
	return strings.Join(strings.Fields(s), " ")
}
