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

// groupNamed finds a group by any form of its name.
func (c *connection) groupNamed(ctx context.Context, name string) (account.Group, error) {
	folded, err := account.Fold(name)
	if err != nil {
		return account.Group{}, err
	}
	var list server.GroupList
	if err := c.ask(ctx, http.MethodGet, "/groups", nil, &list); err != nil {
		return account.Group{}, err
	}
	for _, g := range list.Groups {
		if f, err := account.Fold(g.Name); err == nil && f == folded {
			return g, nil
		}
	}
	return account.Group{}, fmt.Errorf("there is no group %q", name)
}

type groupMembersCmd struct {
	connection
	Name   string   `arg:"" help:"The group's name."`
	Add    []string `help:"A user or a group to add; may be repeated."`
	Remove []string `help:"A member to take out; may be repeated."`
	Set    []string `xor:"set" help:"All the members there shall be, separated by commas."`
	Empty  bool     `xor:"set" help:"Take all members out."`
}

// Run implements the command.
func (c *groupMembersCmd) Run(ctx context.Context, out io.Writer) error {
	g, err := c.groupNamed(ctx, c.Name)
	if err != nil {
		return err
	}
	if wanted, change := c.wanted(g); change {
		in := map[string]any{"members": wanted}
		if err := c.ask(ctx, http.MethodPut, fmt.Sprintf("/groups/%d/members", g.ID), in, &g); err != nil {
			return err
		}
	}
	if c.JSON {
		return printJSON(out, g)
	}
	var rows [][]string
	for _, m := range g.Members {
		rows = append(rows, []string{m.Name, m.Kind, m.DisplayName})
	}
	return printTable(out, "NAME | KIND | DISPLAY NAME", rows)
}

// wanted lists the members there shall be, and tells whether that was asked for at
// all. The server refuses names it does not know.
func (c *groupMembersCmd) wanted(g account.Group) (names []string, change bool) {
	names = []string{}
	if c.Set != nil || c.Empty {
		return append(names, c.Set...), true
	}
	drop := map[string]bool{}
	for _, name := range c.Remove {
		folded, _ := account.Fold(name)
		drop[folded] = true
	}
	for _, m := range g.Members {
		if folded, _ := account.Fold(m.Name); !drop[folded] {
			names = append(names, m.Name)
		}
	}
	return append(names, c.Add...), len(c.Add)+len(c.Remove) > 0
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
