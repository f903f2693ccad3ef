package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"quire/auth"
	"quire/auth/account"
	"quire/server"
)

// capCmd are the commands on caps.
type capCmd struct {
	List capListCmd `cmd:"" help:"List caps."`
	Set  capSetCmd  `cmd:"" help:"Limit what a group's members may do."`
	Lift capLiftCmd `cmd:"" help:"Lift a cap."`
}

// Help is shown by quire cap --help.
func (capCmd) Help() string {
	return `A cap takes actions away from everybody in a group, whatever was granted to them,
everywhere or in one folder and all below it.

Examples:
  quire cap set students read --reason "exam"            nobody of them writes or runs anything
  quire cap set students read,run --node ID              in one folder: look and run, do not change
  quire cap set guests-of-the-house read,write           all but run
  quire cap list
  quire cap lift 3`
}

type capListCmd struct{ connection }

// Run implements the command.
func (c *capListCmd) Run(ctx context.Context, out io.Writer) error {
	var list server.CapList
	if err := c.ask(ctx, http.MethodGet, "/caps", nil, &list); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, list)
	}
	var rows [][]string
	for _, one := range list.Caps {
		where := "everywhere"
		if one.Node != nil {
			where = one.Node.Name
		}
		rows = append(rows, []string{strconv.FormatInt(one.ID, 10), one.Group.Name, where, strings.Join(one.Actions, " "),
			one.By, one.At.Format("2006-01-02"), one.Reason})
	}
	return printTable(out, "ID | GROUP | WHERE | LEAVES | BY | SINCE | REASON", rows)
}

type capSetCmd struct {
	connection
	Group   string   `arg:"" help:"The group's name."`
	Actions []string `arg:"" help:"What is left, separated by commas: read, and perhaps run, write or manage."`
	Node    auth.ID  `placeholder:"ID" help:"A folder or a note by its id; without it the cap counts everywhere."`
	Reason  string   `help:"Why."`
}

// Run implements the command.
func (c *capSetCmd) Run(ctx context.Context, out io.Writer) error {
	in := map[string]any{"group": map[string]any{"name": c.Group}, "actions": strings.Split(strings.Join(c.Actions, ","), ","), "reason": c.Reason}
	if !c.Node.IsZero() {
		in["node"] = c.Node
	}
	var made account.Cap
	if err := c.ask(ctx, http.MethodPost, "/caps", in, &made); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, made)
	}
	where := "everywhere"
	if made.Node != nil {
		where = "in " + plain(made.Node.Name) + " and below"
	}
	_, err := fmt.Fprintf(out, "Members of %s may only %s %s (cap %d).\n", plain(made.Group.Name), strings.Join(made.Actions, ", "), where, made.ID)
	return err
}

type capLiftCmd struct {
	connection
	ID int64 `arg:"" help:"The cap's number, as in quire cap list."`
}

// Run implements the command.
func (c *capLiftCmd) Run(ctx context.Context, out io.Writer) error {
	if err := c.ask(ctx, http.MethodDelete, fmt.Sprintf("/caps/%d", c.ID), nil, nil); err != nil || c.JSON {
		return err
	}
	_, err := fmt.Fprintln(out, "Lifted.")
	return err
}
