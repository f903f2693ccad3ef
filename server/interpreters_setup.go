package server

import (
	"context"
	"net/http"

	"quire/auth"
	"quire/notebook"
	"quire/notebook/interpreter"
)

// SetUpPath names an interpreter, a connection or a gateway.
type SetUpPath struct {
	ID int64 `path:"id" minimum:"1"`
}

// InterpreterRows lists what administrators have set up, and what was found.
type InterpreterRows struct {
	Interpreters []interpreter.InterpreterRow `json:"interpreters"`
	Found        []interpreter.FoundSpec      `json:"found" doc:"kernelspecs of this machine"`
}

type interpreterIn struct {
	SetUpPath
	Body interpreter.InterpreterChange
}

// ConnectionRows lists connections to databases.
type ConnectionRows struct {
	Connections []interpreter.ConnectionRow `json:"connections"`
}

type connectionIn struct {
	SetUpPath
	Body interpreter.ConnectionChange
}

// ConnectionTest is what a database said about itself.
type ConnectionTest struct {
	Version string `json:"version"`
}

// GatewayRows lists the servers that start kernels elsewhere.
type GatewayRows struct {
	Gateways []interpreter.GatewayRow `json:"gateways"`
}

type gatewayIn struct {
	SetUpPath
	Body interpreter.GatewayChange
}

// GatewaySpecs lists the kernelspecs of a gateway.
type GatewaySpecs struct {
	Specs []notebook.KernelSpec `json:"specs"`
}

// setUpRoutes declares what administrators set up for code to run in. A change
// counts for kernels that start later.
func (n *NotebookServer) setUpRoutes() {
	route(n, auth.InterpreterSet, http.MethodGet, "/admin/interpreters", "List interpreters as they are set up, and the kernelspecs found",
		func(ctx context.Context, _ *struct{}) (*body[InterpreterRows], error) {
			rows, found, err := n.setUp.Rows(ctx)
			return &body[InterpreterRows]{InterpreterRows{orEmpty(rows), found}}, err
		})
	route(n, auth.InterpreterSet, http.MethodPost, "/admin/interpreters", "Set an interpreter up",
		func(ctx context.Context, in *body[interpreter.InterpreterChange]) (*body[interpreter.InterpreterRow], error) {
			row, err := n.setUp.Create(ctx, in.Body)
			return &body[interpreter.InterpreterRow]{row}, err
		})
	route(n, auth.InterpreterSet, http.MethodPut, "/admin/interpreters/{id}", "Change an interpreter, from the next kernel on",
		func(ctx context.Context, in *interpreterIn) (*body[interpreter.InterpreterRow], error) {
			row, err := n.setUp.Update(ctx, in.ID, in.Body)
			return &body[interpreter.InterpreterRow]{row}, err
		})
	route(n, auth.InterpreterSet, http.MethodDelete, "/admin/interpreters/{id}", "Take an interpreter out",
		func(ctx context.Context, in *SetUpPath) (*nothing, error) {
			return &nothing{}, n.setUp.Remove(ctx, in.ID)
		})
	n.connectionRoutes()
	n.gatewayRoutes()
}

func (n *NotebookServer) connectionRoutes() {
	route(n, auth.ConnectionShow, http.MethodGet, "/admin/connections", "List connections to databases",
		func(ctx context.Context, _ *struct{}) (*body[ConnectionRows], error) {
			rows, err := n.setUp.Connections(ctx)
			return &body[ConnectionRows]{ConnectionRows{orEmpty(rows)}}, err
		})
	route(n, auth.ConnectionSet, http.MethodPost, "/admin/connections", "Add a connection to a database",
		func(ctx context.Context, in *body[interpreter.ConnectionChange]) (*body[interpreter.ConnectionRow], error) {
			row, err := n.setUp.SaveConnection(ctx, 0, in.Body)
			return &body[interpreter.ConnectionRow]{row}, err
		})
	route(n, auth.ConnectionSet, http.MethodPut, "/admin/connections/{id}", "Change a connection, from the next session on",
		func(ctx context.Context, in *connectionIn) (*body[interpreter.ConnectionRow], error) {
			row, err := n.setUp.SaveConnection(ctx, in.ID, in.Body)
			return &body[interpreter.ConnectionRow]{row}, err
		})
	route(n, auth.ConnectionSet, http.MethodDelete, "/admin/connections/{id}", "Take a connection out",
		func(ctx context.Context, in *SetUpPath) (*nothing, error) {
			return &nothing{}, n.setUp.RemoveConnection(ctx, in.ID)
		})
	route(n, auth.ConnectionSet, http.MethodPost, "/admin/connections/{id}/test", "Connect to the database once",
		func(ctx context.Context, in *SetUpPath) (*body[ConnectionTest], error) {
			version, err := n.setUp.TestConnection(ctx, in.ID)
			return &body[ConnectionTest]{ConnectionTest{version}}, err
		})
}

func (n *NotebookServer) gatewayRoutes() {
	route(n, auth.GatewayShow, http.MethodGet, "/admin/gateways", "List the servers that start kernels elsewhere",
		func(ctx context.Context, _ *struct{}) (*body[GatewayRows], error) {
			rows, err := n.setUp.Gateways(ctx)
			return &body[GatewayRows]{GatewayRows{orEmpty(rows)}}, err
		})
	route(n, auth.GatewaySet, http.MethodPost, "/admin/gateways", "Add a gateway",
		func(ctx context.Context, in *body[interpreter.GatewayChange]) (*body[interpreter.GatewayRow], error) {
			row, err := n.setUp.SaveGateway(ctx, 0, in.Body)
			return &body[interpreter.GatewayRow]{row}, err
		})
	route(n, auth.GatewaySet, http.MethodPut, "/admin/gateways/{id}", "Change a gateway, from the next kernel on",
		func(ctx context.Context, in *gatewayIn) (*body[interpreter.GatewayRow], error) {
			row, err := n.setUp.SaveGateway(ctx, in.ID, in.Body)
			return &body[interpreter.GatewayRow]{row}, err
		})
	route(n, auth.GatewaySet, http.MethodDelete, "/admin/gateways/{id}", "Take a gateway out",
		func(ctx context.Context, in *SetUpPath) (*nothing, error) {
			return &nothing{}, n.setUp.RemoveGateway(ctx, in.ID)
		})
	route(n, auth.GatewayShow, http.MethodGet, "/admin/gateways/{id}/specs", "Ask a gateway for its kernelspecs",
		func(ctx context.Context, in *SetUpPath) (*body[GatewaySpecs], error) {
			specs, err := n.setUp.GatewaySpecs(ctx, in.ID)
			return &body[GatewaySpecs]{GatewaySpecs{orEmpty(specs)}}, err
		})
}

// orEmpty is never nil, which JSON would write as null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
