package main

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// A change of a group is previewed by who leads it, of a cap by administrators.
func TestPreviewsOfGroupsAndCapsByRole(t *testing.T) {
	s := newSite(t)
	f := s.fixture()
	group := s.must("root", "POST", "/api/v1/groups", map[string]any{"name": "crew", "members": []string{"wim", "rea"}})["id"]
	s.must("root", "PUT", fmt.Sprintf("/api/v1/groups/%.0f/members/%.0f", group, s.must("wim", "GET", "/api/v1/me", nil)["id"]), map[string]any{"leads": true})
	s.must("olga", "PUT", "/api/v1/nodes/"+f.note+"/grants", map[string]any{"version": s.must("olga", "GET", "/api/v1/nodes/"+f.note+"/grants", nil)["version"],
		"grants": []any{map[string]any{"principal": map[string]any{"name": "olga"}, "role": "owner"}, map[string]any{"principal": map[string]any{"name": "crew"}, "role": "runner"}}})
	preview := func(who string, change map[string]any) response {
		return s.send(who, "POST", "/api/v1/preview", map[string]any{"change": change})
	}
	members := map[string]any{"kind": "group", "group": group, "members": []string{"wim", "nobody"}}
	capping := map[string]any{"kind": "cap", "group": map[string]any{"name": "crew"}, "actions": []string{"read"}, "reason": "exam"}
	for who, want := range map[string]int{"wim": 200, "root": 200, "rea": 404, "olga": 404, "nobody": 404} {
		got := preview(who, members)
		require.Equal(t, want, got.status, "%s: %s", who, got.body)
	}
	for who, want := range map[string]int{"root": 200, "wim": 403, "olga": 403} {
		got := preview(who, capping)
		require.Equal(t, want, got.status, "%s: %s", who, got.body)
	}
	got := preview("wim", members).json()
	require.Equal(t, "1 person gains access, 1 person may do less on 1 note; 1 result and 0 files become visible.", got["sentence"])
	gains := got["gains"].([]any)
	require.Len(t, gains, 1)
	require.Equal(t, "nobody", gains[0].(map[string]any)["person"].(map[string]any)["name"])
	require.Equal(t, []any{"read", "run"}, gains[0].(map[string]any)["actions"])
	require.Equal(t, map[string]any{"gain": 0.0, "lose": 2.0}, preview("root", capping).json()["people"], "both lose run")

	id := s.must("root", "POST", "/api/v1/caps", map[string]any{"group": map[string]any{"name": "crew"}, "actions": []string{"read"}})["id"]
	require.Equal(t, map[string]any{"gain": 2.0, "lose": 0.0}, preview("root", map[string]any{"kind": "uncap", "id": id}).json()["people"])
	for _, wrong := range []map[string]any{{"kind": "fly"}, {"kind": "grants", "node": f.note}, {"kind": "link", "node": f.note, "role": "owner"}, {}} {
		require.Equal(t, http.StatusBadRequest, preview("olga", wrong).status, wrong)
	}
}

// Putting away takes reading from everybody but owners, who only run and write no more.
func TestAPreviewOfTrashingAndRestoringTellsOwnersFromOthers(t *testing.T) {
	s := newSite(t)
	f := s.fixture()
	grants := "/api/v1/nodes/" + f.note + "/grants"
	version := s.must("olga", "GET", grants, nil)["version"]
	s.must("olga", "PUT", grants, map[string]any{"version": version, "grants": []any{
		map[string]any{"principal": map[string]any{"name": "olga"}, "role": "owner"},
		map[string]any{"principal": map[string]any{"name": "everyone"}, "role": "reader"}}})
	sentence := func(change map[string]any) any {
		return s.must("olga", "POST", "/api/v1/preview", map[string]any{"change": change})["sentence"]
	}
	all := len(s.must("root", "GET", "/api/v1/users", nil)["users"].([]any))
	require.Equal(t, fmt.Sprintf("Everyone who is signed in loses access (%d people), 1 person may do less on 1 note.", all-1),
		sentence(map[string]any{"kind": "trash", "node": f.note}))

	version = s.must("olga", "GET", grants, nil)["version"]
	s.must("olga", "PUT", grants, map[string]any{"version": version, "grants": []any{
		map[string]any{"principal": map[string]any{"name": "olga"}, "role": "owner"},
		map[string]any{"principal": map[string]any{"name": "rea"}, "role": "reader"}}})
	// The other two have it by what the change of grants leaves alone.
	require.Equal(t, "3 people lose access, 1 person may do less on 1 note.", sentence(map[string]any{"kind": "trash", "node": f.note}))

	was := s.must("olga", "GET", "/api/v1/nodes/"+f.note, nil)
	s.must("olga", "POST", "/api/v1/nodes/"+f.note+"/trash", nil)
	s.must("olga", "POST", "/api/v1/nodes", map[string]any{"kind": "note", "name": was["name"], "parent": was["parent"]})
	restore := map[string]any{"kind": "restore", "node": f.note}
	require.Equal(t, http.StatusConflict, s.send("olga", "POST", "/api/v1/preview", map[string]any{"change": restore}).status)
	restore["name"] = "by another name"
	require.Contains(t, sentence(restore), "3 people gain access, 1 person may do more on 1 note")
}

// What somebody would see counts with its files.
func TestAPreviewCountsWhatBecomesVisible(t *testing.T) {
	s := newSite(t)
	f := s.fixture()
	s.must("olga", "PUT", "/api/v1/notes/"+f.note+"/files/content?path=f.txt", "hello")
	change := map[string]any{"kind": "grants", "node": f.note, "body": map[string]any{
		"version": s.must("olga", "GET", "/api/v1/nodes/"+f.note+"/grants", nil)["version"],
		"grants":  []any{map[string]any{"principal": map[string]any{"name": "everyone"}, "role": "reader"}, map[string]any{"principal": map[string]any{"name": "olga"}, "role": "owner"}}}}
	got := s.must("olga", "POST", "/api/v1/preview", map[string]any{"change": change})
	require.Equal(t, 1.0, got["outputs"], got)
	require.Equal(t, 1.0, got["files"], got)
	require.Equal(t, "gains", got["everyone"])
	require.Equal(t, 1.0, got["notes"])
	require.NotEqual(t, 200, s.send("nobody", "GET", "/api/v1/nodes/"+f.note, nil).status, "nothing was saved")
}

func TestAccessFromTheCommandLine(t *testing.T) {
	s := newSite(t)
	f := s.fixture()
	t.Setenv("QUIRE_DATA", s.data)
	says := func(want []string, args ...string) {
		t.Helper()
		out, err := command(t, args...)
		require.NoError(t, err, out)
		for _, w := range want {
			require.Contains(t, out, w, "%v", args)
		}
	}
	says([]string{"rea may not write", "too low", "What is missing: Grant writer to rea"}, "access", "explain", f.note, "--person", "rea", "--action", "write", "--as", "olga")
	says([]string{"wim may write", "To end it: Take writer of wim"}, "access", "explain", f.note, "--person", "wim", "--action", "write", "--as", "olga")
	says([]string{`"allowed": true`}, "access", "explain", f.note, "--as", "rea", "--json")
	says([]string{"olga", "read run write manage", "rita", "4 people in all"}, "access", "who", f.note, "--as", "olga")
	says([]string{"did not exist yet"}, "access", "explain", f.note, "--person", "rea", "--at", "2020-05-03", "--as", "olga")
	says([]string{"reader", "2 in all; 0 of them"}, "access", "reach", "--as", "rea")
	says([]string{"2 in all; 2 of them you may not read"}, "access", "reach", "rea")
	_, err := command(t, "access", "explain", f.note, "--person", "wim", "--as", "rea")
	require.ErrorContains(t, err, "Only owners")
	_, err = command(t, "access", "explain", f.note, "--as", "nobody")
	require.ErrorContains(t, err, "There is no such note")
	_, err = command(t, "access", "who", f.note, "--as", "olga", "--at", "yesterday")
	require.ErrorContains(t, err, "not a date")
	out, _ := command(t, "access", "--help")
	require.Contains(t, out, "Examples:")
}
