package server

import (
	"context"
	"net/http"

	"quire/auth"
	"quire/auth/account"
)

// CapList lists caps.
type CapList struct {
	Caps []account.Cap `json:"caps"`
}

type newCapIn struct {
	Body struct {
		Group   PrincipalIn `json:"group"`
		Node    auth.ID     `json:"node,omitempty" doc:"a folder or note; absent: everywhere"`
		Actions []string    `json:"actions" enum:"read,run,write,manage" doc:"what is left: read, and perhaps others, but not all"`
		Reason  string      `json:"reason,omitempty"`
	}
}

// PrincipalIn names a user or a group by id or by name.
type PrincipalIn struct {
	ID   auth.PrincipalID `json:"id,omitempty"`
	Name string           `json:"name,omitempty"`
}

type capPath struct {
	ID int64 `path:"id"`
}

// capRoutes declares what limits groups.
func (n *NotebookServer) capRoutes() {
	route(n, auth.CapList, http.MethodGet, "/caps", "List the caps on groups",
		func(ctx context.Context, _ *struct{}) (*body[CapList], error) {
			caps, err := n.accounts.Caps(ctx)
			return &body[CapList]{CapList{caps}}, err
		})
	route(n, auth.CapSet, http.MethodPost, "/caps", "Limit what a group's members may do, everywhere or below a folder; replaces the cap there is",
		func(ctx context.Context, in *newCapIn) (*body[account.Cap], error) {
			c, err := n.accounts.SetCap(ctx, account.NewCap{
				Group: account.GroupRef{ID: in.Body.Group.ID, Name: in.Body.Group.Name}, Node: in.Body.Node,
				Actions: in.Body.Actions, Reason: in.Body.Reason,
			})
			return &body[account.Cap]{c}, err
		})
	route(n, auth.CapLift, http.MethodDelete, "/caps/{id}", "Lift a cap",
		func(ctx context.Context, in *capPath) (*nothing, error) {
			return &nothing{}, n.accounts.LiftCap(ctx, in.ID)
		})
}
