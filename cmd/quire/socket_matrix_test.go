package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
	"quire/socket/wire"
)

// line is somebody's socket to a whole server.
type line struct {
	t  *testing.T
	ws *websocket.Conn
}

// answerWithin is how long an answer may take before the test gives up.
const answerWithin = 20 * time.Second

func (s *site) dial(who string) *line {
	s.t.Helper()
	header := http.Header{"Origin": {s.base}, "Cookie": {s.cookies[who].Name + "=" + s.cookies[who].Value}}
	dialer := websocket.Dialer{Subprotocols: []string{wire.Subprotocol}}
	ws, _, err := dialer.Dial(strings.Replace(s.base, "http", "ws", 1)+"/api/v1/socket", header)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { ws.Close() })
	l := &line{s.t, ws}
	l.send(map[string]any{"op": wire.OpHello, "version": wire.Version, "tab": who})
	l.until(func(f map[string]any) bool { return f["op"] == wire.OpHello })
	return l
}

func (l *line) send(frame map[string]any) {
	l.t.Helper()
	require.NoError(l.t, l.ws.WriteJSON(frame))
}

// until reads on to the first frame that is meant.
func (l *line) until(meant func(map[string]any) bool) map[string]any {
	l.t.Helper()
	require.NoError(l.t, l.ws.SetReadDeadline(time.Now().Add(answerWithin)))
	for {
		_, data, err := l.ws.ReadMessage()
		require.NoError(l.t, err)
		var f map[string]any
		require.NoError(l.t, json.Unmarshal(data, &f))
		if meant(f) {
			return f
		}
	}
}

// open asks for a note and returns the first answer about it.
func (l *line) open(note string) map[string]any {
	l.t.Helper()
	l.send(map[string]any{"op": wire.OpOpen, "note": note})
	return l.until(func(f map[string]any) bool {
		return f["note"] == note && (f["op"] == wire.OpNote || f["op"] == wire.OpRefused || f["op"] == wire.OpGone)
	})
}

// do does an operation and returns its entry or its refusal.
func (l *line) do(note, kind string, body any) map[string]any {
	l.t.Helper()
	id := fresh()
	l.send(map[string]any{"op": wire.OpDo, "note": note, "id": id, "kind": kind, "body": body})
	return l.until(func(f map[string]any) bool {
		return f["id"] == id && (f["op"] == wire.OpEntry || f["op"] == wire.OpRefused)
	})
}

func TestEveryFrameAsEveryRole(t *testing.T) {
	s := newSite(t)
	for who, role := range roles {
		f := s.fixture()
		l := s.dial(who)
		opened := l.open(f.note)
		if role == auth.NoRole {
			require.Equal(t, "not_found", opened["code"], "it may not be told from what does not exist")
			require.NotContains(t, fmt.Sprint(opened), "hello")
			continue
		}
		require.Equal(t, wire.OpNote, opened["op"], "%s opens", role)
		require.Equal(t, role.Actions().Names(), names(opened["allowed"]), role)
		for _, kind := range notebook.Kinds() {
			f := s.fixture()
			require.Equal(t, wire.OpNote, l.open(f.note)["op"])
			before := s.state(f)
			got := l.do(f.note, kind, kindBodies[kind])
			if role.Actions().Has(operationNamed(kind).Action()) {
				require.Equal(t, wire.OpEntry, got["op"], "%s as %s: %v", kind, role, got)
				continue
			}
			require.Equal(t, "forbidden", got["code"], "%s as %s", kind, role)
			require.Equal(t, before, s.state(f), "%s as %s was refused and changed something", kind, role)
		}
		s.tryCaret(l, f, role)
		l.tryPersonal(f, role)
	}
}

// TestWhoHearsOfOthersOwnKernels: of what somebody runs in a kernel of their own, only
// writers and they themselves hear on open sockets, and only they find it when they
// open the note.
func TestWhoHearsOfOthersOwnKernels(t *testing.T) {
	s := newSite(t)
	f := s.fixture()
	f.do("note.configure", map[string]any{"settings": map[string]any{"kernels": "own"}})
	lines := map[string]*line{}
	for who, role := range roles {
		if role != auth.NoRole {
			lines[who] = s.dial(who)
			require.Equal(t, wire.OpNote, lines[who].open(f.note)["op"])
		}
	}
	entry := s.must("wim", "POST", "/api/v1/notes/"+f.note+"/operations",
		map[string]any{"id": fresh(), "kind": "run.start", "body": map[string]any{"paragraphs": []string{"p1"}}})
	run := entry["body"].(map[string]any)["runs"].([]any)[0].(map[string]any)["run"].(string)
	require.Eventually(t, func() bool {
		return s.must("wim", "GET", "/api/v1/notes/"+f.note+"/runs/"+run, nil)["state"] == "done"
	}, answerWithin, answerWithin/1000)
	last := f.do("paragraph.title", map[string]any{"paragraph": "p1", "title": "the end"})
	for who, l := range lines {
		told, entered := false, false
		l.until(func(frame map[string]any) bool {
			mentions := strings.Contains(fmt.Sprint(frame), run)
			told = told || mentions && frame["op"] == wire.OpRun
			entered = entered || mentions && frame["op"] == wire.OpEntry
			return frame["id"] == last["id"]
		})
		require.Equal(t, roles[who].Actions().Has(auth.Write), told, "%s is told where it stands", who)
		require.Equal(t, who == "wim", entered, "%s has it as the paragraph's run", who)
		require.Equal(t, who == "wim", strings.Contains(fmt.Sprint(s.dial(who).open(f.note)), run), "%s finds it", who)
	}
}

// tryPersonal answers and sends what nobody asked for: who may run is told that it
// is not there, who may not is told that.
func (l *line) tryPersonal(f *fixture, role auth.Role) {
	l.t.Helper()
	expected := "forbidden"
	if role.Actions().Has(auth.Run) {
		expected = "not_found"
	}
	for _, frame := range []map[string]any{
		{"op": wire.OpAnswer, "note": f.note, "run": auth.NewID().String(), "text": "x"},
		{"op": wire.OpComm, "note": f.note, "kernel": "none", "kind": "msg", "comm": "c", "data": map[string]any{}},
	} {
		id := fresh()
		frame["id"] = id
		l.send(frame)
		got := l.until(func(f map[string]any) bool { return f["op"] == wire.OpRefused && f["id"] == id })
		require.Equal(l.t, expected, got["code"], "%s as %s", frame["op"], role)
	}
}

func names(list any) []string {
	out := []string{}
	for _, one := range list.([]any) {
		out = append(out, one.(string))
	}
	return out
}

// tryCaret looks whether others see the caret. An operation of the owner's that
// follows it tells when it would have come.
func (s *site) tryCaret(l *line, f *fixture, role auth.Role) {
	if role == auth.Owner {
		return // the owner is who looks
	}
	owner := s.dial("olga")
	require.Equal(s.t, wire.OpNote, owner.open(f.note)["op"])
	l.send(map[string]any{"op": wire.OpCaret, "note": f.note, "paragraph": "p1", "textVersion": 0, "ranges": [][]int{{1, 1}}})
	if role.Actions().Has(auth.Write) {
		owner.until(func(f map[string]any) bool { return f["op"] == wire.OpCaret })
		return
	}
	l.send(map[string]any{"op": wire.OpDo, "note": f.note, "id": fresh(), "kind": "paragraph.title", "body": kindBodies["paragraph.title"]})
	l.until(func(f map[string]any) bool { return f["op"] == wire.OpRefused })
	id := fresh()
	owner.send(map[string]any{"op": wire.OpDo, "note": f.note, "id": id, "kind": "paragraph.title", "body": kindBodies["paragraph.title"]})
	owner.until(func(f map[string]any) bool {
		require.NotEqual(s.t, wire.OpCaret, f["op"], "%s has no caret", role)
		return f["id"] == id
	})
}

// Every way of taking access back ends what an open socket gets and what it may do:
// the note's text, changed afterwards, is in no byte that arrives.
func TestAccessTakenBackInEveryWay(t *testing.T) {
	ways := map[string]func(s *site, f *fixture){
		"the note's own grant": func(s *site, f *fixture) {
			s.setGrants(f.note, map[string]string{"olga": "owner"})
		},
		"the folder's grant": func(s *site, f *fixture) {
			s.setGrants(f.folder, map[string]string{"olga": "owner"})
		},
		"leaving the group": func(s *site, f *fixture) {
			s.must("root", "PUT", "/api/v1/groups/"+s.groupID()+"/members", map[string]any{"members": []string{}})
		},
		"a group leaving the group": func(s *site, f *fixture) {
			s.must("root", "PUT", "/api/v1/groups/"+s.groupID()+"/members", map[string]any{"members": []string{}})
		},
		"moving the note out of the folder": func(s *site, f *fixture) {
			s.must("olga", "PATCH", "/api/v1/nodes/"+f.note, map[string]any{"parent": nil})
		},
		"closing the note": func(s *site, f *fixture) {
			g := s.must("olga", "GET", "/api/v1/nodes/"+f.note+"/grants", nil)
			s.must("olga", "PUT", "/api/v1/nodes/"+f.note+"/grants", map[string]any{"version": g["version"], "closed": true,
				"grants": []any{map[string]any{"principal": map[string]any{"name": "olga"}, "role": "owner"}}})
		},
		"the grant's end": func(*site, *fixture) {}, // it comes by itself
		"the trash":       func(s *site, f *fixture) { s.must("olga", "POST", "/api/v1/nodes/"+f.note+"/trash", nil) },
		"disabling the account": func(s *site, f *fixture) {
			s.must("root", "PATCH", "/api/v1/users/"+fmt.Sprint(s.must("wim", "GET", "/api/v1/me", nil)["id"]), map[string]any{"disabled": true})
		},
		"ending the sign-in": func(s *site, f *fixture) {
			s.must("wim", "DELETE", "/api/v1/me/sign-ins/"+s.must("wim", "GET", "/api/v1/me", nil)["signIn"].(string), nil)
		},
	}
	given := map[string]func(s *site, f *fixture){ // how wim may write the note, where not through the folder
		"the note's own grant": func(s *site, f *fixture) {
			s.setGrants(f.folder, map[string]string{"olga": "owner"})
			s.setGrants(f.note, map[string]string{"olga": "owner", "wim": "writer"})
		},
		"the grant's end": func(s *site, f *fixture) {
			s.setGrants(f.folder, map[string]string{"olga": "owner"})
			g := s.must("olga", "GET", "/api/v1/nodes/"+f.note+"/grants", nil)
			s.must("olga", "PUT", "/api/v1/nodes/"+f.note+"/grants", map[string]any{"version": g["version"], "grants": []any{
				map[string]any{"principal": map[string]any{"name": "olga"}, "role": "owner"},
				map[string]any{"principal": map[string]any{"name": "wim"}, "role": "writer", "endsAt": time.Now().Add(2 * time.Second)}}})
		},
		"leaving the group": func(s *site, f *fixture) {
			s.must("root", "POST", "/api/v1/groups", map[string]any{"name": "crew", "members": []string{"wim"}})
			s.setGrants(f.folder, map[string]string{"olga": "owner", "crew": "writer"})
		},
		"a group leaving the group": func(s *site, f *fixture) {
			s.must("root", "POST", "/api/v1/groups", map[string]any{"name": "crew", "members": []string{"wim"}})
			s.must("root", "POST", "/api/v1/groups", map[string]any{"name": "all hands", "members": []string{"crew"}}) // listed first
			s.setGrants(f.folder, map[string]string{"olga": "owner", "all hands": "writer"})
		},
	}
	for way, take := range ways {
		t.Run(way, func(t *testing.T) {
			s := newSite(t)
			f := s.fixture()
			if give := given[way]; give != nil {
				give(s, f)
			}
			wim := s.dial("wim")
			require.Equal(t, wire.OpNote, wim.open(f.note)["op"])
			require.Equal(t, wire.OpEntry, wim.do(f.note, "paragraph.title", kindBodies["paragraph.title"])["op"])
			take(s, f)
			wim.ended(f)
			if way != "the trash" {
				f.do("paragraph.title", map[string]any{"paragraph": "p1", "title": "written afterwards"})
			}
			wim.silent(f)
		})
	}
}

// A cap counts on sockets that are open, at once, and so does its end.
func TestACapOnAnOpenSocket(t *testing.T) {
	s := newSite(t)
	f := s.fixture()
	s.must("root", "POST", "/api/v1/groups", map[string]any{"name": "crew", "members": []string{"wim"}})
	wim := s.dial("wim")
	require.Equal(t, wire.OpNote, wim.open(f.note)["op"])
	title := func() map[string]any { return wim.do(f.note, "paragraph.title", kindBodies["paragraph.title"]) }
	require.Equal(t, wire.OpEntry, title()["op"])
	limit := s.must("root", "POST", "/api/v1/caps", map[string]any{"group": map[string]any{"name": "crew"}, "node": f.folder, "actions": []string{"read"}})
	require.Equal(t, "forbidden", title()["code"])
	require.Equal(t, http.StatusNoContent, s.send("root", "DELETE", fmt.Sprint("/api/v1/caps/", limit["id"]), nil).status)
	require.Equal(t, wire.OpEntry, title()["op"])
}

// A guest has one note, and there what its link gives, until that is revoked.
func TestGuestOnASocket(t *testing.T) {
	s := newSite(t)
	s.must("root", "PUT", "/api/v1/settings", map[string]any{"linksAnyone": true})
	f, other := s.fixture(), s.fixture()
	made := s.must("olga", "POST", "/api/v1/nodes/"+f.note+"/links", map[string]any{"label": "x", "role": "runner", "anyone": true})
	_, secret, _ := strings.Cut(made["url"].(string), "#")
	s.keepCookie("guest", s.send("", "POST", "/api/v1/session/guest", map[string]any{"secret": secret}))
	guest := s.dial("guest")
	require.Equal(t, "not_found", guest.open(other.note)["code"])
	require.Equal(t, []string{"read", "run"}, names(guest.open(f.note)["allowed"]))
	for _, kind := range notebook.Kinds() {
		got := guest.do(f.note, kind, kindBodies[kind])
		if operationNamed(kind).Action() == auth.Run {
			require.Equal(t, wire.OpEntry, got["op"], "%s: %v", kind, got)
			continue
		}
		require.Equal(t, "forbidden", got["code"], kind)
	}
	s.must("olga", "POST", "/api/v1/notes/"+f.note+"/runs/cancel", map[string]any{})
	s.must("olga", "DELETE", fmt.Sprintf("/api/v1/nodes/%s/links/%.0f", f.note, made["link"].(map[string]any)["id"]), nil)
	guest.ended(f)
	f.do("paragraph.title", map[string]any{"paragraph": "p1", "title": "written afterwards"})
	guest.silent(f)
}

func (s *site) groupID() string {
	for _, g := range s.must("root", "GET", "/api/v1/groups", nil)["groups"].([]any) {
		return fmt.Sprint(g.(map[string]any)["id"])
	}
	s.t.Fatal("there is no group")
	return ""
}

func (s *site) setGrants(node string, roles map[string]string) {
	s.t.Helper()
	var grants []any
	for name, role := range roles {
		grants = append(grants, map[string]any{"principal": map[string]any{"name": name}, "role": role})
	}
	version := s.must("olga", "GET", "/api/v1/nodes/"+node+"/grants", nil)["version"]
	s.must("olga", "PUT", "/api/v1/nodes/"+node+"/grants", map[string]any{"version": version, "grants": grants})
}

// ended reads until the socket says that the note is gone, or is closed.
func (l *line) ended(f *fixture) {
	l.t.Helper()
	require.NoError(l.t, l.ws.SetReadDeadline(time.Now().Add(answerWithin)))
	for {
		_, data, err := l.ws.ReadMessage()
		if websocket.IsCloseError(err, wire.CloseSignedOut) {
			return
		}
		require.NoError(l.t, err)
		var frame map[string]any
		require.NoError(l.t, json.Unmarshal(data, &frame))
		if frame["op"] == wire.OpGone {
			require.Equal(l.t, f.note, frame["note"])
			return
		}
	}
}

// silent writes to the note and reads what comes back until the answer of something
// harmless: nothing of the note is in it. A socket that was closed says nothing.
func (l *line) silent(f *fixture) {
	l.t.Helper()
	edit := map[string]any{"op": wire.OpDo, "note": f.note, "id": fresh(), "kind": "paragraph.title", "body": map[string]any{"paragraph": "p1", "title": "forged"}}
	if l.ws.WriteJSON(edit) != nil {
		return
	}
	unknown := auth.NewID().String()
	_ = l.ws.WriteJSON(map[string]any{"op": wire.OpOpen, "note": unknown})
	for {
		_, data, err := l.ws.ReadMessage()
		if err != nil {
			return
		}
		require.NotContains(l.t, string(data), "written afterwards")
		require.NotContains(l.t, string(data), "hello")
		if strings.Contains(string(data), unknown) {
			break
		}
	}
	title := f.s.must("olga", "GET", "/api/v1/notes/"+f.note, nil)
	require.NotContains(l.t, fmt.Sprint(title), "forged")
}
