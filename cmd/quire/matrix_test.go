package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
	"quire/server"
	"quire/store/storetest"
)

// The matrix tries every operation as every role through the real REST API and the
// real socket, cell by cell, on a whole server. What is expected is the registry,
// which a table written by hand holds in auth. A route or a kind of operation that
// is not tried here fails the test.

// roles in the matrix. "nobody" has no grant; "anonymous" is not signed in.
var roles = map[string]auth.Role{
	"olga": auth.Owner, "wim": auth.Writer, "rita": auth.Runner, "rea": auth.Reader, "nobody": auth.NoRole,
}

// site is a whole server with people in it.
type site struct {
	t       *testing.T
	base    string
	data    string
	cookies map[string]*http.Cookie
	handler http.Handler
}

func newSite(t *testing.T) *site {
	t.Helper()
	data, err := os.MkdirTemp("", "quire-matrix-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(data) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	c := &serveCmd{Data: data, DatabaseURL: storetest.Owner(t, storetest.New(t)), NoPython: true, Separation: "none", MaxKernels: 2}
	a, err := start(t.Context(), c, slog.New(slog.DiscardHandler), l)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, a.stop()) })
	s := &site{t: t, base: a.base, data: data, cookies: map[string]*http.Cookie{}, handler: a.handler}
	s.signUp(a.setup.Secret.Reveal())
	return s
}

const password = "correct horse battery"

// signUp makes the administrator "root" and everybody in the matrix.
func (s *site) signUp(secret string) {
	res := s.send("", "POST", "/api/v1/setup", map[string]any{"secret": secret, "name": "root", "password": password, "newNotes": "me"})
	s.keepCookie("root", res)
	for name := range roles {
		s.signUpUser(name)
	}
}

// signUpUser makes an account and signs it in.
func (s *site) signUpUser(name string) {
	res := s.send("root", "POST", "/api/v1/users", map[string]any{"name": name})
	require.Equal(s.t, http.StatusOK, res.status, "%s", res.body)
	link := res.json()["link"].(map[string]any)["url"].(string)
	_, fragment, _ := strings.Cut(link, "#")
	s.keepCookie(name, s.send("", "POST", "/api/v1/session/link", map[string]any{"secret": fragment, "password": password}))
}

func (s *site) keepCookie(name string, r response) {
	require.Equal(s.t, http.StatusOK, r.status, "%s", r.body)
	for _, c := range r.cookies {
		if c.Name == server.SessionCookie {
			s.cookies[name] = c
		}
	}
	require.NotNil(s.t, s.cookies[name])
}

type response struct {
	status  int
	body    []byte
	cookies []*http.Cookie
}

func (r response) json() map[string]any {
	var m map[string]any
	_ = json.Unmarshal(r.body, &m)
	return m
}

// send does a request as somebody; "" and "anonymous" are nobody signed in.
func (s *site) send(who, method, path string, body any) response {
	s.t.Helper()
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		require.NoError(s.t, err)
		in = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(context.Background(), method, s.base+path, in)
	require.NoError(s.t, err)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c := s.cookies[who]; c != nil {
		req.AddCookie(c)
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	require.NoError(s.t, err)
	return response{res.StatusCode, data, res.Cookies()}
}

func (s *site) must(who, method, path string, body any) map[string]any {
	s.t.Helper()
	r := s.send(who, method, path, body)
	require.Less(s.t, r.status, 300, "%s %s: %s", method, path, r.body)
	return r.json()
}

// fixture is a folder with a note, granted to the roles of the matrix one each.
type fixture struct {
	s            *site
	folder, note string
	run          string
}

func (s *site) fixture() *fixture {
	f := &fixture{s: s}
	name := auth.NewID().String()
	f.folder = s.must("olga", "POST", "/api/v1/nodes", map[string]any{"kind": "folder", "name": "f" + name})["id"].(string)
	var grants []map[string]any
	for who, role := range roles {
		if role != auth.NoRole {
			grants = append(grants, map[string]any{"principal": map[string]any{"name": who}, "role": role.String()})
		}
	}
	s.must("olga", "PUT", "/api/v1/nodes/"+f.folder+"/grants", map[string]any{
		"version": s.must("olga", "GET", "/api/v1/nodes/"+f.folder+"/grants", nil)["version"], "grants": grants})
	f.note = s.must("olga", "POST", "/api/v1/nodes", map[string]any{"kind": "note", "name": "n" + name, "parent": f.folder})["id"].(string)
	f.do("paragraph.insert", map[string]any{"paragraph": "p1", "after": "", "text": "%md hello"})
	f.do("paragraph.insert", map[string]any{"paragraph": "p2", "after": "p1"})
	f.do("paragraph.insert", map[string]any{"paragraph": "gone", "after": "p2"})
	f.do("paragraph.delete", map[string]any{"paragraph": "gone"})
	started := f.do("run.start", map[string]any{"paragraphs": []string{"p1"}})
	f.run = started["body"].(map[string]any)["runs"].([]any)[0].(map[string]any)["run"].(string)
	return f
}

func (f *fixture) do(kind string, body any) map[string]any {
	return f.s.must("olga", "POST", "/api/v1/notes/"+f.note+"/operations", map[string]any{"id": auth.NewID().String(), "kind": kind, "body": body})
}

// kindBodies are valid operations on a fixture's note, by kind.
var kindBodies = map[string]any{
	"paragraph.insert":   map[string]any{"paragraph": "new", "after": "p1"},
	"paragraph.edit":     map[string]any{"paragraph": "p2", "version": 0, "client": "c", "changes": []any{[]any{[]any{0, "x"}}}},
	"paragraph.title":    map[string]any{"paragraph": "p1", "title": "t"},
	"paragraph.settings": map[string]any{"paragraph": "p1", "settings": map[string]any{"width": 6}},
	"paragraph.move":     map[string]any{"paragraph": "p2", "after": ""},
	"paragraph.delete":   map[string]any{"paragraph": "p2"},
	"paragraph.restore":  map[string]any{"paragraph": "gone", "after": "p1"},
	"note.configure":     map[string]any{"settings": map[string]any{"defaultInterpreter": "python"}},
	"output.clear":       map[string]any{"paragraphs": []string{"p1"}},
	"run.start":          map[string]any{"paragraphs": []string{"p1"}},
}

// cell is one request of the matrix.
type cell struct {
	// missing says that there is nothing of what is asked for: who may is told so.
	missing bool
	op      auth.Operation
	path    func(*fixture) string
	body    func(*fixture) any
	// prepare changes the fixture first, as its owner.
	prepare func(*fixture)
	// hidden tells that prepare hides it from all but its owners.
	hidden bool
}

func onNote(op auth.Operation, path string, body any) cell {
	return cell{op: op, path: func(f *fixture) string {
		return strings.NewReplacer("{id}", f.note, "{run}", f.run, "{part}", "0").Replace(path)
	}, body: func(*fixture) any { return body }}
}

// absent asks for what the fixture does not have.
func absent(c cell) cell {
	c.missing = true
	return c
}

func trashed(c cell) cell {
	c.hidden = true
	c.prepare = func(f *fixture) { f.s.must("olga", "POST", "/api/v1/nodes/"+f.note+"/trash", nil) }
	return c
}

// withFile puts a file into the note first.
func withFile(c cell) cell {
	c.prepare = func(f *fixture) {
		f.s.must("olga", "PUT", "/api/v1/notes/"+f.note+"/files/content?path=f.txt", "hello")
	}
	return c
}

// withLink revokes a link that is made first.
func withLink() cell {
	var path string
	return cell{op: auth.LinkRevoke, body: func(*fixture) any { return nil }, path: func(*fixture) string { return path },
		prepare: func(f *fixture) {
			made := f.s.must("olga", "POST", "/api/v1/nodes/"+f.note+"/links", map[string]any{"label": "l", "role": "reader"})
			path = fmt.Sprintf("/nodes/%s/links/%.0f", f.note, made["link"].(map[string]any)["id"])
		}}
}

// ofScratch keeps a scratch copy: it is whoever made it who may. What somebody else
// made is hidden, which a test of its own holds.
func ofScratch() cell {
	var id string
	return cell{op: auth.ScratchKeep, hidden: true, body: func(*fixture) any { return map[string]any{"name": fresh()} },
		path: func(*fixture) string { return "/nodes/" + id + "/keep" },
		prepare: func(f *fixture) {
			id = f.s.must("olga", "POST", "/api/v1/nodes/"+f.note+"/scratch", nil)["id"].(string)
		}}
}

// withRequest answers a request that is made first.
func withRequest(outcome string) cell {
	var path string
	return cell{op: auth.RequestDecide, body: func(*fixture) any { return map[string]any{"outcome": outcome} }, path: func(*fixture) string { return path },
		prepare: func(f *fixture) {
			f.s.must("root", "POST", "/api/v1/requests", map[string]any{"node": f.note, "role": "reader"})
			for _, r := range f.s.must("olga", "GET", "/api/v1/requests", nil)["requests"].([]any) {
				if r := r.(map[string]any); r["node"].(map[string]any)["id"] == f.note {
					path = "/nodes/" + f.note + "/requests/" + r["id"].(string)
				}
			}
		}}
}

// previewOf previews a change of the note.
func previewOf(kind string) cell {
	return cell{op: auth.AccessPreview, path: func(*fixture) string { return "/preview" }, body: func(f *fixture) any {
		return map[string]any{"change": map[string]any{"kind": kind, "node": f.note, "closed": true, "parent": nil, "role": "reader",
			"body": map[string]any{"version": 1, "grants": []any{map[string]any{"principal": map[string]any{"name": "olga"}, "role": "owner"}}}}}
	}}
}

func fresh() string { return "x" + auth.NewID().String() }

// nodeCells are the routes whose object is a node, by "METHOD /path".
func nodeCells() map[string][]cell {
	cells := map[string][]cell{
		"GET /nodes/{id}":                     {onNote(auth.NodeShow, "/nodes/{id}", nil)},
		"PATCH /nodes/{id}":                   {onNote(auth.NodeRename, "/nodes/{id}", map[string]any{"name": fresh()}), onNote(auth.NodeMove, "/nodes/{id}", map[string]any{"parent": nil}), onFolder(auth.FolderKernel, map[string]any{"kernels": "own"})},
		"POST /nodes/{id}/trash":              {onNote(auth.NodeTrash, "/nodes/{id}/trash", nil)},
		"POST /nodes/{id}/restore":            {trashed(onNote(auth.NodeRestore, "/nodes/{id}/restore", map[string]any{}))},
		"DELETE /nodes/{id}":                  {trashed(onNote(auth.NodePurge, "/nodes/{id}", nil))},
		"POST /nodes/{id}/clone":              {{op: auth.NoteClone, path: onNote(auth.NoteClone, "/nodes/{id}/clone", nil).path, body: func(*fixture) any { return map[string]any{"name": fresh()} }}},
		"POST /nodes/{id}/scratch":            {onNote(auth.NoteScratch, "/nodes/{id}/scratch", nil)},
		"POST /nodes/{id}/keep":               {ofScratch()},
		"GET /nodes/{id}/grants":              {onNote(auth.GrantsShow, "/nodes/{id}/grants", nil)},
		"PUT /nodes/{id}/grants":              {onNote(auth.GrantsChange, "/nodes/{id}/grants", map[string]any{"version": 1, "grants": []any{map[string]any{"principal": map[string]any{"name": "olga"}, "role": "owner"}}})},
		"GET /nodes/{id}/access":              {onNote(auth.AccessExplain, "/nodes/{id}/access?action=write", nil), onNote(auth.AccessPast, "/nodes/{id}/access?person=root", nil), onNote(auth.AccessPast, "/nodes/{id}/access?at=2026-01-01T00:00:00Z", nil)},
		"GET /nodes/{id}/access/people":       {onNote(auth.AccessPast, "/nodes/{id}/access/people", nil)},
		"POST /preview":                       {previewOf("close"), previewOf("trash"), previewOf("move"), previewOf("link"), previewOf("grants")},
		"GET /nodes/{id}/links":               {onNote(auth.LinkList, "/nodes/{id}/links", nil)},
		"POST /nodes/{id}/links":              {onNote(auth.LinkCreate, "/nodes/{id}/links", map[string]any{"label": "l", "role": "reader"})},
		"DELETE /nodes/{id}/links/{link}":     {withLink()},
		"POST /nodes/{id}/requests/{request}": {withRequest("granted"), withRequest("declined")},
		"GET /notes/{id}":                     {onNote(auth.NoteOpen, "/notes/{id}", nil)},
		"GET /notes/{id}/runs":                {onNote(auth.RunList, "/notes/{id}/runs", nil)},
		"POST /notes/{id}/runs/cancel":        {onNote(auth.RunCancel, "/notes/{id}/runs/cancel", map[string]any{})},
		"POST /notes/{id}/kernel/interrupt":   {onNote(auth.KernelInterrupt, "/notes/{id}/kernel/interrupt", map[string]any{})},
		"POST /notes/{id}/kernel/restart":     {onNote(auth.KernelRestart, "/notes/{id}/kernel/restart", map[string]any{})},
		"POST /notes/{id}/kernel/stop":        {onNote(auth.KernelStop, "/notes/{id}/kernel/stop", map[string]any{})},
		"GET /notes/{id}/runs/{run}":          {onNote(auth.RunList, "/notes/{id}/runs/{run}", nil), earlier("/notes/{id}/runs/{run}"), othersOwn("/notes/{id}/runs/{run}")},
		"GET /notes/{id}/runs/{run}/parts":    {onNote(auth.OutputShow, "/notes/{id}/runs/{run}/parts", nil), earlier("/notes/{id}/runs/{run}/parts"), othersOwn("/notes/{id}/runs/{run}/parts")},
		"GET /notes/{id}/runs/{run}/parts/{part}": {onNote(auth.OutputShow, "/notes/{id}/runs/{run}/parts", nil), earlier("/notes/{id}/runs/{run}/parts/{part}"), othersOwn("/notes/{id}/runs/{run}/parts"),
			absent(onNote(auth.OutputShow, "/notes/{id}/runs/{run}/parts/99?revision=0&line=0", nil)), absent(othersOwn("/notes/{id}/runs/{run}/parts/99?revision=0&line=0"))},
		"POST /notes/{id}/runs/{run}/input": {absent(onNote(auth.InputAnswer, "/notes/{id}/runs/"+auth.NewID().String()+"/input", map[string]any{"text": "x"}))},
		"POST /notes/{id}/complete":         {onNote(auth.CodeComplete, "/notes/{id}/complete", map[string]any{"code": "x", "position": 1})},
		"POST /notes/{id}/inspect":          {onNote(auth.CodeInspect, "/notes/{id}/inspect", map[string]any{"code": "x", "position": 1})},
		"GET /notes/{id}/export":            {onNote(auth.NoteExport, "/notes/{id}/export?format=zip", nil)},
		"GET /notes/{id}/files":             {onNote(auth.FileList, "/notes/{id}/files", nil)},
		"GET /notes/{id}/files/content":     {withFile(onNote(auth.FileRead, "/notes/{id}/files/content?path=f.txt", nil))},
		"PUT /notes/{id}/files/content":     {onNote(auth.FileWrite, "/notes/{id}/files/content?path=new.txt", "content")},
		"POST /notes/{id}/files/folder":     {onNote(auth.FileWrite, "/notes/{id}/files/folder", map[string]any{"path": "new"})},
		"POST /notes/{id}/files/rename":     {withFile(onNote(auth.FileWrite, "/notes/{id}/files/rename", map[string]any{"from": "f.txt", "to": "g.txt"}))},
		"DELETE /notes/{id}/files":          {withFile(onNote(auth.FileDelete, "/notes/{id}/files?path=f.txt", nil))},
		"POST /nodes": {{op: auth.NodeCreate, path: func(*fixture) string { return "/nodes" }, body: func(f *fixture) any {
			return map[string]any{"kind": "note", "name": fresh(), "parent": f.folder}
		}}},
	}
	for kind, body := range kindBodies {
		op := operationNamed(kind)
		cells["POST /notes/{id}/operations"] = append(cells["POST /notes/{id}/operations"], cell{op: op,
			path: onNote(op, "/notes/{id}/operations", nil).path,
			body: func(*fixture) any { return map[string]any{"id": fresh(), "kind": kind, "body": body} }})
	}
	return cells
}

// earlier asks for the output of a run that is not its paragraph's latest.
func earlier(path string) cell {
	c := onNote(auth.OutputHistory, strings.TrimSuffix(path, "/{part}"), nil)
	c.prepare = func(f *fixture) { f.do("run.start", map[string]any{"paragraphs": []string{"p1"}}) }
	return c
}

// othersOwn asks for what somebody ran in a kernel of their own, the latest of its
// paragraph: that is for them and for writers.
func othersOwn(path string) cell {
	c := onNote(auth.OutputHistory, path, nil)
	c.prepare = func(f *fixture) {
		f.do("note.configure", map[string]any{"settings": map[string]any{"kernels": "own"}})
		started := f.do("run.start", map[string]any{"paragraphs": []string{"p1"}})
		f.run = started["body"].(map[string]any)["runs"].([]any)[0].(map[string]any)["run"].(string)
	}
	return c
}

// onFolder is a change of the fixture's folder.
func onFolder(op auth.Operation, body any) cell {
	return cell{op: op, path: func(f *fixture) string { return "/nodes/" + f.folder }, body: func(*fixture) any { return body }}
}

func operationNamed(name string) auth.Operation {
	all := auth.Registry()
	i := slices.IndexFunc(all, func(o auth.Operation) bool { return o.Name() == name })
	if i < 0 {
		return auth.Operation{}
	}
	return all[i]
}

func TestEveryRouteAsEveryRole(t *testing.T) {
	s := newSite(t)
	for route, cells := range nodeCells() {
		method, _, _ := strings.Cut(route, " ")
		for _, c := range cells {
			require.False(t, c.op.IsZero(), route)
			for who, role := range roles {
				f := s.fixture()
				if c.prepare != nil {
					c.prepare(f)
				}
				s.try(route+" ("+c.op.Name()+")", who, role, c, f, method)
			}
			f := s.fixture()
			got := s.send("anonymous", method, "/api/v1"+c.path(f), c.body(f))
			require.Equal(t, http.StatusUnauthorized, got.status, "%s by nobody signed in", route)
		}
	}
}

func (s *site) try(what, who string, role auth.Role, c cell, f *fixture, method string) {
	s.t.Helper()
	before := s.state(f)
	got := s.send(who, method, "/api/v1"+c.path(f), c.body(f))
	if role.Actions().Has(c.op.Action()) && c.missing {
		require.Equal(s.t, http.StatusNotFound, got.status, "%s as %s is allowed: %s", what, role, got.body)
		return
	}
	if role.Actions().Has(c.op.Action()) {
		require.Less(s.t, got.status, 300, "%s as %s is allowed: %s", what, role, got.body)
		return
	}
	if role == auth.NoRole || c.hidden {
		require.Equal(s.t, http.StatusNotFound, got.status, "%s as %s: it may not be told from what does not exist: %s", what, role, got.body)
	} else {
		require.Equal(s.t, http.StatusForbidden, got.status, "%s as %s: %s", what, role, got.body)
	}
	require.NotContains(s.t, string(got.body), "hello", "%s as %s", what, role)
	require.Equal(s.t, before, s.state(f), "%s as %s was refused and changed something", what, role)
}

// state is what the owner sees of a fixture, without what time alone changes.
func (s *site) state(f *fixture) string {
	note := s.must("olga", "GET", "/api/v1/notes/"+f.note, nil)
	delete(note, "runs")
	b, err := json.Marshal([]any{note, s.must("olga", "GET", "/api/v1/notes/"+f.note+"/files", nil)["entries"], s.must("olga", "GET", "/api/v1/nodes/"+f.note+"/grants", nil), s.must("olga", "GET", "/api/v1/nodes/"+f.note, nil)["name"]})
	require.NoError(s.t, err)
	return string(b)
}

// otherCells are the routes whose object is no node: what they ask for, with a
// valid request.
var otherCells = map[string]any{
	"GET /tree": nil, "GET /trash": nil, "GET /search": "?q=hello", "GET /people": "?query=w", "GET /interpreters": nil,
	"POST /notes/import": map[string]any{"paragraphs": []any{}}, "POST /notes/example": map[string]any{},
	"GET /users": nil, "POST /users": map[string]any{"name": "someone"}, "PATCH /users/{id}": map[string]any{"displayName": "x"},
	"POST /users/{id}/link": map[string]any{}, "GET /groups": nil, "POST /groups": map[string]any{"name": "team"},
	"PATCH /groups/{id}": map[string]any{"description": "d"}, "GET /groups/{id}": nil,
	"PUT /groups/{id}/members": map[string]any{"members": []string{"rea"}}, "POST /groups/{id}/members": map[string]any{"names": []string{"rea", "wim"}},
	"PUT /groups/{id}/members/{member}": map[string]any{"leads": true}, "GET /me/groups": nil,
	"GET /caps": nil, "POST /caps": map[string]any{"group": map[string]any{"name": "class"}, "actions": []string{"read"}}, "DELETE /caps/{id}": nil,
	"GET /ownerless": nil, "POST /ownerless/{id}": map[string]any{"principal": map[string]any{"name": "root"}},
	"DELETE /groups/{id}/members/{member}": nil, "DELETE /groups/{id}": nil,
	"GET /settings": nil, "PUT /settings": map[string]any{"newNotes": "me"}, "GET /audit": nil,
	"GET /me/reach": nil, "GET /users/{id}/reach": nil,
	"GET /me": nil, "GET /me/sign-ins": nil, "GET /me/tokens": nil, "POST /me/tokens": map[string]any{"label": "t", "days": 1},
	"POST /me/password": map[string]any{"current": "wrong password", "next": "another good one"}, "DELETE /me/sign-ins/{id}": nil,
	"GET /me/requests": nil, "GET /requests": nil, "POST /requests": map[string]any{"node": auth.NewID(), "role": "reader"},
	"GET /me/links": nil, "DELETE /me/links/{id}": nil, "POST /links/open": map[string]any{"secret": "made up"},
	"DELETE /me/tokens/{id}": nil, "DELETE /session": nil,
}

// publicRoutes need nobody signed in.
var publicRoutes = []string{"GET /setup", "POST /setup", "POST /session", "POST /session/link", "POST /session/link/check", "POST /session/guest"}

func init() { maps.Copy(otherCells, setUpCells()) }

func TestEveryRouteThatTouchesNoNode(t *testing.T) {
	s := newSite(t)
	group := fmt.Sprint(s.must("root", "POST", "/api/v1/groups", map[string]any{"name": "class", "members": []string{"rea"}})["id"])
	user := fmt.Sprint(s.must("rea", "GET", "/api/v1/me", nil)["id"])
	limit := s.must("root", "POST", "/api/v1/caps", map[string]any{"group": map[string]any{"name": "class"}, "actions": []string{"read"}, "node": s.ownerless()})
	ids := strings.NewReplacer("/caps/{id}", fmt.Sprint("/caps/", limit["id"]), "/ownerless/{id}", fmt.Sprint("/ownerless/", limit["node"].(map[string]any)["id"]),
		"/me/links/{id}", "/me/links/7", "/users/{id}", "/users/"+user, "/groups/{id}", "/groups/"+group, "{member}", user, "{id}", auth.NewID().String())
	setUp := s.setUpIDs()
	for _, r := range s.routes() {
		body, ok := otherCells[r.key]
		if !ok || r.key == "DELETE /session" {
			continue
		}
		method, path, _ := strings.Cut(r.key, " ")
		if id := setUp[r.key]; id != "" {
			path = strings.Replace(path, "{id}", id, 1)
		}
		path = "/api/v1" + ids.Replace(path)
		if q, isQuery := body.(string); isQuery {
			path, body = path+q, nil
		}
		require.Equal(t, http.StatusUnauthorized, s.send("anonymous", method, path, body).status, "%s by nobody signed in", r.key)
		got := s.send("nobody", method, path, body)
		if strings.Contains(r.key, "{member}") { // whom another route may have taken out
			s.must("root", "POST", "/api/v1/groups/"+group+"/members", map[string]any{"names": []string{"rea"}})
		}
		administer := r.op.Action() == auth.Administer || r.op.Kind() == auth.OnGroup
		if administer {
			require.Contains(t, []int{403, 404}, got.status, "%s as a plain account: %s", r.key, got.body)
			if r.key == "DELETE /groups/{id}" || r.key == "GET /admin/gateways/{id}/specs" {
				continue // tried below, last; and one that asks a gateway, which is not there
			}
			require.Less(t, s.send("root", method, path, body).status, 300, "%s as an administrator", r.key)
			continue
		}
		require.NotContains(t, []int{401, 500}, got.status, "%s as a plain account: %s", r.key, got.body)
	}
	require.Less(t, s.send("root", "DELETE", "/api/v1/groups/"+group, nil).status, 300)
	require.Less(t, s.send("nobody", "DELETE", "/api/v1/session", nil).status, 300)
	require.Equal(t, http.StatusUnauthorized, s.send("nobody", "GET", "/api/v1/me", nil).status, "the sign-in has ended")
}

// ownerless makes a note whose one owner is disabled then.
func (s *site) ownerless() any {
	s.t.Helper()
	s.signUpUser("gone")
	id := s.must("gone", "POST", "/api/v1/notes/import", map[string]any{"paragraphs": []any{}})["id"]
	who := s.must("gone", "GET", "/api/v1/me", nil)["id"]
	s.must("root", "PATCH", fmt.Sprint("/api/v1/users/", who), map[string]any{"disabled": true})
	return id
}

type routeOf struct {
	key string
	op  auth.Operation
}

// routes lists the documented routes with the operation each names.
func (s *site) routes() []routeOf {
	var doc struct {
		Paths map[string]map[string]struct {
			Operation string `json:"x-quire-operation"`
		}
	}
	require.NoError(s.t, json.Unmarshal(s.send("root", "GET", "/api/v1/openapi.json", nil).body, &doc))
	var list []routeOf
	for path, methods := range doc.Paths {
		for method, o := range methods {
			r := routeOf{strings.ToUpper(method) + " " + strings.TrimPrefix(path, "/api/v1"), operationNamed(o.Operation)}
			require.False(s.t, r.op.IsZero(), "%s names no registered operation", r.key)
			list = append(list, r)
		}
	}
	return list
}

// Whoever adds a route has to add it to the matrix.
func TestNoRouteIsOutsideTheMatrix(t *testing.T) {
	s := newSite(t)
	var missing []string
	cells := nodeCells()
	for _, r := range s.routes() {
		_, node := cells[r.key]
		_, other := otherCells[r.key]
		public := slices.Contains(publicRoutes, r.key)
		if !node && !other && !public {
			missing = append(missing, r.key)
		}
		require.Equal(t, public, r.op.Kind() == auth.OnPublic, r.key)
	}
	require.Empty(t, missing)
	require.ElementsMatch(t, notebook.Kinds(), keys(kindBodies))

	known := []string{"/healthz", "/readyz", "/metrics", "/api/v1/socket", "/api/*", "/*"}
	require.NoError(t, chi.Walk(s.handler.(chi.Router), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if !strings.HasPrefix(route, "/api/v1/") || route == "/api/v1/socket" {
			require.Contains(t, known, route)
		}
		return nil
	}))
}

func keys[V any](m map[string]V) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	return list
}

func TestZeppelinsPermissionsAsEveryRole(t *testing.T) {
	s := newSite(t)
	for who, role := range roles {
		f := s.fixture()
		read := s.send(who, "GET", "/api/notebook/"+f.note+"/permissions", nil)
		require.Equal(t, role.Actions().Has(auth.Read), read.status == 200, "%s reads: %s", role, read.body)
		put := s.send(who, "PUT", "/api/notebook/"+f.note+"/permissions", map[string]any{"owners": []string{"olga"}, "writers": []string{}, "runners": []string{}, "readers": []string{}})
		require.Equal(t, role.Actions().Has(auth.Manage), put.status == 200, "%s changes: %s", role, put.body)
		if put.status != 200 {
			require.Equal(t, http.StatusForbidden, put.status)
			require.NotContains(t, string(put.body), "olga", "refusals name nobody")
		}
	}
	require.Equal(t, http.StatusNotFound, s.send("olga", "GET", "/api/notebook/"+auth.NewID().String()+"/permissions", nil).status)
}
