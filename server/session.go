package server

import (
	"context"
	"net/http"
	"time"

	"quire/auth"
	"quire/auth/account"
)

// cookieLifetime is how long a browser keeps the cookie: longer than any sign-in
// it can carry, since using a sign-in prolongs it. The server decides when it ends.
const cookieLifetime = 400 * 24 * time.Hour

// signedIn answers who one is now, and sets the cookie.
type signedIn struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Me
}

// signedOut takes the cookie away.
type signedOut struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

// SetUpState tells whether the server waits to be set up.
type SetUpState struct {
	Needed bool `json:"needed"`
}

type setUpIn struct {
	Body struct {
		Secret   string           `json:"secret" doc:"what follows # in the link that the server printed"`
		Name     string           `json:"name" doc:"the first administrator's"`
		Password string           `json:"password"`
		NewNotes account.Audience `json:"newNotes" enum:"everyone,me" doc:"who sees new notes"`
	}
}

type signInIn struct {
	Body struct {
		Name     string `json:"name"`
		Password string `json:"password"`
	}
}

type linkIn struct {
	Body struct {
		Secret   string `json:"secret" doc:"what follows # in the link"`
		Password string `json:"password" doc:"the one to have from now on"`
	}
}

type linkCheckIn struct {
	Body struct {
		Secret string `json:"secret" doc:"what follows # in the link"`
	}
}

// LinkState tells what a link is for.
type LinkState struct {
	Purpose account.Purpose `json:"purpose" enum:"invite,reset"`
	Name    string          `json:"name" doc:"whose account it is"`
}

// sessionRoutes declares setting up, signing in and out.
func (n *NotebookServer) sessionRoutes() {
	route(n, auth.SetUp, http.MethodGet, "/setup", "Tell whether the server waits to be set up",
		func(ctx context.Context, _ *struct{}) (*body[SetUpState], error) {
			needed, err := n.accounts.SetUpNeeded(ctx)
			return &body[SetUpState]{SetUpState{needed}}, err
		})
	route(n, auth.SetUp, http.MethodPost, "/setup", "Make the first administrator and sign in",
		func(ctx context.Context, in *setUpIn) (*signedIn, error) {
			s, err := n.accounts.SetUp(ctx, account.SetUpForm{
				Secret: account.Secret(in.Body.Secret), Name: in.Body.Name, Password: in.Body.Password, NewNotes: in.Body.NewNotes,
			}, ClientOf(ctx))
			return n.signedIn(ctx, s, err)
		})
	route(n, auth.SignIn, http.MethodPost, "/session", "Sign in by name and password",
		func(ctx context.Context, in *signInIn) (*signedIn, error) {
			s, err := n.accounts.SignIn(ctx, in.Body.Name, in.Body.Password, ClientOf(ctx))
			return n.signedIn(ctx, s, err)
		})
	route(n, auth.SignIn, http.MethodPost, "/session/link", "Choose a password by an invitation or reset link, and sign in",
		func(ctx context.Context, in *linkIn) (*signedIn, error) {
			s, err := n.accounts.AcceptLink(ctx, account.Secret(in.Body.Secret), in.Body.Password, ClientOf(ctx))
			return n.signedIn(ctx, s, err)
		})
	route(n, auth.SignIn, http.MethodPost, "/session/link/check", "Tell what an invitation or reset link is for",
		func(ctx context.Context, in *linkCheckIn) (*body[LinkState], error) {
			purpose, name, err := n.accounts.CheckLink(ctx, account.Secret(in.Body.Secret))
			return &body[LinkState]{LinkState{purpose, name}}, err
		})
	route(n, auth.SignOut, http.MethodDelete, "/session", "Sign out",
		func(ctx context.Context, _ *struct{}) (*signedOut, error) {
			return &signedOut{n.cookie("", -1)}, n.accounts.SignOut(ctx)
		})
}

// ClientOf tells where a request comes from.
func ClientOf(ctx context.Context) account.Client {
	return account.Client{Address: remoteAddress(ctx), Agent: userAgent(ctx), Request: requestID(ctx)}
}

func (n *NotebookServer) signedIn(ctx context.Context, s account.Session, err error) (*signedIn, error) {
	if err != nil {
		return nil, err
	}
	a := auth.Actor{Kind: auth.Person, User: s.ID, Name: s.Name, SignIn: s.SignIn, Request: requestID(ctx)}
	me, err := n.aboutMe(auth.WithActor(ctx, a), s.Me)
	return &signedIn{SetCookie: n.cookie(s.Secret.Reveal(), int(cookieLifetime.Seconds())), Body: me}, err
}

func (n *NotebookServer) cookie(value string, maxAge int) http.Cookie {
	return n.config.cookie(SessionCookie, value, maxAge)
}

// ZeppelinCookie makes the cookie of a sign-in by Zeppelin's API. It lasts as long as
// the client that keeps it.
func (c Config) ZeppelinCookie(secret string) *http.Cookie {
	cookie := c.cookie(zeppelinCookie, secret, 0)
	return &cookie
}

func (c Config) cookie(name, value string, maxAge int) http.Cookie {
	return http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.secureCookies(),
	}
}
