package server_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/notebook"
	"quire/server"
	"quire/server/zeppelin"
	"quire/store"
	"quire/store/storetest"
)

// newLibrary is a server with people and notes, and nothing that runs.
func newLibrary(t *testing.T) *office {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(t.Context(), storetest.New(t), log)
	require.NoError(t, err)
	t.Cleanup(db.Close)
	gate := auth.NewGate(db.Records(), log)
	accounts, err := account.New(db.People(), gate, account.Config{Log: log, Hashing: account.Hashing{Memory: 64, Passes: 1, Threads: 1}})
	require.NoError(t, err)
	running, stop := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { gate.Run(running, nil) })
	t.Cleanup(func() { stop(); done.Wait() })
	gate.Confirm(t.Context())
	notes := notebook.NewService(db.Notes(), db.Runs(), gate, log)
	recorder := notebook.NewRecorder(db.Runs(), log, notebook.OutputLimits{})
	runner := notebook.NewRunner(notebook.RunnerConfig{Store: db.Runs(), Gate: gate, Recorder: recorder, Log: log,
		Publish: notes.RunsChanged, PublishKernels: notes.KernelsChanged})
	notes.Attach(runner, notebook.NewOutputs(db.Runs(), recorder))
	t.Cleanup(func() { require.NoError(t, notes.Shutdown(context.Background())) })
	tree := notebook.NewTree(db.Tree(), gate, notes, log)
	tree.Public, tree.LinksAnyone = accounts.NotesPublic, accounts.LinksAnyone
	config := server.Config{Base: "http://127.0.0.1:1"}
	dialect := zeppelin.New(zeppelin.Config{Tree: tree, Notes: notes, Accounts: accounts, Client: server.ClientOf,
		Cookie: config.ZeppelinCookie, Version: "test", Log: log})
	n := server.New(config, server.Services{Gate: gate, Accounts: accounts, Tree: tree, Notes: notes, Zeppelin: dialect}, log)
	web := httptest.NewServer(n.Handler())
	t.Cleanup(web.Close)
	return &office{n, accounts, web}
}

// reader is somebody with a new account.
func (o *office) reader(t *testing.T, boss *visitor, name string) *visitor {
	t.Helper()
	made := get[struct{ Link struct{ URL string } }](boss, "POST", "/users", m{"name": name})
	v := o.visitor(t)
	get[m](v, "POST", "/session/link", m{"secret": secretOf(t, made.Link.URL), "password": password})
	return v
}

func TestTreeByREST(t *testing.T) {
	o := newLibrary(t)
	boss := o.setUp(t)
	ana, bob := o.reader(t, boss, "ana"), o.reader(t, boss, "bob")

	folder := get[server.NodeBody](ana, "POST", "/nodes", m{"kind": "folder", "name": "f"})
	require.Equal(t, "me", folder.Shared)
	require.Equal(t, []string{"read", "run", "write", "manage"}, folder.Allowed)
	note := get[server.NodeBody](ana, "POST", "/nodes", m{"kind": "note", "name": "sub/n", "parent": folder.ID})
	require.Equal(t, []string{"f", "sub"}, []string{note.Path[0].Name, note.Path[1].Name})
	open := get[server.NodeBody](ana, "POST", "/nodes", m{"kind": "note", "name": "open", "newNotes": "everyone"})
	require.Equal(t, "everyone", open.Shared)

	tree := get[server.TreeBody](ana, "GET", "/tree", nil)
	require.Len(t, tree.Nodes, 4)
	require.Equal(t, 4, tree.Total)
	tree = get[server.TreeBody](ana, "GET", "/tree?limit=1", nil)
	require.Len(t, tree.Nodes, 1)
	require.Equal(t, 4, tree.Total)
	tree = get[server.TreeBody](bob, "GET", "/tree", nil)
	require.Equal(t, []any{1, open.ID}, []any{tree.Total, tree.Nodes[0].ID})
	require.Equal(t, []string{"read", "run", "write"}, tree.Nodes[0].Allowed)

	at := "/nodes/" + note.ID.String()
	require.Equal(t, "n2", get[server.NodeBody](ana, "PATCH", at, m{"name": "n2"}).Name)
	moved := get[server.NodeBody](ana, "PATCH", at, m{"parent": nil})
	require.Empty(t, moved.Path)
	require.True(t, moved.Parent.IsZero())
	moved = get[server.NodeBody](ana, "PATCH", at, m{"parent": folder.ID, "name": "n3"})
	require.Equal(t, []any{folder.ID, "n3"}, []any{moved.Parent, moved.Name})
	require.Equal(t, http.StatusNotFound, bob.do("GET", at, nil).StatusCode)
	require.Equal(t, http.StatusBadRequest, ana.do("PATCH", at, m{"parent": 7}).StatusCode)
	require.Equal(t, http.StatusBadRequest, ana.do("PATCH", at, m{"parent": "x"}).StatusCode)
	require.Equal(t, http.StatusBadRequest, ana.do("PATCH", at, m{"name": "a/b"}).StatusCode)
	require.Equal(t, http.StatusBadRequest, ana.do("POST", "/nodes", m{"kind": "note", "name": ".."}).StatusCode)
	require.Equal(t, http.StatusConflict, ana.do("POST", "/nodes", m{"kind": "note", "name": "f"}).StatusCode)
	require.Equal(t, "n3 (copy)", get[server.NodeBody](ana, "POST", at+"/clone", nil).Name)
	require.Equal(t, "c", get[server.NodeBody](ana, "POST", at+"/clone", m{"name": "c"}).Name)

	require.Equal(t, http.StatusConflict, ana.do("DELETE", at, nil).StatusCode)
	require.Equal(t, http.StatusNoContent, ana.do("POST", at+"/trash", nil).StatusCode)
	trash := get[server.TrashBody](ana, "GET", "/trash", nil)
	require.Equal(t, []any{note.ID, "f", "ana"}, []any{trash.Nodes[0].ID, trash.Nodes[0].Path[0].Name, trash.Nodes[0].TrashedBy})
	require.False(t, get[server.NodeBody](ana, "POST", at+"/restore", nil).Trashed)
	get[m](ana, "POST", at+"/trash", nil)
	require.Equal(t, "back", get[server.NodeBody](ana, "POST", at+"/restore", m{"name": "back"}).Name)
	get[m](ana, "POST", at+"/trash", nil)
	require.Equal(t, http.StatusNoContent, ana.do("DELETE", at, nil).StatusCode)
	require.Equal(t, http.StatusNotFound, ana.do("GET", at, nil).StatusCode)
	require.Equal(t, http.StatusUnauthorized, o.visitor(t).do("GET", "/tree", nil).StatusCode)
}

func TestGrantsByREST(t *testing.T) {
	o := newLibrary(t)
	boss := o.setUp(t)
	ana, bob := o.reader(t, boss, "ana"), o.reader(t, boss, "bob")
	folder := get[server.NodeBody](ana, "POST", "/nodes", m{"kind": "folder", "name": "f"})
	note := get[server.NodeBody](ana, "POST", "/nodes", m{"kind": "note", "name": "n", "parent": folder.ID})
	at := "/nodes/" + note.ID.String() + "/grants"
	g := get[server.GrantsBody](ana, "GET", at, nil)
	require.Equal(t, []any{int64(1), false, 1, 1}, []any{g.Version, g.Closed, len(g.Grants), len(g.Inherited)})
	require.Equal(t, "ana", g.Grants[0].Principal.Name)
	require.Equal(t, "f", g.Inherited[0].From.Name)

	owner, reader := m{"principal": m{"id": g.Grants[0].Principal.ID}, "role": "owner"}, m{"principal": m{"name": "Bob"}, "role": "reader"}
	g = get[server.GrantsBody](ana, "PUT", at, m{"version": 1, "grants": []any{owner, reader}})
	require.EqualValues(t, 2, g.Version)
	require.Equal(t, []string{"bob", "reader", "ana"}, []string{g.Grants[1].Principal.Name, g.Grants[1].Role, g.Grants[1].By})
	require.Equal(t, []string{"read"}, get[server.GrantsBody](bob, "GET", at, nil).Allowed)

	stale := ana.do("PUT", at, m{"version": 1, "grants": []any{owner}})
	require.Equal(t, http.StatusConflict, stale.StatusCode)
	require.Contains(t, stale.text, `"details":{"version":2,"yours":1}`)
	unknown := ana.do("PUT", at, m{"version": 2, "grants": []any{owner, m{"principal": m{"name": "zoe"}, "role": "reader"}}})
	require.Equal(t, http.StatusBadRequest, unknown.StatusCode)
	require.Contains(t, unknown.text, `"unknown":["zoe"]`)
	require.Equal(t, http.StatusBadRequest, ana.do("PUT", at, m{"version": 2, "grants": []any{m{"principal": m{"name": "bob"}, "role": "god"}}}).StatusCode)
	require.Equal(t, http.StatusForbidden, bob.do("PUT", at, m{"version": 2, "grants": []any{owner}}).StatusCode)
	g = get[server.GrantsBody](ana, "PUT", at, m{"version": 2, "grants": []any{owner}, "closed": true})
	require.True(t, g.Closed)
	require.Empty(t, g.Inherited)
	require.Equal(t, http.StatusNotFound, bob.do("GET", at, nil).StatusCode)
}

func TestSearchByREST(t *testing.T) {
	o := newLibrary(t)
	ana := o.reader(t, o.setUp(t), "ana")
	note := get[server.NodeBody](ana, "POST", "/nodes", m{"kind": "note", "name": "f/needle"})
	found := get[server.HitList](ana, "GET", "/search?q="+url.QueryEscape(`"need`), nil)
	require.Equal(t, 1, found.Total)
	require.Equal(t, server.Hit{Note: note.ID, Name: "needle", Path: found.Hits[0].Path}, found.Hits[0])
	require.Equal(t, "f", found.Hits[0].Path[0].Name)
	require.Equal(t, m{"hits": []any{}, "total": 0.0}, get[m](ana, "GET", "/search?q=", nil))
	require.Equal(t, http.StatusBadRequest, ana.do("GET", "/search?q=x&limit=1000", nil).StatusCode)
	require.Equal(t, http.StatusBadRequest, ana.do("GET", "/search?q="+strings.Repeat("x", 300), nil).StatusCode)
}
