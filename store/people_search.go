package store

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"quire/auth/account"
)

// beginsWith is the pattern for LIKE that finds what begins with the prefix.
func beginsWith(prefix string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(prefix) + "%"
}

const searchSQL = `
SELECT p.id, p.kind, p.name, coalesce(u.display_name, '')
FROM principals p LEFT JOIN users u USING (id)
WHERE p.removed_at IS NULL AND p.kind IN ('user', 'group') AND u.disabled_at IS NULL
	AND (p.folded LIKE $1 OR lower(u.display_name) LIKE $1 OR lower(u.display_name) LIKE '% ' || $1)
ORDER BY p.folded LIKE $1 DESC, p.folded LIMIT $2`

// SearchPeople implements account.Store.
func (p *People) SearchPeople(ctx context.Context, prefix string, limit int) ([]account.PersonOrGroup, error) {
	rows, err := p.db.pool.Query(ctx, searchSQL, beginsWith(prefix), limit)
	if err != nil {
		return nil, translate(err)
	}
	people, err := pgx.CollectRows(rows, scanPerson)
	return people, translate(err)
}

func scanPerson(row pgx.CollectableRow) (p account.PersonOrGroup, err error) {
	err = row.Scan(&p.ID, &p.Kind, &p.Name, &p.DisplayName)
	return p, err
}

// Find implements account.Tx.
func (t peopleTx) Find(ctx context.Context, folded []string) (map[string]account.PersonOrGroup, error) {
	rows, err := t.tx.Query(ctx, `
		SELECT p.folded, p.id, p.kind, p.name, coalesce(u.display_name, '')
		FROM principals p LEFT JOIN users u USING (id)
		WHERE p.removed_at IS NULL AND p.kind <> 'link' AND p.folded = ANY ($1)`, folded)
	if err != nil {
		return nil, err
	}
	found := map[string]account.PersonOrGroup{}
	var key string
	var p account.PersonOrGroup
	_, err = pgx.ForEachRow(rows, []any{&key, &p.ID, &p.Kind, &p.Name, &p.DisplayName}, func() error {
		found[key] = p
		return nil
	})
	return found, err
}
