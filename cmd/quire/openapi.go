package main

import (
	"io"
	"log/slog"

	"quire/server"
)

// openAPICmd prints what the server would answer at /api/v1/openapi.json.
type openAPICmd struct{}

// Run implements the command.
func (openAPICmd) Run(out io.Writer) error {
	doc, err := server.New(server.Config{Build: build()}, server.Services{}, slog.New(slog.DiscardHandler)).OpenAPI()
	if err != nil {
		return err
	}
	_, err = out.Write(append(doc, '\n'))
	return err
}
