package interpreter

import (
	"context"
	"strings"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel/gateway"
)

// applied is the row as a change wants it, without its secrets.
func (s *Service) applied(ctx context.Context, tx Tx, old InterpreterRow, c InterpreterChange) (r InterpreterRow, err error) {
	r = InterpreterRow{
		ID: old.ID, Name: trimmed(c.Name), Aliases: append([]string{}, c.Aliases...), DisplayName: trimmed(c.DisplayName),
		Kind: c.Kind, Arguments: append([]string{}, c.Arguments...), Limits: c.Limits,
		Enabled: old.Enabled || old.ID == 0, Sealed: old.Sealed,
	}
	if c.Enabled != nil {
		r.Enabled = *c.Enabled
	}
	if err := checkText("name shown", r.DisplayName, maxText); err != nil {
		return r, err
	}
	if err := checkRunning(c); err != nil {
		return r, err
	}
	if err := s.place(ctx, tx, &r, c); err != nil {
		return r, err
	}
	r.Users, err = users(ctx, tx, c.Users, old.Users, old.ID == 0, []Who{{ID: auth.Everyone}})
	return r, err
}

// place says what runs it: each kind takes what belongs to it and refuses the rest.
func (s *Service) place(ctx context.Context, tx Tx, r *InterpreterRow, c InterpreterChange) error {
	switch c.Kind {
	case notebook.KernelKind, notebook.GatewayKind:
		r.Spec = trimmed(c.Spec)
		if r.Spec == "" || checkText("kernelspec", r.Spec, maxText) != nil {
			return fault.New(fault.Invalid, "Say which kernelspec runs %%%s.", r.Name)
		}
	case notebook.SQLKind:
		if c.Spec != "" || len(c.Environment)+len(c.Arguments) > 0 {
			return fault.New(fault.Invalid, "An interpreter of kind sql is a connection; it has no kernelspec, environment or arguments.")
		}
		list, err := tx.Connections(ctx)
		if err != nil {
			return err
		}
		return reference(&r.Connection, c.Connection, list, func(x ConnectionRow) int64 { return x.ID }, "connection")
	default:
		return fault.New(fault.Invalid, "An interpreter is of the kind kernel, gateway or sql, not “%s”.", shorten(string(c.Kind)))
	}
	if c.Kind == notebook.KernelKind {
		return nil
	}
	if err := gateway.CheckStart(c.Environment, c.Arguments, c.Limits.Memory, c.Limits.Processes); err != nil && c.Kind == notebook.GatewayKind {
		return err
	}
	list, err := tx.Gateways(ctx)
	if err != nil {
		return err
	}
	return reference(&r.Gateway, c.Gateway, list, func(x GatewayRow) int64 { return x.ID }, "gateway")
}

func reference[R any](to *int64, id int64, list []R, idOf func(R) int64, what string) error {
	if id == 0 {
		return fault.New(fault.Invalid, "Say which %s it uses.", what)
	}
	_, err := held(list, id, idOf, what)
	*to = id
	return err
}

// checkRunning checks what a kernel is started with.
func checkRunning(c InterpreterChange) error {
	if len(c.Arguments) > maxArguments || len(c.Environment) > maxSettings {
		return fault.New(fault.TooLarge, "At most %d arguments and %d settings of the environment.", maxArguments, maxSettings)
	}
	for _, a := range c.Arguments {
		if len(a) > maxArgument || strings.ContainsRune(a, 0) {
			return fault.New(fault.Invalid, "An argument has at most %d bytes, none of them zero.", maxArgument)
		}
	}
	for name, value := range c.Environment {
		if len(name) > maxName || !variablePattern.MatchString(name) {
			return fault.New(fault.Invalid, "“%s” cannot be set in an environment: names have letters, digits and _, and begin with no digit.", shorten(name))
		}
		if len(value) > maxSetting || strings.ContainsRune(value, 0) {
			return fault.New(fault.Invalid, "The value of %s has at most %d bytes, none of them zero.", name, maxSetting)
		}
	}
	l := c.Limits
	if l.Memory < 0 || l.Processes < 0 || l.Idle < 0 || l.KernelsPerPerson < 0 {
		return fault.New(fault.Invalid, "Limits are not below zero; zero is what the server has for all.")
	}
	if l.Memory > 0 && l.Memory < minMemory {
		return fault.New(fault.Invalid, "No kernel starts with less than %d MB of memory.", minMemory>>20)
	}
	return nil
}

// minMemory is what an empty kernel of Python needs, and a little.
const minMemory = 64 << 20

// seal encrypts the environment's values, and keeps those that shall stay.
func (s *Service) seal(id int64, old InterpreterRow, environment map[string]string) (map[string][]byte, error) {
	sealed := map[string][]byte{}
	for name, value := range environment {
		if value != Masked {
			sealed[name] = s.Box.Seal(label("interpreter", id, name), value)
			continue
		}
		was, ok := old.Sealed[name]
		if !ok {
			return nil, fault.New(fault.Invalid, "%s has no value yet that could stay as it is.", name)
		}
		sealed[name] = was
	}
	return sealed, nil
}
