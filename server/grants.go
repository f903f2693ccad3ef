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
	Inherits  bool        `json:"inherits" doc:"whether what folders above give counts here"`
	Grants    []GrantBody `json:"grants"`
	Inherited []GrantBody `json:"inherited"`
	Allowed   []string    `json:"allowed" doc:"what one may do oneself"`
}

type wishBody struct {
	Principal struct {
		ID   auth.PrincipalID `json:"id,omitempty"`
		Kind string           `json:"kind,omitempty"`
		Name string           `json:"name,omitempty" doc:"of a user, a group or everyone; the id counts when both are given"`
	} `json:"principal"`
	Role string `json:"role" enum:"owner,writer,runner,reader"`
}

type grantsIn struct {
	NodePath
	Body struct {
		Version  int64      `json:"version" minimum:"1" doc:"of the grants that were changed"`
		Grants   []wishBody `json:"grants" maxItems:"500" doc:"replaces the node's own undated grants to users, groups and everyone"`
		Inherits *bool      `json:"inherits,omitempty" doc:"whether what folders above give is to count here; left out: as it is"`
	}
}

// grantRoutes declares who may do what.
func (n *NotebookServer) grantRoutes() {
	route(n, auth.GrantsShow, http.MethodGet, "/nodes/{id}/grants", "Show who may do what",
		func(ctx context.Context, in *NodePath) (*body[GrantsBody], error) {
			return answerGrants(n.tree.Grants(ctx, in.ID))
		})
	route(n, auth.GrantsChange, http.MethodPut, "/nodes/{id}/grants", "Change who may do what",
		func(ctx context.Context, in *grantsIn) (*body[GrantsBody], error) {
			wishes, err := wishesOf(in.Body.Grants)
			if err != nil {
				return nil, err
			}
			return answerGrants(n.tree.SetGrants(ctx, in.ID, notebook.GrantChange{
				Version: in.Body.Version, Grants: wishes, Inherits: in.Body.Inherits}))
		})
}

func wishesOf(list []wishBody) ([]notebook.GrantWish, error) {
	wishes := make([]notebook.GrantWish, len(list))
	for i, w := range list {
		role, err := auth.ParseRole(w.Role)
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "%s.", err)
		}
		wishes[i] = notebook.GrantWish{ID: w.Principal.ID, Name: w.Principal.Name, Role: role}
	}
	return wishes, nil
}

func answerGrants(g notebook.Grants, err error) (*body[GrantsBody], error) {
	return &body[GrantsBody]{GrantsBody{Version: g.Version, Inherits: g.Inherits, Grants: grantBodies(g.Own),
		Inherited: grantBodies(g.Inherited), Allowed: g.Allowed.Names()}}, err
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
