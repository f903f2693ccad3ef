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
		"moving the note out of the folder": func(s *site, f *fixture) {
			s.must("olga", "PATCH", "/api/v1/nodes/"+f.note, map[string]any{"parent": nil})
		},
		"the trash": func(s *site, f *fixture) { s.must("olga", "POST", "/api/v1/nodes/"+f.note+"/trash", nil) },
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
		"leaving the group": func(s *site, f *fixture) {
			s.must("root", "POST", "/api/v1/groups", map[string]any{"name": "crew", "members": []string{"wim"}})
			s.setGrants(f.folder, map[string]string{"olga": "owner", "crew": "writer"})
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
