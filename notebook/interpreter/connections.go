package interpreter

import (
	"context"
	"slices"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
	"quire/notebook/sql"
)

func connectionID(r ConnectionRow) int64 { return r.ID }

// Connections lists the connections to databases.
func (s *Service) Connections(ctx context.Context) ([]ConnectionRow, error) {
	if _, err := s.Gate.CheckServer(ctx, auth.ConnectionShow); err != nil {
		return nil, err
	}
	return s.Store.Connections(ctx)
}

// SaveConnection makes a connection (id 0) or changes one, from the next session on.
// The password is asked for again when it would go to another place.
func (s *Service) SaveConnection(ctx context.Context, id int64, c ConnectionChange) (row ConnectionRow, err error) {
	a, err := s.Gate.CheckServer(ctx, auth.ConnectionSet)
	if err != nil {
		return row, err
	}
	err = s.change(ctx, func(tx Tx) (err error) {
		row, err = s.writeConnection(ctx, tx, a, id, c)
		return err
	})
	if err != nil {
		return ConnectionRow{}, err
	}
	rows, err := s.Store.Connections(ctx)
	if err != nil {
		return ConnectionRow{}, err
	}
	return held(rows, row.ID, connectionID, "connection")
}

func (s *Service) writeConnection(ctx context.Context, tx Tx, a auth.Actor, id int64, c ConnectionChange) (row ConnectionRow, err error) {
	rows, err := tx.Connections(ctx)
	if err != nil {
		return row, err
	}
	old, err := held(rows, id, connectionID, "connection")
	if err != nil {
		return row, err
	}
	if row, err = connectionOf(old, c); err != nil {
		return row, err
	}
	if slices.ContainsFunc(rows, func(o ConnectionRow) bool { return o.Name == row.Name && o.ID != id }) {
		return row, fault.New(fault.Conflict, "There is a connection “%s” already.", row.Name)
	}
	if row.Users, err = users(ctx, tx, c.Users, old.Users, id == 0, nil); err != nil {
		return row, err
	}
	if row.ID, err = tx.SaveConnection(ctx, row, a.User); err != nil {
		return row, err
	}
	if c.Password != nil { // sealed for the row's id, which a new one has only now
		row.Sealed = s.sealed("connection", row.ID, *c.Password)
		if _, err = tx.SaveConnection(ctx, row, a.User); err != nil {
			return row, err
		}
	}
	return row, tx.Audit(ctx, auth.ConnectionSet, row.Name, map[string]any{
		"id": row.ID, "new": id == 0, "driver": row.Driver, "host": row.Host, "port": row.Port, "database": row.Database,
		"username": row.Username, "readOnly": row.ReadOnly, "password": c.Password != nil, "users": namesOf(row.Users),
	})
}

// connectionOf is a connection as a change wants it, its password as it was.
func connectionOf(old ConnectionRow, c ConnectionChange) (ConnectionRow, error) {
	r := ConnectionRow{
		ID: old.ID, Name: trimmed(c.Name), Driver: c.Driver, Host: trimmed(c.Host), Port: c.Port,
		Database: trimmed(c.Database), Username: trimmed(c.Username), Options: c.Options, ReadOnly: c.ReadOnly, Sealed: old.Sealed,
	}
	if r.Options == nil {
		r.Options = map[string]string{}
	}
	if len(r.Name) > maxName || !connectionPattern.MatchString(r.Name) {
		return r, fault.New(fault.Invalid, "“%s” cannot stand in %%sql(name): a connection's name has up to %d letters, digits, dots, - and _.", shorten(r.Name), maxName)
	}
	for what, text := range map[string]string{"host": r.Host, "database's name": r.Database, "user's name": r.Username} {
		if err := checkText(what, text, maxText); err != nil {
			return r, err
		}
	}
	if c.Password != nil && len(*c.Password) > maxSecret {
		return r, fault.New(fault.TooLarge, "A password has at most %d bytes.", maxSecret)
	}
	moved := old.Driver != r.Driver || old.Host != r.Host || old.Port != r.Port || old.Username != r.Username
	if c.Password == nil && len(old.Sealed) > 0 && moved {
		return r, fault.New(fault.Invalid, "Give the password again: the one that is kept is for the server and user that were set before.")
	}
	return r, target(r).Check()
}

// target is a connection without its password.
func target(r ConnectionRow) sql.Target {
	return sql.Target{
		Name: r.Name, Driver: r.Driver, Host: r.Host, Port: r.Port, Database: r.Database, Username: r.Username,
		Options: r.Options, ReadOnly: r.ReadOnly,
	}
}

// sealed encrypts a row's one secret; an empty one is none.
func (s *Service) sealed(kind string, id int64, secret string) []byte {
	if secret == "" {
		return nil
	}
	return s.Box.Seal(label(kind, id, ""), secret)
}

// opened is a connection with its password.
func (s *Service) opened(r ConnectionRow) (sql.Target, error) {
	t := target(r)
	password, err := s.Box.Open(label("connection", r.ID, ""), r.Sealed)
	t.Password = account.Secret(password)
	return t, err
}

// TestConnection connects and asks the server for its version, which it returns.
func (s *Service) TestConnection(ctx context.Context, id int64) (version string, err error) {
	if _, err := s.Gate.CheckServer(ctx, auth.ConnectionSet); err != nil {
		return "", err
	}
	rows, err := s.Store.Connections(ctx)
	if err != nil {
		return "", err
	}
	row, err := held(rows, id, connectionID, "connection")
	if err != nil {
		return "", err
	}
	t, err := s.opened(row)
	if err != nil {
		return "", err
	}
	return s.Databases.Try(ctx, t)
}

// RemoveConnection takes a connection out. It is Conflict while an interpreter is for
// it. Sessions that are open stay until their kernels end.
func (s *Service) RemoveConnection(ctx context.Context, id int64) error {
	if _, err := s.Gate.CheckServer(ctx, auth.ConnectionSet); err != nil {
		return err
	}
	return s.change(ctx, func(tx Tx) error {
		rows, err := tx.Connections(ctx)
		if err != nil {
			return err
		}
		row, err := held(rows, id, connectionID, "connection")
		if err != nil {
			return err
		}
		if err := refuseInUse(ctx, tx, func(r InterpreterRow) bool { return r.Connection == id }); err != nil {
			return err
		}
		if err := tx.RemoveConnection(ctx, id); err != nil {
			return err
		}
		return tx.Audit(ctx, auth.ConnectionSet, row.Name, map[string]any{"id": id, "removed": true})
	})
}

func refuseInUse(ctx context.Context, tx Tx, uses func(InterpreterRow) bool) error {
	rows, err := tx.Interpreters(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if uses(r) {
			return fault.New(fault.Conflict, "The interpreter %%%s uses it. Remove or change that first.", r.Name)
		}
	}
	return nil
}
