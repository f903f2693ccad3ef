package notebook

import (
	"slices"
	"time"

	"quire/auth"
)

// explainer names what an explanation mentions, as far as who asks may see it, and
// counts what it leaves unnamed.
type explainer struct {
	AccessFacts
	asker  auth.Identity
	hidden int
}

// sees tells whether the asker may see a principal. People and everyone are seen by
// all; a group by its members, its leaders and administrators.
func (x *explainer) sees(p auth.PrincipalID) bool {
	if x.Names[p].Kind != "group" || x.asker.Admin || x.asker.Is(p) {
		return true
	}
	_, leads := slices.BinarySearch(x.asker.Leads, p)
	return leads
}

// party names somebody. known tells that the asker sees who it is by other means, as
// those who manage a node see whom it is granted to.
func (x *explainer) party(p auth.PrincipalID, known bool) AccessParty {
	if !known && !x.sees(p) {
		return AccessParty{Kind: x.Names[p].Kind, Hidden: true}
	}
	n := x.Names[p]
	return AccessParty{ID: p, Kind: n.Kind, Name: n.Name, DisplayName: n.DisplayName}
}

// place names a node of the chain; nil for one that may not be read.
func (x *explainer) place(i int) *AccessPlace {
	if !x.Nodes[i].MayRead {
		return nil
	}
	return &AccessPlace{x.Nodes[i].ID, x.Nodes[i].Name}
}

func (x *explainer) by(p auth.PrincipalID) string { return x.Names[p].Name }

// steps names a chain of memberships. The last one leads to whom something was
// granted, which known tells is seen.
func (x *explainer) steps(chain []auth.Membership, known bool) (list []AccessStep, hidden bool) {
	list = []AccessStep{}
	for i, m := range chain {
		p := x.party(m.Into, known && i == len(chain)-1)
		step := AccessStep{AccessParty: p, Since: m.Since.UTC(), Ended: m.Ended}
		if !p.Hidden {
			step.By = x.by(m.By)
		}
		list = append(list, step)
		hidden = hidden || p.Hidden
	}
	return list, hidden
}

func (x *explainer) path(p auth.Path, why auth.Why) AccessPath {
	a := AccessPath{Why: string(why), Counts: why == "", Live: true, Depth: p.Node}
	var hidden bool
	a.Chain, hidden = x.steps(p.Chain, true)
	if p.Grant == nil {
		a.Kind, a.Role, a.Principal = "owner role", auth.Owner.String(), x.party(x.OwnerOfAll, true)
	} else {
		a.Kind, a.Node = "grant", x.place(p.Node)
		a.grant(x, p.Grant)
		hidden = hidden || a.Node == nil
	}
	if hidden {
		x.hidden++
	}
	return a
}

func (a *AccessPath) grant(x *explainer, g *auth.GrantFact) {
	a.Principal = x.party(g.Principal, true)
	if a.Principal.Kind == "link" {
		a.Kind = "link"
	}
	a.ID, a.Role, a.By, a.Since = g.ID, g.Role.String(), x.by(g.By), g.Since.UTC()
	a.StartsAt, a.EndsAt, a.Revoked = inUTC(g.StartsAt), inUTC(g.EndsAt), inUTC(g.Revoked)
	a.Live = (g.Revoked.IsZero() || x.At.Before(g.Revoked)) && !x.At.Before(g.StartsAt) && (g.EndsAt.IsZero() || x.At.Before(g.EndsAt))
}

// inUTC leaves no time as it is.
func inUTC(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}

func (x *explainer) cap(c auth.CapPath) AccessCap {
	a := AccessCap{ID: c.ID, Actions: c.Actions.Names(), Forbids: c.Forbids, Since: c.Since.UTC(), Node: x.capPlace(c.Node)}
	var hidden bool
	a.Chain, hidden = x.steps(c.Chain, false)
	a.Group = x.party(c.Group, x.Person == x.asker.User)
	if !a.Group.Hidden {
		a.By, a.Reason = x.by(c.By), c.Reason
	}
	if hidden || a.Group.Hidden || a.Node == nil && !c.Node.IsZero() {
		x.hidden++
	}
	return a
}

func (x *explainer) capPlace(node ID) *AccessPlace {
	for i := range x.Nodes {
		if x.Nodes[i].ID == node {
			return x.place(i)
		}
	}
	return nil
}
