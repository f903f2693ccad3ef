package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"quire/auth/account"
	"quire/server"
)

// groupCmd are the commands on groups.
type groupCmd struct {
	Add     groupAddCmd     `cmd:"" help:"Make a group."`
	List    groupListCmd    `cmd:"" help:"List groups."`
	Members groupMembersCmd `cmd:"" help:"List a group's members, or change them."`
	Remove  groupRemoveCmd  `cmd:"" help:"Remove a group, with what was granted to it."`
}

// Help is shown by quire group --help.
func (groupCmd) Help() string {
	return `Examples:
  quire group add crew --description "All hands" --member ana --member bo
  quire group members crew                        list them
  quire group members crew --add cy --remove bo
  quire group members crew --set ana,cy           exactly these
  quire group members everybody-here --add crew   a group in a group
  quire group members everybody-here --nested     who is in it through others too
  quire group members crew --leader ana           ana may change the members
  quire group members class --paste < names.txt   all of a list, or nobody
  quire group remove crew`
}

type groupAddCmd struct {
	connection
	Name        string   `arg:"" help:"The group's name."`
	Description string   `help:"What the group is for."`
	Member      []string `help:"A user or a group; may be repeated."`
}

// Run implements the command.
func (c *groupAddCmd) Run(ctx context.Context, out io.Writer) error {
	in := map[string]any{"name": c.Name, "description": c.Description, "members": append([]string{}, c.Member...)}
	var g account.Group
	if err := c.ask(ctx, http.MethodPost, "/groups", in, &g); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, g)
	}
	_, err := fmt.Fprintf(out, "Made the group %s with %d members.\n", plain(g.Name), len(g.Members))
	return err
}

type groupListCmd struct{ connection }

// Run implements the command.
func (c *groupListCmd) Run(ctx context.Context, out io.Writer) error {
	var list server.GroupList
	if err := c.ask(ctx, http.MethodGet, "/groups", nil, &list); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, list)
	}
	var rows [][]string
	for _, g := range list.Groups {
		rows = append(rows, []string{g.Name, strconv.Itoa(len(g.Members)), g.Description})
	}
	return printTable(out, "NAME | MEMBERS | DESCRIPTION", rows)
}

type groupRemoveCmd struct {
	connection
	Name string `arg:"" help:"The group's name."`
}

// Run implements the command.
func (c *groupRemoveCmd) Run(ctx context.Context, out io.Writer) error {
	g, err := c.groupNamed(ctx, c.Name)
	if err != nil {
		return err
	}
	if err := c.ask(ctx, http.MethodDelete, fmt.Sprintf("/groups/%d", g.ID), nil, nil); err != nil || c.JSON {
		return err
	}
	_, err = fmt.Fprintf(out, "Removed the group %s.\n", plain(g.Name))
	return err
}
