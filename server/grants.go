package server

import (
	"context"
	"net/http"
	"time"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/socket/wire"
)

// PrincipalBody is somebody a grant can name.
type PrincipalBody struct {
	ID          auth.PrincipalID `json:"id"`
	Kind        string           `json:"kind" enum:"user,group,link,everyone"`
	Name        string           `json:"name"`
	DisplayName string           `json:"displayName,omitempty"`
	Disabled    bool             `json:"disabled,omitempty" doc:"an account that cannot sign in"`
}

// GrantBody is a grant.
type GrantBody struct {
	Principal PrincipalBody `json:"principal"`
	Role      string        `json:"role" enum:"owner,writer,runner,reader"`
	By        string        `json:"by,omitempty" doc:"name of who granted it"`
	At        time.Time     `json:"at"`
	StartsAt  time.Time     `json:"startsAt,omitzero"`
	EndsAt    time.Time     `json:"endsAt,omitzero"`
	From      *wire.Place   `json:"from,omitempty" doc:"the folder that gives it; absent for the node's own and for a folder one may not read"`
}

// GrantsBody is who may do what on a node, and why.
type GrantsBody struct {
	Version   int64       `json:"version" doc:"counts changes of the node's own grants; a change names it"`
	Closed    bool        `json:"closed" doc:"what folders above give does not count here"`
	Grants    []GrantBody `json:"grants"`
	Inherited []GrantBody `json:"inherited"`
	Allowed   []string    `json:"allowed" doc:"what one may do oneself"`
	Links     int         `json:"links,omitempty" doc:"live links, for those who manage it"`
	Requests  int         `json:"requests,omitempty" doc:"requests that wait for an answer, for those who manage it"`
}

type wishBody struct {
	Principal struct {
		ID   auth.PrincipalID `json:"id,omitempty"`
		Kind string           `json:"kind,omitempty"`
		Name string           `json:"name,omitempty" doc:"of a user, a group or everyone; the id counts when both are given"`
	} `json:"principal"`
	Role     string     `json:"role" enum:"owner,writer,runner,reader"`
	StartsAt *time.Time `json:"startsAt,omitempty" doc:"counts from then on"`
	EndsAt   *time.Time `json:"endsAt,omitempty" doc:"counts until then"`
}

type grantsIn struct {
	NodePath
	Body GrantsChange
}

// GrantsChange is who is to have what on a node.
type GrantsChange struct {
	Version int64      `json:"version" minimum:"1" doc:"of the grants that were changed"`
	Grants  []wishBody `json:"grants" maxItems:"500" doc:"replaces the node's own undated grants to users, groups and everyone; those with dates too when any has the key startsAt or endsAt, or with dated"`
	Dated   bool       `json:"dated,omitempty" doc:"replaces grants with dates even when none is given"`
	Closed  *bool      `json:"closed,omitempty" doc:"whether what folders above give is kept out; left out: as it is"`
}

func (c *GrantsChange) change() (notebook.GrantChange, error) {
	wishes, dated, err := wishesOf(c.Grants)
	return notebook.GrantChange{Version: c.Version, Grants: wishes, Dated: dated || c.Dated, Closed: c.Closed}, err
}

// grantRoutes declares who may do what.
func (n *NotebookServer) grantRoutes() {
	route(n, auth.GrantsShow, http.MethodGet, "/nodes/{id}/grants", "Show who may do what",
		func(ctx context.Context, in *NodePath) (*body[GrantsBody], error) {
			return answerGrants(n.tree.Grants(ctx, in.ID))
		})
	route(n, auth.GrantsChange, http.MethodPut, "/nodes/{id}/grants", "Change who may do what",
		func(ctx context.Context, in *grantsIn) (*body[GrantsBody], error) {
			change, err := in.Body.change()
			if err != nil {
				return nil, err
			}
			return answerGrants(n.tree.SetGrants(ctx, in.ID, change))
		})
}

// wishesOf reads who is to have what; dated tells that any has dates.
func wishesOf(list []wishBody) (wishes []notebook.GrantWish, dated bool, err error) {
	wishes = make([]notebook.GrantWish, len(list))
	for i, w := range list {
		role, err := auth.ParseRole(w.Role)
		if err != nil {
			return nil, false, fault.Wrap(err, fault.Invalid, "%s.", err)
		}
		wishes[i] = notebook.GrantWish{ID: w.Principal.ID, Name: w.Principal.Name, Role: role,
			StartsAt: orZero(w.StartsAt), EndsAt: orZero(w.EndsAt)}
		dated = dated || w.StartsAt != nil || w.EndsAt != nil
	}
	return wishes, dated, nil
}

func answerGrants(g notebook.Grants, err error) (*body[GrantsBody], error) {
	return &body[GrantsBody]{GrantsBody{Version: g.Version, Closed: g.Closed, Grants: grantBodies(g.Own),
		Inherited: grantBodies(g.Inherited), Allowed: g.Allowed.Names(), Links: g.Links, Requests: g.Requests}}, err
}

func grantBodies(grants []notebook.Granted) []GrantBody {
	list := make([]GrantBody, len(grants))
	for i, g := range grants {
		p := g.Principal
		list[i] = GrantBody{Principal: PrincipalBody{p.ID, p.Kind, p.Name, p.DisplayName, p.Disabled},
			Role: g.Role.String(), By: g.By, At: g.At.UTC(), StartsAt: g.StartsAt, EndsAt: g.EndsAt}
		if g.From != nil {
			list[i].From = &wire.Place{ID: g.From.ID, Name: g.From.Name}
		}
	}
	return list
}
