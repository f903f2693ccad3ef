package server

import (
	"context"
	"net/http"
	"time"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

type explainIn struct {
	NodePath
	Person string    `query:"person" doc:"name or id of a user or a group; left out: oneself. Asking about others needs to manage the node"`
	Action string    `query:"action" enum:"read,run,write,manage" default:"read"`
	At     time.Time `query:"at" doc:"another moment than now; needs to manage the node"`
}

type reachersIn struct {
	NodePath
	At time.Time `query:"at" doc:"another moment than now"`
}

type reachIn struct {
	Kind  string  `query:"kind" enum:"folder,note" doc:"only these"`
	After auth.ID `query:"after" doc:"goes on after this node, the last of the page before"`
}

func (in reachIn) query() notebook.ReachQuery {
	return notebook.ReachQuery{Kind: notebook.NodeKind(in.Kind), After: in.After}
}

type reachOfIn struct {
	PrincipalPath
	reachIn
}

// accessRoutes declares who can reach what, and why.
func (n *NotebookServer) accessRoutes() {
	route(n, auth.AccessExplain, http.MethodGet, "/nodes/{id}/access", "Explain whether somebody may do something, and why",
		func(ctx context.Context, in *explainIn) (*body[notebook.AccessAnswer], error) {
			action, err := actionNamed(in.Action)
			if err != nil {
				return nil, err
			}
			a, err := n.tree.Explain(ctx, notebook.AccessQuestion{Node: in.ID, Person: in.Person, Action: action, At: in.At})
			return &body[notebook.AccessAnswer]{a}, err
		})
	route(n, auth.AccessPast, http.MethodGet, "/nodes/{id}/access/people", "List who can reach a node, now or at another moment",
		func(ctx context.Context, in *reachersIn) (*body[notebook.Reachers], error) {
			r, err := n.tree.WhoReaches(ctx, in.ID, in.At)
			return &body[notebook.Reachers]{r}, err
		})
	route(n, auth.ReachOwn, http.MethodGet, "/me/reach", "List what one can reach, and by what",
		func(ctx context.Context, in *reachIn) (*body[notebook.Reach], error) {
			r, err := n.tree.ReachOwn(ctx, in.query())
			return &body[notebook.Reach]{r}, err
		})
	route(n, auth.ReachOf, http.MethodGet, "/users/{id}/reach", "List what a user can reach, as far as one may read it",
		func(ctx context.Context, in *reachOfIn) (*body[notebook.Reach], error) {
			r, err := n.tree.ReachOf(ctx, in.ID, in.query())
			return &body[notebook.Reach]{r}, err
		})
}

func actionNamed(name string) (auth.Action, error) {
	set, err := auth.ParseActions([]string{name})
	if err != nil {
		return 0, fault.Wrap(err, fault.Invalid, "%s.", err)
	}
	return auth.Action(set), nil
}
