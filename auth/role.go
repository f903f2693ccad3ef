package auth

import (
	"fmt"
	"strings"
)

// Role is what a grant gives on a node. Each role includes the ones before it.
type Role uint8

// The roles, from least to most. They are stored as these numbers.
const (
	NoRole Role = iota
	Reader
	Runner
	Writer
	Owner
)

var roleNames = [...]string{"none", "reader", "runner", "writer", "owner"}

// Roles are all roles that can be granted, highest first.
var Roles = []Role{Owner, Writer, Runner, Reader}

// String returns the role's name as in the interface and the REST API.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return fmt.Sprintf("role(%d)", uint8(r))
}

// ParseRole reads a role's name. Unknown names, and "none", are an error that
// lists what is allowed.
func ParseRole(s string) (Role, error) {
	for r := Reader; r <= Owner; r++ {
		if roleNames[r] == s {
			return r, nil
		}
	}
	return NoRole, fmt.Errorf("%q is not a role: owner, writer, runner and reader are", s)
}

// MarshalText implements encoding.TextMarshaler.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *Role) UnmarshalText(b []byte) error {
	v, err := ParseRole(string(b))
	if err != nil {
		return err
	}
	*r = v
	return nil
}

// Action is one way of touching an object. Actions are bits, so that a set of
// them is a number.
type Action uint16

// Actions on nodes. Each needs the role of the same height.
const (
	Read Action = 1 << iota
	Run
	Write
	Manage
)

// Actions on other kinds of objects.
const (
	See        Action = 1 << (iota + 4) // a group: its members
	Lead                                // a group: change its members
	Use                                 // the server: what every account may
	Administer                          // the server: people, settings, everybody's sign-ins
	Own                                 // oneself: password, sign-ins, tokens
)

var actionNames = []struct {
	action Action
	name   string
}{
	{Read, "read"}, {Run, "run"}, {Write, "write"}, {Manage, "manage"},
	{See, "see"}, {Lead, "lead"}, {Use, "use"}, {Administer, "administer"}, {Own, "own"},
}

// String returns the action's name.
func (a Action) String() string { return Actions(a).String() }

// Actions is a set of actions. The zero set allows nothing.
type Actions uint16

// AllActions limits nothing: the scope of a sign-in by browser.
const AllActions = ^Actions(0)

// Has reports whether the set has the action. The empty action is in no set.
func (s Actions) Has(a Action) bool { return a != 0 && s&Actions(a) == Actions(a) }

// String lists the names in a fixed order, separated by spaces.
func (s Actions) String() string { return strings.Join(s.Names(), " ") }

// Names lists the names of the actions in a fixed order; never nil.
func (s Actions) Names() []string {
	names := []string{}
	for _, n := range actionNames {
		if s.Has(n.action) {
			names = append(names, n.name)
		}
	}
	return names
}

// ParseActions reads names as Names lists them.
func ParseActions(names []string) (Actions, error) {
	var set Actions
next:
	for _, s := range names {
		for _, n := range actionNames {
			if n.name == s {
				set |= Actions(n.action)
				continue next
			}
		}
		return 0, fmt.Errorf("%q is not an action: read, run, write, manage, see, lead, use, administer and own are", s)
	}
	return set, nil
}

// Actions returns what the role allows on a node: manage needs owner; write,
// writer; run, runner; read, reader.
func (r Role) Actions() Actions {
	switch r {
	case Owner:
		return Actions(Manage | Write | Run | Read)
	case Writer:
		return Actions(Write | Run | Read)
	case Runner:
		return Actions(Run | Read)
	case Reader:
		return Actions(Read)
	}
	return 0
}
