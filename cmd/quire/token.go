package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"quire/server"
)

// tokenCmd are the commands on tokens.
type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make a token and print it, this once."`
	List   tokenListCmd   `cmd:"" help:"List tokens."`
	Revoke tokenRevokeCmd `cmd:"" help:"End a token, at once."`
}

// Help is shown by quire token --help.
func (tokenCmd) Help() string {
	return `A token lets a program do what its owner may, or less. On the server's machine say
whose it is with --as; with QUIRE_TOKEN and --server it is yours.

Examples:
  quire token create "nightly export" --as ana --scope read --days 90
  quire token list --as ana
  quire token revoke 06h008v4vdw5bc5a50a8ka6n84 --as ana`
}

// ownedBy says whose tokens are meant.
type ownedBy struct {
	connection
	As string `placeholder:"USER" help:"Whose tokens; needed on the server's own machine."`
}

func (c *ownedBy) own() error {
	if c.Server == nil && c.As == "" {
		return fmt.Errorf("say whose token it is: --as USER")
	}
	if c.Server != nil && c.As != "" {
		return fmt.Errorf("--as works on the server's own machine; with --server the tokens are those of QUIRE_TOKEN's owner")
	}
	c.as = c.As
	return nil
}

type tokenCreateCmd struct {
	ownedBy
	Label string   `arg:"" help:"What the token is for."`
	Scope []string `enum:"read,run,write,manage" help:"What it may do on notes: read, run, write, manage. Without it everything that its owner may."`
	Days  int      `default:"90" help:"Days until it expires, 1 to 365."`
}

// Run implements the command.
func (c *tokenCreateCmd) Run(ctx context.Context, out io.Writer) error {
	if err := c.own(); err != nil {
		return err
	}
	in := map[string]any{"label": c.Label, "days": c.Days}
	if len(c.Scope) > 0 {
		in["scope"] = c.Scope
	}
	var t server.TokenBody
	if err := c.ask(ctx, http.MethodPost, "/me/tokens", in, &t); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, t)
	}
	_, err := fmt.Fprintf(out, "Keep this token now; it is not shown again. It works until %s:\n\n    %s\n\n", moment(&t.ExpiresAt), t.Secret)
	return err
}

type tokenListCmd struct{ ownedBy }

// Run implements the command.
func (c *tokenListCmd) Run(ctx context.Context, out io.Writer) error {
	if err := c.own(); err != nil {
		return err
	}
	var list server.TokenList
	if err := c.ask(ctx, http.MethodGet, "/me/tokens", nil, &list); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, list)
	}
	var rows [][]string
	for _, t := range list.Tokens {
		rows = append(rows, []string{t.ID.String(), t.Label, strings.Join(t.Scope, " "), moment(&t.LastSeenAt), moment(&t.ExpiresAt)})
	}
	return printTable(out, "ID | LABEL | SCOPE | LAST SEEN | EXPIRES", rows)
}

type tokenRevokeCmd struct {
	ownedBy
	ID string `arg:"" help:"The token's id, as listed."`
}

// Run implements the command.
func (c *tokenRevokeCmd) Run(ctx context.Context, out io.Writer) error {
	if err := c.own(); err != nil {
		return err
	}
	if err := c.ask(ctx, http.MethodDelete, "/me/tokens/"+url.PathEscape(c.ID), nil, nil); err != nil || c.JSON {
		return err
	}
	_, err := fmt.Fprintln(out, "Revoked.")
	return err
}
