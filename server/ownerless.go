package server

import (
	"context"
	"net/http"

	"quire/auth"
	"quire/notebook"
	"quire/socket/wire"
)

// OwnerlessList lists what has no live owner.
type OwnerlessList struct {
	Nodes []OwnerlessNode `json:"nodes"`
	Total int             `json:"total" doc:"how many there are; at most 500 are listed"`
}

// OwnerlessNode is a folder or note without a live owner.
type OwnerlessNode struct {
	ID      notebook.ID       `json:"id"`
	Name    string            `json:"name"`
	Kind    notebook.NodeKind `json:"kind" enum:"folder,note"`
	Path    []wire.Place      `json:"path"`
	Trashed bool              `json:"trashed"`
	Owners  []PrincipalBody   `json:"owners" doc:"who owns it without being there any more"`
}

type passOnIn struct {
	ID   notebook.ID `path:"id"`
	Body struct {
		Principal PrincipalIn `json:"principal"`
	}
}

// ownerlessRoutes declares what administrators do with what nobody owns any more.
func (n *NotebookServer) ownerlessRoutes() {
	route(n, auth.OwnerlessList, http.MethodGet, "/ownerless", "List folders and notes whose owners are all gone",
		func(ctx context.Context, _ *struct{}) (*body[OwnerlessList], error) {
			nodes, total, err := n.tree.Ownerless(ctx)
			return &body[OwnerlessList]{ownerlessList(nodes, total)}, err
		})
	route(n, auth.OwnerlessPass, http.MethodPost, "/ownerless/{id}", "Give a folder or note that has no live owner a new one",
		func(ctx context.Context, in *passOnIn) (*nothing, error) {
			to := notebook.GrantWish{ID: in.Body.Principal.ID, Name: in.Body.Principal.Name, Role: auth.Owner}
			return &nothing{}, n.tree.PassOn(ctx, in.ID, to)
		})
}

func ownerlessList(nodes []notebook.Ownerless, total int) OwnerlessList {
	list := OwnerlessList{Nodes: make([]OwnerlessNode, len(nodes)), Total: total}
	for i, o := range nodes {
		one := OwnerlessNode{ID: o.ID, Name: o.Name, Kind: o.Kind, Trashed: o.Trashed, Path: []wire.Place{}, Owners: []PrincipalBody{}}
		for _, p := range o.Path {
			one.Path = append(one.Path, wire.Place{ID: p.ID, Name: p.Name})
		}
		for _, p := range o.Owners {
			one.Owners = append(one.Owners, PrincipalBody{p.ID, p.Kind, p.Name, p.DisplayName, p.Disabled})
		}
		list.Nodes[i] = one
	}
	return list
}
