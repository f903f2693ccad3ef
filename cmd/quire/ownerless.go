package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"quire/auth"
	"quire/server"
)

// ownerlessCmd are the commands on what nobody owns any more.
type ownerlessCmd struct {
	List ownerlessListCmd `cmd:"" help:"List folders and notes whose owners are all disabled or gone."`
	Pass ownerlessPassCmd `cmd:"" help:"Give one of them a new owner."`
}

// Help is shown by quire ownerless --help.
func (ownerlessCmd) Help() string {
	return `Examples:
  quire ownerless list
  quire ownerless pass ID ana       ana owns it now, too`
}

type ownerlessListCmd struct{ connection }

// Run implements the command.
func (c *ownerlessListCmd) Run(ctx context.Context, out io.Writer) error {
	var list server.OwnerlessList
	if err := c.ask(ctx, http.MethodGet, "/ownerless", nil, &list); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, list)
	}
	var rows [][]string
	for _, n := range list.Nodes {
		path, owners := "", []string{}
		for _, p := range n.Path {
			path += p.Name + "/"
		}
		for _, o := range n.Owners {
			owners = append(owners, o.Name)
		}
		rows = append(rows, []string{n.ID.String(), string(n.Kind), path + n.Name, strings.Join(owners, " ")})
	}
	if err := printTable(out, "ID | KIND | PATH | OWNERS", rows); err != nil || list.Total == len(list.Nodes) {
		return err
	}
	_, err := fmt.Fprintf(out, "These are %d of %d.\n", len(list.Nodes), list.Total)
	return err
}

type ownerlessPassCmd struct {
	connection
	ID auth.ID `arg:"" help:"The id of the folder or note, as in quire ownerless list."`
	To string  `arg:"" help:"The user or group that is to own it."`
}

// Run implements the command.
func (c *ownerlessPassCmd) Run(ctx context.Context, out io.Writer) error {
	in := map[string]any{"principal": map[string]any{"name": c.To}}
	if err := c.ask(ctx, http.MethodPost, "/ownerless/"+c.ID.String(), in, nil); err != nil || c.JSON {
		return err
	}
	_, err := fmt.Fprintf(out, "%s is an owner now.\n", plain(c.To))
	return err
}
