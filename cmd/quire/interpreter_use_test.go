package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
)

// endOf runs a text as somebody and returns how the run ended.
func (f *fixture) endOf(who, text string) (state, reason string) {
	f.s.t.Helper()
	paragraph := "p" + auth.NewID().String()
	f.do("paragraph.insert", map[string]any{"paragraph": paragraph, "after": "", "text": text})
	f.s.must(who, "POST", "/api/v1/notes/"+f.note+"/operations",
		map[string]any{"id": auth.NewID().String(), "kind": "run.start", "body": map[string]any{"paragraphs": []string{paragraph}}})
	require.Eventually(f.s.t, func() bool {
		list := f.s.must(who, "GET", "/api/v1/notes/"+f.note+"/runs?paragraph="+paragraph, nil)["runs"].([]any)
		if len(list) == 0 {
			return false
		}
		run := list[0].(map[string]any)
		state, _ = run["state"].(string)
		reason, _ = run["reason"].(string)
		return state != "queued" && state != "sent"
	}, time.Minute, 50*time.Millisecond)
	return state, reason
}

// Who may use an interpreter is decided as whoever pressed run, at each run.
func TestRunsResolveInterpretersAsWhoRuns(t *testing.T) {
	s := newSite(t)
	f := s.fixture()
	row := s.must("root", "POST", "/api/v1/admin/interpreters", map[string]any{
		"name": "guarded", "kind": "kernel", "spec": "no-such-kernel", "users": []any{map[string]any{"name": "wim"}}})
	state, reason := f.endOf("rita", "%guarded\n1")
	require.Equal(t, "error", state)
	require.Contains(t, reason, "You may not use %guarded")
	state, reason = f.endOf("wim", "%guarded\n1")
	require.Equal(t, "error", state)
	require.NotContains(t, reason, "may not use", "it got as far as the kernel, which is not there: %s", reason)
	require.NotContains(t, string(s.send("rita", "GET", "/api/v1/interpreters", nil).body), "guarded")
	require.Contains(t, string(s.send("wim", "GET", "/api/v1/interpreters", nil).body), "guarded")

	change := map[string]any{"name": "guarded", "kind": "kernel", "spec": "no-such-kernel", "users": []any{map[string]any{"name": "rita"}}}
	s.must("root", "PUT", "/api/v1/admin/interpreters/"+fmt.Sprint(row["id"]), change)
	_, reason = f.endOf("wim", "%guarded\n1")
	require.Contains(t, reason, "You may not use %guarded", "a change counts at the next run")

	s.must("root", "POST", "/api/v1/admin/connections", map[string]any{"name": "db", "driver": "postgres", "host": "127.0.0.1", "port": 1,
		"username": "u", "password": "correct horse", "users": []any{map[string]any{"name": "wim"}}})
	state, reason = f.endOf("rita", "%sql\nSELECT 1")
	require.Equal(t, "error", state)
	require.Contains(t, reason, "You may not use any connection")
	_, reason = f.endOf("wim", "%sql\nSELECT 1")
	require.Contains(t, reason, "cannot be reached")
	require.NotContains(t, reason, "horse")
}

// What administrators set as an interpreter's limits counts for its kernels.
func TestAnInterpretersLimitsCount(t *testing.T) {
	s := newSite(t)
	first, second := s.fixture(), s.fixture()
	set := map[string]any{"name": "few", "kind": "kernel", "spec": "python3", "limits": map[string]any{"kernelsPerPerson": 1}}
	s.must("root", "PUT", "/api/v1/settings", map[string]any{"unseparated": true})
	row := s.must("root", "POST", "/api/v1/admin/interpreters", set)
	state, reason := first.endOf("wim", "%few\n1")
	require.Equal(t, "done", state, reason)
	state, reason = second.endOf("wim", "%few\n1")
	require.Equal(t, "error", state)
	require.Contains(t, reason, "You have 1 kernel of %few running, as many as one person may have of it")

	set["limits"] = map[string]any{"kernelsPerPerson": 2}
	s.must("root", "PUT", "/api/v1/admin/interpreters/"+fmt.Sprint(row["id"]), set)
	state, reason = second.endOf("wim", "%few\n1")
	require.Equal(t, "done", state, "as it is set now: %s", reason)
}
