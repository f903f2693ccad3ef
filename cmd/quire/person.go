package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"quire/auth"
	"quire/server"
)

// asPerson says whose rights count.
type asPerson struct {
	connection
	As string `placeholder:"USER" help:"As whom; needed on the server's own machine."`
}

func (c *asPerson) self() error {
	if c.Server == nil && c.As == "" {
		return fmt.Errorf("say as whom: --as USER")
	}
	if c.Server != nil && c.As != "" {
		return fmt.Errorf("--as works on the server's own machine; with --server it is QUIRE_TOKEN's owner")
	}
	c.as = c.As
	return nil
}

// nodeNamed finds a folder or a note by its id, or by its path from the top, such as
// Team/Churn.
func (c *connection) nodeNamed(ctx context.Context, name string) (auth.ID, error) {
	if id, err := auth.ParseID(name); err == nil {
		return id, nil
	}
	var tree server.TreeBody
	if err := c.ask(ctx, http.MethodGet, "/tree", nil, &tree); err != nil {
		return auth.ID{}, err
	}
	nodes := map[auth.ID]server.TreeNode{}
	for _, n := range tree.Nodes {
		nodes[n.ID] = n
	}
	for _, n := range tree.Nodes {
		if pathOf(nodes, n) == strings.Trim(name, "/") {
			return n.ID, nil
		}
	}
	return auth.ID{}, fmt.Errorf("there is no note or folder %q, or you may not see it", name)
}

func pathOf(nodes map[auth.ID]server.TreeNode, n server.TreeNode) string {
	path := n.Name
	for up, ok := nodes[n.Parent]; ok; up, ok = nodes[up.Parent] {
		path = up.Name + "/" + path
	}
	return path
}

// until is a moment on the command line: 2026-12-31 (to the end of that day, here),
// "2026-12-31 18:00", or as RFC 3339 writes it.
type until struct{ time.Time }

// UnmarshalText implements encoding.TextUnmarshaler.
func (u *until) UnmarshalText(b []byte) (err error) {
	s := string(b)
	if u.Time, err = time.ParseInLocation(time.DateOnly, s, time.Local); err == nil {
		u.Time = u.AddDate(0, 0, 1)
		return nil
	}
	if u.Time, err = time.ParseInLocation("2006-01-02 15:04", s, time.Local); err == nil {
		return nil
	}
	if u.Time, err = time.Parse(time.RFC3339, s); err == nil {
		return nil
	}
	return fmt.Errorf("%q is not a date such as 2026-12-31, \"2026-12-31 18:00\" or 2026-12-31T18:00:00Z", s)
}
