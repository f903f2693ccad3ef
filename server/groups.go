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

type newMemberIn struct {
	PrincipalPath
	Body struct {
		Name string `json:"name" doc:"of a user or a group"`
	}
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
	n.memberRoutes()
}

func (n *NotebookServer) memberRoutes() {
	route(n, auth.GroupMembers, http.MethodPut, "/groups/{id}/members", "Say who the members are",
		func(ctx context.Context, in *membersIn) (*body[account.Group], error) {
			return groupBody(n.accounts.SetMembers(ctx, in.ID, in.Body.Members))
		})
	route(n, auth.GroupMembers, http.MethodPost, "/groups/{id}/members", "Add a member",
		func(ctx context.Context, in *newMemberIn) (*body[account.Group], error) {
			return groupBody(n.accounts.AddMember(ctx, in.ID, in.Body.Name))
		})
	route(n, auth.GroupMembers, http.MethodDelete, "/groups/{id}/members/{member}", "Take a member out",
		func(ctx context.Context, in *memberIn) (*body[account.Group], error) {
			return groupBody(n.accounts.RemoveMember(ctx, in.ID, in.Member))
		})
}

func groupBody(g account.Group, err error) (*body[account.Group], error) {
	return &body[account.Group]{g}, err
}
