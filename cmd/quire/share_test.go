package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// running runs a command as somebody on a whole server.
func (s *site) quire(t *testing.T, args ...string) (string, error) {
	t.Helper()
	t.Setenv("QUIRE_DATA", s.data)
	return command(t, args...)
}

func TestSharingFromTheCommandLine(t *testing.T) {
	s := newSite(t)
	says := func(want []string, args ...string) string {
		t.Helper()
		out, err := s.quire(t, args...)
		require.NoError(t, err, "%v %s", args, out)
		for _, w := range want {
			require.Contains(t, out, w, "%v", args)
		}
		return out
	}
	note := s.must("olga", "POST", "/api/v1/nodes", map[string]any{"kind": "note", "name": "Team/Churn"})["id"].(string)
	allowed := func(who string) any { return s.send(who, "GET", "/api/v1/nodes/"+note, nil).json()["allowed"] }

	says([]string{"wim", "writer", "olga", "owner"}, "share", "Team/Churn", "WIM", "writer", "--as", "olga")
	require.Equal(t, []any{"read", "run", "write"}, allowed("wim"))
	year := time.Now().AddDate(1, 0, 0).Format(time.DateOnly)
	out := says([]string{"reader", "UNTIL"}, "share", note, "wim", "reader", "--until", year, "--as", "olga")
	require.NotContains(t, out, "writer")
	require.Equal(t, []any{"read"}, allowed("wim"))
	says([]string{"rea"}, "share", note, "rea", "reader", "--as", "olga")
	require.Equal(t, []any{"read"}, allowed("wim"), "what others have stays, with its dates")
	require.NotContains(t, says(nil, "share", note, "wim", "none", "--as", "olga"), "wim")
	require.Nil(t, allowed("wim"))
	for _, args := range [][]string{
		{"share", note, "stranger", "reader", "--as", "olga"}, {"share", note, "wim", "reader", "--as", "rea"}, {"share", note, "wim", "reader"},
		{"share", "Team/None", "wim", "reader", "--as", "olga"}, {"share", note, "wim", "reader", "--until", "2001-01-01", "--as", "olga"},
		{"share", note, "wim", "reader", "--until", "soon", "--as", "olga"}, {"share", note, "wim", "boss", "--as", "olga"}, {"share", note, "olga", "none", "--as", "olga"},
	} {
		_, err := s.quire(t, args...)
		require.Error(t, err, args)
	}
	require.Nil(t, allowed("wim"))

	out = says([]string{"/l#", "shown only now"}, "link", "create", "Team/Churn", "board pack", "--until", year, "--as", "olga")
	address, _, _ := strings.Cut(out, "\n")
	_, secret, _ := strings.Cut(address, "#")
	s.must("wim", "POST", "/api/v1/links/open", map[string]any{"secret": secret})
	require.Equal(t, []any{"read"}, allowed("wim"))
	list := says([]string{"board pack", "reader", "accounts", "olga"}, "link", "list", "Team/Churn", "--as", "olga")
	require.NotContains(t, list, secret)
	id := strings.Fields(strings.Split(list, "\n")[1])[0]
	says([]string{"board pack"}, "link", "list", note, "--as", "olga", "--json")
	_, err := s.quire(t, "link", "revoke", note, id, "--as", "wim")
	require.ErrorContains(t, err, "Only owners")
	says([]string{"Revoked"}, "link", "revoke", note, id, "--as", "olga")
	require.Nil(t, allowed("wim"))
	_, err = s.quire(t, "link", "create", note, "x", "--anyone", "--as", "olga")
	require.ErrorContains(t, err, "administrator")
}
