package server_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
)

// made takes the secret out of the address of a new link.
func (v *visitor) link(note string, in m) (id int, secret string) {
	v.t.Helper()
	out := get[struct {
		URL  string
		Link struct{ ID int }
	}](v, "POST", "/nodes/"+note+"/links", in)
	page, secret, ok := strings.Cut(out.URL, "#")
	require.True(v.t, ok)
	require.Equal(v.t, "http://127.0.0.1:1/l", page)
	return out.Link.ID, secret
}

func (v *visitor) note(name string) string {
	v.t.Helper()
	return get[m](v, "POST", "/nodes", m{"kind": "note", "name": name})["id"].(string)
}

func TestLinkForAccounts(t *testing.T) {
	o := newLibrary(t)
	boss := o.setUp(t)
	ana := o.reader(t, boss, "ana")
	note := boss.note("n")
	id, secret := boss.link(note, m{"label": "board", "role": "reader"})
	list := boss.do("GET", "/nodes/"+note+"/links", nil).text
	require.Contains(t, list, `"label":"board"`)
	require.NotContains(t, list, secret, "it is shown once")
	require.NotContains(t, boss.do("GET", "/audit", nil).text, secret)

	got := get[m](ana, "POST", "/links/open", m{"secret": secret})
	require.Equal(t, m{"node": m{"id": note, "name": "n", "kind": "note"}}, got)
	require.Equal(t, 200, ana.do("GET", "/notes/"+note, nil).StatusCode)
	require.Contains(t, ana.do("GET", "/me/links", nil).text, `"name":"n"`)

	get[m](boss, "DELETE", "/nodes/"+note+"/links/"+strconv.Itoa(id), nil)
	require.Equal(t, 404, ana.do("GET", "/notes/"+note, nil).StatusCode)
	revoked := ana.do("POST", "/links/open", m{"secret": secret})
	made := ana.do("POST", "/links/open", m{"secret": strings.Repeat("x", 43)})
	require.Equal(t, 404, revoked.StatusCode)
	require.Equal(t, withoutRequest(revoked.text), withoutRequest(made.text), "alike")
	require.Equal(t, 401, o.visitor(t).do("POST", "/links/open", m{"secret": secret}).StatusCode)
}

func withoutRequest(text string) string {
	before, _, _ := strings.Cut(text, `"request"`)
	return before
}

func TestGuest(t *testing.T) {
	o := newLibrary(t)
	boss := o.setUp(t)
	note, other := boss.note("n"), boss.note("other")
	plain := m{"label": "x", "role": "runner", "anyone": true}
	require.Equal(t, 400, boss.do("POST", "/nodes/"+note+"/links", plain).StatusCode, "not unless an administrator allows it")
	get[m](boss, "PUT", "/settings", m{"linksAnyone": true})
	id, secret := boss.link(note, plain)
	_, forAccounts := boss.link(note, m{"label": "y", "role": "reader"})

	guest := o.visitor(t)
	refused := guest.do("POST", "/session/guest", m{"secret": forAccounts})
	require.Equal(t, 404, refused.StatusCode)
	require.Equal(t, withoutRequest(refused.text), withoutRequest(guest.do("POST", "/session/guest", m{"secret": strings.Repeat("x", 43)}).text))
	require.Empty(t, refused.Cookies())
	in := guest.do("POST", "/session/guest", m{"secret": secret})
	require.Equal(t, 200, in.StatusCode, in.text)
	require.Contains(t, in.text, `"name":"n"`)
	require.True(t, in.Cookies()[0].HttpOnly)
	me := get[m](guest, "GET", "/me", nil)
	require.Equal(t, []any{"guest (x)", true, false}, []any{me["name"], me["guest"], me["admin"]})
	node := get[m](guest, "GET", "/nodes/"+note, nil)
	require.Equal(t, []any{"read", "run"}, node["allowed"])
	require.Equal(t, 404, guest.do("GET", "/nodes/"+other, nil).StatusCode)
	for _, r := range []struct {
		method, path string
		body         any
	}{
		{"POST", "/nodes", m{"kind": "note", "name": "mine"}}, {"GET", "/people?query=b", nil}, {"POST", "/me/tokens", m{"label": "t", "days": 1}},
		{"POST", "/links/open", m{"secret": forAccounts}}, {"POST", "/requests", m{"node": other, "role": "reader"}}, {"GET", "/me/links", nil},
		{"POST", "/nodes/" + note + "/clone", m{"name": "mine"}}, {"GET", "/users", nil}, {"GET", "/requests", nil}, {"GET", "/me/sign-ins", nil},
		{"POST", "/me/password", m{"current": "x", "next": password}}, {"GET", "/nodes/" + note + "/links", nil}, {"GET", "/audit", nil},
	} {
		require.Equal(t, 403, guest.do(r.method, r.path, r.body).StatusCode, r.path)
	}
	require.Equal(t, 409, boss.do("POST", "/session/guest", m{"secret": secret}).StatusCode, "an account is not given up for it")

	second := o.visitor(t)
	get[m](second, "POST", "/session/guest", m{"secret": secret})
	get[m](second, "DELETE", "/session", nil)
	require.Equal(t, 401, second.do("GET", "/me", nil).StatusCode)
	require.Equal(t, 200, guest.do("GET", "/nodes/"+note, nil).StatusCode, "guests of one link leave one by one")
	get[m](boss, "DELETE", "/nodes/"+note+"/links/"+strconv.Itoa(id), nil)
	require.Equal(t, 401, guest.do("GET", "/nodes/"+note, nil).StatusCode)
}

func TestGuestsLeaveWhenLinksForAnyoneEnd(t *testing.T) {
	o := newLibrary(t)
	boss := o.setUp(t)
	note := boss.note("n")
	get[m](boss, "PUT", "/settings", m{"linksAnyone": true})
	_, secret := boss.link(note, m{"label": "x", "role": "reader", "anyone": true})
	guest := o.visitor(t)
	get[m](guest, "POST", "/session/guest", m{"secret": secret})
	get[m](boss, "PUT", "/settings", m{"linksAnyone": false})
	require.Equal(t, 401, guest.do("GET", "/notes/"+note, nil).StatusCode)
	require.Equal(t, 404, o.visitor(t).do("POST", "/session/guest", m{"secret": secret}).StatusCode)
	ana := o.reader(t, boss, "ana")
	get[m](ana, "POST", "/links/open", m{"secret": secret})
	require.Equal(t, 200, ana.do("GET", "/notes/"+note, nil).StatusCode, "accounts still hold it")
}

func TestGuessingOfLinksIsSlowedDown(t *testing.T) {
	o := newLibrary(t)
	o.setUp(t)
	last, n := 0, 0
	for ; n < 200 && last != http.StatusTooManyRequests; n++ {
		last = o.visitor(t).do("POST", "/session/guest", m{"secret": strings.Repeat("y", 43)}).StatusCode
	}
	require.Equal(t, http.StatusTooManyRequests, last)
	require.Less(t, n, 60)
}

func TestRequestsOverREST(t *testing.T) {
	o := newLibrary(t)
	boss := o.setUp(t)
	ana := o.reader(t, boss, "ana")
	note := boss.note("n")
	there := ana.do("POST", "/requests", m{"node": note, "role": "runner", "message": "hi"})
	nowhere := ana.do("POST", "/requests", m{"node": auth.NewID().String(), "role": "runner", "message": "hi"})
	require.Equal(t, 202, there.StatusCode)
	require.Equal(t, []any{202, there.text, there.ContentLength}, []any{nowhere.StatusCode, nowhere.text, nowhere.ContentLength})
	for _, bad := range []m{{"node": note, "role": "owner"}, {"node": "x", "role": "reader"}, {"role": "reader"}, {"node": note, "role": "reader", "message": strings.Repeat("x", 2001)}} {
		require.Equal(t, 400, ana.do("POST", "/requests", bad).StatusCode, bad)
	}
	require.EqualValues(t, 1, get[m](boss, "GET", "/me", nil)["requests"])
	require.EqualValues(t, 0, get[m](ana, "GET", "/me", nil)["requests"])
	again := o.visitor(t)
	require.EqualValues(t, 1, get[m](again, "POST", "/session", m{"name": "boss", "password": password})["requests"])
	list := get[struct {
		Requests []struct{ ID, Role, Message string }
	}](boss, "GET", "/requests", nil).Requests
	require.Len(t, list, 1)
	own := get[struct{ Requests []m }](ana, "GET", "/me/requests", nil).Requests
	require.Len(t, own, 2)
	require.Equal(t, keysOf(own[0]), keysOf(own[1]), "the list does not tell either")
	path := "/nodes/" + note + "/requests/" + list[0].ID
	require.Equal(t, 400, boss.do("POST", path, m{"outcome": "granted", "endsAt": time.Now().Add(-time.Hour)}).StatusCode)
	require.Equal(t, 404, ana.do("POST", path, m{"outcome": "granted"}).StatusCode)
	done := get[m](boss, "POST", path, m{"outcome": "granted", "endsAt": time.Now().Add(time.Hour)})
	require.Equal(t, "granted", done["outcome"])
	require.Equal(t, 200, ana.do("GET", "/notes/"+note, nil).StatusCode)
	require.Equal(t, 404, boss.do("POST", path, m{"outcome": "declined"}).StatusCode)
}

func keysOf(v m) (n int) {
	for _, inner := range v {
		n++
		if deeper, ok := inner.(m); ok {
			n += 100 * keysOf(deeper)
		}
	}
	return n
}

func TestDatesOverREST(t *testing.T) {
	o := newLibrary(t)
	boss := o.setUp(t)
	o.reader(t, boss, "ana")
	note := boss.note("n")
	end := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	path, owner := "/nodes/"+note+"/grants", m{"principal": m{"name": "boss"}, "role": "owner"}
	g := get[m](boss, "PUT", path, m{"version": 1, "closed": true, "grants": []m{owner, {"principal": m{"name": "ANA"}, "role": "writer", "endsAt": end}}})
	require.Equal(t, []any{true, 2.0}, []any{g["closed"], g["version"]})
	require.Equal(t, end.Format(time.RFC3339), g["grants"].([]any)[1].(m)["endsAt"])
	g = get[m](boss, "PUT", path, m{"version": 2, "grants": []m{owner}})
	require.Len(t, g["grants"], 2, "those with dates stay")
	require.Equal(t, true, g["closed"], "not asked for")
	for _, bad := range []m{
		{"version": 2, "grants": []m{{"principal": m{"name": "boss"}, "role": "owner", "endsAt": end}}},
		{"version": 2, "grants": []m{owner, {"principal": m{"name": "ana"}, "role": "reader", "startsAt": end, "endsAt": end}}},
		{"version": 2, "grants": []m{owner, {"principal": m{"name": "ana"}, "role": "reader", "endsAt": "yesterday"}}},
		{"version": 2, "grants": []m{owner, {"principal": m{"name": "ana"}, "role": "reader"}, {"principal": m{"name": "aNa"}, "role": "writer"}}},
	} {
		require.Equal(t, 400, boss.do("PUT", path, bad).StatusCode, bad)
	}
	require.Equal(t, 409, boss.do("PUT", path, m{"version": 1, "grants": []m{owner}}).StatusCode)
	g = get[m](boss, "PUT", path, m{"version": 2, "grants": []m{owner}, "dated": true, "closed": false})
	require.Len(t, g["grants"], 1)
	require.Equal(t, false, g["closed"])
}
