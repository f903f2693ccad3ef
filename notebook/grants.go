package notebook

import (
	"context"
	"time"

	"quire/auth"
)

// MaxGrants is how many grants one change may name.
const MaxGrants = 500

// Principal is somebody a grant can name.
type Principal struct {
	ID   auth.PrincipalID
	Kind string // user, group, link or everyone
	Name string
	// DisplayName is how a user is called; empty for the name.
	DisplayName string
	// Disabled tells that a user cannot sign in.
	Disabled bool
}

// Granted is a grant as people see it. Zero times mean no start and no end.
type Granted struct {
	Principal Principal
	Role      auth.Role
	// By is the name of who granted it; empty for the server itself.
	By       string
	At       time.Time
	StartsAt time.Time
	EndsAt   time.Time
	// From is the folder an inherited grant stands on; nil for one's own, and for a
	// folder that one may not read.
	From *Place
}

// Grants are who may do what on a node, and why.
type Grants struct {
	// Version counts changes of the node's own grants; a change names it.
	Version int64
	// Closed tells that what folders above give does not count here.
	Closed    bool
	Own       []Granted
	Inherited []Granted
	// Links and Requests count the node's live links, and the requests that wait for
	// an answer; 0 for those who do not manage it.
	Links, Requests int
	// Allowed is what one may do oneself.
	Allowed auth.Actions
}

// GrantWish is a grant to be: to the principal with the id, or with the name. The
// name of all who are signed in is "everyone". Zero times mean no start and no end.
type GrantWish struct {
	ID       auth.PrincipalID
	Name     string
	Role     auth.Role
	StartsAt time.Time
	EndsAt   time.Time
}

// GrantChange replaces the grants to users, groups and everyone that stand on a
// node.
type GrantChange struct {
	// Version is that of the grants it was made from.
	Version int64
	Grants  []GrantWish
	// Dated replaces those with a start or an end too; without it they stay.
	Dated bool
	// Closed keeps out what folders above give, or lets it in; nil leaves it.
	Closed *bool
}

// Grants returns who may do what on a node. Of several undated grants of one
// principal on one node only the highest is shown.
func (t *Tree) Grants(ctx context.Context, id ID) (Grants, error) {
	g, err := t.grants(ctx, id)
	g.Own, g.Inherited = highest(g.Own), highest(g.Inherited)
	return g, err
}

func (t *Tree) grants(ctx context.Context, id ID) (Grants, error) {
	_, allowed, err := t.gate.CheckNode(ctx, auth.GrantsShow, id)
	if err != nil {
		return Grants{}, err
	}
	v, err := t.viewing(ctx)
	if err != nil {
		return Grants{}, err
	}
	g, err := t.store.Grants(ctx, v, id)
	g.seenWith(allowed)
	return g, err
}

// seenWith leaves out what only managers see.
func (g *Grants) seenWith(allowed auth.Actions) {
	g.Allowed = allowed
	if !allowed.Has(auth.Manage) {
		g.Links, g.Requests = 0, 0
	}
}

// highest leaves out undated grants beside a higher undated one of the same
// principal on the same node.
func highest(grants []Granted) []Granted {
	type key struct {
		principal auth.PrincipalID
		from      ID
	}
	best := map[key]int{}
	var kept []Granted
	for _, g := range grants {
		k := key{principal: g.Principal.ID}
		if g.From != nil {
			k.from = g.From.ID
		}
		at, seen := best[k]
		switch {
		case !g.undated():
			kept = append(kept, g)
		case !seen:
			best[k] = len(kept)
			kept = append(kept, g)
		case g.Role > kept[at].Role:
			kept[at] = g
		}
	}
	return kept
}

func (g *Granted) undated() bool { return g.StartsAt.IsZero() && g.EndsAt.IsZero() }

// SetGrants replaces a node's own grants to users, groups and everyone, those with
// dates only if the change says so; who has the role already keeps the grant as it
// is. Stale with both versions when the grants have changed meanwhile. Invalid with
// the unknown names, for new grants to accounts that are disabled, and for one name
// twice. Conflict when nobody would own the node. Nobody grants what they may not
// do there themselves. One may take away one's own grant; the answer then is what
// was set.
func (t *Tree) SetGrants(ctx context.Context, id ID, c GrantChange) (Grants, error) {
	return t.setGrants(ctx, id, c, keepHighest)
}
