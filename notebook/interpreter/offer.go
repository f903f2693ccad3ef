package interpreter

import (
	"context"
	"slices"
	"time"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// Interpreters implements notebook.Interpreters.
func (s *Service) Interpreters(ctx context.Context) ([]notebook.Interpreter, error) {
	may, err := s.rights(ctx)
	if err != nil {
		return nil, err
	}
	now, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	specs, err := s.Kernels.Specs(ctx)
	if err != nil {
		return nil, err
	}
	all := notebook.Offered(entriesOf(now.rows, specs), specs)
	for i := range all {
		all[i].Refused = refusalOf(all[i], now.rows, may)
	}
	for _, c := range now.connections {
		i := notebook.SQLInterpreter(c.Name)
		if !may(c.Users) {
			i.Refused = "There is no connection “" + c.Name + "”, or you may not use it. " + askAdministrators
		}
		all = append(all, i)
	}
	nameConnections(all, now.connections, now.rows)
	return all, nil
}

const askAdministrators = "Administrators say who may use what, on the page Interpreters."

// rights tells what whoever acts may use: administrators all, others what is given
// to them, to a group of theirs or to everyone.
func (s *Service) rights(ctx context.Context) (func([]UserRef) bool, error) {
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return nil, err
	}
	if a.Kind != auth.Person {
		return func([]UserRef) bool { return true }, nil // it runs nothing itself
	}
	who, err := s.Gate.Identity(ctx, a)
	if err != nil {
		return nil, err
	}
	return func(users []UserRef) bool {
		return who.Admin || slices.ContainsFunc(users, func(u UserRef) bool { return who.Is(u.ID) })
	}, nil
}

func refusalOf(i notebook.Interpreter, rows []InterpreterRow, may func([]UserRef) bool) string {
	at := slices.IndexFunc(rows, func(r InterpreterRow) bool { return r.ID == i.Row })
	switch {
	case at < 0:
		return ""
	case !rows[at].Enabled:
		return "An administrator has switched %" + i.Name + " off."
	case !may(rows[at].Users):
		return "You may not use %" + i.Name + ". " + askAdministrators
	}
	return ""
}

// entriesOf are the rows as interpreters, each with its kernelspec's language.
func entriesOf(rows []InterpreterRow, specs []notebook.KernelSpec) []notebook.Interpreter {
	entries := make([]notebook.Interpreter, len(rows))
	for i, r := range rows {
		e := notebook.Interpreter{
			Name: r.Name, Aliases: r.Aliases, DisplayName: r.DisplayName, Kind: r.Kind, Spec: r.Spec, Row: r.ID,
			KernelsPerPerson: r.Limits.KernelsPerPerson, Idle: time.Duration(r.Limits.Idle) * time.Second,
		}
		at := slices.IndexFunc(specs, func(k notebook.KernelSpec) bool { return k.Name == r.Spec })
		switch {
		case r.Kind == notebook.SQLKind:
			e.Language = sqlName
		case r.Kind == notebook.GatewayKind:
			e.Language = r.Language
		case r.Kind == notebook.KernelKind && at >= 0:
			e.Language = specs[at].Language
			if e.DisplayName == "" {
				e.DisplayName = specs[at].DisplayName
			}
		}
		if e.DisplayName == "" {
			e.DisplayName = r.Name
		}
		entries[i] = e
	}
	return entries
}

// nameConnections tells interpreters of kind sql the name of their connection.
func nameConnections(all []notebook.Interpreter, connections []ConnectionRow, rows []InterpreterRow) {
	for i := range all {
		if all[i].Kind != notebook.SQLKind || all[i].Row == 0 {
			continue
		}
		row, _ := held(rows, all[i].Row, func(r InterpreterRow) int64 { return r.ID }, "interpreter")
		if c, err := held(connections, row.Connection, connectionID, "connection"); err == nil {
			all[i].Connection = c.Name
		}
	}
}

// Start implements notebook.Interpreters.
func (s *Service) Start(ctx context.Context, i notebook.Interpreter, req notebook.StartKernel) (notebook.Kernel, error) {
	switch {
	case i.Kind == notebook.SQLKind:
		return s.startSQL(ctx, i, req)
	case i.Row == 0:
		return s.startFound(ctx, i, req)
	}
	rows, err := s.Store.Interpreters(ctx)
	if err != nil {
		return nil, err
	}
	row, err := held(rows, i.Row, func(r InterpreterRow) int64 { return r.ID }, "interpreter")
	if err != nil {
		return nil, err
	}
	if !row.Enabled {
		return nil, fault.New(fault.Forbidden, "An administrator has switched %%%s off.", row.Name)
	}
	req.Spec, req.Args = row.Spec, row.Arguments
	req.Memory, req.Processes = row.Limits.Memory, row.Limits.Processes
	if req.Env, err = s.environment(row); err != nil {
		return nil, err
	}
	if row.Kind == notebook.KernelKind {
		return s.Kernels.Start(ctx, req)
	}
	g, err := s.gateway(ctx, row.Gateway)
	if err != nil {
		return nil, err
	}
	kernels, err := s.kernelsOf(g)
	if err != nil {
		return nil, err
	}
	return kernels.Start(ctx, req)
}

// startFound starts a kernelspec that no row is for, if that is still so.
func (s *Service) startFound(ctx context.Context, i notebook.Interpreter, req notebook.StartKernel) (notebook.Kernel, error) {
	rows, err := s.Store.Interpreters(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r.Name == i.Spec || slices.Contains(r.Aliases, i.Spec) || r.Kind == notebook.KernelKind && r.Spec == i.Spec {
			return nil, fault.New(fault.Conflict, "%%%s was set up anew by an administrator. Run it again.", i.Name)
		}
	}
	req.Spec = i.Spec
	return s.Kernels.Start(ctx, req)
}

func (s *Service) environment(row InterpreterRow) (map[string]string, error) {
	env := map[string]string{}
	for name, sealed := range row.Sealed {
		value, err := s.Box.Open(label("interpreter", row.ID, name), sealed)
		if err != nil {
			return nil, err
		}
		env[name] = value
	}
	return env, nil
}

// startSQL opens a connection for a note: the one its row names now.
func (s *Service) startSQL(ctx context.Context, i notebook.Interpreter, req notebook.StartKernel) (notebook.Kernel, error) {
	connections, err := s.Store.Connections(ctx)
	if err != nil {
		return nil, err
	}
	if i.Row != 0 {
		rows, err := s.Store.Interpreters(ctx)
		if err != nil {
			return nil, err
		}
		i.Connection = ""
		again := []notebook.Interpreter{i}
		nameConnections(again, connections, rows)
		i = again[0]
	}
	for _, r := range connections {
		if r.Name == i.Connection {
			t, err := s.opened(r)
			if err != nil {
				return nil, err
			}
			return s.Databases.Open(ctx, t, req)
		}
	}
	return nil, fault.New(fault.NotFound, "There is no connection for %%%s any more.", i.Name)
}
