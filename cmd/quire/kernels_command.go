package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"quire/auth/account"
)

// kernelsCmd are the commands on what runs code.
type kernelsCmd struct {
	AllowUnseparated kernelsAllowCmd `cmd:"" help:"Agree that code runs although this server cannot keep it apart."`
}

// kernelsAllowCmd gives or takes back an administrator's consent.
type kernelsAllowCmd struct {
	connection
	No bool `help:"Take it back: no further kernel starts."`
}

// Help is shown by quire kernels allow-unseparated --help.
func (kernelsAllowCmd) Help() string {
	return `Without bubblewrap, and not started as root, a server runs code as its own user:
whoever runs code reaches everything that the server can, other people's notes too.
With more than one account it does so only after an administrator has agreed.`
}

// Run implements the command.
func (c *kernelsAllowCmd) Run(ctx context.Context, out io.Writer) error {
	var s account.Settings
	if err := c.ask(ctx, http.MethodPut, "/settings", map[string]any{"unseparated": !c.No}, &s); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, s)
	}
	text := "Code that is not kept apart does not run while there is more than one account."
	if s.Unseparated != nil {
		text = "Code runs although it is not kept apart, as " + s.Unseparated.By + " has agreed."
	}
	_, err := fmt.Fprintln(out, text)
	return err
}
