package server

import (
	"context"
	"net/http"

	"quire/auth"
	"quire/auth/account"
)

type auditIn struct {
	Object    string `query:"object" doc:"only what was done to it: a note's id, a user's name"`
	Person    string `query:"person" doc:"only what one of this name did"`
	Operation string `query:"operation" doc:"only operations whose names begin so, such as grants."`
	Before    int64  `query:"before" doc:"only entries with smaller ids"`
}

// AuditPage is one page of the audit log, newest first.
type AuditPage struct {
	Entries []account.AuditEntry `json:"entries"`
}

// auditRoutes declares reading what was done and refused.
func (n *NotebookServer) auditRoutes() {
	route(n, auth.AuditShow, http.MethodGet, "/audit", "Read the audit log, newest first",
		func(ctx context.Context, in *auditIn) (*body[AuditPage], error) {
			entries, err := n.accounts.Audit(ctx, account.AuditQuery{Object: in.Object, Actor: in.Person, Operation: in.Operation, Before: in.Before})
			return &body[AuditPage]{AuditPage{entries}}, err
		})
}
