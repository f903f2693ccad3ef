package server

import (
	"context"
	"net/http"
	"time"

	"quire/auth"
	"quire/auth/account"
)

type peopleIn struct {
	Query string `query:"query" doc:"how a name begins"`
	Limit int    `query:"limit" doc:"at most so many, 8 unless told, never more than 50"`
}

// PeopleList lists users and groups.
type PeopleList struct {
	People []account.PersonOrGroup `json:"people"`
}

type usersIn struct {
	Query string           `query:"query" doc:"how a name begins"`
	After auth.PrincipalID `query:"after" doc:"id of the last user of the page before"`
}

// UserPage is one page of users.
type UserPage struct {
	Users []account.User `json:"users"`
	More  bool           `json:"more" doc:"there are further ones after the last"`
}

type newUserIn struct {
	Body struct {
		Name        string   `json:"name"`
		DisplayName string   `json:"displayName,omitempty"`
		Admin       bool     `json:"admin,omitempty"`
		Groups      []string `json:"groups,omitempty" doc:"names of groups to join"`
	}
}

// NewUserBody is a new user and the link to send them.
type NewUserBody struct {
	User account.User `json:"user"`
	Link LinkBody     `json:"link"`
}

// LinkBody is a link that works once. It is shown only now.
type LinkBody struct {
	URL       string          `json:"url"`
	ExpiresAt time.Time       `json:"expiresAt"`
	Purpose   account.Purpose `json:"purpose" enum:"invite,reset"`
}

// PrincipalPath is the id of a user or a group in a path. It is exported because the
// framework reads no fields of an embedded type that is not.
type PrincipalPath struct {
	ID auth.PrincipalID `path:"id"`
}

type userChangeIn struct {
	PrincipalPath
	Body struct {
		DisplayName *string `json:"displayName,omitempty"`
		Admin       *bool   `json:"admin,omitempty"`
		Disabled    *bool   `json:"disabled,omitempty"`
	}
}

// peopleRoutes declares finding people, and what administrators do with users.
func (n *NotebookServer) peopleRoutes() {
	route(n, auth.PeopleSearch, http.MethodGet, "/people", "Find users and groups to share with",
		func(ctx context.Context, in *peopleIn) (*body[PeopleList], error) {
			people, err := n.accounts.SearchPeople(ctx, in.Query, in.Limit)
			return &body[PeopleList]{PeopleList{people}}, err
		})
	route(n, auth.UserList, http.MethodGet, "/users", "List users, a hundred at a time",
		func(ctx context.Context, in *usersIn) (*body[UserPage], error) {
			users, more, err := n.accounts.Users(ctx, in.Query, in.After)
			return &body[UserPage]{UserPage{users, more}}, err
		})
	route(n, auth.UserCreate, http.MethodPost, "/users", "Make a user and a link that invites them",
		func(ctx context.Context, in *newUserIn) (*body[NewUserBody], error) {
			u, link, err := n.accounts.CreateUser(ctx, account.Invitation{
				Name: in.Body.Name, DisplayName: in.Body.DisplayName, Admin: in.Body.Admin, Groups: in.Body.Groups,
			})
			return &body[NewUserBody]{NewUserBody{u, n.linkBody(link)}}, err
		})
	route(n, auth.UserChange, http.MethodPatch, "/users/{id}", "Change a user",
		func(ctx context.Context, in *userChangeIn) (*body[account.User], error) {
			u, err := n.accounts.ChangeUser(ctx, in.ID, account.UserChange{
				DisplayName: in.Body.DisplayName, Admin: in.Body.Admin, Disabled: in.Body.Disabled,
			})
			return &body[account.User]{u}, err
		})
	route(n, auth.UserLink, http.MethodPost, "/users/{id}/link", "Make a link to choose a password; earlier ones stop working",
		func(ctx context.Context, in *PrincipalPath) (*body[LinkBody], error) {
			link, err := n.accounts.UserLink(ctx, in.ID)
			return &body[LinkBody]{n.linkBody(link)}, err
		})
}

func (n *NotebookServer) linkBody(l account.Link) LinkBody {
	return LinkBody{URL: l.URL(n.config.Base), ExpiresAt: l.ExpiresAt, Purpose: l.Purpose}
}
