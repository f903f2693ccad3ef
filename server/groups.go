package server

import (
	"context"
	"net/http"

	"quire/auth"
	"quire/auth/account"
)

// GroupList lists groups.
type GroupList struct {
	Groups []account.Group `json:"groups"`
}

type newGroupIn struct {
	Body struct {
		Name        string   `json:"name"`
		Description string   `json:"description,omitempty"`
		Members     []string `json:"members,omitempty" doc:"names of users and groups"`
	}
}

type groupChangeIn struct {
	PrincipalPath
	Body struct {
		Name        *string `json:"name,omitempty"`
		Description *string `json:"description,omitempty"`
	}
}

type membersIn struct {
	PrincipalPath
	Body struct {
		Members []string `json:"members" doc:"names of users and groups"`
	}
}

type newMembersIn struct {
	PrincipalPath
	Body struct {
		Names []string `json:"names" doc:"of users and groups, at most 2,000"`
	}
}

type leaderIn struct {
	PrincipalPath
	Member auth.PrincipalID `path:"member"`
	Body   struct {
		Leads bool `json:"leads"`
	}
}

// MyGroups lists the groups one is in.
type MyGroups struct {
	Groups []account.MyGroup `json:"groups"`
}

type memberIn struct {
	PrincipalPath
	Member auth.PrincipalID `path:"member"`
}

// groupRoutes declares what is done with groups.
func (n *NotebookServer) groupRoutes() {
	route(n, auth.GroupList, http.MethodGet, "/groups", "List groups with their members",
		func(ctx context.Context, _ *struct{}) (*body[GroupList], error) {
			groups, err := n.accounts.Groups(ctx)
			return &body[GroupList]{GroupList{groups}}, err
		})
	route(n, auth.GroupShow, http.MethodGet, "/groups/{id}", "Show a group one is in",
		func(ctx context.Context, in *PrincipalPath) (*body[account.Group], error) {
			return groupBody(n.accounts.Group(ctx, in.ID))
		})
	route(n, auth.GroupCreate, http.MethodPost, "/groups", "Make a group",
		func(ctx context.Context, in *newGroupIn) (*body[account.Group], error) {
			return groupBody(n.accounts.CreateGroup(ctx, in.Body.Name, in.Body.Description, in.Body.Members))
		})
	route(n, auth.GroupChange, http.MethodPatch, "/groups/{id}", "Rename or describe a group",
		func(ctx context.Context, in *groupChangeIn) (*body[account.Group], error) {
			return groupBody(n.accounts.ChangeGroup(ctx, in.ID, account.GroupChange{Name: in.Body.Name, Description: in.Body.Description}))
		})
	route(n, auth.GroupRemove, http.MethodDelete, "/groups/{id}", "Remove a group with its grants",
		func(ctx context.Context, in *PrincipalPath) (*nothing, error) {
			return &nothing{}, n.accounts.RemoveGroup(ctx, in.ID)
		})
	route(n, auth.GroupOwn, http.MethodGet, "/me/groups", "List the groups one is in, and which of them one leads",
		func(ctx context.Context, _ *struct{}) (*body[MyGroups], error) {
			groups, err := n.accounts.MyGroups(ctx)
			return &body[MyGroups]{MyGroups{groups}}, err
		})
	n.memberRoutes()
}

func (n *NotebookServer) memberRoutes() {
	route(n, auth.GroupMembers, http.MethodPut, "/groups/{id}/members", "Say who the members are",
		func(ctx context.Context, in *membersIn) (*body[account.Group], error) {
			return groupBody(n.accounts.SetMembers(ctx, in.ID, in.Body.Members))
		})
	route(n, auth.GroupMembers, http.MethodPost, "/groups/{id}/members", "Add members by a list of names: all or none",
		func(ctx context.Context, in *newMembersIn) (*body[account.Pasted], error) {
			p, err := n.accounts.AddMembers(ctx, in.ID, in.Body.Names)
			return &body[account.Pasted]{p}, err
		})
	route(n, auth.GroupMembers, http.MethodPut, "/groups/{id}/members/{member}", "Say whether a member leads the group",
		func(ctx context.Context, in *leaderIn) (*body[account.Group], error) {
			return groupBody(n.accounts.SetLeader(ctx, in.ID, in.Member, in.Body.Leads))
		})
	route(n, auth.GroupMembers, http.MethodDelete, "/groups/{id}/members/{member}", "Take a member out",
		func(ctx context.Context, in *memberIn) (*body[account.Group], error) {
			return groupBody(n.accounts.RemoveMember(ctx, in.ID, in.Member))
		})
}

func groupBody(g account.Group, err error) (*body[account.Group], error) {
	return &body[account.Group]{g}, err
}
