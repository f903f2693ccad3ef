package interpreter

import (
	"regexp"
	"slices"
	"strings"

	"quire/auth/fault"
	"quire/notebook"
)

// What may be called how, and how much of it there may be.
const (
	maxName      = 64
	maxText      = 200
	maxAliases   = 20
	maxArguments = 50
	maxArgument  = 4 << 10
	maxSettings  = 100
	maxSetting   = 32 << 10
	maxSecret    = 4 << 10
)

// namePattern is what a first line can name.
var (
	namePattern       = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
	connectionPattern = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`)
	variablePattern   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// markdown is rendered and not run.
const markdown = "md"

// sqlName stands for connections; only one of them may bear it.
const sqlName = "sql"

func checkName(name string, kind notebook.InterpreterKind) error {
	switch {
	case len(name) > maxName || !namePattern.MatchString(name):
		return fault.New(fault.Invalid, "“%s” cannot stand behind %%: a name has up to %d letters, digits, - and _, in parts with dots between.", shorten(name), maxName)
	case name == markdown:
		return fault.New(fault.Conflict, "%%md is text that is rendered, always.")
	case name == sqlName && kind != notebook.SQLKind:
		return fault.New(fault.Conflict, "%%sql is for connections to databases; only one of kind sql may be called so.")
	}
	return nil
}

// checkNames refuses names that are no names, borne twice, or another's.
func checkNames(r InterpreterRow, others []InterpreterRow) error {
	if len(r.Aliases) > maxAliases {
		return fault.New(fault.TooLarge, "An interpreter has at most %d other names, not %d.", maxAliases, len(r.Aliases))
	}
	seen := map[string]bool{}
	for _, name := range append([]string{r.Name}, r.Aliases...) {
		if err := checkName(name, r.Kind); err != nil {
			return err
		}
		if seen[name] {
			return fault.New(fault.Invalid, "The name %%%s is given twice.", name)
		}
		seen[name] = true
		for _, o := range others {
			if o.ID != r.ID && (o.Name == name || slices.Contains(o.Aliases, name)) {
				return fault.New(fault.Conflict, "%%%s is borne by the interpreter “%s” already.", name, o.Name).
					With(map[string]any{"name": name, "bearer": o.Name})
			}
		}
	}
	return nil
}

func checkText(what, text string, most int) error {
	if len(text) > most {
		return fault.New(fault.TooLarge, "The %s has at most %d bytes, not %d.", what, most, len(text))
	}
	if strings.ContainsAny(text, "\x00\r\n") {
		return fault.New(fault.Invalid, "The %s is one line of text.", what)
	}
	return nil
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}
