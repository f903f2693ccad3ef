package account

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// Cap takes actions away from the members of a group, everywhere or below a folder.
type Cap struct {
	ID      int64     `json:"id"`
	Group   GroupRef  `json:"group"`
	Node    *NodeRef  `json:"node,omitempty" doc:"counts there and below; absent: everywhere"`
	Actions []string  `json:"actions" enum:"read,run,write,manage" doc:"what is left"`
	Reason  string    `json:"reason"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// NodeRef names a folder or a note.
type NodeRef struct {
	ID   auth.ID `json:"id"`
	Name string  `json:"name"`
}

// NewCap is a cap to set. The group is given by its id or by its name.
type NewCap struct {
	Group   GroupRef
	Node    auth.ID // zero: everywhere
	Actions []string
	Reason  string
}

// CapRow is a cap as it is stored.
type CapRow struct {
	Group   auth.PrincipalID
	Node    auth.ID
	Actions auth.Actions
	Reason  string
	By      auth.PrincipalID
}

// Caps lists all caps.
func (s *Service) Caps(ctx context.Context) ([]Cap, error) {
	if _, err := s.gate.CheckServer(ctx, auth.CapList); err != nil {
		return nil, err
	}
	return s.store.Caps(ctx)
}

// SetCap leaves nothing but the actions to the group's members, in the place of the
// cap there is for the same group and node. Actions that do not hold read, or hold
// all, are Invalid; an unknown group or node is NotFound.
func (s *Service) SetCap(ctx context.Context, n NewCap) (Cap, error) {
	a, err := s.gate.CheckServer(ctx, auth.CapSet)
	if err != nil {
		return Cap{}, err
	}
	row, err := n.parse()
	if err != nil {
		return Cap{}, err
	}
	row.By = a.User
	var c Cap
	err = s.changeAuthority(ctx, a, auth.CapSet, func(tx Tx) (deed, error) {
		if row.Group, err = capGroup(ctx, tx, n.Group); err != nil {
			return deed{}, err
		}
		id, err := tx.SetCap(ctx, row)
		if err != nil {
			return deed{}, err
		}
		c, err = tx.Cap(ctx, id)
		return c.deed(), err
	})
	return c, err
}

// LiftCap ends a cap. NotFound when there is none with the id.
func (s *Service) LiftCap(ctx context.Context, id int64) error {
	a, err := s.gate.CheckServer(ctx, auth.CapLift)
	if err != nil {
		return err
	}
	return s.changeAuthority(ctx, a, auth.CapLift, func(tx Tx) (deed, error) {
		c, err := tx.LiftCap(ctx, id, a.User)
		if fault.Is(err, fault.NotFound) {
			err = fault.New(fault.NotFound, "There is no such cap, or it was lifted.")
		}
		return c.deed(), err
	})
}

func (c Cap) deed() deed {
	d := deed{object: c.Group.Name, detail: map[string]any{"cap": strconv.FormatInt(c.ID, 10), "actions": c.Actions, "reason": c.Reason}}
	if c.Node != nil {
		d.detail["node"] = c.Node.ID
	}
	return d
}

func (n NewCap) parse() (row CapRow, err error) {
	row.Node = n.Node
	if row.Reason, err = parseText("reason", n.Reason, maxDescription); err != nil {
		return row, err
	}
	row.Actions, err = auth.ParseActions(n.Actions)
	all := auth.Owner.Actions()
	if err != nil || row.Actions&^all != 0 || row.Actions == all || !row.Actions.Has(auth.Read) {
		return row, fault.New(fault.Invalid, "A cap leaves read, and with it perhaps run, write or manage, but not all of them; not “%s”.",
			shorten(strings.Join(n.Actions, " ")))
	}
	return row, nil
}

// capGroup finds the group that a cap is for.
func capGroup(ctx context.Context, tx Tx, wish GroupRef) (auth.PrincipalID, error) {
	if wish.ID != 0 {
		g, err := tx.Group(ctx, wish.ID)
		return g.ID, orNoGroup(err)
	}
	people, _, err := findAll(ctx, tx, []string{wish.Name}, 1)
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(people, func(p PersonOrGroup) bool { return p.Kind == kindGroup })
	if i < 0 {
		return 0, fault.New(fault.Invalid, "“%s” is no group. Caps are for groups.", shorten(wish.Name))
	}
	return people[i].ID, nil
}
