package interpreter

import (
	"context"
	"net/url"
	"slices"
	"time"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel/gateway"
)

func gatewayID(r GatewayRow) int64 { return r.ID }

// Gateways lists the servers that start kernels elsewhere.
func (s *Service) Gateways(ctx context.Context) ([]GatewayRow, error) {
	if _, err := s.Gate.CheckServer(ctx, auth.GatewayShow); err != nil {
		return nil, err
	}
	return s.Store.Gateways(ctx)
}

// SaveGateway adds a gateway (id 0) or changes one, from the next kernel on. The
// token is asked for again when it would go to another address.
func (s *Service) SaveGateway(ctx context.Context, id int64, c GatewayChange) (row GatewayRow, err error) {
	a, err := s.Gate.CheckServer(ctx, auth.GatewaySet)
	if err != nil {
		return row, err
	}
	err = s.change(ctx, func(tx Tx) (err error) {
		row, err = s.writeGateway(ctx, tx, a, id, c)
		return err
	})
	if err != nil {
		return GatewayRow{}, err
	}
	return s.gateway(ctx, row.ID)
}

func (s *Service) writeGateway(ctx context.Context, tx Tx, a auth.Actor, id int64, c GatewayChange) (row GatewayRow, err error) {
	rows, err := tx.Gateways(ctx)
	if err != nil {
		return row, err
	}
	old, err := held(rows, id, gatewayID, "gateway")
	if err != nil {
		return row, err
	}
	if row, err = gatewayOf(old, c); err != nil {
		return row, err
	}
	if slices.ContainsFunc(rows, func(o GatewayRow) bool { return o.Name == row.Name && o.ID != id }) {
		return row, fault.New(fault.Conflict, "There is a gateway “%s” already.", row.Name)
	}
	if row.ID, err = tx.SaveGateway(ctx, row, a.User); err != nil {
		return row, err
	}
	if c.Token != nil {
		row.Sealed = s.sealed("gateway", row.ID, *c.Token)
		if _, err = tx.SaveGateway(ctx, row, a.User); err != nil {
			return row, err
		}
	}
	return row, tx.Audit(ctx, auth.GatewaySet, row.Name, map[string]any{"id": row.ID, "new": id == 0, "url": row.URL, "token": c.Token != nil})
}

func (s *Service) gateway(ctx context.Context, id int64) (GatewayRow, error) {
	rows, err := s.Store.Gateways(ctx)
	if err != nil {
		return GatewayRow{}, err
	}
	return held(rows, id, gatewayID, "gateway")
}

// gatewayOf is a gateway as a change wants it, its token as it was.
func gatewayOf(old GatewayRow, c GatewayChange) (GatewayRow, error) {
	r := GatewayRow{ID: old.ID, Name: trimmed(c.Name), URL: trimmed(c.URL), Options: c.Options, Sealed: old.Sealed}
	if r.Options == nil {
		r.Options = map[string]string{}
	}
	if len(r.Name) > maxName || !connectionPattern.MatchString(r.Name) {
		return r, fault.New(fault.Invalid, "“%s” cannot be a gateway's name: it has up to %d letters, digits, dots, - and _.", shorten(r.Name), maxName)
	}
	u, err := url.Parse(r.URL)
	if err != nil || len(r.URL) > maxSecret || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return r, fault.New(fault.Invalid, "A gateway's address is of the form https://gateway.example.org, without a name, password or token in it.")
	}
	if len(r.Options) > maxSettings {
		return r, fault.New(fault.TooLarge, "A gateway has at most %d options.", maxSettings)
	}
	for name, value := range r.Options {
		if len(name) > maxName || len(value) > maxArgument {
			return r, fault.New(fault.TooLarge, "An option of a gateway has a name of up to %d and a value of up to %d bytes.", maxName, maxArgument)
		}
	}
	if _, err := gateway.ParseOptions(r.Options); err != nil {
		return r, err
	}
	if c.Token != nil && len(*c.Token) > maxSecret {
		return r, fault.New(fault.TooLarge, "A token has at most %d bytes.", maxSecret)
	}
	if c.Token == nil && len(old.Sealed) > 0 && old.URL != r.URL {
		return r, fault.New(fault.Invalid, "Give the token again: the one that is kept is for the address that was set before.")
	}
	return r, nil
}

// RemoveGateway takes a gateway out. It is Conflict while an interpreter uses it.
func (s *Service) RemoveGateway(ctx context.Context, id int64) error {
	if _, err := s.Gate.CheckServer(ctx, auth.GatewaySet); err != nil {
		return err
	}
	return s.change(ctx, func(tx Tx) error {
		rows, err := tx.Gateways(ctx)
		if err != nil {
			return err
		}
		row, err := held(rows, id, gatewayID, "gateway")
		if err != nil {
			return err
		}
		if err := refuseInUse(ctx, tx, func(r InterpreterRow) bool { return r.Gateway == id }); err != nil {
			return err
		}
		if err := tx.RemoveGateway(ctx, id); err != nil {
			return err
		}
		return tx.Audit(ctx, auth.GatewaySet, row.Name, map[string]any{"id": id, "removed": true})
	})
}

// GatewaySpecs asks a gateway which kernelspecs it has.
func (s *Service) GatewaySpecs(ctx context.Context, id int64) ([]notebook.KernelSpec, error) {
	if _, err := s.Gate.CheckServer(ctx, auth.GatewayShow); err != nil {
		return nil, err
	}
	row, err := s.gateway(ctx, id)
	if err != nil {
		return nil, err
	}
	kernels, err := s.kernelsOf(row)
	if err != nil {
		return nil, err
	}
	return kernels.Specs(ctx)
}

// languageThere asks the gateway for the language of the kernelspec that a change
// names: "" when it does not tell soon, which is no reason not to save.
func (s *Service) languageThere(ctx context.Context, c InterpreterChange) string {
	if c.Kind != notebook.GatewayKind || c.Gateway == 0 {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, languagePatience)
	defer cancel()
	row, err := s.gateway(ctx, c.Gateway)
	if err != nil {
		return ""
	}
	kernels, err := s.kernelsOf(row)
	if err != nil {
		return ""
	}
	specs, err := kernels.Specs(ctx)
	if err != nil {
		s.Log.Info("a gateway does not tell the language of a kernelspec", "gateway", row.Name, "spec", c.Spec, "err", err)
	}
	at := slices.IndexFunc(specs, func(k notebook.KernelSpec) bool { return k.Name == trimmed(c.Spec) })
	if at < 0 {
		return ""
	}
	return specs[at].Language
}

const languagePatience = 5 * time.Second

// kernelsOf is what starts kernels on a gateway.
func (s *Service) kernelsOf(g GatewayRow) (notebook.Kernels, error) {
	if s.Gateway == nil {
		return nil, fault.New(fault.Unavailable, "This server cannot start kernels on gateways.")
	}
	token, err := s.Box.Open(label("gateway", g.ID, ""), g.Sealed)
	if err != nil {
		return nil, err
	}
	return s.Gateway(g, account.Secret(token))
}
