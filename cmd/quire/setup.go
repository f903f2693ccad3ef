package main

import (
	"path/filepath"

	"quire/auth"
	"quire/notebook"
	"quire/notebook/interpreter"
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
	return interpreter.New(interpreter.Config{
		Store: a.database.db.Interpreters(), Gate: gate, Box: box, Kernels: kernels,
		Databases: &sql.Databases{Kernels: kernels, Log: a.log}, Log: a.log,
	}), nil
}
