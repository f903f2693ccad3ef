package main

import (
	"context"
	"log/slog"
	"path/filepath"

	"quire/auth"
	"quire/auth/account"
	"quire/notebook"
	"quire/notebook/interpreter"
	"quire/notebook/kernel/gateway"
	"quire/notebook/sql"
)

// openInterpreters makes what administrators set up for code to run in, with the key
// that seals its secrets.
func (a *app) openInterpreters(c *serveCmd, gate *auth.Gate, kernels notebook.Kernels) (*interpreter.Service, error) {
	path := c.SecretKeyFile
	if path == "" {
		path = filepath.Join(c.Data, "secret.key")
	}
	box, err := interpreter.OpenBox(path, c.SecretKeyFile == "")
	if err != nil {
		return nil, err
	}
	gateways := &gateway.Set{}
	a.onStop("gateways", func(context.Context) error { return gateways.Close() })
	return interpreter.New(interpreter.Config{
		Gateway: gatewaysOf(gateways, a.log),
		Store:   a.database.db.Interpreters(), Gate: gate, Box: box, Kernels: kernels,
		Databases: &sql.Databases{Kernels: kernels, Log: a.log}, Log: a.log,
	}), nil
}

// gatewaysOf finds what starts kernels on a gateway as it is set up.
func gatewaysOf(all *gateway.Set, log *slog.Logger) func(interpreter.GatewayRow, account.Secret) (notebook.Kernels, error) {
	return func(row interpreter.GatewayRow, token account.Secret) (notebook.Kernels, error) {
		options, err := gateway.ParseOptions(row.Options)
		if err != nil {
			return nil, err
		}
		g, err := all.Of(row.ID, gateway.Config{Name: row.Name, URL: row.URL, Token: token, Options: options, Log: log})
		if err != nil {
			return nil, err // and none that is nil inside
		}
		return g, nil
	}
}
