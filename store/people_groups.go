package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
)

// CreateGroup implements account.Tx.
func (t peopleTx) CreateGroup(ctx context.Context, n account.Name, description string) (auth.PrincipalID, error) {
	id, err := createPrincipal(ctx, t.tx, "group", n)
	if err != nil {
		return 0, err
	}
	_, err = t.tx.Exec(ctx, `INSERT INTO groups (id, description) VALUES ($1, $2)`, id, description)
	return id, err
}

// UpdateGroup implements account.Tx.
func (t peopleTx) UpdateGroup(ctx context.Context, id auth.PrincipalID, n *account.Name, description *string) error {
	if n != nil {
		tag, err := t.tx.Exec(ctx, `UPDATE principals SET name = $2, folded = $3 WHERE id = $1 AND kind = 'group' AND removed_at IS NULL`,
			id, n.Shown, n.Folded)
		if err := orAbsent(tag.RowsAffected(), taken(err, "principals_folded", nameTaken(*n))); err != nil {
			return err
		}
	}
	if description == nil {
		return nil
	}
	tag, err := t.tx.Exec(ctx, `UPDATE groups SET description = $2 WHERE id = $1`, id, *description)
	return orAbsent(tag.RowsAffected(), err)
}

var errOnlyOwner = fault.New(fault.Conflict,
	"Notes or folders would be left without an owner. Give them another owner first.")

// RemoveGroup implements account.Tx. Grants stay as revoked ones, so that the past
// can be told.
func (t peopleTx) RemoveGroup(ctx context.Context, id, by auth.PrincipalID) error {
	orphans, err := t.endangered(ctx, []auth.PrincipalID{id})
	if err != nil {
		return err
	}
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{`DELETE FROM memberships WHERE $1 IN (group_id, member_id)`, []any{id}},
		{`UPDATE nodes SET access_version = access_version + 1 WHERE id IN (
			SELECT n.id FROM nodes n WHERE n.id IN (SELECT node_id FROM grants WHERE principal_id = $1 AND revoked_at IS NULL)
			ORDER BY n.id FOR UPDATE)`, []any{id}},
		{`UPDATE grants SET revoked_at = now(), revoked_by = $2 WHERE principal_id = $1 AND revoked_at IS NULL`, []any{id, by}},
		{`UPDATE principals SET removed_at = now() WHERE id = $1 AND kind = 'group'`, []any{id}},
	} {
		if _, err := t.tx.Exec(ctx, step.sql, step.args...); err != nil {
			return fmt.Errorf("remove a group: %w", err)
		}
	}
	return t.refuseOrphans(ctx, orphans)
}

// Group implements account.Tx.
func (t peopleTx) Group(ctx context.Context, id auth.PrincipalID) (account.Group, error) {
	return oneGroup(ctx, t.tx, id)
}

// Group implements account.Store.
func (p *People) Group(ctx context.Context, id auth.PrincipalID) (account.Group, error) {
	return oneGroup(ctx, p.db.pool, id)
}

func oneGroup(ctx context.Context, q querier, id auth.PrincipalID) (account.Group, error) {
	groups, err := readGroups(ctx, q, `AND p.id = $1`, id)
	if err == nil && len(groups) == 0 {
		return account.Group{}, errAbsent
	}
	if err != nil {
		return account.Group{}, err
	}
	return groups[0], nil
}

// Groups implements account.Store.
func (p *People) Groups(ctx context.Context) ([]account.Group, error) {
	return readGroups(ctx, p.db.pool, ``)
}

// GroupsOf implements account.Store.
func (p *People) GroupsOf(ctx context.Context, user auth.PrincipalID) ([]account.MyGroup, error) {
	rows, err := p.db.pool.Query(ctx, `
		WITH RECURSIVE held(id) AS (
			SELECT group_id FROM memberships WHERE member_id = $1
			UNION
			SELECT m.group_id FROM memberships m JOIN held ON held.id = m.member_id
		)
		SELECT p.id, p.name, g.description, coalesce(m.leads, false), m.member_id IS NOT NULL,
			(SELECT count(*) FROM memberships s WHERE s.group_id = g.id)
		FROM held JOIN groups g USING (id) JOIN principals p ON p.id = g.id
		LEFT JOIN memberships m ON m.group_id = g.id AND m.member_id = $1
		ORDER BY p.folded`, user)
	if err != nil {
		return nil, translate(err)
	}
	groups, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (g account.MyGroup, err error) {
		err = row.Scan(&g.ID, &g.Name, &g.Description, &g.Leads, &g.Direct, &g.Size)
		return g, err
	})
	if err != nil {
		return nil, translate(err)
	}
	return groups, p.addMembers(ctx, groups)
}

// addMembers fills in the members of the groups that are led.
func (p *People) addMembers(ctx context.Context, groups []account.MyGroup) error {
	var led []auth.PrincipalID
	for _, g := range groups {
		if g.Leads {
			led = append(led, g.ID)
		}
	}
	if len(led) == 0 {
		return nil
	}
	whole, err := readGroups(ctx, p.db.pool, `AND p.id = ANY ($1)`, led)
	for _, g := range whole {
		for i := range groups {
			if groups[i].ID == g.ID {
				groups[i].Members = g.Members
			}
		}
	}
	return err
}

// readGroups reads a row for each member, groups by name and members by name.
func readGroups(ctx context.Context, q querier, where string, args ...any) ([]account.Group, error) {
	rows, err := q.Query(ctx, `
		SELECT p.id, p.name, g.description, m.id, coalesce(m.kind, ''), coalesce(m.name, ''), coalesce(u.display_name, ''),
			coalesce(s.leads, false)
		FROM groups g JOIN principals p USING (id)
		LEFT JOIN (memberships s JOIN principals m ON m.id = s.member_id LEFT JOIN users u ON u.id = m.id) ON s.group_id = g.id
		WHERE p.removed_at IS NULL `+where+` ORDER BY p.folded, m.folded`, args...)
	if err != nil {
		return nil, translate(err)
	}
	groups := []account.Group{}
	var g account.Group
	var m account.Member
	_, err = pgx.ForEachRow(rows, []any{&g.ID, &g.Name, &g.Description, &m.ID, &m.Kind, &m.Name, &m.DisplayName, &m.Leads}, func() error {
		if len(groups) == 0 || groups[len(groups)-1].ID != g.ID {
			g.Members = []account.Member{}
			groups = append(groups, g)
		}
		if last := &groups[len(groups)-1]; m.ID != 0 {
			last.Members = append(last.Members, m)
		}
		return nil
	})
	return groups, translate(err)
}
