package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"unicode/utf8"

	"quire/auth"
	"quire/auth/account"
	"quire/server"
)

// groupMembersCmd lists a group's members or changes them.
type groupMembersCmd struct {
	connection
	Name     string   `arg:"" help:"The group's name."`
	Add      []string `help:"A user or a group to add; may be repeated."`
	Remove   []string `help:"A member to take out; may be repeated."`
	Set      []string `xor:"set" help:"All the members there shall be, separated by commas."`
	Empty    bool     `xor:"set" help:"Take all members out."`
	Paste    bool     `help:"Add the names on standard input, on lines or between commas: all or, if one is unknown, none."`
	Leader   []string `help:"A member who is to change the members; may be repeated."`
	NoLeader []string `help:"A member who no longer is; may be repeated."`
	Nested   bool     `help:"List members of member groups too, indented."`
}

// Run implements the command.
func (c *groupMembersCmd) Run(ctx context.Context, out io.Writer) error {
	g, err := c.groupNamed(ctx, c.Name)
	if err != nil {
		return err
	}
	path := fmt.Sprintf("/groups/%d/members", g.ID)
	if wanted, change := c.wanted(g); change {
		if err := c.ask(ctx, http.MethodPut, path, map[string]any{"members": wanted}, &g); err != nil {
			return err
		}
	}
	var pasted *account.Pasted
	if c.Paste {
		if pasted, err = c.paste(ctx, path, os.Stdin); err != nil {
			return err
		}
		g = pasted.Group
	}
	for leads, names := range map[bool][]string{true: c.Leader, false: c.NoLeader} {
		for _, name := range names {
			if g, err = c.setLeader(ctx, path, g, name, leads); err != nil {
				return err
			}
		}
	}
	return c.print(ctx, out, g, pasted)
}

func (c *groupMembersCmd) print(ctx context.Context, out io.Writer, g account.Group, pasted *account.Pasted) error {
	switch {
	case c.JSON && pasted != nil:
		pasted.Group = g
		return printJSON(out, pasted)
	case c.JSON:
		return printJSON(out, g)
	case pasted != nil:
		_, err := fmt.Fprintf(out, "Added %d. Members already: %d. Repeated in the list: %s.\n",
			pasted.Added, len(pasted.Already), plain(orNone(pasted.Repeated)))
		return err
	}
	var groups server.GroupList
	if c.Nested {
		if err := c.ask(ctx, http.MethodGet, "/groups", nil, &groups); err != nil {
			return err
		}
	}
	return printTable(out, "NAME | KIND | LEADS | DISPLAY NAME", memberRows(g, groups.Groups, ""))
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// memberRows has a row for each member, and below groups among them their own.
// groups are all there are; without them nothing is looked into.
func memberRows(g account.Group, groups []account.Group, indent string) [][]string {
	var rows [][]string
	for _, m := range g.Members {
		leads := ""
		if m.Leads {
			leads = "yes"
		}
		rows = append(rows, []string{indent + m.Name, m.Kind, leads, m.DisplayName})
		for _, inner := range groups {
			if inner.ID == m.ID {
				rows = append(rows, memberRows(inner, groups, indent+"  ")...)
			}
		}
	}
	return rows
}

// maxPasted bounds what is read from standard input; 2,000 names fit many times.
const maxPasted = 1 << 20

func (c *groupMembersCmd) paste(ctx context.Context, path string, in io.Reader) (*account.Pasted, error) {
	text, err := io.ReadAll(io.LimitReader(in, maxPasted+1))
	if err != nil {
		return nil, fmt.Errorf("standard input: %w", err)
	}
	if len(text) > maxPasted || !utf8.Valid(text) {
		return nil, fmt.Errorf("standard input is not a list of names: it is longer than %d bytes, or not UTF-8", maxPasted)
	}
	names := []string{}
	for _, name := range strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune("\r\n,;\t", r) }) {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	p := &account.Pasted{}
	return p, c.ask(ctx, http.MethodPost, path, map[string]any{"names": names}, p)
}

func (c *groupMembersCmd) setLeader(ctx context.Context, path string, g account.Group, name string, leads bool) (account.Group, error) {
	id, err := memberNamed(g, name)
	if err != nil {
		return g, err
	}
	err = c.ask(ctx, http.MethodPut, fmt.Sprintf("%s/%d", path, id), map[string]any{"leads": leads}, &g)
	return g, err
}

func memberNamed(g account.Group, name string) (auth.PrincipalID, error) {
	folded, err := account.Fold(name)
	if err != nil {
		return 0, err
	}
	for _, m := range g.Members {
		if f, err := account.Fold(m.Name); err == nil && f == folded {
			return m.ID, nil
		}
	}
	return 0, fmt.Errorf("%q is no member of %s", name, g.Name)
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

// groupNamed finds a group by any form of its name: among all of them, or for who
// does not administer, among those one is in.
func (c *connection) groupNamed(ctx context.Context, name string) (account.Group, error) {
	folded, err := account.Fold(name)
	if err != nil {
		return account.Group{}, err
	}
	var list server.GroupList
	err = c.ask(ctx, http.MethodGet, "/groups", nil, &list)
	if err != nil && c.Server != nil {
		return c.ownGroupNamed(ctx, folded)
	}
	if err != nil {
		return account.Group{}, err
	}
	for _, g := range list.Groups {
		if f, err := account.Fold(g.Name); err == nil && f == folded {
			return g, nil
		}
	}
	return account.Group{}, fmt.Errorf("there is no group %q", name)
}

func (c *connection) ownGroupNamed(ctx context.Context, folded string) (account.Group, error) {
	var list server.MyGroups
	if err := c.ask(ctx, http.MethodGet, "/me/groups", nil, &list); err != nil {
		return account.Group{}, err
	}
	for _, g := range list.Groups {
		if f, err := account.Fold(g.Name); err == nil && f == folded {
			var whole account.Group
			err := c.ask(ctx, http.MethodGet, fmt.Sprintf("/groups/%d", g.ID), nil, &whole)
			return whole, err
		}
	}
	return account.Group{}, fmt.Errorf("you are in no group %q", folded)
}
