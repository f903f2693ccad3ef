package main

import (
	"context"
	"io"
	"net/http"

	"quire/auth/account"
	"quire/server"
)

// shareCmd gives somebody a role on a folder or a note.
type shareCmd struct {
	asPerson
	Node   string `arg:"" name:"note" help:"The note or folder: its id, or its path from the top."`
	Person string `arg:"" help:"A user, a group, or everyone."`
	Role   string `arg:"" enum:"owner,writer,runner,reader,none" help:"owner, writer, runner, reader, or none to take it away."`
	Until  until  `placeholder:"DATE" help:"When it ends: 2026-12-31, \"2026-12-31 18:00\" or RFC 3339."`
}

// Help is shown by quire share --help.
func (shareCmd) Help() string {
	return `The role takes the place of what they were given on it before; what folders above give
stays.

Examples:
  quire share Team/Churn bo writer --as ana
  quire share Team/Churn interns reader --until 2026-12-31 --as ana
  quire share Team/Churn bo none --as ana`
}

// Run implements the command.
func (c *shareCmd) Run(ctx context.Context, out io.Writer) error {
	if err := c.self(); err != nil {
		return err
	}
	id, err := c.nodeNamed(ctx, c.Node)
	if err != nil {
		return err
	}
	path := "/nodes/" + id.String() + "/grants"
	var g server.GrantsBody
	if err := c.ask(ctx, http.MethodGet, path, nil, &g); err != nil {
		return err
	}
	in := map[string]any{"version": g.Version, "dated": true, "grants": c.wished(g.Grants)}
	if err := c.ask(ctx, http.MethodPut, path, in, &g); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, g)
	}
	var rows [][]string
	for _, one := range g.Grants {
		rows = append(rows, []string{one.Principal.Name, one.Principal.Kind, one.Role, moment(&one.StartsAt), moment(&one.EndsAt)})
	}
	return printTable(out, "NAME | KIND | ROLE | FROM | UNTIL", rows)
}

// wished are the grants there shall be: those of others as they are.
func (c *shareCmd) wished(stand []server.GrantBody) []map[string]any {
	wanted, _ := account.Fold(c.Person)
	list := []map[string]any{}
	for _, g := range stand {
		if folded, _ := account.Fold(g.Principal.Name); g.Principal.Kind == "link" || folded == wanted {
			continue
		}
		one := map[string]any{"principal": map[string]any{"id": g.Principal.ID}, "role": g.Role}
		if !g.StartsAt.IsZero() {
			one["startsAt"] = g.StartsAt
		}
		if !g.EndsAt.IsZero() {
			one["endsAt"] = g.EndsAt
		}
		list = append(list, one)
	}
	if c.Role == "none" {
		return list
	}
	one := map[string]any{"principal": map[string]any{"name": c.Person}, "role": c.Role}
	if !c.Until.IsZero() {
		one["endsAt"] = c.Until.Time
	}
	return append(list, one)
}
