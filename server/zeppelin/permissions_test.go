package zeppelin_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
	"quire/server/zeppelin"
	"quire/store"
	"quire/store/storetest"
)

// place is Zeppelin's API over a real database. Who asks stands in a header, where
// the server would find out.
type place struct {
	t    *testing.T
	url  string
	sql  *pgx.Conn
	tree *notebook.Tree
	who  map[string]auth.Actor
}

// closedNotes are no open notes at all.
type closedNotes struct{ notebook.Notes }

func (closedNotes) NodeChanged([]notebook.ID, bool) {}

func newPlace(t *testing.T) *place {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	url := storetest.New(t)
	db, err := store.Open(t.Context(), url, log)
	require.NoError(t, err)
	t.Cleanup(db.Close)
	gate := auth.NewGate(db.Records(), log)
	gate.Confirm(t.Context())
	running, stop := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { gate.Run(running, nil) })
	t.Cleanup(func() { stop(); done.Wait() })
	p := &place{t: t, tree: notebook.NewTree(db.Tree(), gate, closedNotes{}, log), who: map[string]auth.Actor{}}
	p.tree.Public = func(context.Context) (bool, error) { return true, nil }
	p.sql, err = pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { p.sql.Close(context.Background()) })
	handler := zeppelin.New(zeppelin.Config{Tree: p.tree, Log: log})
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a, ok := p.who[r.Header.Get("Who")]; ok {
			r = r.WithContext(auth.WithActor(r.Context(), a))
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(web.Close)
	p.url = web.URL
	return p
}

func (p *place) person(name string) context.Context {
	p.t.Helper()
	a := auth.Actor{Kind: auth.Person, Name: name, SignIn: auth.NewID()}
	ctx := p.t.Context()
	require.NoError(p.t, p.sql.QueryRow(ctx, `INSERT INTO principals (kind, name, folded) VALUES ('user', $1, $1) RETURNING id`, name).Scan((*int64)(&a.User)))
	_, err := p.sql.Exec(ctx, `INSERT INTO users (id, subject) VALUES ($1, $2)`, int64(a.User), name)
	require.NoError(p.t, err)
	_, err = p.sql.Exec(ctx, `INSERT INTO sign_ins (id, user_id, kind, secret_hash, expires_at) VALUES ($1, $2, 'browser', $3, now() + interval '1 day')`,
		[16]byte(a.SignIn), int64(a.User), a.SignIn[:])
	require.NoError(p.t, err)
	p.who[name] = a
	return auth.WithActor(ctx, a)
}

func (p *place) ask(who, method, path, body string) (int, string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, strings.NewReader(body))
	require.NoError(p.t, err)
	r.Header.Set("Who", who)
	if body != "" {
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	asIs := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := asIs.Do(r)
	require.NoError(p.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(p.t, err)
	if response.StatusCode == http.StatusFound {
		return response.StatusCode, response.Header.Get("Location")
	}
	require.Equal(p.t, "application/json", response.Header.Get("Content-Type"))
	return response.StatusCode, strings.TrimSpace(string(text))
}

func TestPermissions(t *testing.T) {
	p := newPlace(t)
	ana := p.person("ana")
	p.person("bob")
	d, err := p.tree.Create(ana, notebook.CreateNode{Kind: notebook.NoteNode, Name: "n"})
	require.NoError(t, err)
	at := "/api/notebook/" + d.ID.String() + "/permissions"

	status, text := p.ask("bob", "GET", at, "")
	require.Equal(t, 200, status)
	require.Equal(t, `{"status":"OK","message":"","body":{"owners":["ana"],"readers":[],"runners":[],"writers":[]}}`, text)

	status, text = p.ask("ana", "PUT", at+"/", `{"owners": ["ana"], "readers": [" bob ", ""], "runners": [], "writers": ["ana", "ana"], "extra": {"x": 1}}`)
	require.Equal(t, 200, status, text)
	require.Equal(t, `{"status":"OK","message":""}`, text)
	_, text = p.ask("bob", "GET", at+"/", "")
	require.Equal(t, `{"status":"OK","message":"","body":{"owners":["ana"],"readers":["bob"],"runners":["ana"],"writers":["ana"]}}`, text)

	for _, missing := range []string{"owners", "writers", "runners", "readers"} {
		lists := map[string][]string{"owners": {}, "writers": {}, "runners": {}, "readers": {}}
		delete(lists, missing)
		body, err := json.Marshal(lists)
		require.NoError(t, err)
		status, text = p.ask("ana", "PUT", at, string(body))
		require.Equal(t, 400, status, missing)
		require.Contains(t, text, `"status":"BAD_REQUEST"`)
	}
	status, _ = p.ask("ana", "PUT", at, "")
	require.Equal(t, 415, status, "no body, and so no type")
	for _, body := range []string{"{", "[]", `{"owners": 1, "writers": [], "runners": [], "readers": []}`} {
		status, _ = p.ask("ana", "PUT", at, body)
		require.Equal(t, 400, status, body)
	}
	status, text = p.ask("ana", "PUT", at, `{"owners": ["ana", "zoe"], "writers": [], "runners": [], "readers": []}`)
	require.Equal(t, 400, status)
	require.Contains(t, text, "zoe")
	status, _ = p.ask("ana", "PUT", at, `{"owners": ["`+strings.Repeat("x", 1<<20)+`"], "writers": [], "runners": [], "readers": []}`)
	require.Equal(t, 413, status)
	_, text = p.ask("bob", "GET", at, "")
	require.Equal(t, `{"status":"OK","message":"","body":{"owners":["ana"],"readers":["bob"],"runners":["ana"],"writers":["ana"]}}`, text, "refusals change nothing")
}

func TestWhoMayNotIsToldWithoutNames(t *testing.T) {
	p := newPlace(t)
	ana := p.person("ana")
	p.person("bob")
	private := false
	d, err := p.tree.Create(ana, notebook.CreateNode{Kind: notebook.NoteNode, Name: "n", Public: &private})
	require.NoError(t, err)
	const lists = `{"owners": [], "writers": [], "runners": [], "readers": []}`
	for id, want := range map[string]int{d.ID.String(): 403, auth.NewID().String(): 404, "2A94M5J1Z": 404} {
		for method, body := range map[string]string{"GET": "", "PUT": lists} {
			status, text := p.ask("bob", method, "/api/notebook/"+id+"/permissions", body)
			require.Equal(t, want, status, "%s %s", method, id)
			require.NotContains(t, text, "ana")
			require.Contains(t, text, map[int]string{403: `"status":"FORBIDDEN"`, 404: `"status":"NOT_FOUND"`}[want])
		}
	}
	require.NoError(t, p.tree.SetZeppelinGrants(ana, d.ID, notebook.ZeppelinLists{Owners: []string{"ana"}}))
	status, text := p.ask("bob", "PUT", "/api/notebook/"+d.ID.String()+"/permissions", lists)
	require.Equal(t, 403, status, "a writer is no owner")
	require.NotContains(t, text, "ana")
	status, text = p.ask("nobody", "GET", "/api/notebook/"+d.ID.String()+"/permissions", "")
	require.Equal(t, 302, status)
	require.Equal(t, "/api/login", text)
	status, text = p.ask("bob", "GET", "/api/interpreter/setting", "")
	require.Equal(t, 404, status)
	require.Contains(t, text, `"status":"NOT_FOUND"`)
}
