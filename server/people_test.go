package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/notebook"
	"quire/server"
	"quire/store"
	"quire/store/storetest"
)

const password = "correct horse battery"

// office is a server with people and nothing else.
type office struct {
	*server.NotebookServer
	accounts *account.Service
	web      *httptest.Server
}

func newOffice(t *testing.T) *office {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(t.Context(), storetest.New(t), log)
	require.NoError(t, err)
	t.Cleanup(db.Close)
	gate := auth.NewGate(db.Records(), log)
	cheap := account.Hashing{Memory: 64, Passes: 1, Threads: 1}
	accounts, err := account.New(db.People(), gate, account.Config{Log: log, Hashing: cheap})
	require.NoError(t, err)
	running, stop := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { gate.Run(running, nil) })
	t.Cleanup(func() { stop(); done.Wait() })
	gate.Confirm(t.Context())
	n := server.New(server.Config{Base: "http://127.0.0.1:1"}, server.Services{Gate: gate, Accounts: accounts, Tree: notebook.NewTree(db.Tree(), gate, nil, log)}, log)
	web := httptest.NewServer(n.Handler())
	t.Cleanup(web.Close)
	return &office{n, accounts, web}
}

// visitor is somebody with a browser, or a program with a token.
type visitor struct {
	t      *testing.T
	base   string
	client *http.Client
	header http.Header
}

func (o *office) visitor(t *testing.T) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &visitor{t, o.web.URL, &http.Client{Jar: jar}, http.Header{}}
}

// answer is what the server said.
type answer struct {
	*http.Response
	text string
}

// do sends a request with a JSON body, if there is one.
func (v *visitor) do(method, path string, in any) answer {
	v.t.Helper()
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		require.NoError(v.t, err)
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.base+"/api/v1"+path, body)
	require.NoError(v.t, err)
	for k := range v.header {
		r.Header.Set(k, v.header.Get(k))
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	response, err := v.client.Do(r)
	require.NoError(v.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(v.t, err)
	return answer{response, string(text)}
}

// get is do that must succeed, with the answer decoded.
func get[T any](v *visitor, method, path string, in any) T {
	v.t.Helper()
	a := v.do(method, path, in)
	require.Less(v.t, a.StatusCode, 300, a.text)
	var out T
	if a.StatusCode != http.StatusNoContent {
		require.NoError(v.t, json.Unmarshal([]byte(a.text), &out), a.text)
	}
	return out
}

type m = map[string]any

// setUp makes the first administrator, by the page's own request.
func (o *office) setUp(t *testing.T) *visitor {
	t.Helper()
	link, err := o.accounts.Start(auth.AsSystem(t.Context(), "start"), "")
	require.NoError(t, err)
	v := o.visitor(t)
	me := get[m](v, "POST", "/setup", m{"secret": link.Secret.Reveal(), "name": "boss", "password": password, "newNotes": "me"})
	require.Equal(t, true, me["admin"])
	return v
}

// secretOf takes the secret out of a link.
func secretOf(t *testing.T, url string) string {
	t.Helper()
	page, secret, ok := strings.Cut(url, "#")
	require.True(t, ok)
	require.Equal(t, "http://127.0.0.1:1/welcome", page)
	return secret
}

func TestFromSettingUpToSigningOut(t *testing.T) {
	o := newOffice(t)
	require.Equal(t, m{"needed": true}, get[m](o.visitor(t), "GET", "/setup", nil))
	boss := o.setUp(t)
	require.Equal(t, m{"needed": false}, get[m](boss, "GET", "/setup", nil))
	me := get[m](boss, "GET", "/me", nil)
	require.Equal(t, "boss", me["name"])
	require.Equal(t, "me", me["newNotes"])

	made := get[server.NewUserBody](boss, "POST", "/users", m{"name": "Ana", "displayName": "Ana Silva"})
	require.True(t, made.User.Invited)
	secret := secretOf(t, made.Link.URL)
	ana := o.visitor(t)
	require.Equal(t, m{"purpose": "invite", "name": "Ana"}, get[m](ana, "POST", "/session/link/check", m{"secret": secret}))
	get[m](ana, "POST", "/session/link", m{"secret": secret, "password": password})
	require.Equal(t, "Ana Silva", get[m](ana, "GET", "/me", nil)["displayName"])

	require.Equal(t, http.StatusNoContent, ana.do("DELETE", "/session", nil).StatusCode)
	a := ana.do("GET", "/me", nil)
	require.Equal(t, http.StatusUnauthorized, a.StatusCode)
	get[m](ana, "POST", "/session", m{"name": "ana", "password": password})
	get[m](ana, "GET", "/me", nil)
}

func TestTheCookieIsTheBrowsersOwn(t *testing.T) {
	o := newOffice(t)
	o.setUp(t)
	v := o.visitor(t)
	a := v.do("POST", "/session", m{"name": "boss", "password": password})
	cookies := a.Cookies()
	require.Len(t, cookies, 1)
	c := cookies[0]
	require.Equal(t, server.SessionCookie, c.Name)
	require.True(t, c.HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, c.SameSite)
	require.Equal(t, "/", c.Path)
	require.Greater(t, c.MaxAge, 14*24*3600)
	require.NotContains(t, a.text, c.Value)
	cleared := v.do("DELETE", "/session", nil).Cookies()[0]
	require.Empty(t, cleared.Value)
	require.Negative(t, cleared.MaxAge)
}

func TestRefusalsHaveTheirStatus(t *testing.T) {
	o := newOffice(t)
	boss := o.setUp(t)
	for _, c := range []struct {
		method, path string
		in           any
		status       int
		code         string
	}{
		{"POST", "/session", m{"name": "boss", "password": "wrong wrong"}, 401, "unauthenticated"},
		{"POST", "/session", m{"name": "boss"}, 400, "invalid"},
		{"POST", "/users", m{"name": "a/b"}, 400, "invalid"},
		{"POST", "/users", m{"name": "BOSS"}, 409, "conflict"},
		{"POST", "/users", m{"name": "x", "unknown": 1}, 400, "invalid"},
		{"PATCH", "/users/99999", m{"admin": true}, 404, "not_found"},
		{"PATCH", "/users/boss", m{"admin": true}, 400, "invalid"},
		{"POST", "/me/password", m{"current": "wrong wrong", "next": "an entirely new one"}, 403, "forbidden"},
		{"POST", "/session/link", m{"secret": "x", "password": password}, 404, "not_found"},
		{"DELETE", "/me/sign-ins/nonsense", nil, 400, "invalid"},
		{"DELETE", "/me/sign-ins/" + auth.NewID().String(), nil, 404, "not_found"},
		{"POST", "/me/tokens", m{"label": "x", "days": 1000}, 400, "invalid"},
		{"PUT", "/settings", m{"newNotes": "nobody"}, 400, "invalid"},
	} {
		a := boss.do(c.method, c.path, c.in)
		require.Equal(t, c.status, a.StatusCode, "%s %s: %s", c.method, c.path, a.text)
		var e server.ErrorBody
		require.NoError(t, json.Unmarshal([]byte(a.text), &e))
		require.EqualValues(t, c.code, e.Code)
		require.NotEmpty(t, e.Message)
		require.Equal(t, a.Header.Get("X-Request-Id"), e.Request)
	}
	for range 12 {
		boss.do("POST", "/session", m{"name": "boss", "password": "wrong wrong"})
	}
	require.Equal(t, http.StatusTooManyRequests, boss.do("POST", "/session", m{"name": "boss", "password": password}).StatusCode)
}

func TestGroupsByREST(t *testing.T) {
	o := newOffice(t)
	boss := o.setUp(t)
	get[m](boss, "POST", "/users", m{"name": "ana"})
	a := boss.do("POST", "/groups", m{"name": "crew", "members": []string{"ana", "nix"}})
	require.Equal(t, http.StatusBadRequest, a.StatusCode)
	require.Contains(t, a.text, `"unknown":["nix"]`)

	g := get[account.Group](boss, "POST", "/groups", m{"name": "crew", "description": "all", "members": []string{"ana"}})
	path := "/groups/" + jsonOf(t, g.ID)
	pasted := get[account.Pasted](boss, "POST", path+"/members", m{"names": []string{"boss", "BOSS", "ana"}})
	require.Len(t, pasted.Members, 2)
	require.Equal(t, []any{1, []string{"BOSS"}, []string{"ana"}}, []any{pasted.Added, pasted.Repeated, pasted.Already})
	led := get[account.Group](boss, "PUT", path+"/members/"+jsonOf(t, pasted.Members[1].ID), m{"leads": true})
	require.Equal(t, []bool{false, true}, []bool{led.Members[0].Leads, led.Members[1].Leads})
	mine := get[server.MyGroups](boss, "GET", "/me/groups", nil).Groups
	require.Equal(t, []any{"crew", true, 2}, []any{mine[0].Name, mine[0].Leads, len(mine[0].Members)})
	require.Len(t, get[account.Group](boss, "DELETE", path+"/members/"+jsonOf(t, g.Members[0].ID), nil).Members, 1)
	require.Empty(t, get[account.Group](boss, "PUT", path+"/members", m{"members": []string{}}).Members)
	require.Equal(t, "hands", get[account.Group](boss, "PATCH", path, m{"name": "hands"}).Name)
	require.Len(t, get[server.GroupList](boss, "GET", "/groups", nil).Groups, 1)
	require.Equal(t, "all", get[account.Group](boss, "GET", path, nil).Description)
	require.Equal(t, http.StatusNoContent, boss.do("DELETE", path, nil).StatusCode)
	require.Equal(t, http.StatusNotFound, boss.do("GET", path, nil).StatusCode)
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

func TestTokensAndSignInsByREST(t *testing.T) {
	o := newOffice(t)
	boss := o.setUp(t)
	made := get[m](boss, "POST", "/me/tokens", m{"label": "cron", "scope": []string{"read"}, "days": 7})
	program := o.visitor(t)
	program.client.Jar = nil
	program.header.Set("Authorization", "Bearer "+made["secret"].(string))
	require.Equal(t, http.StatusForbidden, program.do("GET", "/users", nil).StatusCode)
	require.Equal(t, http.StatusOK, program.do("GET", "/people?query=bo", nil).StatusCode)

	list := get[server.SignInList](boss, "GET", "/me/sign-ins", nil).SignIns
	require.Len(t, list, 2)
	tokens := get[server.TokenList](boss, "GET", "/me/tokens", nil).Tokens
	require.Len(t, tokens, 1)
	require.NotContains(t, jsonOf(t, tokens), "secret")
	require.Equal(t, http.StatusNoContent, boss.do("DELETE", "/me/tokens/"+tokens[0].ID.String(), nil).StatusCode)
	require.Equal(t, http.StatusUnauthorized, program.do("GET", "/people?query=bo", nil).StatusCode)
}

func TestAdministrationByREST(t *testing.T) {
	o := newOffice(t)
	boss := o.setUp(t)
	made := get[server.NewUserBody](boss, "POST", "/users", m{"name": "ana", "admin": true})
	path := "/users/" + jsonOf(t, made.User.ID)
	require.False(t, get[account.User](boss, "PATCH", path, m{"admin": false}).Admin)
	require.Equal(t, account.Invite, get[server.LinkBody](boss, "POST", path+"/link", nil).Purpose)
	page := get[server.UserPage](boss, "GET", "/users?query=an", nil)
	require.Len(t, page.Users, 1)
	require.Empty(t, get[server.UserPage](boss, "GET", "/users?query=an&after="+jsonOf(t, made.User.ID), nil).Users)
	require.Equal(t, m{"newNotes": "everyone", "linksAnyone": false}, get[m](boss, "PUT", "/settings", m{"newNotes": "everyone"}))
	require.Equal(t, m{"newNotes": "everyone", "linksAnyone": false}, get[m](boss, "GET", "/settings", nil))
	entries := get[server.AuditPage](boss, "GET", "/audit?object=ana", nil).Entries
	require.Equal(t, "user.link", entries[0].Operation)
	for _, e := range get[server.AuditPage](boss, "GET", "/audit", nil).Entries {
		require.NotEmpty(t, e.Request, "%s: the request's id leads to the log", e.Operation)
	}
	get[account.User](boss, "PATCH", path, m{"disabled": true})
	require.Empty(t, get[server.PeopleList](boss, "GET", "/people?query=ana", nil).People)
}

// Without anybody signed in only the public operations answer.
func TestEveryRouteAsksWhoYouAre(t *testing.T) {
	o := newOffice(t)
	o.setUp(t)
	doc, err := o.OpenAPI()
	require.NoError(t, err)
	var api struct {
		Paths map[string]map[string]struct {
			Operation string `json:"x-quire-operation"`
		}
	}
	require.NoError(t, json.Unmarshal(doc, &api))
	v := o.visitor(t)
	asked := 0
	for path, methods := range api.Paths {
		path = strings.NewReplacer("/api/v1", "", "{id}", "1", "{member}", "1").Replace(path)
		for method, op := range methods {
			if op.Operation == "session.signin" || op.Operation == "server.setup" || !strings.HasPrefix(op.Operation, "user.") &&
				!strings.HasPrefix(op.Operation, "group.") && !strings.HasPrefix(op.Operation, "self.") {
				continue
			}
			asked++
			a := v.do(strings.ToUpper(method), path, m{})
			require.Contains(t, []int{http.StatusUnauthorized, http.StatusBadRequest}, a.StatusCode, "%s %s", method, path)
		}
	}
	require.Greater(t, asked, 10)
}

func TestCapsByREST(t *testing.T) {
	o := newOffice(t)
	boss := o.setUp(t)
	g := get[account.Group](boss, "POST", "/groups", m{"name": "class", "members": []string{"boss"}})
	c := get[account.Cap](boss, "POST", "/caps", m{"group": m{"name": "Class"}, "actions": []string{"read", "run"}, "reason": "exam"})
	require.Equal(t, account.GroupRef{ID: g.ID, Name: "class"}, c.Group)
	require.Equal(t, []any{[]string{"read", "run"}, "exam", "boss"}, []any{c.Actions, c.Reason, c.By})
	require.Equal(t, http.StatusBadRequest, boss.do("POST", "/caps", m{"group": m{"id": g.ID}, "actions": []string{"write"}}).StatusCode)
	require.Equal(t, http.StatusNotFound, boss.do("POST", "/caps", m{"group": m{"id": g.ID}, "actions": []string{"read"}, "node": auth.NewID()}).StatusCode)
	require.Equal(t, []account.Cap{c}, get[server.CapList](boss, "GET", "/caps", nil).Caps)
	require.Equal(t, http.StatusNoContent, boss.do("DELETE", "/caps/"+jsonOf(t, c.ID), nil).StatusCode)
	require.Equal(t, http.StatusNotFound, boss.do("DELETE", "/caps/"+jsonOf(t, c.ID), nil).StatusCode)
	require.Equal(t, server.OwnerlessList{Nodes: []server.OwnerlessNode{}}, get[server.OwnerlessList](boss, "GET", "/ownerless", nil))
	require.Equal(t, http.StatusNotFound, boss.do("POST", "/ownerless/"+auth.NewID().String(), m{"principal": m{"name": "boss"}}).StatusCode)
	settings := get[account.Settings](boss, "PUT", "/settings", m{"linksAnyone": true})
	require.True(t, settings.LinksAnyone)
	require.NotEmpty(t, settings.NewNotes)
}
