package server

import (
	"context"
	"net/http"

	"quire/auth"
	"quire/auth/account"
)

type passwordIn struct {
	Body struct {
		Current string `json:"current"`
		Next    string `json:"next"`
	}
}

type signInID struct {
	ID auth.ID `path:"id"`
}

// SignInList lists browsers and tokens.
type SignInList struct {
	SignIns []account.SignInRow `json:"signIns"`
}

// TokenList lists tokens.
type TokenList struct {
	Tokens []account.SignInRow `json:"tokens"`
}

type newTokenIn struct {
	Body struct {
		Label string   `json:"label" doc:"what the token is for"`
		Scope []string `json:"scope,omitempty" enum:"read,run,write,manage" doc:"what it may do; absent: all that you may"`
		Days  int      `json:"days" doc:"until it expires, 1 to 365"`
	}
}

// TokenBody is a new token with its secret, which is shown only now.
type TokenBody struct {
	account.SignInRow
	Secret string `json:"secret"`
}

// Me is oneself.
type Me struct {
	account.Me
	Requests int `json:"requests" doc:"requests of others that wait for one's answer"`
}

// aboutMe adds to what the accounts know what the tree does. ctx is one's own.
func (n *NotebookServer) aboutMe(ctx context.Context, me account.Me) (Me, error) {
	requests, err := n.tree.CountRequests(ctx)
	return Me{me, requests}, err
}

// meRoutes declares what one does with one's own account.
func (n *NotebookServer) meRoutes() {
	route(n, auth.SelfShow, http.MethodGet, "/me", "Tell who one is",
		func(ctx context.Context, _ *struct{}) (*body[Me], error) {
			known, err := n.accounts.Me(ctx)
			if err != nil {
				return nil, err
			}
			me, err := n.aboutMe(ctx, known)
			return &body[Me]{me}, err
		})
	route(n, auth.PasswordChange, http.MethodPost, "/me/password", "Change one's password; other browsers are signed out, tokens stay",
		func(ctx context.Context, in *passwordIn) (*nothing, error) {
			return &nothing{}, n.accounts.ChangePassword(ctx, in.Body.Current, in.Body.Next, remoteAddress(ctx))
		})
	route(n, auth.SignInList, http.MethodGet, "/me/sign-ins", "List where one is signed in",
		func(ctx context.Context, _ *struct{}) (*body[SignInList], error) {
			list, err := n.accounts.SignIns(ctx)
			return &body[SignInList]{SignInList{list}}, err
		})
	route(n, auth.SignInEnd, http.MethodDelete, "/me/sign-ins/{id}", "End a sign-in of one's own",
		func(ctx context.Context, in *signInID) (*nothing, error) {
			return &nothing{}, n.accounts.EndSignIn(ctx, in.ID)
		})
	route(n, auth.TokenList, http.MethodGet, "/me/tokens", "List one's tokens",
		func(ctx context.Context, _ *struct{}) (*body[TokenList], error) {
			list, err := n.accounts.Tokens(ctx)
			return &body[TokenList]{TokenList{list}}, err
		})
	route(n, auth.TokenCreate, http.MethodPost, "/me/tokens", "Make a token for a program",
		func(ctx context.Context, in *newTokenIn) (*body[TokenBody], error) {
			t, err := n.accounts.CreateToken(ctx, account.NewToken{Label: in.Body.Label, Scope: in.Body.Scope, Days: in.Body.Days})
			return &body[TokenBody]{TokenBody{t.SignInRow, t.Secret.Reveal()}}, err
		})
	route(n, auth.TokenRevoke, http.MethodDelete, "/me/tokens/{id}", "Revoke a token",
		func(ctx context.Context, in *signInID) (*nothing, error) {
			return &nothing{}, n.accounts.RevokeToken(ctx, in.ID)
		})
}
