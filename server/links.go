package server

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
	"quire/notebook"
)

// ShareLink is an address that gives whoever opens it a role on a node.
type ShareLink struct {
	ID         auth.PrincipalID `json:"id"`
	Label      string           `json:"label"`
	Role       string           `json:"role" enum:"reader,runner"`
	Anyone     bool             `json:"anyone" doc:"lets in people without an account"`
	CreatedBy  string           `json:"createdBy" doc:"name of who made it"`
	CreatedAt  time.Time        `json:"createdAt"`
	StartsAt   time.Time        `json:"startsAt,omitzero"`
	EndsAt     time.Time        `json:"endsAt,omitzero"`
	LastUsedAt time.Time        `json:"lastUsedAt,omitzero"`
	Uses       int64            `json:"uses" doc:"how often it was opened"`
	Holders    int              `json:"holders" doc:"accounts that have opened it and not let go"`
}

// ShareLinks are the live links of a node.
type ShareLinks struct {
	Links         []ShareLink `json:"links" doc:"newest first"`
	AnyoneAllowed bool        `json:"anyoneAllowed" doc:"links may let in people without an account"`
}

// NewShareLink is a new link with its address, which is shown only now.
type NewShareLink struct {
	Link ShareLink `json:"link"`
	URL  string    `json:"url"`
}

// LinkedNode is where a link leads.
type LinkedNode struct {
	ID   auth.ID `json:"id"`
	Name string  `json:"name"`
	Kind string  `json:"kind" enum:"folder,note"`
}

// LinkTarget tells where a link leads.
type LinkTarget struct {
	Node LinkedNode `json:"node"`
}

// KnownNode names a node; without the name if one may not read it.
type KnownNode struct {
	ID   auth.ID `json:"id"`
	Name string  `json:"name,omitempty"`
}

// HeldLink is a link one has opened.
type HeldLink struct {
	ID     auth.PrincipalID `json:"id"`
	Label  string           `json:"label"`
	Node   KnownNode        `json:"node"`
	Role   string           `json:"role" enum:"reader,runner"`
	EndsAt time.Time        `json:"endsAt,omitzero"`
}

// HeldLinks are the links one has opened.
type HeldLinks struct {
	Links []HeldLink `json:"links"`
}

type newLinkIn struct {
	NodePath
	Body struct {
		Label  string     `json:"label" maxLength:"100" doc:"what the link is called here"`
		Role   string     `json:"role" enum:"reader,runner"`
		Anyone bool       `json:"anyone,omitempty" doc:"let in people without an account too"`
		EndsAt *time.Time `json:"endsAt,omitempty"`
	}
}

type secretIn struct {
	Body struct {
		Secret string `json:"secret" doc:"what follows # in the link"`
	}
}

// NodeLinkPath is the path of a link of a node; exported like PrincipalPath.
type NodeLinkPath struct {
	NodePath
	Link auth.PrincipalID `path:"link"`
}

type guestAnswer struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      LinkTarget
}

// linkRoutes declares links: who manages a node makes them, who has one opens it.
func (n *NotebookServer) linkRoutes() {
	route(n, auth.LinkList, http.MethodGet, "/nodes/{id}/links", "List the links of a folder or a note",
		func(ctx context.Context, in *NodePath) (*body[ShareLinks], error) {
			links, anyone, err := n.tree.Links(ctx, in.ID)
			out := ShareLinks{Links: make([]ShareLink, len(links)), AnyoneAllowed: anyone}
			for i, l := range links {
				out.Links[i] = shareLink(l)
			}
			return &body[ShareLinks]{out}, err
		})
	route(n, auth.LinkCreate, http.MethodPost, "/nodes/{id}/links", "Make a link; its address is shown only now",
		func(ctx context.Context, in *newLinkIn) (*body[NewShareLink], error) {
			return n.createLink(ctx, in)
		})
	route(n, auth.LinkRevoke, http.MethodDelete, "/nodes/{id}/links/{link}", "Revoke a link, at once for all who hold it",
		func(ctx context.Context, in *NodeLinkPath) (*nothing, error) {
			return &nothing{}, n.tree.RevokeLink(ctx, in.ID, in.Link)
		})
	route(n, auth.LinkOpen, http.MethodPost, "/links/open", "Open a link with one's account, which then holds it",
		func(ctx context.Context, in *secretIn) (*body[LinkTarget], error) {
			hash := account.Secret(in.Body.Secret).Hash()
			d, err := n.tree.OpenLink(ctx, hash)
			return &body[LinkTarget]{linkTarget(d)}, err
		})
	route(n, auth.SignIn, http.MethodPost, "/session/guest", "Open a link without an account, where it lets in anyone",
		func(ctx context.Context, in *secretIn) (*guestAnswer, error) {
			return n.openAsGuest(ctx, account.Secret(in.Body.Secret))
		})
	route(n, auth.LinkOwn, http.MethodGet, "/me/links", "List the links one has opened",
		func(ctx context.Context, _ *struct{}) (*body[HeldLinks], error) {
			links, err := n.tree.HeldLinks(ctx)
			return &body[HeldLinks]{heldLinks(links)}, err
		})
	route(n, auth.LinkOwn, http.MethodDelete, "/me/links/{id}", "Let go of a link one has opened",
		func(ctx context.Context, in *PrincipalPath) (*nothing, error) {
			return &nothing{}, n.tree.LeaveLink(ctx, in.ID)
		})
}

func (n *NotebookServer) createLink(ctx context.Context, in *newLinkIn) (*body[NewShareLink], error) {
	role, err := auth.ParseRole(in.Body.Role)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "%s.", err)
	}
	secret := account.NewLinkSecret()
	l, err := n.tree.CreateLink(ctx, in.ID, notebook.NewLink{Label: in.Body.Label, Role: role, Anyone: in.Body.Anyone,
		EndsAt: orZero(in.Body.EndsAt), SecretHash: secret.Hash()})
	return &body[NewShareLink]{NewShareLink{shareLink(l), fmt.Sprintf("%s/l#%s", n.config.Base, secret.Reveal())}}, err
}

// openAsGuest is for those who are not signed in: it would take an account's place.
func (n *NotebookServer) openAsGuest(ctx context.Context, secret account.Secret) (*guestAnswer, error) {
	if a, err := auth.ActorFrom(ctx); err == nil && a.Kind == auth.Person {
		if who, err := n.gate.Identity(ctx, a); err == nil && !who.Guest {
			return nil, fault.New(fault.Conflict, "You are signed in. Open the link with your account.")
		}
	}
	g, err := n.accounts.SignInGuest(ctx, secret, ClientOf(ctx))
	if err != nil {
		return nil, err
	}
	d, err := n.tree.Show(auth.WithActor(ctx, g.Actor), g.Node)
	return &guestAnswer{n.cookie(g.Secret.Reveal(), 0), linkTarget(d)}, err
}

func shareLink(l notebook.Link) ShareLink {
	return ShareLink{ID: l.ID, Label: l.Label, Role: l.Role.String(), Anyone: l.Anyone, CreatedBy: l.CreatedBy,
		CreatedAt: l.CreatedAt.UTC(), StartsAt: l.StartsAt, EndsAt: l.EndsAt, LastUsedAt: l.LastUsedAt, Uses: l.Uses, Holders: l.Holders}
}

func linkTarget(d notebook.NodeDetail) LinkTarget {
	return LinkTarget{LinkedNode{ID: d.ID, Name: d.Name, Kind: string(d.Kind)}}
}

func heldLinks(links []notebook.HeldLink) HeldLinks {
	out := HeldLinks{Links: make([]HeldLink, len(links))}
	for i, l := range links {
		out.Links[i] = HeldLink{ID: l.ID, Label: l.Label, Node: KnownNode(l.Node), Role: l.Role.String(), EndsAt: l.EndsAt}
	}
	return out
}
