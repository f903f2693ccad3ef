package zeppelin

import (
	"encoding/json"
	"mime"
	"net/http"

	"quire/auth/account"
	"quire/auth/fault"
)

// ticket is who one is, as Zeppelin's clients keep it. Roles is a JSON array in a
// text: what Zeppelin calls roles are one's groups.
type ticket struct {
	Principal string `json:"principal"`
	Ticket    string `json:"ticket"`
	Roles     string `json:"roles"`
}

// login answers POST /api/login: a form with userName and password. The sign-in is
// its own and lets in by the cookie JSESSIONID on the paths of this API. A wrong
// name or password is 403 without a word, as in Zeppelin.
func (h *Handler) login(w http.ResponseWriter, r *http.Request) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		answer(w, http.StatusUnsupportedMediaType, "Send userName and password as a form.", nil)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		answer(w, http.StatusBadRequest, "The form cannot be read.", nil)
		return
	}
	session, err := h.Accounts.SignIn(r.Context(), r.PostForm.Get("userName"), r.PostForm.Get("password"), h.Client(r.Context()))
	if fault.Is(err, fault.Unauthenticated) {
		answer(w, http.StatusForbidden, "", nil)
		return
	}
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	http.SetCookie(w, h.Cookie(session.Secret.Reveal()))
	body, err := ticketOf(session.Me, h.Accounts.TicketOf(session))
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	answer(w, http.StatusOK, "", body)
}

// loginWanted answers GET /api/login, where Zeppelin sends everybody who has to log
// in; its interfaces take the 405 for the sign to ask for a password.
func (h *Handler) loginWanted(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusMethodNotAllowed, "", nil)
}

// logout answers POST /api/login/logout, which ends the sign-in that it came with,
// and no other. Zeppelin answers 401 to make browsers forget passwords.
func (h *Handler) logout(w http.ResponseWriter, r *http.Request) {
	if err := h.Accounts.SignOut(r.Context()); err != nil && !fault.Is(err, fault.Unauthenticated) {
		h.refuse(w, r, err)
		return
	}
	gone := h.Cookie("")
	gone.MaxAge = -1
	http.SetCookie(w, gone)
	answer(w, http.StatusUnauthorized, "", map[string]string{"clearAuthorizationHeader": "true"})
}

// ticket answers GET /api/security/ticket.
func (h *Handler) ticket(r *http.Request) (any, error) {
	me, err := h.Accounts.Me(r.Context())
	if err != nil {
		return nil, err
	}
	secret, err := h.Accounts.Ticket(r.Context())
	if err != nil {
		return nil, err
	}
	return ticketOf(me, secret)
}

func ticketOf(me account.Me, secret account.Secret) (ticket, error) {
	roles := []string{}
	for _, g := range me.Groups {
		roles = append(roles, g.Name)
	}
	text, err := json.Marshal(roles)
	return ticket{Principal: me.Name, Ticket: secret.Reveal(), Roles: string(text)}, err
}

// maxFound is how many users and groups one search answers, as in Zeppelin.
const maxFound = 5

// userList answers GET /api/security/userlist/{text}: whom one can share with. The
// text is a beginning, where Zeppelin takes it for a regular expression.
func (h *Handler) userList(r *http.Request) (any, error) {
	found, err := h.Accounts.SearchPeople(r.Context(), r.PathValue("text"), 4*maxFound)
	if err != nil {
		return nil, err
	}
	users, roles := []string{}, []string{}
	for _, one := range found {
		switch {
		case one.Kind == "user" && len(users) < maxFound:
			users = append(users, one.Name)
		case one.Kind == "group" && len(roles) < maxFound:
			roles = append(roles, one.Name)
		}
	}
	return map[string][]string{"users": users, "roles": roles}, nil
}

// version answers GET /api/version, which needs no sign-in.
func (h *Handler) version(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, "Quire's version", map[string]string{
		"version": h.Version, "git-commit-id": "", "git-timestamp": "",
	})
}
