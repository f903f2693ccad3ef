package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"quire/notebook/interpreter"
	"quire/server"
)

// gatewayCmd are the commands on gateways.
type gatewayCmd struct {
	List   gatewayListCmd   `cmd:"" help:"List gateways."`
	Add    gatewayAddCmd    `cmd:"" help:"Add a gateway."`
	Set    gatewaySetCmd    `cmd:"" help:"Change a gateway."`
	Remove gatewayRemoveCmd `cmd:"" help:"Take a gateway out."`
	Specs  gatewaySpecsCmd  `cmd:"" help:"List the kernelspecs a gateway has."`
}

// Help is shown by quire gateway --help.
func (gatewayCmd) Help() string {
	return `Servers that start kernels elsewhere: Jupyter Kernel Gateway, Enterprise Gateway or Jupyter Server.
Quire must be their only client.
An interpreter offers one of a gateway's kernelspecs to people.

Examples:
  quire gateway add hub --url https://gateway.example.org --token-file /root/token
  quire gateway specs hub
  quire gateway set hub --option awayLimit=2m --option caFile=/etc/quire/ca.pem
  quire interpreter add spark --gateway hub --spec spark_python
  quire gateway remove hub`
}

type gatewayFlags struct {
	URL       *string           `name:"url" help:"Where it is, such as https://gateway.example.org."`
	TokenFile string            `placeholder:"FILE" help:"File whose first line is the token; - reads it from the standard input."`
	NoToken   bool              `help:"Forget the token."`
	Option    map[string]string `placeholder:"NAME=VALUE" help:"An option of the gateway; an empty value takes it out."`
}

func (f *gatewayFlags) apply(c *interpreter.GatewayChange) (err error) {
	set(&c.URL, f.URL)
	c.Options = withOptions(c.Options, f.Option)
	c.Token, err = secretFrom(f.TokenFile, f.NoToken)
	return err
}

type gatewayListCmd struct{ connection }

// Run implements the command.
func (c *gatewayListCmd) Run(ctx context.Context, out io.Writer) error {
	var list server.GatewayRows
	if err := c.ask(ctx, http.MethodGet, "/admin/gateways", nil, &list); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, list)
	}
	var rows [][]string
	for _, g := range list.Gateways {
		token := "no token"
		if g.HasToken {
			token = "with a token"
		}
		rows = append(rows, []string{g.Name, g.URL, token})
	}
	return printTable(out, "NAME | ADDRESS | TOKEN", rows)
}

func (c *connection) gatewayNamed(ctx context.Context, name string) (interpreter.GatewayRow, error) {
	var list server.GatewayRows
	if err := c.ask(ctx, http.MethodGet, "/admin/gateways", nil, &list); err != nil {
		return interpreter.GatewayRow{}, err
	}
	for _, g := range list.Gateways {
		if g.Name == name {
			return g, nil
		}
	}
	return interpreter.GatewayRow{}, fmt.Errorf("there is no gateway %q", name)
}

type gatewayAddCmd struct {
	connection
	Name string `arg:"" help:"How it shall be called."`
	gatewayFlags
}

// Run implements the command.
func (c *gatewayAddCmd) Run(ctx context.Context, out io.Writer) error {
	in := interpreter.GatewayChange{Name: c.Name}
	if err := c.apply(&in); err != nil {
		return err
	}
	return c.save(ctx, out, http.MethodPost, "/admin/gateways", in, "Added")
}

func (c *connection) save(ctx context.Context, out io.Writer, method, path string, in interpreter.GatewayChange, what string) error {
	var row interpreter.GatewayRow
	if err := c.ask(ctx, method, path, in, &row); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, row)
	}
	_, err := fmt.Fprintf(out, "%s the gateway %s.\n", what, plain(row.Name))
	return err
}

type gatewaySetCmd struct {
	connection
	Name string `arg:"" help:"The gateway's name."`
	gatewayFlags
}

// Run implements the command.
func (c *gatewaySetCmd) Run(ctx context.Context, out io.Writer) error {
	row, err := c.gatewayNamed(ctx, c.Name)
	if err != nil {
		return err
	}
	in := interpreter.GatewayChange{Name: row.Name, URL: row.URL, Options: row.Options}
	if err := c.apply(&in); err != nil {
		return err
	}
	return c.save(ctx, out, http.MethodPut, fmt.Sprintf("/admin/gateways/%d", row.ID), in, "Changed")
}

type gatewayRemoveCmd struct {
	connection
	Name string `arg:"" help:"The gateway's name."`
}

// Run implements the command.
func (c *gatewayRemoveCmd) Run(ctx context.Context, out io.Writer) error {
	row, err := c.gatewayNamed(ctx, c.Name)
	if err != nil {
		return err
	}
	return c.takeOut(ctx, out, fmt.Sprintf("/admin/gateways/%d", row.ID), "the gateway "+row.Name)
}

type gatewaySpecsCmd struct {
	connection
	Name string `arg:"" help:"The gateway's name."`
}

// Run implements the command.
func (c *gatewaySpecsCmd) Run(ctx context.Context, out io.Writer) error {
	row, err := c.gatewayNamed(ctx, c.Name)
	if err != nil {
		return err
	}
	var list server.GatewaySpecs
	if err := c.ask(ctx, http.MethodGet, fmt.Sprintf("/admin/gateways/%d/specs", row.ID), nil, &list); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, list)
	}
	var rows [][]string
	for _, s := range list.Specs {
		rows = append(rows, []string{s.Name, s.Language, s.DisplayName})
	}
	return printTable(out, "KERNELSPEC | LANGUAGE | DISPLAY NAME", rows)
}
