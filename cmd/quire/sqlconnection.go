package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"quire/notebook/interpreter"
	"quire/server"
)

// databaseCmd are the commands on connections to databases.
type databaseCmd struct {
	List   databaseListCmd   `cmd:"" help:"List connections."`
	Add    databaseAddCmd    `cmd:"" help:"Add a connection."`
	Set    databaseSetCmd    `cmd:"" help:"Change a connection."`
	Remove databaseRemoveCmd `cmd:"" help:"Take a connection out."`
	Test   databaseTestCmd   `cmd:"" help:"Connect once, and tell what the database says it is."`
}

// Help is shown by quire connection --help.
func (databaseCmd) Help() string {
	return `Databases that paragraphs speak to: %sql for the only one somebody may use, and
%sql(name). Who may use one neither sees its password nor changes where it leads.

Examples:
  quire connection add warehouse --driver postgres --host db.example.org \
      --database sales --username reader --password-file /root/pw --read-only --users analysts
  quire connection add shop --driver mysql --host 10.0.0.5 --database shop --username app --password-file -
  quire connection add notes --driver sqlite --database data.db --users everyone
  quire connection test warehouse
  quire connection set warehouse --users analysts,ana --option timeout=600

Nobody but administrators may use a connection until --users says so. --read-only
makes sessions begin read-only; what must never happen belongs into the rights of the
database's user. Options: timeout (seconds one run may take, 3600 unless said) and tls
(disable, prefer, require, verify-full). A SQLite file is in each note's own folder.`
}

// databaseFlags say how a connection shall be; what is not given stays.
type databaseFlags struct {
	Driver       *string           `enum:"postgres,mysql,sqlite" help:"postgres, mysql (MariaDB too) or sqlite."`
	Host         *string           `help:"Name or address, or where a unix socket is."`
	Port         *int              `help:"Port; 0: the usual one."`
	Database     *string           `help:"Name of the database; of sqlite a file in the note's folder."`
	Username     *string           `help:"The database's user."`
	PasswordFile string            `placeholder:"FILE" help:"File whose first line is the password; - reads it from the standard input."`
	NoPassword   bool              `help:"Forget the password."`
	ReadOnly     *bool             `negatable:"" help:"Sessions begin read-only."`
	Option       map[string]string `placeholder:"NAME=VALUE" help:"timeout or tls; an empty value takes one out."`
	Users        []string          `help:"Users and groups who may use it, or everyone, separated by commas. An empty one: administrators only."`
}

func (f *databaseFlags) apply(c *interpreter.ConnectionChange) (err error) {
	set(&c.Driver, f.Driver)
	set(&c.Host, f.Host)
	set(&c.Port, f.Port)
	set(&c.Database, f.Database)
	set(&c.Username, f.Username)
	set(&c.ReadOnly, f.ReadOnly)
	if f.Users != nil {
		c.Users = usersNamed(f.Users)
	}
	c.Options = withOptions(c.Options, f.Option)
	c.Password, err = secretFrom(f.PasswordFile, f.NoPassword)
	return err
}

type databaseListCmd struct{ connection }

// Run implements the command.
func (c *databaseListCmd) Run(ctx context.Context, out io.Writer) error {
	var list server.ConnectionRows
	if err := c.ask(ctx, http.MethodGet, "/admin/connections", nil, &list); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, list)
	}
	var rows [][]string
	for _, d := range list.Connections {
		host := d.Host
		if d.Port > 0 {
			host += ":" + strconv.Itoa(d.Port)
		}
		mode := "read and write"
		if d.ReadOnly {
			mode = "read-only"
		}
		rows = append(rows, []string{d.Name, d.Driver, host, d.Database, d.Username, mode, userNames(d.Users)})
	}
	return printTable(out, "NAME | DRIVER | HOST | DATABASE | USER | MODE | WHO", rows)
}

func (c *connection) databaseNamed(ctx context.Context, name string) (interpreter.ConnectionRow, error) {
	var list server.ConnectionRows
	if err := c.ask(ctx, http.MethodGet, "/admin/connections", nil, &list); err != nil {
		return interpreter.ConnectionRow{}, err
	}
	for _, d := range list.Connections {
		if d.Name == name {
			return d, nil
		}
	}
	return interpreter.ConnectionRow{}, fmt.Errorf("there is no connection %q", name)
}

type databaseAddCmd struct {
	connection
	Name string `arg:"" help:"As in %sql(name)."`
	databaseFlags
}

// Run implements the command.
func (c *databaseAddCmd) Run(ctx context.Context, out io.Writer) error {
	in := interpreter.ConnectionChange{Name: c.Name}
	if err := c.apply(&in); err != nil {
		return err
	}
	var row interpreter.ConnectionRow
	if err := c.ask(ctx, http.MethodPost, "/admin/connections", in, &row); err != nil {
		return err
	}
	return c.saidDatabase(out, row, "Added")
}

func (c *connection) saidDatabase(out io.Writer, row interpreter.ConnectionRow, what string) error {
	if c.JSON {
		return printJSON(out, row)
	}
	_, err := fmt.Fprintf(out, "%s the connection %s for %s.\n", what, plain(row.Name), plain(userNames(row.Users)))
	return err
}

type databaseSetCmd struct {
	connection
	Name   string `arg:"" help:"The connection's name."`
	Rename string `placeholder:"NAME" help:"Another name for it."`
	databaseFlags
}

// Run implements the command.
func (c *databaseSetCmd) Run(ctx context.Context, out io.Writer) error {
	row, err := c.databaseNamed(ctx, c.Name)
	if err != nil {
		return err
	}
	in := interpreter.ConnectionChange{Name: row.Name, Driver: row.Driver, Host: row.Host, Port: row.Port, Database: row.Database,
		Username: row.Username, Options: row.Options, ReadOnly: row.ReadOnly}
	if c.Rename != "" {
		in.Name = c.Rename
	}
	if err := c.apply(&in); err != nil {
		return err
	}
	if err := c.ask(ctx, http.MethodPut, fmt.Sprintf("/admin/connections/%d", row.ID), in, &row); err != nil {
		return err
	}
	return c.saidDatabase(out, row, "Changed")
}

type databaseRemoveCmd struct {
	connection
	Name string `arg:"" help:"The connection's name."`
}

// Run implements the command.
func (c *databaseRemoveCmd) Run(ctx context.Context, out io.Writer) error {
	row, err := c.databaseNamed(ctx, c.Name)
	if err != nil {
		return err
	}
	return c.takeOut(ctx, out, fmt.Sprintf("/admin/connections/%d", row.ID), "the connection "+row.Name)
}

type databaseTestCmd struct {
	connection
	Name string `arg:"" help:"The connection's name."`
}

// Run implements the command.
func (c *databaseTestCmd) Run(ctx context.Context, out io.Writer) error {
	row, err := c.databaseNamed(ctx, c.Name)
	if err != nil {
		return err
	}
	return c.testDatabase(ctx, out, row.ID)
}

func (c *connection) testDatabase(ctx context.Context, out io.Writer, id int64) error {
	var test server.ConnectionTest
	if err := c.ask(ctx, http.MethodPost, fmt.Sprintf("/admin/connections/%d/test", id), nil, &test); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, test)
	}
	_, err := fmt.Fprintf(out, "It answers: %s\n", plain(test.Version))
	return err
}
