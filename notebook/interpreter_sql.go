package notebook

import (
	"cmp"
	"slices"
	"strings"

	"quire/auth/fault"
)

// sqlName is the interpreter of all connections: %sql for the one there is, and
// %sql(name), as Zeppelin's %jdbc(name).
const sqlName = "sql"

// SQLInterpreter is the interpreter that every connection has by itself.
func SQLInterpreter(connection string) Interpreter {
	return Interpreter{
		Name: sqlName + "(" + connection + ")", DisplayName: "SQL: " + connection, Language: sqlName,
		Kind: SQLKind, Connection: connection,
	}
}

// itself tells a connection's own interpreter from one that an administrator named.
func (i Interpreter) itself() bool { return i.Kind == SQLKind && i.Row == 0 }

func hasConnections(all []Interpreter) bool { return slices.ContainsFunc(all, Interpreter.itself) }

// connectionNamed finds the connection that %sql means: the one in parentheses; else
// what an interpreter called sql stands for, the note's default if that is one, or
// the only one that may be used.
func connectionNamed(all []Interpreter, m magic, defaultName string) (*Interpreter, error) {
	name, err := connectionIn(m)
	if err != nil {
		return nil, err
	}
	if name != "" {
		if one := answering(all, SQLInterpreter(name).Name); one != nil {
			return one, nil
		}
		return nil, errNoConnection(all, "There is no connection “"+name+"”, or you may not use it.")
	}
	if one := answering(all, sqlName); one != nil {
		return one, nil
	}
	if one := answering(all, defaultName); one != nil && one.Kind == SQLKind {
		return one, nil
	}
	return onlyConnection(all)
}

func onlyConnection(all []Interpreter) (*Interpreter, error) {
	var one *Interpreter
	for i := range all {
		if !all[i].itself() || all[i].Refused != "" {
			continue
		}
		if one != nil {
			return nil, errNoConnection(all, "There are several connections; name one.")
		}
		one = &all[i]
	}
	if one == nil {
		return nil, errNoConnection(all, "You may not use any connection.")
	}
	return one, nil
}

// connectionIn reads the name out of %sql(name) or %sql(connection=name).
func connectionIn(m magic) (string, error) {
	if m.err != nil {
		return "", m.err
	}
	if name, ok := m.properties["connection"]; ok && len(m.properties) == 1 {
		return name, nil
	}
	for key, value := range m.properties {
		if len(m.properties) == 1 && key == value {
			return key, nil
		}
		return "", fault.New(fault.Invalid, "Between the parentheses of %%sql stands the name of a connection: %%sql(warehouse).")
	}
	return "", nil
}

// errNoConnection lists the connections that may be used.
func errNoConnection(all []Interpreter, why string) error {
	names := []string{}
	for _, one := range all {
		if one.itself() && one.Refused == "" {
			names = append(names, "%"+one.Name)
		}
	}
	slices.SortFunc(names, cmp.Compare)
	there := "An administrator says who may use which, on the page Interpreters."
	if len(names) > 0 {
		there = "You may use " + strings.Join(names, ", ") + "."
	}
	return fault.New(fault.NotFound, "%s %s", why, there)
}
