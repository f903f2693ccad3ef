package server

import (
	"context"
	"net/http"

	"quire/auth"
	"quire/auth/account"
)

// settingsRoutes declares what administrators set for the whole server.
func (n *NotebookServer) settingsRoutes() {
	route(n, auth.SettingsShow, http.MethodGet, "/settings", "Show the server's settings",
		func(ctx context.Context, _ *struct{}) (*body[account.Settings], error) {
			s, err := n.accounts.Settings(ctx)
			return &body[account.Settings]{s}, err
		})
	route(n, auth.SettingsChange, http.MethodPut, "/settings", "Change the server's settings",
		func(ctx context.Context, in *body[account.Settings]) (*body[account.Settings], error) {
			s, err := n.accounts.ChangeSettings(ctx, in.Body)
			return &body[account.Settings]{s}, err
		})
}
