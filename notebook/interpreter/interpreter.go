// Package interpreter holds what administrators set up for code to run in:
// interpreters, connections to databases and gateways, with who may use them. It
// implements notebook.Interpreters. Every change is checked by the gate and audited
// in its own transaction; what is secret is sealed before it is stored.
package interpreter

import (
	"time"

	"quire/auth"
	"quire/notebook"
)

// Masked stands for a secret in what is shown. Given back, it means: as it was.
const Masked = "***"

// InterpreterRow is an interpreter as administrators set it up. Kernels that run
// keep to what it said when they started.
type InterpreterRow struct {
	ID          int64                    `json:"id"`
	Name        string                   `json:"name" doc:"as in a first line %name"`
	Aliases     []string                 `json:"aliases" doc:"other names it answers to"`
	DisplayName string                   `json:"displayName"`
	Kind        notebook.InterpreterKind `json:"kind" enum:"kernel,gateway,sql"`
	Spec        string                   `json:"spec" doc:"kernelspec of this machine or of the gateway"`
	Gateway     int64                    `json:"gateway,omitempty" doc:"id of the gateway, of kind gateway"`
	Connection  int64                    `json:"connection,omitempty" doc:"id of the connection, of kind sql"`
	Environment map[string]string        `json:"environment" doc:"names, each with ***: values are never shown"`
	Arguments   []string                 `json:"arguments" doc:"added to the kernelspec's command line"`
	Limits      InterpreterLimits        `json:"limits"`
	Users       []UserRef                `json:"users" doc:"who may use it, beside administrators"`
	Enabled     bool                     `json:"enabled" doc:"false: its names are borne, and refuse everybody"`
	ChangedBy   string                   `json:"changedBy,omitempty"`
	ChangedAt   time.Time                `json:"changedAt"`

	// Language is that of a gateway's kernelspec, as the gateway told when the row was
	// saved; empty where it did not.
	Language string `json:"-"`
	// Sealed are the values of Environment.
	Sealed map[string][]byte `json:"-"`
}

// InterpreterLimits bound the kernels of an interpreter. Zero is what the server
// has for all.
type InterpreterLimits struct {
	Memory           int64 `json:"memory,omitempty" minimum:"0" doc:"bytes of a kernel with all it starts"`
	Processes        int   `json:"processes,omitempty" minimum:"0" doc:"of a kernel with all it starts"`
	Idle             int   `json:"idle,omitempty" minimum:"0" doc:"seconds without work after which a kernel is ended"`
	KernelsPerPerson int   `json:"kernelsPerPerson,omitempty" minimum:"0" doc:"at once"`
}

// UserRef is somebody who may use something: a user, a group or everyone.
type UserRef struct {
	ID          auth.PrincipalID `json:"id"`
	Kind        string           `json:"kind" enum:"user,group,everyone"`
	Name        string           `json:"name"`
	DisplayName string           `json:"displayName,omitempty"`
}

// Who names a user, a group or everyone; the id counts when both are given.
type Who struct {
	ID   auth.PrincipalID `json:"id,omitempty"`
	Name string           `json:"name,omitempty"`
}

// InterpreterChange is an interpreter as it shall be, whole.
type InterpreterChange struct {
	Name        string                   `json:"name"`
	Aliases     []string                 `json:"aliases,omitempty"`
	DisplayName string                   `json:"displayName,omitempty"`
	Kind        notebook.InterpreterKind `json:"kind" enum:"kernel,gateway,sql"`
	Spec        string                   `json:"spec,omitempty"`
	Gateway     int64                    `json:"gateway,omitempty"`
	Connection  int64                    `json:"connection,omitempty"`
	Environment map[string]string        `json:"environment,omitempty" doc:"*** leaves a value as it is; names left out are removed"`
	Arguments   []string                 `json:"arguments,omitempty"`
	Limits      InterpreterLimits        `json:"limits,omitzero"`
	Users       *[]Who                   `json:"users,omitempty" doc:"who may use it beside administrators; left out: everyone for a new one, else as it is"`
	Enabled     *bool                    `json:"enabled,omitempty" doc:"left out: true for a new one, else as it is"`
}

// FoundSpec is a kernelspec of this machine.
type FoundSpec struct {
	Name        string   `json:"name"`
	DisplayName string   `json:"displayName"`
	Language    string   `json:"language"`
	Names       []string `json:"names" doc:"what everybody may write for it; empty when interpreters above it decide"`
}

// ConnectionRow is a database that %sql speaks to.
type ConnectionRow struct {
	ID          int64             `json:"id"`
	Name        string            `json:"name" doc:"as in %sql(name)"`
	Driver      string            `json:"driver" enum:"postgres,mysql,sqlite"`
	Host        string            `json:"host" doc:"name or address, or a folder with a unix socket; of sqlite none"`
	Port        int               `json:"port" doc:"0: the driver's usual one"`
	Database    string            `json:"database" doc:"of sqlite: a file in the note's folder"`
	Username    string            `json:"username"`
	HasPassword bool              `json:"hasPassword" doc:"the password itself is never shown"`
	Options     map[string]string `json:"options"`
	ReadOnly    bool              `json:"readOnly" doc:"sessions begin read-only; what the database's user may do is the firmer fence"`
	Users       []UserRef         `json:"users" doc:"who may use it, beside administrators"`
	ChangedBy   string            `json:"changedBy,omitempty"`
	ChangedAt   time.Time         `json:"changedAt"`

	Sealed []byte `json:"-"`
}

// ConnectionChange is a connection as it shall be, whole but for what is left out.
type ConnectionChange struct {
	Name     string            `json:"name"`
	Driver   string            `json:"driver" enum:"postgres,mysql,sqlite"`
	Host     string            `json:"host,omitempty"`
	Port     int               `json:"port,omitempty" minimum:"0" maximum:"65535"`
	Database string            `json:"database,omitempty"`
	Username string            `json:"username,omitempty"`
	Password *string           `json:"password,omitempty" doc:"left out: as it is; empty: none"`
	Options  map[string]string `json:"options,omitempty"`
	ReadOnly bool              `json:"readOnly,omitempty"`
	Users    *[]Who            `json:"users,omitempty" doc:"who may use it beside administrators; left out: nobody for a new one, else as it is"`
}

// GatewayRow is a server that starts kernels elsewhere.
type GatewayRow struct {
	ID        int64             `json:"id"`
	Name      string            `json:"name"`
	URL       string            `json:"url"`
	HasToken  bool              `json:"hasToken" doc:"the token itself is never shown"`
	Options   map[string]string `json:"options"`
	ChangedBy string            `json:"changedBy,omitempty"`
	ChangedAt time.Time         `json:"changedAt"`

	Sealed []byte `json:"-"`
}

// GatewayChange is a gateway as it shall be, whole but for what is left out.
type GatewayChange struct {
	Name    string            `json:"name"`
	URL     string            `json:"url"`
	Token   *string           `json:"token,omitempty" doc:"left out: as it is; empty: none"`
	Options map[string]string `json:"options,omitempty"`
}
