package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
)

// zeppelinClient is a program that knows Zeppelin's REST API only: it logs in by a
// form and keeps cookies.
type zeppelinClient struct {
	t    *testing.T
	base string
	http *http.Client
}

// envelope is what every answer is wrapped in.
type envelope struct {
	Status  string
	Message string
	Body    json.RawMessage
	code    int
	header  http.Header
}

func (o *office) zeppelin(t *testing.T) *zeppelinClient {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &zeppelinClient{t, o.web.URL + "/api", &http.Client{Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (z *zeppelinClient) ask(method, path, kind, body string) envelope {
	z.t.Helper()
	r, err := http.NewRequestWithContext(z.t.Context(), method, z.base+path, strings.NewReader(body))
	require.NoError(z.t, err)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	response, err := z.http.Do(r)
	require.NoError(z.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(z.t, err)
	e := envelope{code: response.StatusCode, header: response.Header}
	if len(text) > 0 {
		require.NoError(z.t, json.Unmarshal(text, &e), "%s", text)
	}
	return e
}

func (z *zeppelinClient) json(method, path, body string) envelope {
	z.t.Helper()
	return z.ask(method, path, "application/json", body)
}

func (z *zeppelinClient) login(name, password string) envelope {
	z.t.Helper()
	form := url.Values{"userName": {name}, "password": {password}}
	return z.ask("POST", "/login", "application/x-www-form-urlencoded", form.Encode())
}

// text is a body that is one text.
func (e envelope) text(t *testing.T) string {
	t.Helper()
	var s string
	require.NoError(t, json.Unmarshal(e.Body, &s), "%s", e.Body)
	return s
}

// ticketBody is what login and ticket answer.
type ticketBody struct{ Principal, Ticket, Roles string }

func (e envelope) ticket(t *testing.T) (b ticketBody) {
	t.Helper()
	require.NoError(t, json.Unmarshal(e.Body, &b), "%s", e.Body)
	return b
}

func TestZeppelinClientManagesNotesAndPermissions(t *testing.T) {
	o := newLibrary(t)
	boss := o.setUp(t)
	o.reader(t, boss, "ana")
	o.reader(t, boss, "bob")
	get[m](boss, "POST", "/groups", m{"name": "class", "members": []string{"ana"}})

	ana := o.zeppelin(t)
	e := ana.ask("GET", "/version", "", "")
	require.Equal(t, 200, e.code)
	require.Contains(t, string(e.Body), `"version"`)
	e = ana.ask("GET", "/notebook", "", "")
	require.Equal(t, 302, e.code)
	require.Equal(t, "/api/login", e.header.Get("Location"))
	require.Equal(t, 405, ana.ask("GET", "/login", "", "").code)

	e = ana.login("ana", "not her password")
	require.Equal(t, 403, e.code)
	require.Equal(t, "FORBIDDEN", e.Status)
	require.Empty(t, e.Message)
	require.Equal(t, 415, ana.json("POST", "/login", `{"userName": "ana"}`).code)
	e = ana.login("ana", password)
	require.Equal(t, 200, e.code)
	require.Equal(t, "ana", e.ticket(t).Principal)
	require.Equal(t, `["class"]`, e.ticket(t).Roles)
	require.Equal(t, e.ticket(t).Ticket, ana.ask("GET", "/security/ticket/", "", "").ticket(t).Ticket)
	cookie := e.header.Get("Set-Cookie")
	require.Contains(t, cookie, "JSESSIONID=")
	require.Contains(t, cookie, "HttpOnly")
	require.Contains(t, cookie, "SameSite=Lax")

	require.JSONEq(t, `{"users": ["bob", "boss"], "roles": []}`, string(ana.ask("GET", "/security/userlist/bo", "", "").Body))
	require.JSONEq(t, `{"users": [], "roles": ["class"]}`, string(ana.ask("GET", "/security/userlist/class", "", "").Body))
	require.JSONEq(t, `{"users": [], "roles": []}`, string(ana.ask("GET", "/security/userlist/.*", "", "").Body), "a text is no pattern")

	made := ana.json("POST", "/notebook/", `{notePath: '/team/plan', addingEmptyParagraph: true}`)
	require.Equal(t, 200, made.code)
	id := made.text(t)
	require.Equal(t, 409, ana.json("POST", "/notebook", `{"notePath": "/team/plan"}`).code)
	require.Equal(t, 415, ana.ask("POST", "/notebook", "text/plain", `{"notePath": "/x"}`).code)
	require.Equal(t, 400, ana.json("POST", "/notebook", `{"notePath"}`).code)
	require.Contains(t, string(ana.ask("GET", "/notebook", "", "").Body), `"path":"/team/plan"`)

	bob := o.zeppelin(t)
	require.Equal(t, 200, bob.login("bob", password).code)
	for _, path := range []string{"/notebook/" + id, "/notebook/" + id + "/permissions"} {
		require.Equal(t, 403, bob.ask("GET", path, "", "").code, path)
	}
	require.Equal(t, 404, bob.ask("GET", "/notebook/"+auth.NewID().String(), "", "").code)
	require.Equal(t, 200, ana.json("PUT", "/notebook/"+id+"/permissions", `{"owners":["ana"],"writers":[],"runners":[],"readers":["bob"]}`).code)
	note := bob.ask("GET", "/notebook/"+id, "", "")
	require.Equal(t, 200, note.code)
	var read struct {
		ID, Name, Path string
		Paragraphs     []map[string]any
	}
	require.NoError(t, json.Unmarshal(note.Body, &read))
	require.Equal(t, id, read.ID)
	require.Equal(t, "plan", read.Name)
	require.Equal(t, "/plan", read.Path, "the folder is not bob's to see")
	require.Len(t, read.Paragraphs, 1)

	for method, path := range map[string]string{"DELETE": "/notebook/" + id, "PUT": "/notebook/" + id + "/rename"} {
		require.Equal(t, 403, bob.json(method, path, `{"name": "/mine"}`).code, path)
	}
	copied := bob.json("POST", "/notebook/"+id, "")
	require.Equal(t, 200, copied.code, copied.Message)
	require.Contains(t, string(bob.ask("GET", "/notebook", "", "").Body), `"path":"/Cloned Note_`+id+`"`)
	require.NotContains(t, string(ana.ask("GET", "/notebook", "", "").Body), "Cloned", "a clone is its maker's")

	require.Equal(t, 400, ana.json("PUT", "/notebook/"+id+"/rename", `{"name": ""}`).code)
	require.Equal(t, 200, ana.json("PUT", "/notebook/"+id+"/rename/", `{"name": "/done/2026/plan b"}`).code)
	require.Contains(t, string(ana.ask("GET", "/notebook", "", "").Body), `"path":"/done/2026/plan b"`)
	require.Equal(t, 200, ana.ask("DELETE", "/notebook/"+id, "", "").code)
	require.Equal(t, 403, bob.ask("GET", "/notebook/"+id, "", "").code, "it is in the trash")

	e = ana.ask("POST", "/login/logout", "", "")
	require.Equal(t, 401, e.code)
	require.Equal(t, "UNAUTHORIZED", e.Status)
	require.Equal(t, 302, ana.ask("GET", "/notebook", "", "").code)
}

func TestZeppelinTicketsEndWithTheirSignIn(t *testing.T) {
	o := newLibrary(t)
	boss := o.setUp(t)
	o.reader(t, boss, "ana")
	one, other := o.zeppelin(t), o.zeppelin(t)
	ticket := one.login("ana", password).ticket(t).Ticket
	second := other.login("ana", password).ticket(t).Ticket
	require.NotEqual(t, ticket, second, "each sign-in has its own")

	bearer := func(secret string) int {
		v := o.visitor(t)
		v.header.Set("Authorization", "Bearer "+secret)
		return v.do("GET", "/me", nil).StatusCode
	}
	require.Equal(t, 200, bearer(ticket))
	parts := strings.Split(ticket, "_")
	for _, forged := range []string{
		ticket + "x", ticket[:len(ticket)-1], parts[0] + "_" + parts[1] + "_", parts[0] + "_" + parts[1],
		strings.Replace(ticket, parts[1], strings.Split(second, "_")[1], 1),
		"quireticket_" + auth.NewID().String() + "_" + strings.Join(parts[2:], "_"),
		strings.ToUpper(ticket), "quireticket_",
	} {
		require.Equal(t, 401, bearer(forged), forged)
	}
	one.ask("POST", "/login/logout", "", "")
	require.Equal(t, 401, bearer(ticket), "a ticket of a sign-in that has ended")
	require.Equal(t, 200, bearer(second), "logging out ends no other sign-in")
	require.Equal(t, 200, other.ask("GET", "/notebook", "", "").code)
}

func TestZeppelinCookieCountsForItsApiOnly(t *testing.T) {
	o := newLibrary(t)
	boss := o.setUp(t)
	o.reader(t, boss, "ana")
	ana := o.zeppelin(t)
	ana.login("ana", password)
	require.Equal(t, 200, ana.ask("GET", "/notebook", "", "").code)
	r, err := http.NewRequestWithContext(t.Context(), "GET", o.web.URL+"/api/v1/me", nil)
	require.NoError(t, err)
	response, err := ana.http.Do(r)
	require.NoError(t, err)
	response.Body.Close()
	require.Equal(t, 401, response.StatusCode)
	r, err = http.NewRequestWithContext(t.Context(), "POST", o.web.URL+"/api/notebook", strings.NewReader(`{"notePath": "/x"}`))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", "https://elsewhere.example")
	response, err = ana.http.Do(r)
	require.NoError(t, err)
	response.Body.Close()
	require.Equal(t, 403, response.StatusCode, "another site cannot use it")
}
