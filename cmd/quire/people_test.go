package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/notebook"
	"quire/server"
	"quire/store"
	"quire/store/storetest"
)

// office is a server with people and nothing else, at an operator's socket and at
// an address.
type office struct {
	data     string
	accounts *account.Service
	web      *httptest.Server
}

func newOffice(t *testing.T) *office {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(t.Context(), storetest.New(t), log)
	require.NoError(t, err)
	t.Cleanup(db.Close)
	gate := auth.NewGate(db.Records(), log)
	cheap := account.Hashing{Memory: 64, Passes: 1, Threads: 1}
	accounts, err := account.New(db.People(), gate, account.Config{Log: log, Hashing: cheap})
	require.NoError(t, err)
	running, stop := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { gate.Run(running, nil) })
	t.Cleanup(func() { stop(); done.Wait() })
	gate.Confirm(t.Context())
	n := server.New(server.Config{Base: "http://127.0.0.1:1"}, server.Services{Gate: gate, Accounts: accounts, SetUp: setUp(t, db, gate), Tree: notebook.NewTree(db.Tree(), gate, nil, log)}, log)
	o := &office{data: t.TempDir(), accounts: accounts, web: httptest.NewServer(n.Handler())}
	t.Cleanup(o.web.Close)
	l, err := server.ListenOperator(filepath.Join(o.data, "operator.sock"))
	require.NoError(t, err)
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: n.OperatorHandler()}}
	s.Start()
	t.Cleanup(s.Close)
	return o
}

// quire runs a command as on the server's machine.
func (o *office) quire(t *testing.T, args ...string) (string, error) {
	t.Helper()
	t.Setenv("QUIRE_DATA", o.data)
	return command(t, args...)
}

func command(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var c cli
	var out bytes.Buffer
	parser, err := kong.New(&c, kong.Vars{"version": "", "data": t.TempDir()}, kong.Writers(&out, &out), kong.Exit(func(int) {}))
	require.NoError(t, err)
	parsed, err := parser.Parse(args)
	if err != nil {
		return out.String(), err
	}
	parsed.BindTo(t.Context(), (*context.Context)(nil))
	parsed.BindTo(&out, (*io.Writer)(nil))
	err = parsed.Run()
	return out.String(), err
}

// says requires that a command succeeds and prints all of these.
func (o *office) says(t *testing.T, want []string, args ...string) string {
	t.Helper()
	out, err := o.quire(t, args...)
	require.NoError(t, err, "%v %s", args, out)
	for _, w := range want {
		require.Contains(t, out, w, "%v", args)
	}
	return out
}

func TestUsersFromTheCommandLine(t *testing.T) {
	o := newOffice(t)
	o.says(t, []string{"Made the group crew"}, "group", "add", "crew")
	out := o.says(t, []string{"Made the user Ana", "http://127.0.0.1:1/welcome#"}, "user", "add", "Ana", "--display-name", "Ana Silva", "--group", "crew")
	_, secret, _ := strings.Cut(out, "#")
	s, err := o.accounts.AcceptLink(t.Context(), account.Secret(strings.TrimSpace(secret)), "correct horse battery", account.Client{})
	require.NoError(t, err)

	o.says(t, []string{"NAME", "Ana", "Ana Silva", "crew"}, "user", "list")
	require.NotContains(t, o.says(t, nil, "user", "list", "bo"), "Ana")
	o.says(t, []string{"works once", "/welcome#"}, "user", "link", "ANA")
	o.says(t, []string{"Ana is an administrator now."}, "user", "admin", "ana")
	_, err = o.quire(t, "user", "admin", "ana", "--off")
	require.ErrorContains(t, err, "last administrator")
	o.says(t, nil, "user", "add", "boss", "--admin")
	_, err = o.quire(t, "user", "disable", "ana")
	require.ErrorContains(t, err, "last administrator", "boss has not accepted yet")
	o.says(t, []string{"Made the user bo"}, "user", "add", "bo")
	o.says(t, []string{"signed out everywhere"}, "user", "disable", "bo")
	o.says(t, []string{"disabled"}, "user", "list", "bo")
	o.says(t, []string{"can sign in again"}, "user", "enable", "bo")
	_, err = o.accounts.Authenticate(t.Context(), s.Secret)
	require.NoError(t, err)

	for _, args := range [][]string{{"user", "link", "nobody"}, {"user", "disable", "an"}, {"user", "enable", "a/b"}, {"user", "add", "ANA"}} {
		_, err := o.quire(t, args...)
		require.Error(t, err, args)
	}
}

func TestGroupsFromTheCommandLine(t *testing.T) {
	o := newOffice(t)
	for _, name := range []string{"ana", "bo", "cy"} {
		o.says(t, nil, "user", "add", name)
	}
	o.says(t, []string{"2 members"}, "group", "add", "crew", "--member", "ana", "--member", "BO", "--description", "All hands")
	o.says(t, []string{"crew", "2", "All hands"}, "group", "list")
	members := func(args ...string) []string {
		var g account.Group
		out := o.says(t, nil, append([]string{"group", "members", "Crew", "--json"}, args...)...)
		require.NoError(t, json.Unmarshal([]byte(out), &g))
		names := []string{}
		for _, m := range g.Members {
			names = append(names, m.Name)
		}
		return names
	}
	require.Equal(t, []string{"ana", "bo"}, members())
	require.Equal(t, []string{"bo", "cy"}, members("--add", "cy", "--remove", "ANA"))
	require.Equal(t, []string{"ana", "cy"}, members("--set", "ana,cy"))
	require.Empty(t, members("--empty"))
	list := filepath.Join(t.TempDir(), "names")
	require.NoError(t, os.WriteFile(list, []byte("ana, BO\r\ncy;Ana\n\n"), 0o600))
	stdin, err := os.Open(list)
	require.NoError(t, err)
	defer stdin.Close()
	before := os.Stdin
	os.Stdin = stdin
	o.says(t, []string{"Added 3.", "Repeated in the list: Ana."}, "group", "members", "crew", "--paste")
	os.Stdin = before
	o.says(t, nil, "group", "add", "everybody", "--member", "crew")
	o.says(t, []string{"crew", "  ana"}, "group", "members", "everybody", "--nested")
	require.Contains(t, o.says(t, nil, "group", "members", "crew", "--leader", "ANA"), "yes")
	require.NotContains(t, o.says(t, nil, "group", "members", "crew", "--no-leader", "ana"), "yes")
	_, err = o.quire(t, "group", "members", "crew", "--add", "everybody")
	require.ErrorContains(t, err, "crew > everybody > crew")
	require.Empty(t, members("--empty"))
	_, err = o.quire(t, "group", "members", "crew", "--add", "nix")
	require.ErrorContains(t, err, "nix")
	o.says(t, []string{"Removed"}, "group", "remove", "crew")
	_, err = o.quire(t, "group", "remove", "crew")
	require.ErrorContains(t, err, "no group")
}

func TestCapsFromTheCommandLine(t *testing.T) {
	o := newOffice(t)
	o.says(t, nil, "group", "add", "class")
	o.says(t, []string{"Members of class may only read, run everywhere"}, "cap", "set", "class", "read,run", "--reason", "exam")
	out := o.says(t, []string{"class", "everywhere", "read run", "exam", "operator"}, "cap", "list")
	id := strings.Fields(strings.Split(out, "\n")[1])[0]
	o.says(t, []string{"Lifted."}, "cap", "lift", id)
	require.NotContains(t, o.says(t, nil, "cap", "list"), "class")
	for _, args := range [][]string{{"cap", "set", "nix", "read"}, {"cap", "set", "class", "fly"}, {"cap", "set", "class", "write"},
		{"cap", "set", "class", "read", "--node", "x"}, {"cap", "lift", id}} {
		_, err := o.quire(t, args...)
		require.Error(t, err, args)
	}
	o.says(t, []string{"ID"}, "ownerless", "list")
	_, err := o.quire(t, "ownerless", "pass", auth.NewID().String(), "class")
	require.Error(t, err)
}

func TestTokensFromTheCommandLine(t *testing.T) {
	o := newOffice(t)
	o.says(t, nil, "user", "add", "ana", "--admin")
	out := o.says(t, []string{"not shown again", "quire_"}, "token", "create", "all", "--as", "ana")
	_, err := o.quire(t, "token", "list")
	require.ErrorContains(t, err, "--as")
	_, err = o.quire(t, "token", "create", "x", "--as", "ana", "--scope", "fly")
	require.Error(t, err)
	o.says(t, nil, "token", "create", "some", "--as", "ana", "--scope", "read,run", "--days", "1")
	o.says(t, []string{"read run use"}, "token", "list", "--as", "ana")

	// From elsewhere, with the token.
	token := strings.TrimSpace(out[strings.Index(out, "quire_"):])
	t.Setenv("QUIRE_TOKEN", token)
	list, err := command(t, "token", "list", "--server", o.web.URL, "--json")
	require.NoError(t, err)
	require.NotContains(t, list, token)
	var tokens server.TokenList
	require.NoError(t, json.Unmarshal([]byte(list), &tokens))
	require.Len(t, tokens.Tokens, 2)
	_, err = command(t, "user", "list", "--server", o.web.URL)
	require.NoError(t, err)
	for _, one := range tokens.Tokens {
		o.says(t, []string{"Revoked."}, "token", "revoke", one.ID.String(), "--as", "ana")
	}
	_, err = command(t, "user", "list", "--server", o.web.URL)
	require.ErrorContains(t, err, "Sign in first")
}

func TestWhereThereIsNoServer(t *testing.T) {
	t.Setenv("QUIRE_DATA", t.TempDir())
	_, err := command(t, "user", "list")
	require.ErrorContains(t, err, "quire serve")
	t.Setenv("QUIRE_TOKEN", "")
	_, err = command(t, "user", "list", "--server", "http://127.0.0.1:1")
	require.ErrorContains(t, err, "QUIRE_TOKEN")
	t.Setenv("QUIRE_TOKEN", "quire_x")
	_, err = command(t, "user", "list", "--server", "ftp://x")
	require.ErrorContains(t, err, "not of the form")
	_, err = command(t, "user", "list", "--server", "http://127.0.0.1:1")
	require.ErrorContains(t, err, "no server answers")
	elsewhere := httptest.NewServer(http.NotFoundHandler())
	defer elsewhere.Close()
	_, err = command(t, "user", "list", "--server", elsewhere.URL)
	require.ErrorContains(t, err, "not Quire's")
}

// What somebody called themselves cannot move the cursor of who lists them.
func TestTablesAreOneLineEach(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, printTable(&out, "A | B", [][]string{{"x\x1b[2Jy", "a\nb\tc"}, {"", "z"}}))
	require.Equal(t, 3, strings.Count(out.String(), "\n"))
	require.NotContains(t, out.String(), "\x1b")
}

func TestHelpTeaches(t *testing.T) {
	for _, args := range [][]string{{"user"}, {"group"}, {"token"}, {"cap"}, {"ownerless"}, {"user", "add"}} {
		out, _ := command(t, append(args, "--help")...)
		require.Contains(t, out, "quire", args)
		if len(args) == 1 {
			require.Contains(t, out, "Examples:", args)
		}
	}
}
