package main

import "fmt"

// The cells of what administrators set up for code to run in.

var (
	someInterpreter = map[string]any{"name": "matrix", "kind": "kernel", "spec": "python3"}
	someConnection  = map[string]any{"name": "matrix", "driver": "sqlite", "database": "a.db"}
	someGateway     = map[string]any{"name": "matrix", "url": "https://gateway.example.org"}
)

// setUpCells are the routes with a valid request for each.
func setUpCells() map[string]any {
	return map[string]any{
		"GET /admin/interpreters": nil, "POST /admin/interpreters": someInterpreter, "PUT /admin/interpreters/{id}": withName(someInterpreter, "changed"),
		"DELETE /admin/interpreters/{id}": nil,
		"GET /admin/connections":          nil, "POST /admin/connections": someConnection, "PUT /admin/connections/{id}": withName(someConnection, "changed"),
		"DELETE /admin/connections/{id}": nil, "POST /admin/connections/{id}/test": nil,
		"GET /admin/gateways": nil, "POST /admin/gateways": someGateway, "PUT /admin/gateways/{id}": withName(someGateway, "changed"),
		"DELETE /admin/gateways/{id}": nil, "GET /admin/gateways/{id}/specs": nil,
	}
}

func withName(of map[string]any, name string) map[string]any {
	c := map[string]any{"name": name}
	for k, v := range of {
		if k != "name" {
			c[k] = v
		}
	}
	return c
}

// setUpIDs makes a thing of its own for each of these routes, and returns its id.
func (s *site) setUpIDs() map[string]string {
	ids := map[string]string{}
	for kind, body := range map[string]map[string]any{"interpreters": someInterpreter, "connections": someConnection, "gateways": someGateway} {
		for _, route := range []string{"PUT /admin/%s/{id}", "DELETE /admin/%s/{id}", "POST /admin/%s/{id}/test", "GET /admin/%s/{id}/specs"} {
			made := s.must("root", "POST", "/api/v1/admin/"+kind, withName(body, fmt.Sprintf("m%d", len(ids))))
			ids[fmt.Sprintf(route, kind)] = fmt.Sprint(made["id"])
		}
	}
	return ids
}
