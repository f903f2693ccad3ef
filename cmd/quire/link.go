package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"quire/auth"
	"quire/server"
)

// linkCmd are the commands on links.
type linkCmd struct {
	Create linkCreateCmd `cmd:"" help:"Make a link and print its address, this once."`
	List   linkListCmd   `cmd:"" help:"List the links of a note or a folder."`
	Revoke linkRevokeCmd `cmd:"" help:"End a link, at once for all who hold it."`
}

// Help is shown by quire link --help.
func (linkCmd) Help() string {
	return `Whoever opens a link, signed in, may read a note, or also run it, until the link is
revoked or ends.

Examples:
  quire link create Team/Churn "board pack" --until 2026-12-31 --as ana
  quire link create Team/Churn demo --role runner --anyone --as ana
  quire link list Team/Churn --as ana
  quire link revoke Team/Churn 1042 --as ana`
}

// onNode says which note or folder is meant.
type onNode struct {
	asPerson
	Node string `arg:"" name:"note" help:"The note or folder: its id, or its path from the top."`
}

// links returns the path of the links of the node.
func (c *onNode) links(ctx context.Context) (string, error) {
	if err := c.self(); err != nil {
		return "", err
	}
	id, err := c.nodeNamed(ctx, c.Node)
	return "/nodes/" + id.String() + "/links", err
}

type linkCreateCmd struct {
	onNode
	Label  string `arg:"" help:"What the link is called in lists."`
	Role   string `default:"reader" enum:"reader,runner" help:"What it gives: reader or runner."`
	Anyone bool   `help:"Let in people without an account too, where an administrator allows it."`
	Until  until  `placeholder:"DATE" help:"When it ends: 2026-12-31, \"2026-12-31 18:00\" or RFC 3339."`
}

// Run implements the command.
func (c *linkCreateCmd) Run(ctx context.Context, out io.Writer) error {
	path, err := c.links(ctx)
	if err != nil {
		return err
	}
	in := map[string]any{"label": c.Label, "role": c.Role, "anyone": c.Anyone}
	if !c.Until.IsZero() {
		in["endsAt"] = c.Until.Time
	}
	var made server.NewShareLink
	if err := c.ask(ctx, http.MethodPost, path, in, &made); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, made)
	}
	_, err = fmt.Fprintf(out, "%s\n\nThis is shown only now. To end it: quire link revoke %s %d\n", made.URL, c.Node, made.Link.ID)
	return err
}

type linkListCmd struct{ onNode }

// Run implements the command.
func (c *linkListCmd) Run(ctx context.Context, out io.Writer) error {
	path, err := c.links(ctx)
	if err != nil {
		return err
	}
	var list server.ShareLinks
	if err := c.ask(ctx, http.MethodGet, path, nil, &list); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, list)
	}
	var rows [][]string
	for _, l := range list.Links {
		who := "accounts"
		if l.Anyone {
			who = "anyone"
		}
		rows = append(rows, []string{strconv.FormatInt(int64(l.ID), 10), l.Label, l.Role, who, l.CreatedBy, moment(&l.EndsAt),
			moment(&l.LastUsedAt), strconv.FormatInt(l.Uses, 10), strconv.Itoa(l.Holders)})
	}
	return printTable(out, "ID | NAME | ROLE | FOR | BY | UNTIL | LAST USED | USES | HOLDERS", rows)
}

type linkRevokeCmd struct {
	onNode
	Link auth.PrincipalID `arg:"" help:"The link's number, as in quire link list."`
}

// Run implements the command.
func (c *linkRevokeCmd) Run(ctx context.Context, out io.Writer) error {
	path, err := c.links(ctx)
	if err != nil {
		return err
	}
	if err := c.ask(ctx, http.MethodDelete, fmt.Sprintf("%s/%d", path, c.Link), nil, nil); err != nil || c.JSON {
		return err
	}
	_, err = fmt.Fprintln(out, "Revoked.")
	return err
}
