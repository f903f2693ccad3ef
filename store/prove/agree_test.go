package prove_test

import (
	"math/bits"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quire/auth"
)

// questions is how many are asked when nobody says otherwise.
const questions = 100_000

func wanted(t *testing.T) int {
	t.Helper()
	text := os.Getenv("QUIRE_PROVE")
	if text == "" {
		return questions
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, "QUIRE_PROVE is a number of questions")
	return n
}

// tally counts answers, and how often each clause decided.
type tally struct {
	asked, allowed int
	decided        map[clause]int
}

// decidedAtLeast is how often each clause must decide for the comparison to say
// anything about it: one answer in a hundred.
const decidedAtLeast = 0.01

func TestTheRuleIsTheSameThreeTimes(t *testing.T) {
	count := tally{decided: map[clause]int{}}
	for seed := uint64(1); count.asked < wanted(t); seed++ {
		b := newWorld(seed, 7).build(t)
		b.compare(t, seed, &count)
	}
	t.Logf("%d questions, %.1f %% allowed", count.asked, 100*float64(count.allowed)/float64(count.asked))
	for _, c := range clauses {
		share := float64(count.decided[c]) / float64(count.asked)
		t.Logf("%5.1f %%  %s", 100*share, c)
		assert.GreaterOrEqual(t, share, decidedAtLeast, "%q decides too seldom for this to prove anything of it", c)
	}
}

// compare asks every question there is in a world, at three moments.
func (b *built) compare(t *testing.T, seed uint64, count *tally) {
	t.Helper()
	ids := make([]auth.ID, len(b.signIns))
	for i, s := range b.signIns {
		ids[i] = s.id
	}
	who, _, err := b.db.Records().Identities(t.Context(), ids)
	require.NoError(t, err)
	chains := make([][]auth.Object, len(b.nodes))
	for i, n := range b.nodes {
		chains[i], _, err = b.db.Records().Chain(t.Context(), n.id)
		require.NoError(t, err)
	}
	for _, at := range []time.Time{b.now.Add(time.Minute), b.now.Add(4 * time.Hour), b.now.Add(9 * time.Hour)} {
		for i := range b.signIns {
			by := &b.signIns[i]
			identity := who[by.id]
			bySQL := b.askSQL(t, identity, at)
			for n := range b.nodes {
				q := question{by, n, at}
				want, byGo := b.may(q, ""), auth.Decide(chains[n], identity, at).Actions&nodeActions
				if byGo != want || bySQL[b.nodes[n].id] != want {
					t.Fatalf("world %d, %s of %d (%s), on node %d (%+v): the rule says %q, Go %q, SQL %q",
						seed, by.id, by.who, by.kind, n, b.nodes[n], want, byGo, bySQL[b.nodes[n].id])
				}
				count.take(b.world, q, want)
			}
		}
	}
}

// nodeActions are the four questions about one node.
const nodeActions = auth.Actions(auth.Read | auth.Run | auth.Write | auth.Manage)

func (c *tally) take(w *world, q question, answer auth.Actions) {
	c.asked += bits.OnesCount16(uint16(nodeActions))
	c.allowed += bits.OnesCount16(uint16(answer))
	for _, one := range clauses {
		c.decided[one] += bits.OnesCount16(uint16(w.may(q, one) ^ answer))
	}
}

// askSQL returns what the predicate of lists and searches gives somebody.
func (b *built) askSQL(t *testing.T, who auth.Identity, at time.Time) map[auth.ID]auth.Actions {
	t.Helper()
	found := map[auth.ID]auth.Actions{}
	require.NoError(t, b.db.Tx(t.Context(), func(tx pgx.Tx) error {
		rows, err := tx.Query(t.Context(), `SELECT node_id, actions FROM node_actions($1, $2)`, who.Principals, at)
		if err != nil {
			return err
		}
		var id auth.ID
		var actions int16
		_, err = pgx.ForEachRow(rows, []any{&id, &actions}, func() error {
			_, twice := found[id]
			require.False(t, twice, "one row for each node")
			found[id] = auth.Actions(actions) & who.Scope
			return nil
		})
		return err
	}))
	return found
}
