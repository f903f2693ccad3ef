package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"quire/auth"
	"quire/auth/account"
	"quire/server"
)

// userCmd are the commands on users.
type userCmd struct {
	Add     userAddCmd     `cmd:"" help:"Make a user and print the link that invites them."`
	List    userListCmd    `cmd:"" help:"List users."`
	Link    userLinkCmd    `cmd:"" help:"Print a new link by which a user chooses a password."`
	Disable userDisableCmd `cmd:"" help:"Keep a user out, at once: all their sign-ins and tokens end."`
	Enable  userEnableCmd  `cmd:"" help:"Let a disabled user sign in again."`
	Admin   userAdminCmd   `cmd:"" help:"Make a user an administrator, or no longer one."`
}

// Help is shown by quire user --help.
func (userCmd) Help() string {
	return `Examples:
  quire user add ana --display-name "Ana Silva" --group crew
  quire user list
  quire user link ana                  she has forgotten her password
  quire user disable ana               she is out within a moment, everywhere
  quire user admin ana                 and with --off no longer

On the server's machine the commands need no password. From elsewhere:
  QUIRE_TOKEN=quire_... quire user list --server https://notes.example.org`
}

type userAddCmd struct {
	connection
	Name        string   `arg:"" help:"The name to sign in with."`
	DisplayName string   `help:"The name shown to others."`
	Admin       bool     `help:"Make them an administrator."`
	Group       []string `help:"A group to join; may be repeated."`
}

// Run implements the command.
func (c *userAddCmd) Run(ctx context.Context, out io.Writer) error {
	in := map[string]any{"name": c.Name, "displayName": c.DisplayName, "admin": c.Admin, "groups": c.Group}
	if c.Group == nil {
		delete(in, "groups")
	}
	var made server.NewUserBody
	if err := c.ask(ctx, http.MethodPost, "/users", in, &made); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, made)
	}
	fmt.Fprintf(out, "Made the user %s.\n", plain(made.User.Name))
	return printLink(out, made.Link)
}

func printLink(out io.Writer, l server.LinkBody) error {
	_, err := fmt.Fprintf(out, "Send them this link. It works once, until %s:\n\n    %s\n\n", moment(&l.ExpiresAt), l.URL)
	return err
}

type userListCmd struct {
	connection
	Query string `arg:"" optional:"" help:"Only those whose name begins so."`
}

// Run implements the command.
func (c *userListCmd) Run(ctx context.Context, out io.Writer) error {
	users, err := c.users(ctx, c.Query)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, server.UserPage{Users: users})
	}
	var rows [][]string
	for _, u := range users {
		rows = append(rows, []string{u.Name, u.DisplayName, state(u), moment(u.LastSeenAt), groupNames(u.Groups)})
	}
	return printTable(out, "NAME | DISPLAY NAME | STATE | LAST SEEN | GROUPS", rows)
}

// users fetches all pages.
func (c *connection) users(ctx context.Context, query string) ([]account.User, error) {
	all := []account.User{}
	after := ""
	for {
		var page server.UserPage
		if err := c.ask(ctx, http.MethodGet, "/users?query="+url.QueryEscape(query)+after, nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Users...)
		if !page.More || len(page.Users) == 0 {
			return all, nil
		}
		after = fmt.Sprintf("&after=%d", page.Users[len(page.Users)-1].ID)
	}
}

func state(u account.User) string {
	var words []string
	for _, w := range []struct {
		is   bool
		word string
	}{{u.Admin, "administrator"}, {u.Disabled, "disabled"}, {u.Invited, "invited"}} {
		if w.is {
			words = append(words, w.word)
		}
	}
	return strings.Join(words, ", ")
}

func groupNames(groups []account.GroupRef) string {
	names := make([]string, len(groups))
	for i, g := range groups {
		names[i] = g.Name
	}
	return strings.Join(names, ", ")
}

// userNamed finds a user by any form of the name.
func (c *connection) userNamed(ctx context.Context, name string) (auth.PrincipalID, error) {
	folded, err := account.Fold(name)
	if err != nil {
		return 0, err
	}
	users, err := c.users(ctx, folded)
	if err != nil {
		return 0, err
	}
	for _, u := range users {
		if f, err := account.Fold(u.Name); err == nil && f == folded {
			return u.ID, nil
		}
	}
	return 0, fmt.Errorf("there is no user %q", name)
}

type userLinkCmd struct {
	connection
	Name string `arg:"" help:"The user's name."`
}

// Run implements the command.
func (c *userLinkCmd) Run(ctx context.Context, out io.Writer) error {
	id, err := c.userNamed(ctx, c.Name)
	if err != nil {
		return err
	}
	var link server.LinkBody
	if err := c.ask(ctx, http.MethodPost, fmt.Sprintf("/users/%d/link", id), nil, &link); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, link)
	}
	return printLink(out, link)
}

type userDisableCmd struct {
	connection
	Name string `arg:"" help:"The user's name."`
}

// Run implements the command.
func (c *userDisableCmd) Run(ctx context.Context, out io.Writer) error {
	return c.changeUser(ctx, out, c.Name, map[string]any{"disabled": true}, "%s can no longer sign in, and is signed out everywhere.")
}

type userEnableCmd struct {
	connection
	Name string `arg:"" help:"The user's name."`
}

// Run implements the command.
func (c *userEnableCmd) Run(ctx context.Context, out io.Writer) error {
	return c.changeUser(ctx, out, c.Name, map[string]any{"disabled": false}, "%s can sign in again.")
}

type userAdminCmd struct {
	connection
	Name string `arg:"" help:"The user's name."`
	Off  bool   `help:"Make them an ordinary user again."`
}

// Run implements the command.
func (c *userAdminCmd) Run(ctx context.Context, out io.Writer) error {
	done := "%s is an administrator now."
	if c.Off {
		done = "%s is no longer an administrator."
	}
	return c.changeUser(ctx, out, c.Name, map[string]any{"admin": !c.Off}, done)
}

func (c *connection) changeUser(ctx context.Context, out io.Writer, name string, change map[string]any, done string) error {
	id, err := c.userNamed(ctx, name)
	if err != nil {
		return err
	}
	var u account.User
	if err := c.ask(ctx, http.MethodPatch, fmt.Sprintf("/users/%d", id), change, &u); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, u)
	}
	_, err = fmt.Fprintf(out, done+"\n", plain(u.Name))
	return err
}
