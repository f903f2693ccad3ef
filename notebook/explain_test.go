package notebook_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// asked is a question about the present, to be asked again when it is the past.
type asked struct {
	q       notebook.AccessQuestion
	allowed bool
}

// In a database in which everything changes, explanations say what auth.Decide and
// the rule in SQL say; revoking all grants they list ends access, and one path alone
// is enough; the smallest change turns the answer; and what was true at a moment is
// still told when it is past.
func TestExplanationsHoldInTheDatabase(t *testing.T) {
	s := newSociety(t, 2)
	var past []asked
	counts := map[string]int{}
	for i := range proofs(120) {
		if err := s.step().do(); err != nil {
			require.NotEqual(t, fault.Internal, fault.CodeOf(err), "%v", err)
		}
		for range 3 {
			q := notebook.AccessQuestion{Node: s.node(), Person: s.names[s.people[s.IntN(len(s.people))]], Action: []auth.Action{auth.Read, auth.Run, auth.Write, auth.Manage}[s.IntN(4)]}
			a, err := s.tree.Explain(s.olga, q)
			if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Forbidden) {
				continue // olga does not manage it any more
			}
			require.NoError(t, err)
			s.requireTrue(q, a, fmt.Sprint(i, " ", a.Sentence))
			past = append(past, asked{notebook.AccessQuestion{Node: q.Node, Person: q.Person, Action: q.Action, At: a.At}, a.Allowed})
			counts[fmt.Sprint(a.Allowed, len(a.Paths) > 1, len(a.Caps) > 0)]++
		}
		if s.IntN(4) == 0 {
			s.requirePast(past[s.IntN(len(past))], counts)
		}
	}
	require.GreaterOrEqual(t, len(counts), 5, "%v", counts)
	require.NotZero(t, counts["past"], "%v", counts)
}

func (s *society) requirePast(p asked, counts map[string]int) {
	a, err := s.tree.Explain(s.olga, p.q)
	if err != nil || len(a.Unsure) > 0 {
		return
	}
	counts["past"]++
	require.Equal(s.t, p.allowed, a.Allowed, "at %s: %s", p.q.At, a.Sentence)
}

func (s *society) requireTrue(q notebook.AccessQuestion, a notebook.AccessAnswer, what string) {
	s.t.Helper()
	require.Equal(s.t, s.may(nil, a.Person.ID, q), a.Allowed, "the rule in SQL: %s", what)
	who, _, err := s.db.Records().UserIdentity(context.Background(), a.Person.ID)
	require.NoError(s.t, err)
	chain, _, err := s.db.Records().Chain(context.Background(), q.Node)
	require.NoError(s.t, err)
	decided := auth.Decide(chain, who, time.Now()).Actions
	require.Equal(s.t, (decided & auth.Owner.Actions()).Names(), a.Actions, what)
	if a.Allowed {
		require.Zero(s.t, a.More)
		require.NotEmpty(s.t, a.Paths, what)
		var all []int64
		for _, p := range a.Paths {
			all = append(all, p.ID)
		}
		require.False(s.t, s.may(func(tx pgx.Tx) { s.revoke(tx, all) }, a.Person.ID, q), "access is left without the listed paths: %s", what)
		for _, p := range a.Paths {
			require.True(s.t, s.may(func(tx pgx.Tx) { s.leaveOnly(tx, a.Person.ID, p) }, a.Person.ID, q), "a path alone is not enough: %s", what)
		}
	}
	if a.Smallest != nil {
		require.NotEqual(s.t, a.Allowed, s.may(func(tx pgx.Tx) { s.turn(tx, a, q) }, a.Person.ID, q), "%s %s", a.Smallest.Words, what)
	}
}

// may asks the rule in SQL after a change that is rolled back.
func (s *society) may(change func(pgx.Tx), person auth.PrincipalID, q notebook.AccessQuestion) bool {
	s.t.Helper()
	ctx := context.Background()
	tx, err := s.sql.Begin(ctx)
	require.NoError(s.t, err)
	defer tx.Rollback(ctx)
	if change != nil {
		change(tx)
	}
	var may bool
	require.NoError(s.t, tx.QueryRow(ctx, `
		WITH RECURSIVE up(id) AS (
			SELECT id FROM (SELECT $1::bigint UNION SELECT link_id FROM link_holders WHERE user_id = $1) own(id)
			UNION SELECT m.group_id FROM up JOIN memberships m ON m.member_id = up.id)
		SELECT EXISTS (SELECT FROM node_actions(ARRAY(SELECT id FROM up) || 1::bigint, clock_timestamp()) WHERE node_id = $2 AND actions & $3::int <> 0)`,
		int64(person), [16]byte(q.Node), int(q.Action)).Scan(&may))
	return may
}

func (s *society) run(tx pgx.Tx, sql string, args ...any) {
	s.t.Helper()
	_, err := tx.Exec(context.Background(), sql, args...)
	require.NoError(s.t, err)
}

func (s *society) revoke(tx pgx.Tx, grants []int64) {
	s.run(tx, `UPDATE grants SET revoked_at = now() WHERE id = ANY ($1)`, grants)
}

// leaveOnly takes away all grants but the path's, and of the person's memberships
// and those of groups all but the path's.
func (s *society) leaveOnly(tx pgx.Tx, person auth.PrincipalID, p notebook.AccessPath) {
	s.run(tx, `UPDATE grants SET revoked_at = now() WHERE id <> $1 AND revoked_at IS NULL`, p.ID)
	members, groups := []int64{}, []int64{}
	at := person
	for _, step := range p.Chain {
		members, groups = append(members, int64(at)), append(groups, int64(step.ID))
		at = step.ID
	}
	s.run(tx, `DELETE FROM memberships WHERE (group_id, member_id) NOT IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))`, groups, members)
}

// turn does the smallest change by SQL.
func (s *society) turn(tx pgx.Tx, a notebook.AccessAnswer, q notebook.AccessQuestion) {
	for _, c := range a.Smallest.Changes {
		switch c.Kind {
		case "revoke":
			s.revoke(tx, []int64{c.Grant})
		case "leave":
			s.run(tx, `DELETE FROM memberships WHERE group_id = $1 AND member_id = $2`, int64(c.Group.ID), int64(c.Member.ID))
		case "close":
			s.run(tx, `UPDATE node_paths p SET carries = false FROM node_paths down, node_paths up
				WHERE down.ancestor = $1 AND up.descendant = $1 AND up.depth > 0 AND p.descendant = down.descendant AND p.ancestor = up.ancestor`, [16]byte(c.Node.ID))
		case "restore":
			s.run(tx, `UPDATE nodes SET trash_id = NULL, trashed_at = NULL WHERE id IN (SELECT ancestor FROM node_paths WHERE descendant = $1)`, [16]byte(q.Node))
		case "lift":
			s.run(tx, `UPDATE caps SET lifted_at = now() WHERE id = $1`, c.Cap)
		case "grant":
			role, err := auth.ParseRole(c.Role)
			require.NoError(s.t, err)
			s.run(tx, `INSERT INTO grants (node_id, principal_id, role) VALUES ($1, $2, $3)`, [16]byte(c.Node.ID), int64(a.Person.ID), int16(role))
		default:
			require.Fail(s.t, c.Kind)
		}
	}
}
