package server

import (
	"context"
	"net/http"
	"time"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/socket/wire"
)

// OwnRequest is what one has asked for.
type OwnRequest struct {
	ID        auth.ID   `json:"id"`
	Node      KnownNode `json:"node" doc:"without the name unless one may read it"`
	Role      string    `json:"role" enum:"writer,runner,reader"`
	Message   string    `json:"message"`
	AskedAt   time.Time `json:"askedAt"`
	Outcome   string    `json:"outcome,omitempty" enum:"granted,declined" doc:"absent while nobody has answered"`
	DecidedAt time.Time `json:"decidedAt,omitzero"`
}

// OwnRequests are what one has asked for.
type OwnRequests struct {
	Requests []OwnRequest `json:"requests" doc:"asked last first, at most a hundred"`
}

// RequestedNode is what somebody asks for.
type RequestedNode struct {
	ID   auth.ID      `json:"id"`
	Name string       `json:"name"`
	Path []wire.Place `json:"path"`
}

// RequestBody is a request to somebody who manages the node.
type RequestBody struct {
	ID        auth.ID       `json:"id"`
	Node      RequestedNode `json:"node"`
	Person    PrincipalBody `json:"person"`
	Role      string        `json:"role" enum:"writer,runner,reader"`
	Message   string        `json:"message"`
	AskedAt   time.Time     `json:"askedAt"`
	Outcome   string        `json:"outcome,omitempty" enum:"granted,declined"`
	DecidedAt time.Time     `json:"decidedAt,omitzero"`
}

// RequestList are the requests that wait for one's answer.
type RequestList struct {
	Requests []RequestBody `json:"requests" doc:"asked first first, at most a thousand"`
}

type newRequestIn struct {
	Body struct {
		Node    auth.ID `json:"node"`
		Role    string  `json:"role" enum:"writer,runner,reader"`
		Message string  `json:"message,omitempty" maxLength:"2000" doc:"for the owners to read"`
	}
}

// accepted is the answer to every request, whatever it names.
type accepted struct {
	Status int
	Body   struct{}
}

type requestAnswerIn struct {
	NodePath
	Request auth.ID `path:"request"`
	Body    struct {
		Outcome string     `json:"outcome" enum:"granted,declined"`
		Role    string     `json:"role,omitempty" enum:"owner,writer,runner,reader" doc:"what to give; left out: what was asked for"`
		EndsAt  *time.Time `json:"endsAt,omitempty" doc:"when it ends; left out: never"`
	}
}

// requestRoutes declares asking for access, and answering.
func (n *NotebookServer) requestRoutes() {
	route(n, auth.RequestCreate, http.MethodPost, "/requests", "Ask a note's owners for access; the answer tells nothing about the note",
		func(ctx context.Context, in *newRequestIn) (*accepted, error) {
			role, err := auth.ParseRole(in.Body.Role)
			if err != nil {
				return nil, fault.Wrap(err, fault.Invalid, "%s.", err)
			}
			return &accepted{Status: http.StatusAccepted}, n.tree.Request(ctx, in.Body.Node, role, in.Body.Message)
		})
	route(n, auth.RequestOwn, http.MethodGet, "/me/requests", "List what one has asked for",
		func(ctx context.Context, _ *struct{}) (*body[OwnRequests], error) {
			list, err := n.tree.OwnRequests(ctx)
			return &body[OwnRequests]{ownRequests(list)}, err
		})
	route(n, auth.RequestList, http.MethodGet, "/requests", "List what others ask for on all that one manages",
		func(ctx context.Context, _ *struct{}) (*body[RequestList], error) {
			list, err := n.tree.Requests(ctx)
			out := RequestList{Requests: make([]RequestBody, len(list))}
			for i, r := range list {
				out.Requests[i] = requestBody(r)
			}
			return &body[RequestList]{out}, err
		})
	route(n, auth.RequestDecide, http.MethodPost, "/nodes/{id}/requests/{request}", "Grant or decline a request",
		func(ctx context.Context, in *requestAnswerIn) (*body[RequestBody], error) {
			answer := notebook.RequestAnswer{Outcome: in.Body.Outcome, EndsAt: orZero(in.Body.EndsAt)}
			if in.Body.Role != "" {
				role, err := auth.ParseRole(in.Body.Role)
				if err != nil {
					return nil, fault.Wrap(err, fault.Invalid, "%s.", err)
				}
				answer.Role = role
			}
			r, err := n.tree.DecideRequest(ctx, in.ID, in.Request, answer)
			return &body[RequestBody]{requestBody(r)}, err
		})
}

func requestBody(r notebook.AccessRequest) RequestBody {
	p := r.Person
	return RequestBody{ID: r.ID, Node: RequestedNode{r.Node.ID, r.Node.Name, wire.PathOf(r.Path)},
		Person: PrincipalBody{p.ID, p.Kind, p.Name, p.DisplayName, p.Disabled},
		Role:   r.Role.String(), Message: r.Message, AskedAt: r.AskedAt.UTC(), Outcome: r.Outcome, DecidedAt: r.DecidedAt}
}

func ownRequests(list []notebook.AccessRequest) OwnRequests {
	out := OwnRequests{Requests: make([]OwnRequest, len(list))}
	for i, r := range list {
		out.Requests[i] = OwnRequest{ID: r.ID, Node: KnownNode(r.Node), Role: r.Role.String(), Message: r.Message,
			AskedAt: r.AskedAt.UTC(), Outcome: r.Outcome, DecidedAt: r.DecidedAt}
	}
	return out
}
