package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"quire/notebook"
	"quire/notebook/interpreter"
	"quire/server"
)

// interpreterCmd are the commands on interpreters.
type interpreterCmd struct {
	List   interpreterListCmd   `cmd:"" help:"List interpreters and the kernelspecs found."`
	Add    interpreterAddCmd    `cmd:"" help:"Set an interpreter up."`
	Set    interpreterSetCmd    `cmd:"" help:"Change an interpreter."`
	Remove interpreterRemoveCmd `cmd:"" help:"Take an interpreter out."`
	Test   interpreterTestCmd   `cmd:"" help:"Look whether what runs an interpreter is there."`
}

// Help is shown by quire interpreter --help.
func (interpreterCmd) Help() string {
	return `What a paragraph's first line %name stands for. Every Jupyter kernelspec of this
machine is offered to everybody by itself; an interpreter that names it or uses it
decides instead who may, under which names, and with which limits.

Examples:
  quire interpreter list
  quire interpreter add gpu --spec python-gpu --users team --memory 8GiB --alias torch
  quire interpreter add python3 --spec python3 --env-file /root/hf.env --idle 30m
  quire interpreter add spark --gateway hub --spec spark_python
  quire interpreter add warehouse --connection warehouse --users analysts
  quire interpreter set gpu --users team,ana --kernels-per-person 1
  quire interpreter set gpu --disable             refuses everybody, the name stays
  quire interpreter remove gpu                    its kernelspec is everybody's again

Changes count for kernels that start later; restart those that run. Values of
--env-file are stored sealed and never shown.`
}

// interpreterFlags say how an interpreter shall be; what is not given stays.
type interpreterFlags struct {
	Spec             *string        `help:"Kernelspec that runs it."`
	Gateway          *string        `xor:"place" help:"Name of the gateway that has the kernelspec."`
	Connection       *string        `xor:"place" help:"Name of the connection that it is for."`
	DisplayName      *string        `help:"How it is called in menus."`
	Alias            []string       `help:"Another name it answers to; may be repeated. An empty one: none."`
	Users            []string       `help:"Users and groups who may use it, or everyone, separated by commas. An empty one: administrators only."`
	Env              []string       `placeholder:"NAME=VALUE" sep:"none" help:"A setting of the kernel's environment; may be repeated. Everybody on this machine sees arguments: secrets go into --env-file."`
	EnvFile          string         `type:"existingfile" help:"File of lines NAME=VALUE for the environment."`
	UnsetEnv         []string       `placeholder:"NAME" help:"Take a setting out of the environment."`
	Argument         []string       `sep:"none" help:"Argument added to the kernelspec's command line; may be repeated. An empty one: none."`
	Memory           *byteSize      `help:"At most so much memory of a kernel with all it starts, such as 4GiB; 0: as the server has it."`
	Processes        *int           `help:"At most so many processes of a kernel; 0: as the server has it."`
	Idle             *time.Duration `help:"End a kernel that does nothing for so long, such as 30m; 0: as the server has it."`
	KernelsPerPerson *int           `help:"At most so many of its kernels for one person; 0: as the server has it."`
}

// apply writes what was given into a change.
func (f *interpreterFlags) apply(ctx context.Context, conn *connection, c *interpreter.InterpreterChange) error {
	set(&c.Spec, f.Spec)
	set(&c.DisplayName, f.DisplayName)
	set(&c.Limits.Processes, f.Processes)
	set(&c.Limits.KernelsPerPerson, f.KernelsPerPerson)
	if f.Memory != nil {
		c.Limits.Memory = int64(*f.Memory)
	}
	if f.Idle != nil {
		c.Limits.Idle = int(f.Idle.Seconds())
	}
	if f.Alias != nil {
		c.Aliases = filled(f.Alias)
	}
	if f.Argument != nil {
		c.Arguments = filled(f.Argument)
	}
	if f.Users != nil {
		c.Users = usersNamed(f.Users)
	}
	if err := f.place(ctx, conn, c); err != nil {
		return err
	}
	return f.environment(c)
}

// place finds the gateway or connection by name.
func (f *interpreterFlags) place(ctx context.Context, conn *connection, c *interpreter.InterpreterChange) error {
	switch {
	case f.Gateway != nil:
		g, err := conn.gatewayNamed(ctx, *f.Gateway)
		c.Kind, c.Gateway, c.Connection = notebook.GatewayKind, g.ID, 0
		return err
	case f.Connection != nil:
		d, err := conn.databaseNamed(ctx, *f.Connection)
		c.Kind, c.Gateway, c.Connection = notebook.SQLKind, 0, d.ID
		return err
	}
	return nil
}

func (f *interpreterFlags) environment(c *interpreter.InterpreterChange) error {
	lines := f.Env
	if f.EnvFile != "" {
		text, err := os.ReadFile(f.EnvFile)
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				lines = append(lines, line)
			}
		}
	}
	if c.Environment == nil {
		c.Environment = map[string]string{}
	}
	for _, name := range f.UnsetEnv {
		delete(c.Environment, name)
	}
	for _, line := range lines {
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			return fmt.Errorf("%q is not of the form NAME=VALUE", name)
		}
		c.Environment[name] = value
	}
	return nil
}

type interpreterListCmd struct{ connection }

// Run implements the command.
func (c *interpreterListCmd) Run(ctx context.Context, out io.Writer) error {
	var list server.InterpreterRows
	if err := c.ask(ctx, http.MethodGet, "/admin/interpreters", nil, &list); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, list)
	}
	var rows [][]string
	for _, i := range list.Interpreters {
		may := userNames(i.Users)
		if !i.Enabled {
			may = "nobody: disabled"
		}
		rows = append(rows, []string{"%" + i.Name, strings.Join(i.Aliases, " "), string(i.Kind), i.Spec, may})
	}
	for _, f := range list.Found {
		if len(f.Names) > 0 {
			rows = append(rows, []string{"%" + f.Names[0], strings.Join(f.Names[1:], " "), "found", f.Name, "everyone"})
		}
	}
	return printTable(out, "NAME | ALSO | KIND | KERNELSPEC | WHO", rows)
}

// interpreterNamed finds an interpreter by its name or another one of its names.
func (c *connection) interpreterNamed(ctx context.Context, name string) (interpreter.InterpreterRow, error) {
	var list server.InterpreterRows
	if err := c.ask(ctx, http.MethodGet, "/admin/interpreters", nil, &list); err != nil {
		return interpreter.InterpreterRow{}, err
	}
	name = strings.TrimPrefix(name, "%")
	for _, i := range list.Interpreters {
		if i.Name == name || slices.Contains(i.Aliases, name) {
			return i, nil
		}
	}
	for _, f := range list.Found {
		if slices.Contains(f.Names, name) {
			return interpreter.InterpreterRow{}, fmt.Errorf("%%%s is the kernelspec %s as it was found; to change it: quire interpreter add %s --spec %s", name, f.Name, f.Name, f.Name)
		}
	}
	return interpreter.InterpreterRow{}, fmt.Errorf("there is no interpreter %q", name)
}

type interpreterAddCmd struct {
	connection
	Name string `arg:"" help:"What stands behind %."`
	interpreterFlags
}

// Run implements the command.
func (c *interpreterAddCmd) Run(ctx context.Context, out io.Writer) error {
	in := interpreter.InterpreterChange{Name: strings.TrimPrefix(c.Name, "%"), Kind: notebook.KernelKind}
	if err := c.apply(ctx, &c.connection, &in); err != nil {
		return err
	}
	var before server.InterpreterRows
	if err := c.ask(ctx, http.MethodGet, "/admin/interpreters", nil, &before); err != nil {
		return err
	}
	var row interpreter.InterpreterRow
	if err := c.ask(ctx, http.MethodPost, "/admin/interpreters", in, &row); err != nil {
		return err
	}
	if err := c.said(out, row, "Set up"); err != nil || c.JSON {
		return err
	}
	for _, f := range before.Found {
		if row.Kind == notebook.KernelKind && f.Name == row.Spec && f.Name != row.Name && len(f.Names) > 0 {
			_, err := fmt.Fprintf(out, "%%%[1]s itself was offered to everyone and is not any more: interpreters decide about its kernel now.\n"+
				"To offer it as before as well: quire interpreter add %[1]s --spec %[1]s --users everyone\n", plain(f.Name))
			return err
		}
	}
	return nil
}

// said tells what became of an interpreter.
func (c *connection) said(out io.Writer, row interpreter.InterpreterRow, what string) error {
	if c.JSON {
		return printJSON(out, row)
	}
	_, err := fmt.Fprintf(out, "%s %%%s for %s. It counts for kernels that start from now on.\n", what, plain(row.Name), plain(userNames(row.Users)))
	return err
}

type interpreterSetCmd struct {
	connection
	Name    string `arg:"" help:"The interpreter's name."`
	Rename  string `placeholder:"NAME" help:"Another name for it."`
	Enable  bool   `xor:"enabled" help:"Let those use it who may."`
	Disable bool   `xor:"enabled" help:"Refuse everybody; its names stay taken."`
	interpreterFlags
}

// Run implements the command.
func (c *interpreterSetCmd) Run(ctx context.Context, out io.Writer) error {
	row, err := c.interpreterNamed(ctx, c.Name)
	if err != nil {
		return err
	}
	in := interpreter.InterpreterChange{
		Name: row.Name, Aliases: row.Aliases, DisplayName: row.DisplayName, Kind: row.Kind, Spec: row.Spec, Gateway: row.Gateway,
		Connection: row.Connection, Environment: row.Environment, Arguments: row.Arguments, Limits: row.Limits,
	}
	if c.Rename != "" {
		in.Name = c.Rename
	}
	if c.Enable || c.Disable {
		in.Enabled = &c.Enable
	}
	if err := c.apply(ctx, &c.connection, &in); err != nil {
		return err
	}
	if err := c.ask(ctx, http.MethodPut, fmt.Sprintf("/admin/interpreters/%d", row.ID), in, &row); err != nil {
		return err
	}
	return c.said(out, row, "Changed")
}

type interpreterRemoveCmd struct {
	connection
	Name string `arg:"" help:"The interpreter's name."`
}

// Run implements the command.
func (c *interpreterRemoveCmd) Run(ctx context.Context, out io.Writer) error {
	row, err := c.interpreterNamed(ctx, c.Name)
	if err != nil {
		return err
	}
	return c.takeOut(ctx, out, fmt.Sprintf("/admin/interpreters/%d", row.ID), "%"+row.Name)
}

type interpreterTestCmd struct {
	connection
	Name string `arg:"" help:"The interpreter's name."`
}

// Run implements the command.
func (c *interpreterTestCmd) Run(ctx context.Context, out io.Writer) error {
	row, err := c.interpreterNamed(ctx, c.Name)
	if err != nil {
		return err
	}
	switch row.Kind {
	case notebook.SQLKind:
		return c.testDatabase(ctx, out, row.Connection)
	case notebook.GatewayKind:
		var list server.GatewaySpecs
		if err := c.ask(ctx, http.MethodGet, fmt.Sprintf("/admin/gateways/%d/specs", row.Gateway), nil, &list); err != nil {
			return err
		}
		return hasSpec(out, row.Spec, func(name string) bool {
			return slices.ContainsFunc(list.Specs, func(s notebook.KernelSpec) bool { return s.Name == name })
		})
	}
	var list server.InterpreterRows
	if err := c.ask(ctx, http.MethodGet, "/admin/interpreters", nil, &list); err != nil {
		return err
	}
	return hasSpec(out, row.Spec, func(name string) bool {
		return slices.ContainsFunc(list.Found, func(s interpreter.FoundSpec) bool { return s.Name == name })
	})
}

func hasSpec(out io.Writer, name string, there func(string) bool) error {
	if !there(name) {
		return errors.New("there is no kernelspec " + plain(name) + " where it is looked for")
	}
	_, err := fmt.Fprintf(out, "The kernelspec %s is there.\n", plain(name))
	return err
}
