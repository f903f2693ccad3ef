package server

import (
	"context"
	"net/http"

	"quire/auth"
	"quire/auth/account"
)

type settingsIn struct {
	Body struct {
		NewNotes    *account.Audience `json:"newNotes,omitempty" enum:"everyone,me"`
		LinksAnyone *bool             `json:"linksAnyone,omitempty"`
		Unseparated *bool             `json:"unseparated,omitempty" doc:"agree that code runs although it is not kept apart, or take that back"`
	}
}

// settingsRoutes declares what administrators set for the whole server.
func (n *NotebookServer) settingsRoutes() {
	route(n, auth.SettingsShow, http.MethodGet, "/settings", "Show the server's settings",
		func(ctx context.Context, _ *struct{}) (*body[account.Settings], error) {
			s, err := n.accounts.Settings(ctx)
			return &body[account.Settings]{s}, err
		})
	route(n, auth.SettingsChange, http.MethodPut, "/settings", "Change the server's settings that are named",
		func(ctx context.Context, in *settingsIn) (*body[account.Settings], error) {
			s, err := n.accounts.ChangeSettings(ctx, account.SettingsChange{
				NewNotes: in.Body.NewNotes, LinksAnyone: in.Body.LinksAnyone, Unseparated: in.Body.Unseparated,
			})
			return &body[account.Settings]{s}, err
		})
}
