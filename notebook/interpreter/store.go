package interpreter

import (
	"context"

	"quire/auth"
)

// Store keeps what administrators set up. The implementation is in store.
type Store interface {
	Reader
	// Change runs do in one transaction and returns the authority epoch it raised; such
	// changes run one after the other. Nothing has changed when it fails.
	Change(ctx context.Context, do func(Tx) error) (epoch uint64, err error)
}

// Reader reads rows, by name.
type Reader interface {
	Interpreters(ctx context.Context) ([]InterpreterRow, error)
	Connections(ctx context.Context) ([]ConnectionRow, error)
	Gateways(ctx context.Context) ([]GatewayRow, error)
}

// Tx is what a change may do.
type Tx interface {
	Reader
	// Find returns who is named, in order, with nil for those there are not.
	Find(ctx context.Context, who []Who) ([]*UserRef, error)
	// Save… writes a row with its users and returns its id; with id 0 a new one.
	SaveInterpreter(ctx context.Context, r InterpreterRow, by auth.PrincipalID) (id int64, err error)
	SaveConnection(ctx context.Context, r ConnectionRow, by auth.PrincipalID) (id int64, err error)
	SaveGateway(ctx context.Context, r GatewayRow, by auth.PrincipalID) (id int64, err error)
	RemoveInterpreter(ctx context.Context, id int64) error
	RemoveConnection(ctx context.Context, id int64) error
	RemoveGateway(ctx context.Context, id int64) error
	// Audit records what is done, in the same transaction. Secrets never stand in it.
	Audit(ctx context.Context, op auth.Operation, object string, detail map[string]any) error
}
