package notebook

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// Bounds of what reach lists.
const (
	reachPage    = 200
	maxReachers  = 500 // people named of those who can reach a node
	maxThrough   = 5   // ways told of each
	manyMoreWays = "and %d more"
)

// ReachQuery chooses among what somebody can reach: one kind or (empty) both, from
// after a node.
type ReachQuery struct {
	Kind  NodeKind
	After ID
	Limit int
}

// ReachedNode is a node that somebody can reach.
type ReachedNode struct {
	ID      ID       `json:"id"`
	Kind    NodeKind `json:"kind" enum:"folder,note"`
	Name    string   `json:"name"`
	Path    string   `json:"path" doc:"where it is, as far as you may read it"`
	Actions []string `json:"actions"`
	Through []string `json:"through" doc:"by what, in words"`
}

// Reach is what somebody can reach outside the trash, a page of it.
type Reach struct {
	Nodes  []ReachedNode `json:"nodes" doc:"in the order of their ids"`
	Total  int           `json:"total" doc:"how many there are, listed or not"`
	Hidden int           `json:"hidden" doc:"how many of them you may not read yourself; they are not named"`
	More   bool          `json:"more" doc:"ask again with after, the last id"`
}

// ReachOwn lists what one can reach oneself, and by what.
func (t *Tree) ReachOwn(ctx context.Context, q ReachQuery) (Reach, error) {
	if _, err := t.gate.CheckSelf(ctx, auth.ReachOwn); err != nil {
		return Reach{}, err
	}
	v, err := t.viewing(ctx)
	if err != nil {
		return Reach{}, err
	}
	return t.reach(ctx, v, v, q)
}

// ReachOf lists what an account can reach, for administrators. What they may not
// read themselves is counted, not named: to administer gives nothing on notes.
func (t *Tree) ReachOf(ctx context.Context, user auth.PrincipalID, q ReachQuery) (Reach, error) {
	actor, err := t.gate.CheckServer(ctx, auth.ReachOf)
	if err != nil {
		return Reach{}, err
	}
	who, err := t.gate.Identity(ctx, auth.Actor{Kind: auth.Person, User: user})
	if err != nil {
		return Reach{}, err
	}
	asker := Viewer{At: t.now()}
	if actor.Kind == auth.Person {
		if asker, err = t.viewing(ctx); err != nil {
			return Reach{}, err
		}
	}
	return t.reach(ctx, asker, Viewer{User: who.User, Principals: who.Principals, At: asker.At}, q)
}

func (t *Tree) reach(ctx context.Context, asker, of Viewer, q ReachQuery) (Reach, error) {
	if q.Kind != "" && q.Kind != FolderNode && q.Kind != NoteNode {
		return Reach{}, fault.New(fault.Invalid, "%q is no kind: folder and note are.", q.Kind)
	}
	if q.Limit <= 0 || q.Limit > reachPage {
		q.Limit = reachPage
	}
	return t.store.Reach(ctx, asker, of, q)
}

// ReacherFacts are all that the answer to "who can reach this?" rests on.
type ReacherFacts struct {
	At    time.Time
	Chain []auth.Object
	Nodes []FactPlace
	// Classes are people who count as the same of the principals that matter here;
	// everyone with an account that works who is in none counts as Everyone only.
	Classes []PeopleClass
	// Rest counts those.
	Rest       int
	Caps       []auth.CapFact
	OwnerOfAll auth.PrincipalID
	Names      map[auth.PrincipalID]Principal
}

// PeopleClass is a set of people whom no grant and no cap here tells apart.
type PeopleClass struct {
	Principals []auth.PrincipalID
	// Guest tells that it is a link that lets in whoever has it.
	Guest bool
	Count int
	// People are some of them, at most a few hundred.
	People []auth.PrincipalID
}

// Reacher is somebody who can reach a node.
type Reacher struct {
	Principal AccessParty `json:"principal"`
	Actions   []string    `json:"actions"`
	Through   []string    `json:"through" doc:"by what, in words"`
}

// Reachers are who can reach a node.
type Reachers struct {
	People   []Reacher `json:"people" doc:"people who have more than everyone has, and links that let in whoever has them; by name"`
	Total    int       `json:"total" doc:"how many people can reach it, listed or not"`
	Everyone bool      `json:"everyone" doc:"all who are signed in can"`
	// EveryoneMay is what they may do.
	EveryoneMay []string  `json:"everyoneMay"`
	At          time.Time `json:"at"`
	Truncated   bool      `json:"truncated" doc:"not all are listed"`
}

// WhoReaches tells who can reach a node, now (a zero moment) or at another moment.
// Only those who manage it are told.
func (t *Tree) WhoReaches(ctx context.Context, node ID, at time.Time) (Reachers, error) {
	if _, _, err := t.gate.CheckNode(ctx, auth.AccessPast, node); err != nil {
		return Reachers{}, err
	}
	v, err := t.viewing(ctx)
	if err != nil {
		return Reachers{}, err
	}
	f, err := t.store.Reachers(ctx, v, node, at)
	if err != nil {
		return Reachers{}, err
	}
	return f.reachers(), nil
}

func (f *ReacherFacts) reachers() Reachers {
	everyone := f.decide(PeopleClass{})
	r := Reachers{People: []Reacher{}, At: f.At.UTC(), Everyone: everyone.Has(auth.Read), EveryoneMay: everyone.Names()}
	if r.Everyone {
		r.Total = f.Rest
	}
	for _, c := range f.Classes {
		actions := f.decide(c)
		if !actions.Has(auth.Read) {
			continue
		}
		if !c.Guest {
			r.Total += c.Count
		}
		if actions == everyone && !c.Guest {
			continue
		}
		through := f.through(c)
		for _, p := range c.People {
			n := f.Names[p]
			r.People = append(r.People, Reacher{AccessParty{ID: p, Kind: n.Kind, Name: n.Name, DisplayName: n.DisplayName}, actions.Names(), through})
		}
		r.Truncated = r.Truncated || len(c.People) < c.Count
	}
	slices.SortFunc(r.People, func(a, b Reacher) int {
		return cmp.Or(strings.Compare(a.Principal.Name, b.Principal.Name), cmp.Compare(a.Principal.ID, b.Principal.ID))
	})
	if len(r.People) > maxReachers {
		r.People, r.Truncated = r.People[:maxReachers], true
	}
	return r
}

// decide asks auth.Decide what all of a class may do.
func (f *ReacherFacts) decide(c PeopleClass) auth.Actions {
	who := auth.Identity{Principals: slices.Clone(c.Principals), Scope: auth.Owner.Actions(), Guest: c.Guest}
	if !c.Guest {
		who.Principals = append(who.Principals, auth.Everyone)
	}
	slices.Sort(who.Principals)
	for _, k := range f.Caps {
		if who.Is(k.Group) {
			who.Caps = append(who.Caps, k.Cap)
		}
	}
	who.OwnsAll = f.OwnerOfAll != 0 && who.Is(f.OwnerOfAll)
	return auth.Decide(f.Chain, who, f.At).Actions
}

// through words the grants that count for a class, nearest first.
func (f *ReacherFacts) through(c PeopleClass) []string {
	ways := []string{}
	for i, o := range f.Chain {
		for _, g := range o.Grants {
			if g.Principal == auth.Everyone && !c.Guest || slices.Contains(c.Principals, g.Principal) {
				ways = append(ways, wayWords(g.Role, f.Names[g.Principal], i, f.Nodes[i]))
			}
		}
		if o.Closed {
			break
		}
	}
	if f.OwnerOfAll != 0 && slices.Contains(c.Principals, f.OwnerOfAll) {
		ways = append(ways, "owner of everything, by the server's setting")
	}
	return someWays(ways)
}

// someWays keeps the first ones and counts the others.
func someWays(ways []string) []string {
	ways = slices.Compact(ways)
	if len(ways) <= maxThrough {
		return ways
	}
	return append(slices.Clip(ways[:maxThrough]), fmt.Sprintf(manyMoreWays, len(ways)-maxThrough))
}

// wayWords is one grant in a few words, as somebody sees it who may read the folder
// or not.
func wayWords(role auth.Role, to Principal, depth int, place FactPlace) string {
	words := role.String()
	switch to.Kind {
	case "group":
		words += fmt.Sprintf(" through the group %s", to.Name)
	case "everyone":
		words += " as everyone"
	case "link":
		words += fmt.Sprintf(" by the link “%s”", to.Name)
	}
	switch {
	case depth == 0:
		return words
	case !place.MayRead:
		return words + ", on a folder you may not read"
	}
	return words + fmt.Sprintf(", on “%s”", place.Name)
}

// Way is a grant that counts for somebody on a node.
type Way struct {
	Role  auth.Role
	To    Principal
	Depth int
	Place FactPlace
}

// WaysInWords words what somebody has on a node, nearest first.
func WaysInWords(ways []Way) []string {
	words := make([]string, len(ways))
	for i, w := range ways {
		words[i] = wayWords(w.Role, w.To, w.Depth, w.Place)
	}
	return someWays(words)
}
