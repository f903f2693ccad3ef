package auth_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
)

// count is how many random worlds a proof tries: a few in every test run, and as
// many as QUIRE_PROVE says when one wants to be sure.
func count(t *testing.T, few int) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("QUIRE_PROVE"))
	if err != nil {
		return few
	}
	return n
}

const (
	firstGroup auth.PrincipalID = 100
	groups                      = 7
	link       auth.PrincipalID = 200
	stranger   auth.PrincipalID = 300
)

var nodeActions = []auth.Action{auth.Read, auth.Run, auth.Write, auth.Manage}

// dice make random facts.
type dice struct{ *rand.Rand }

func (d dice) one(in int) bool { return d.IntN(in) == 0 }

// around is a moment before or after noon, or none.
func (d dice) around() time.Time {
	switch d.IntN(6) {
	case 0:
		return noon.Add(-time.Duration(1+d.IntN(100)) * time.Hour)
	case 1:
		return noon.Add(time.Duration(1+d.IntN(100)) * time.Hour)
	}
	return time.Time{}
}

func (d dice) facts() auth.Facts {
	f := auth.Facts{At: noon, Person: ana, Disabled: d.one(25), Scope: auth.AllActions}
	if d.one(15) {
		f.Scope = auth.Actions(d.IntN(16))
	}
	if d.one(20) {
		f.OwnerOfAll = d.principal()
	}
	f.Memberships = d.memberships()
	trashed := d.one(12)
	for range 1 + d.IntN(4) {
		f.Chain = append(f.Chain, d.node(trashed))
	}
	for i := range d.IntN(3) {
		c := auth.CapFact{ID: int64(i), Group: firstGroup + auth.PrincipalID(d.IntN(groups)), Since: noon.Add(-time.Hour), Lifted: d.around()}
		c.Actions = auth.Actions(1 + d.IntN(15))
		if d.one(2) {
			c.Node = f.Chain[d.IntN(len(f.Chain))].ID
		}
		f.Caps = append(f.Caps, c)
	}
	return f
}

// memberships are of a person in groups, and of groups in groups with higher
// numbers, so that there is no circle; some have ended, or have not begun.
func (d dice) memberships() []auth.Membership {
	var list []auth.Membership
	add := func(member, into auth.PrincipalID) {
		list = append(list, auth.Membership{Member: member, Into: into, Since: noon.Add(-time.Duration(d.IntN(50)-2) * time.Hour), Ended: d.around()})
	}
	for g := range auth.PrincipalID(groups) {
		if d.one(3) {
			add(ana, firstGroup+g)
		}
		for h := range g {
			if d.one(4) {
				add(firstGroup+h, firstGroup+g)
			}
		}
	}
	if d.one(5) {
		add(ana, link)
	}
	return list
}

func (d dice) principal() auth.PrincipalID {
	switch d.IntN(8) {
	case 0:
		return ana
	case 1:
		return auth.Everyone
	case 2:
		return stranger
	case 3:
		return link
	}
	return firstGroup + auth.PrincipalID(d.IntN(groups))
}

var lastGrant int64

func (d dice) node(trashed bool) auth.FactNode {
	n := auth.FactNode{ID: auth.NewID(), Closed: d.one(6), Trashed: trashed, Owners: d.IntN(2)}
	for range d.IntN(4) {
		lastGrant++
		g := auth.GrantFact{ID: lastGrant, Since: noon.Add(-time.Duration(d.IntN(99)-2) * time.Hour), Revoked: d.around()}
		g.Grant = auth.Grant{Principal: d.principal(), Role: auth.Role(1 + d.IntN(4))}
		if d.one(4) {
			g.StartsAt = noon.Add(time.Duration(d.IntN(9)-5) * time.Hour)
			g.EndsAt = g.StartsAt.Add(time.Duration(1+d.IntN(9)) * time.Hour)
		}
		g.Owns = g.Role == auth.Owner && g.EndsAt.IsZero() && g.Revoked.IsZero()
		if g.Owns {
			n.Owners++
		}
		n.Grants = append(n.Grants, g)
	}
	return n
}

// may is the rule once more, written from the words of the documentation alone.
func may(f auth.Facts, action auth.Action) bool {
	stands := func(since, ended time.Time) bool {
		return !since.After(f.At) && (ended.IsZero() || ended.After(f.At))
	}
	if f.Disabled || !f.Scope.Has(action) {
		return false
	}
	is := map[auth.PrincipalID]bool{f.Person: true, auth.Everyone: true}
	for range f.Memberships {
		for _, m := range f.Memberships {
			if is[m.Member] && stands(m.Since, m.Ended) {
				is[m.Into] = true
			}
		}
	}
	left := auth.Role(0)
	for _, n := range f.Chain {
		for _, g := range n.Grants {
			if is[g.Principal] && stands(g.Since, g.Revoked) && stands(g.StartsAt, g.EndsAt) {
				left = max(left, g.Role)
			}
		}
		if n.Closed {
			break
		}
	}
	if is[f.OwnerOfAll] {
		left = auth.Owner
	}
	actions := left.Actions()
	for _, c := range f.Caps {
		below := c.Node.IsZero() || slices.ContainsFunc(f.Chain, func(n auth.FactNode) bool { return n.ID == c.Node })
		if is[c.Group] && below && stands(c.Since, c.Lifted) {
			actions &= c.Actions
		}
	}
	if f.Chain[0].Trashed {
		return actions.Has(auth.Manage) && actions.Has(action) && (action == auth.Read || action == auth.Manage)
	}
	return actions.Has(action)
}

func seeded(i int) dice { return dice{rand.New(rand.NewPCG(uint64(i), 7))} }

// Removing a part of each listed path ends access; each path alone is enough; the
// set of changes turns the answer, and no smaller one does.
func TestExplanationsAreComplete(t *testing.T) {
	var yes, no, cuts, capped int
	for i := range count(t, 6000) {
		d := seeded(i)
		f := d.facts()
		action := nodeActions[d.IntN(4)]
		e := auth.Explain(f, action)
		require.Equal(t, may(f, action), e.Allowed, "world %d", i)
		require.Equal(t, e.Allowed, len(e.Paths) > 0, "world %d", i)
		if e.Allowed {
			yes++
			requireComplete(t, d, f, action, e, i)
			requireAlone(t, f, action, e, i)
		} else {
			no++
		}
		if e.Change != nil {
			cuts++
			requireSmallest(t, f, action, e, i)
		}
		if slices.ContainsFunc(e.Ignored, func(g auth.Ignored) bool { return g.Why == auth.WhyCapped }) {
			capped++
		}
	}
	require.Greater(t, min(yes, no, cuts), count(t, 6000)/10, "the dice made too few of a kind")
	require.NotZero(t, capped)
}

func requireComplete(t *testing.T, d dice, f auth.Facts, action auth.Action, e auth.Explanation, i int) {
	t.Helper()
	require.Zero(t, e.More)
	var done []auth.Change
	without := f
	for _, p := range e.Paths {
		if p.Grant != nil && (len(p.Chain) == 0 || d.one(2)) {
			done = append(done, auth.Change{Kind: auth.ChangeRevoke, Grant: p.Grant, Node: p.Node})
		} else if len(p.Chain) > 0 {
			done = append(done, auth.Change{Kind: auth.ChangeLeave, Membership: p.Chain[d.IntN(len(p.Chain))]})
		} else {
			without.OwnerOfAll = 0
		}
	}
	require.False(t, may(without.Apply(done), action), "world %d: access is left after all paths were cut", i)
}

func requireAlone(t *testing.T, f auth.Facts, action auth.Action, e auth.Explanation, i int) {
	t.Helper()
	for _, p := range e.Paths {
		alone := f
		alone.Memberships = p.Chain
		alone.Chain = slices.Clone(f.Chain)
		for j := range alone.Chain {
			alone.Chain[j].Grants = nil
		}
		if p.Grant != nil {
			alone.Chain[p.Node].Grants = []auth.GrantFact{*p.Grant}
			alone.OwnerOfAll = 0
		}
		require.True(t, may(alone, action), "world %d: a listed path is not enough alone", i)
	}
}

// requireSmallest tries all sets of changes that are smaller by one.
func requireSmallest(t *testing.T, f auth.Facts, action auth.Action, e auth.Explanation, i int) {
	t.Helper()
	require.NotEqual(t, e.Allowed, may(f.Apply(e.Change), action), "world %d: the changes do not turn the answer", i)
	if !e.Exact || len(e.Change) > 3 {
		return
	}
	for j := range e.Change { // none can be left out
		fewer := slices.Delete(slices.Clone(e.Change), j, j+1)
		require.Equal(t, e.Allowed, may(f.Apply(fewer), action), "world %d: change %d is not needed", i, j)
	}
	if e.Allowed {
		for _, set := range subsets(endings(f), len(e.Change)-1) {
			require.True(t, may(f.Apply(set), action), "world %d: %v is smaller than %v", i, set, e.Change)
		}
	}
}

// endings are all single changes that take something away and that rules allow.
func endings(f auth.Facts) (list []auth.Change) {
	for i, n := range f.Chain {
		for j := range n.Grants {
			if g := &n.Grants[j]; !g.Owns || n.Owners > 1 {
				list = append(list, auth.Change{Kind: auth.ChangeRevoke, Grant: g, Node: i})
			}
		}
		if n.Owners > 0 {
			list = append(list, auth.Change{Kind: auth.ChangeClose, Node: i})
		}
	}
	for _, m := range f.Memberships {
		list = append(list, auth.Change{Kind: auth.ChangeLeave, Membership: m})
	}
	return list
}

func subsets(of []auth.Change, size int) [][]auth.Change {
	sets := [][]auth.Change{nil}
	for range size {
		var larger [][]auth.Change
		for _, s := range sets {
			for _, c := range of {
				if leavesAnOwner(append(slices.Clone(s), c)) {
					larger = append(larger, append(slices.Clone(s), c))
				}
			}
		}
		sets = append(sets, larger...)
	}
	return sets
}

// leavesAnOwner is careful: it allows one owner of a node to be taken away, and no
// closing beside that.
func leavesAnOwner(set []auth.Change) bool {
	nodes := map[int]int{}
	for _, c := range set {
		if c.Kind == auth.ChangeRevoke && c.Grant.Owns || c.Kind == auth.ChangeClose {
			nodes[c.Node]++
		}
	}
	for _, n := range nodes {
		if n > 1 {
			return false
		}
	}
	return true
}

func member(m, into auth.PrincipalID) auth.Membership {
	return auth.Membership{Member: m, Into: into, Since: noon.Add(-time.Hour)}
}

func grant(to auth.PrincipalID, role auth.Role) auth.GrantFact {
	lastGrant++
	return auth.GrantFact{ID: lastGrant, Since: noon.Add(-time.Hour), Grant: auth.Grant{Principal: to, Role: role}}
}

func factsOf(chain ...auth.FactNode) auth.Facts {
	return auth.Facts{At: noon, Person: ana, Scope: auth.AllActions, Chain: chain}
}

func factNode(grants ...auth.GrantFact) auth.FactNode {
	return auth.FactNode{ID: auth.NewID(), Owners: 2, Grants: grants}
}

func TestWhyAGrantDoesNotCount(t *testing.T) {
	revoked, ended, begins := grant(ana, auth.Owner), grant(ana, auth.Owner), grant(ana, auth.Owner)
	revoked.Revoked = noon.Add(-time.Minute)
	ended.EndsAt, begins.StartsAt = noon, noon.Add(time.Second)
	closed := factNode()
	closed.Closed = true
	trashed := factNode(grant(ana, auth.Writer))
	trashed.Trashed = true
	left := factsOf(factNode(grant(class, auth.Owner)))
	left.Memberships = []auth.Membership{{Member: ana, Into: class, Since: noon.Add(-time.Hour), Ended: noon}}
	disabled := factsOf(factNode(grant(ana, auth.Owner)))
	disabled.Disabled = true
	capped := factsOf(factNode(grant(ana, auth.Owner)))
	capped.Memberships = []auth.Membership{member(ana, class)}
	capped.Caps = []auth.CapFact{{ID: 1, Group: class, Cap: auth.Cap{Actions: auth.Actions(auth.Read)}}}
	scoped := factsOf(factNode(grant(ana, auth.Owner)))
	scoped.Scope = auth.Actions(auth.Read)
	for why, f := range map[auth.Why]auth.Facts{
		auth.WhyRevoked: factsOf(factNode(revoked)), auth.WhyEnded: factsOf(factNode(ended)),
		auth.WhyNotYet: factsOf(factNode(begins)), auth.WhyLeft: left,
		auth.WhyClosed: factsOf(closed, factNode(grant(ana, auth.Owner))), auth.WhyTooLow: factsOf(factNode(grant(ana, auth.Runner))),
		auth.WhyDisabled: disabled, auth.WhyTrashed: factsOf(trashed), auth.WhyCapped: capped, auth.WhyScope: scoped,
	} {
		e := auth.Explain(f, auth.Write)
		require.False(t, e.Allowed, why)
		require.Len(t, e.Ignored, 1, why)
		require.Equal(t, why, e.Ignored[0].Why)
	}
	e := auth.Explain(factsOf(factNode(grant(ana, auth.Runner), grant(ana, auth.Owner))), auth.Write)
	require.Equal(t, auth.WhyLower, e.Ignored[0].Why)
	require.Len(t, e.Paths, 1)
}

func TestChainsComeShortestFirstAndAreCounted(t *testing.T) {
	f := factsOf(factNode(grant(firstGroup+50, auth.Reader)))
	below := []auth.PrincipalID{ana}
	for layer := range auth.PrincipalID(5) { // 4 groups in each of 5 layers: 4^5 ways
		var next []auth.PrincipalID
		for i := range auth.PrincipalID(4) {
			into := firstGroup + layer*4 + i
			for _, m := range below {
				f.Memberships = append(f.Memberships, member(m, into))
			}
			next = append(next, into)
		}
		below = next
	}
	for _, m := range below {
		f.Memberships = append(f.Memberships, member(m, firstGroup+50))
	}
	f.Memberships = append(f.Memberships, member(ana, firstGroup+60), member(firstGroup+60, firstGroup+50))
	e := auth.Explain(f, auth.Read)
	require.Len(t, e.Paths, 20)
	require.Equal(t, 1024+1-20, e.More, "none is dropped without being counted")
	require.Len(t, e.Paths[0].Chain, 2)
	require.True(t, slices.IsSortedFunc(e.Paths, func(a, b auth.Path) int { return len(a.Chain) - len(b.Chain) }))
	require.Equal(t, []auth.Change{{Kind: auth.ChangeRevoke, Grant: e.Paths[0].Grant}}, e.Change, "one change ends all ways")
}

func TestTheLastOwnerIsNotTakenAway(t *testing.T) {
	g := grant(ana, auth.Owner)
	g.Owns = true
	n := factNode(g)
	n.Owners = 1
	e := auth.Explain(factsOf(n), auth.Read)
	require.True(t, e.Allowed)
	require.Nil(t, e.Change)
	require.True(t, e.Exact)
}

// What nobody owns itself cannot be closed, so that is not proposed.
func TestOnlyWhatHasAnOwnerIsClosed(t *testing.T) {
	n := factNode()
	above := factNode(grant(ana, auth.Reader), grant(auth.Everyone, auth.Reader))
	require.Equal(t, []auth.Change{{Kind: auth.ChangeClose, Node: 0}}, auth.Explain(factsOf(n, above), auth.Read).Change)
	n.Owners = 0
	e := auth.Explain(factsOf(n, above), auth.Read)
	require.Len(t, e.Change, 2)
	for _, c := range e.Change {
		require.Equal(t, auth.ChangeRevoke, c.Kind)
	}
}
